"""Seal a document into its row, bound to its place; open it there only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sealing import keys, wraps
from sealing.keys import Identity, Secret
from sealing.types import Place, Recipient, Sealed, Wrapped

INBOX = b"a"  # the first byte of an age file; a document begins with 01
PAD = 256


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a document of an incident lives: its kind, its row and the row's version."""

    kind: str
    incident_id: UUID
    row_id: UUID
    version: int = 1

    @property
    def bound(self) -> Place:
        """What the bytes are bound to."""
        return (self.kind, str(self.incident_id), str(self.row_id), self.version)


def plain(document: Mapping[str, object]) -> bytes:
    """Return a document's bytes as they are sealed and hashed.

    A lone surrogate, which a hostile file can hold and UTF-8 cannot, stays as its JSON escape.
    """
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(document, separators=(",", ":")).encode("ascii")


def seal(secret: Secret, document: bytes, place: RowPlace) -> Sealed:
    """Seal a document's bytes into its row."""
    return keys.seal_bytes(secret.sub("rows"), document, place.bound)


def seal_keyring(secret: Secret, document: bytes, *, incident_id: UUID, version: int = 1) -> Sealed:
    """Seal an incident's document of other keys under its own sub-key."""
    return keys.seal_bytes(secret.sub("keyring"), document, ("keyring", str(incident_id), version))


def open_(secret: Secret, sealed: bytes, place: RowPlace) -> bytes:
    """Return a document's bytes, without padding.

    Raises:
        Tampered: these are not the bytes that were stored in this place.
    """
    return keys.unseal_bytes(secret.sub("rows"), Sealed(sealed), place.bound)


def seal_inbox(document: bytes, *to: Recipient) -> Wrapped:
    """Seal what waits until a reader turns it into a row; padded like one."""
    return wraps.seal(document + b" " * (-len(document) % PAD), *to)


def open_inbox(sealed: bytes, using: Identity) -> bytes:
    """Return the bytes of an inbox form. Its hash was found in the ledger before this is called."""
    return wraps.unseal(sealed, using).rstrip(b" ")


def waits(sealed: bytes) -> bool:
    """Tell whether a row still is an inbox form."""
    return sealed[:1] == INBOX
