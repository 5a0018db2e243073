"""Tell the ledger what was done to a desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sealing.types import Key, Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAct:
    """One act on a desk; its body is sealed under the desk's ledger sub-key.

    Where no key is in hand it is sealed to the desk's recipient.
    """

    act: str
    desk_id: UUID
    key: Key | Recipient
    at: datetime
    by: str
    thing_id: UUID
    of: bytes | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


class NobodyListens(Exception):
    """The ledger was not handed over at start: an act without its event does not happen."""


_listeners: list[Callable[[DeskAct], None]] = []
_newest: list[Callable[[UUID, Key], bytes | None]] = []


def listen(append: Callable[[DeskAct], None], *, newest: Callable[[UUID, Key], bytes | None]) -> None:
    """Hand the ledger over, once, at start.

    Args:
        newest: gives the SHA-256 of a thing's ciphertext as the last event about it names it, of those that open with
            a key.
    """
    _listeners[:] = [append]
    _newest[:] = [newest]


def tell(act: DeskAct) -> None:
    """Write the act's event in the caller's transaction.

    Raises:
        NobodyListens: no ledger was handed over.
    """
    if not _listeners:
        raise NobodyListens
    for append in _listeners:
        append(act)


def by_site(desk_id: UUID, act: str, *, recipient: str, at: datetime, fields: Mapping[str, str] | None = None) -> None:
    """Tell of an act for which no key of the desk was in hand; its lead reads it, and so may whoever had that key."""
    tell(
        DeskAct(
            act=act, desk_id=desk_id, key=Recipient(recipient), at=at, by="site", thing_id=desk_id, fields=fields or {}
        )
    )


def vouched_last(thing_id: UUID, *, key: Key) -> bytes | None:
    """Return the hash that the last event about a thing names, or None where there is none: an old row has another.

    Args:
        key: the ledger sub-key of the desk's generation. A line that it does not open was not written by the desk.

    Raises:
        NobodyListens: no ledger was handed over.
    """
    if not _newest:
        raise NobodyListens
    return _newest[0](thing_id, key)
