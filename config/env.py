"""Read variables by type; every error names its variable."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Read elsewhere: by commands, by tests, by the scripts.
KNOWN_BESIDE = frozenset({"TESTIGO_WORDS", "TESTIGO_REAL_DATA", "TESTIGO_CHROMIUM"})


class Env:
    """The process's variables, each read once by a reader that knows its type."""

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables
        self._read: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """Return the variable as it stands, without blanks around it."""
        self._read.add(name)
        return self._variables.get(name, default).strip()

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return yes or no."""
        said = self.text(name, "yes" if default else "no").casefold()
        if said not in {"yes", "no"}:
            raise ImproperlyConfigured(f"{name} is {said!r}. Write yes or no.")
        return said == "yes"

    def integer(self, name: str, *, default: int, least: int, most: int) -> int:
        """Return a whole number within its bounds."""
        said = self.text(name, str(default))
        if not (said.isascii() and said.isdigit() and least <= int(said) <= most):
            raise ImproperlyConfigured(f"{name} is {said!r}. Write a whole number from {least} to {most}.")
        return int(said)

    def words(self, name: str) -> list[str]:
        """Return the words of a list parted by commas or blanks."""
        return self.text(name).replace(",", " ").split()

    def path(self, name: str, default: Path) -> Path:
        """Return an absolute path."""
        said = self.text(name)
        return Path(said).expanduser().resolve() if said else default

    def url(self, name: str, default: str) -> str:
        """Return an address that begins with https://."""
        said = self.text(name, default)
        if not said.startswith("https://") or any(mark in said for mark in " \"'<>\\"):
            raise ImproperlyConfigured(f"{name} is {said!r}. Write an address that begins with https://.")
        return said

    def secret_file(self, name: str) -> Path | None:
        """Return the file that NAME_FILE names, or None where it is not set."""
        said = self.text(f"{name}_FILE")
        if not said:
            return None
        path = Path(said)
        if not path.is_file():
            raise ImproperlyConfigured(f"{name}_FILE names no file. Put the secret there, or correct the path.")
        return path

    def refuse_unread(self) -> None:
        """Stop at a TESTIGO_ variable that nobody reads: a typing mistake must not become a default."""
        unread = {name for name in self._variables if name.startswith("TESTIGO_")} - self._read - KNOWN_BESIDE
        if unread:
            raise ImproperlyConfigured(f"Nobody reads {', '.join(sorted(unread))}. Correct or remove it.")


def time_servers(urls: Sequence[str], chains: Sequence[str]) -> list[tuple[str, Path]]:
    """Return each outside clock's address with the file of the certificates that are trusted for it.

    Plain http will do: a reply is signed, and what is sent is a digest.
    """
    if len(urls) != len(chains):
        raise ImproperlyConfigured("TESTIGO_TSA_URLS and TESTIGO_TSA_CHAINS name different numbers of things.")
    for url in urls:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise ImproperlyConfigured(f"TESTIGO_TSA_URLS: {url!r} does not begin with http:// or https://.")
    files = [Path(chain) for chain in chains]
    for file in files:
        if not file.is_file() or b"BEGIN CERTIFICATE" not in file.read_bytes():
            raise ImproperlyConfigured(f"TESTIGO_TSA_CHAINS: {file.name} is no file of certificates (PEM).")
    return list(zip(urls, files, strict=True))


def private_folder(path: Path) -> Path:
    """Make a folder that only this user may enter, and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def private_bytes(path: Path, *, length_bytes: int) -> bytes:
    """Return the hex bytes kept in a file of our own, made at first use.

    Written aside and linked into place, so that no second process reads half a key.
    """
    if not path.exists():
        aside = private_folder(path.parent) / f".{path.name}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as out:
            out.write(secrets.token_hex(length_bytes) + "\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return hex_bytes(path, length_bytes=length_bytes)


def hex_bytes(path: Path, *, length_bytes: int) -> bytes:
    """Return the bytes written in hex in a file."""
    try:
        held = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        held = b""
    if len(held) != length_bytes:
        raise ImproperlyConfigured(f"{path.name} must hold {length_bytes} bytes in hex. Restore it from your backup.")
    return held


def mail_settings(url: str) -> dict[str, object]:
    """Return Django's mail settings for `smtp://` or `smtps://user:password@host:port?from=address`, or none.

    Raises:
        ImproperlyConfigured: the address is not one of these.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    sender = parse_qs(parts.query).get("from", [""])[0]
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or "@" not in sender:
        raise ImproperlyConfigured("TESTIGO_MAIL_URL is not smtp://user:password@host:port?from=address. Mend it.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.hostname not in {"127.0.0.1", "localhost"},
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": sender,
    }
