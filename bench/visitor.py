"""Someone at the site, with a browser's habits: cookies, redirects, forms as the page holds them, one connection."""

from __future__ import annotations

import http.client
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

REUSE_SECONDS = 1.0  # gunicorn closes an idle connection after two
CHUNK_BYTES = 1 << 20


@dataclass(slots=True)
class Form:
    """A form as the page holds it, with what its fields begin with."""

    action: str
    multipart: bool
    fields: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)  # names of text fields, in the order of the page
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that is made while it is sent, so that the sender never holds it."""

    name: str
    size_bytes: int

    def chunks(self) -> Iterator[bytes]:
        """Yield bytes that do not compress, the same chunk over and over with its number in front."""
        chunk, left = secrets.token_bytes(CHUNK_BYTES), self.size_bytes
        while left:
            piece = (left.to_bytes(8) + chunk[8:])[:left]
            left -= len(piece)
            yield piece


class Page(HTMLParser):
    """What came back, and the forms, links and words in it."""

    def __init__(self, url: str, status: int, text: str) -> None:
        super().__init__()
        self.url, self.status, self.text = url, status, text
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.output = ""  # where the receipt stands
        self._inside: list[str] = []
        self._pick: dict[str, str] = {}
        self.feed(text)

    @property
    def path(self) -> str:
        """Where this is."""
        return urlsplit(self.url).path

    def form(self, *, holding: str = "") -> Form:
        """Return the first form that is sent by POST and has a field of this name."""
        for form in self.forms:
            if not holding or holding in form.fields:
                return form
        raise SystemExit(f"{self.path} answered {self.status} and holds no form with {holding or 'a token'}.")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down forms and their fields."""
        said = {name: value or "" for name, value in attrs}
        self._inside.append(tag)
        if tag == "a":
            self.links.append(said.get("href", ""))
        elif tag == "form":
            action = urljoin(self.url, said.get("action", "") or self.url)
            form = Form(action, multipart=said.get("enctype", "").startswith("multipart"))
            if said.get("method", "").lower() == "post":
                self.forms.append(form)
        elif self.forms and "name" in said:
            self._take(tag, said)
        elif self.forms and tag == "option" and self._pick and ("selected" in said or not self._pick["taken"]):
            self.forms[-1].fields[self._pick["name"]] = said.get("value", "")
            self._pick["taken"] = "yes"

    def handle_data(self, data: str) -> None:
        """Collect the receipt."""
        if "output" in self._inside and data.strip():
            self.output = f"{self.output} {data.strip()}".strip()

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        while self._inside and tag in self._inside and self._inside.pop() != tag:
            pass

    def _take(self, tag: str, said: Mapping[str, str]) -> None:
        form, name, kind = self.forms[-1], said["name"], said.get("type", "text")
        if tag == "select":
            self._pick = {"name": name, "taken": ""}
        elif tag == "input" and kind == "file":
            form.files.append(name)
        elif tag == "textarea" or (tag == "input" and kind not in {"checkbox", "radio"}):
            form.fields[name] = said.get("value", "")
            form.texts += [name] if kind == "text" else []
        elif "checked" in said:
            form.fields[name] = said.get("value", "on")


class Visitor:
    """One browser."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._connection = http.client.HTTPConnection(*address, timeout=600)
        self._origin = f"http://{address[0]}:{address[1]}"
        self._cookies: dict[str, str] = {}
        self._used_at = 0.0

    def get(self, path: str, *, follow: bool = True) -> Page:
        """Open a page."""
        return self._ask("GET", urljoin(self._origin, path), follow=follow)

    def send(
        self, form: Form, fields: Mapping[str, str], *, attached: Attached | None = None, follow: bool = True
    ) -> Page:
        """Send a form as filled in, with everything else that it holds."""
        headers, body = self._filled(form, fields, attached)
        return self._ask("POST", form.action, headers=headers, body=body, follow=follow)

    def take(self, form: Form) -> http.client.HTTPResponse:
        """Send a form whose answer is a file, and return the answer unread: the caller reads it to its end."""
        headers, body = self._filled(form, {}, None)
        return self._open("POST", form.action, headers=headers, body=body)

    def ask_for_range(self, path: str, begin: int) -> http.client.HTTPResponse:
        """Ask for a file from a byte on, and return the answer unread."""
        return self._open("GET", urljoin(self._origin, path), headers={"Range": f"bytes={begin}-"})

    def leave(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Iterator[bytes] | None = None,
        follow: bool,
    ) -> Page:
        answer = self._open(method, url, headers=headers, body=body)
        text = answer.read().decode()
        where = answer.getheader("Location")
        self._used_at = time.monotonic()
        if where and follow:
            return self._ask("GET", urljoin(url, where), follow=True)
        return Page(urljoin(url, where or url), answer.status, text)

    def _filled(
        self, form: Form, fields: Mapping[str, str], attached: Attached | None
    ) -> tuple[Mapping[str, str], Iterator[bytes]]:
        filled = {**form.fields, **fields}
        if form.multipart:
            kind, length, body = _multipart(filled, form, attached)
        else:
            encoded = urlencode(filled).encode()
            kind, length, body = "application/x-www-form-urlencoded", len(encoded), iter([encoded])
        return {"Content-Type": kind, "Content-Length": str(length), "Origin": self._origin}, body

    def _open(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: Iterator[bytes] | None = None
    ) -> http.client.HTTPResponse:
        if time.monotonic() - self._used_at > REUSE_SECONDS:
            self._connection.close()
        said = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()), **(headers or {})}
        target = urlsplit(url)
        path = target.path + (f"?{target.query}" if target.query else "")
        sent = {name: value for name, value in said.items() if value}
        self._connection.request(method, path, body=body, headers=sent)
        answer = self._connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self._cookies.pop(name, None)
                else:
                    self._cookies[name] = morsel.value
        return answer


def _multipart(fields: Mapping[str, str], form: Form, attached: Attached | None) -> tuple[str, int, Iterator[bytes]]:
    """Return the type, the length and the pieces of a form with files; a file field left alone is sent empty."""
    mark = f"----bench{secrets.token_hex(16)}"
    begin = f"--{mark}\r\nContent-Disposition: form-data; name="
    head = "".join(f'{begin}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    file_name = attached.name if attached else ""
    head += f'{begin}"{form.files[0]}"; filename="{file_name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    first, last = head.encode(), f"\r\n--{mark}--\r\n".encode()
    length = len(first) + (attached.size_bytes if attached else 0) + len(last)

    def pieces() -> Iterator[bytes]:
        yield first
        if attached:
            yield from attached.chunks()
        yield last

    return f"multipart/form-data; boundary={mark}", length, pieces()
