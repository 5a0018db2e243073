"""Hold desk keys against a file outside the database, so that one changed column seals nothing to a stranger."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings

from sealing.types import Recipient


class PinsUnreadable(Exception):
    """The pin file has a line that is not a desk and its recipient."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What intake seals to for a desk, what it is called, and the day on which its check words were compared."""

    recipient: Recipient
    called: str
    verified_on: date | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, [self.recipient, self.called, str(self.verified_on or "")]))


def read() -> Mapping[UUID, Pin]:
    """Return the pin of each desk.

    One line a desk: `<desk id> <recipient> <hash of address and name>`, and the day it was verified, if any.

    Raises:
        PinsUnreadable: a line says something else, or the file cannot be read; no desk is offered until it is mended.
    """
    path: Path = settings.DESK_PINS
    if not path.exists():
        return {}
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError:
        raise PinsUnreadable("The file of desk pins cannot be read. Make it a file of the site's own user.") from None
    pins = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            desk, recipient, called, *verified = line.split()
            day = date.fromisoformat(verified[0]) if verified else None
            pins[UUID(desk)] = Pin(_recipient(recipient), _hash(called), day)
        except ValueError:
            raise PinsUnreadable(
                f"Line {number} of the desk pins is not '<desk id> <recipient> <hash> [<day>]'. Mend it."
            ) from None
    return pins


def _recipient(text: str) -> Recipient:
    if not re.fullmatch(r"age1[0-9a-z]{58}|age1pq1[0-9a-z]+", text):
        raise ValueError
    return Recipient(text)


def _hash(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{32}", text):
        raise ValueError
    return text


def pinned(desk_id: UUID) -> Recipient | None:
    """Return what intake seals to for this desk, whatever its row says."""
    found = read().get(desk_id)
    return found.recipient if found else None


def pin(desk_id: UUID, recipient: Recipient, *, called: str, verified_on: date | None = None) -> None:
    """Write a desk's line, or write it anew; the file is replaced whole."""
    lines = {**read(), desk_id: Pin(recipient, called, verified_on)}
    path: Path = settings.DESK_PINS
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as out:
        out.writelines(f"{desk} {held}\n" for desk, held in lines.items())
        out.flush()
        os.fsync(out.fileno())
    aside.replace(path)
