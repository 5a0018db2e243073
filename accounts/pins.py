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
    """What intake seals to for a desk, and the day on which the operator compared its check words."""

    recipient: Recipient
    verified_on: date | None = None

    def __str__(self) -> str:
        return f"{self.recipient} {self.verified_on.isoformat()}" if self.verified_on else self.recipient


def read() -> Mapping[UUID, Pin]:
    """Return the pin of each desk. One line a desk: `<desk id> <recipient>`, and the day it was verified, if any.

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
        desk, recipient, verified = [*line.split(), "", ""][:3]
        try:
            day = date.fromisoformat(verified) if verified else None
            pins[UUID(desk)] = Pin(_recipient(recipient), day)
        except ValueError:
            raise PinsUnreadable(
                f"Line {number} of the desk pins is not '<desk id> <recipient> [<day>]'. Mend it."
            ) from None
    return pins


def _recipient(text: str) -> Recipient:
    if not re.fullmatch(r"age1[0-9a-z]{58}|age1pq1[0-9a-z]+", text):
        raise ValueError
    return Recipient(text)


def pinned(desk_id: UUID) -> Recipient | None:
    """Return what intake seals to for this desk, whatever its row says."""
    found = read().get(desk_id)
    return found.recipient if found else None


def pin(desk_id: UUID, recipient: Recipient, *, verified_on: date) -> None:
    """Write a desk's line, or write it anew; the file is replaced whole."""
    lines = {**read(), desk_id: Pin(recipient, verified_on)}
    path: Path = settings.DESK_PINS
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as out:
        out.writelines(f"{desk} {held}\n" for desk, held in lines.items())
        out.flush()
        os.fsync(out.fileno())
    aside.replace(path)
