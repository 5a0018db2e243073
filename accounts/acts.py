"""Tell the ledger what was done to a desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sealing.types import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAct:
    """One act on a desk; its body is sealed under the desk's ledger sub-key."""

    act: str
    desk_id: UUID
    key: Key
    at: datetime
    by: str
    thing_id: UUID
    of: bytes | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


class NobodyListens(Exception):
    """The ledger was not handed over at start: an act without its event does not happen."""


_listeners: list[Callable[[DeskAct], None]] = []


def listen(append: Callable[[DeskAct], None]) -> None:
    """Hand the ledger over, once, at start."""
    _listeners[:] = [append]


def tell(act: DeskAct) -> None:
    """Write the act's event in the caller's transaction.

    Raises:
        NobodyListens: no ledger was handed over.
    """
    if not _listeners:
        raise NobodyListens
    for append in _listeners:
        append(act)
