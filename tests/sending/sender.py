"""A browser's script as plain requests: seals with pyrage, and sends part by part."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from base64 import b64encode
from dataclasses import dataclass, field

from django.test import Client

from accounts.queries import receiving
from sealing import files, wraps

DATA = re.compile(r'data-([a-z-]+)="([^"]*)"')
PART_BYTES = 1000
STRANGER = "age1ce0rk70jfyn0c8ukaskymqw44mncayp60mqh80d3n0e55ckcmv2qzggq8m"  # whose key nobody here has


def told(page):
    """Return what a page hands its script."""
    form = re.search(r'<form\s+id="answers".*?>', page, re.DOTALL)[0]
    return dict(DATA.findall(form))


def digest(data):
    return f"sha-256=:{b64encode(hashlib.sha256(data).digest()).decode()}:"


@dataclass
class Sent:
    """One file on its way: its bytes, its sealed parts, what the manifest says of them."""

    data: bytes
    to: str
    name: str = "clip.mp4"
    part_bytes: int = PART_BYTES
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    def __post_init__(self):
        pieces = [self.data[at : at + self.part_bytes] for at in range(0, len(self.data), self.part_bytes)]
        self.parts = [files.seal_part(piece, self.to) for piece in pieces]

    @property
    def beginning(self):
        said = {"name": self.name, "type": "video/mp4", "size": len(self.data), "modified": 0, "first_sha256": ""}
        return wraps.seal(json.dumps(said).encode(), self.to)

    def manifest(self, **other):
        parts = [[p.plain_sha256, p.sealed_sha256, p.plain_bytes, p.sealed_bytes] for p in self.parts]
        said = {"manifest": 1, "name": self.name, "type": "video/mp4", "modified": 0, "size": len(self.data)}
        said |= {"parts": parts, "sha256": None, "sha512": None, "crc32": None, **other}
        return wraps.seal(json.dumps(said).encode(), self.to)


class Script:
    """What runs in a page that may add to an incident; `ask` may be a live server's."""

    def __init__(self, page, ask=None):
        self.page, self._ask = page, ask or self._by_client

    @classmethod
    def of(cls, browser):
        return cls(told(browser.get("/report/files/").content.decode()))

    @property
    def to(self):
        return self.page["recipient"]

    def file(self, data, **said):
        return Sent(data, self.to, **said)

    def ask(self, method, sent_id, tail="", body=None, **headers):
        """Return status and what was said."""
        url = f"/report/incidents/{self.page['incident']}/exhibits/{sent_id}{tail}"
        headers = {"Authorization": f"Bearer {self.page['token']}"} | headers
        if body is not None:
            headers.setdefault("Content-Digest", digest(body))
        status, said = self._ask(method, url, body, headers)
        return status, json.loads(said) if said else {}

    def begin(self, sent, *, parts=None, **headers):
        count = len(sent.parts) if parts is None else parts
        said = {"Testigo-Parts": str(count)} if count else {}
        return self.ask("PUT", sent.id, body=sent.beginning, **said, **headers)

    def part(self, sent, number, body=None, **headers):
        body = sent.parts[number - 1].sealed if body is None else body
        return self.ask("PUT", sent.id, f"/parts/{number}", body, **headers)

    def finish(self, sent, manifest=None):
        return self.ask("POST", sent.id, "/finish", sent.manifest() if manifest is None else manifest)

    def state(self, sent):
        return self.ask("GET", sent.id)

    def send(self, sent):
        """Send all of a file."""
        assert self.begin(sent)[0] == 201
        for number in range(1, len(sent.parts) + 1):
            assert self.part(sent, number)[0] == 201
        assert self.finish(sent) == (200, {"state": "finished"})
        return sent

    @staticmethod
    def _by_client(method, url, body, headers):
        kind = "application/octet-stream"
        client = Client(raise_request_exception=False)
        response = client.generic(method, url, body or b"", content_type=kind, headers=headers)
        return response.status_code, response.content


def words_of(browser):
    """Return the words that a browser shows once."""
    shown = re.search(r"<output.*?</output>", browser.get("/report/receipt/").content.decode(), re.DOTALL)[0]
    return " ".join(re.findall(r"<span>(.+?)</span>", shown))


def came_back(words):
    """Return another browser, that came back with the words."""
    browser = Client()
    assert browser.post("/back/", {"words": words}).status_code == 302
    return browser


def filed(desk):
    """Return a witness's browser that filed to a desk."""
    browser = Client()
    browser.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    assert browser.post("/report/", {"place-town": "Cicero"}).status_code == 302
    return browser
