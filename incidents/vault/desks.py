"""Read what was done to a desk, and note that it was opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from accounts import acts
from accounts.acts import DeskAct
from accounts.keyring import OpenDesk
from accounts.unlock import Keys
from incidents.custody import ledger
from incidents.vault import rows
from sealing import keys, wraps
from sealing.keys import Identity, Tampered
from sealing.types import Key, Place, Sealed

Unseal = Callable[[bytes, Place], bytes]


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """One act of a desk; `said` is empty where no key at hand opens its body."""

    entered: ledger.Entry
    said: Mapping[str, str]


def note_opened(desk: OpenDesk, *, session: Keys, at: datetime) -> None:
    """Write that a member opened the desk: once a desk, session and day."""
    if session.first_today(desk.id, at=at):
        acts.tell(
            DeskAct(
                act="desk_opened",
                desk_id=desk.id,
                key=desk.secret.sub("ledger"),
                at=at,
                by=str(desk.seat_id),
                thing_id=desk.id,
            )
        )


def record(desk: OpenDesk) -> Sequence[DeskEvent]:
    """Return the acts of a desk, in ledger order, each open where one of its keys opens it."""
    return [DeskEvent(entered, _said(entered, desk)) for entered in ledger.of_desk(desk.id)]


def last_opened(desk: OpenDesk) -> Mapping[str, date]:
    """Return the day on which each seat opened the desk last, by the seat's id."""
    return {event.said["by"]: event.entered.day for event in record(desk) if event.said.get("act") == "desk_opened"}


def _said(entered: ledger.Entry, desk: OpenDesk) -> Mapping[str, str]:
    for unseal in _ways(entered.sealed_body, desk):
        try:
            return dict(json.loads(ledger.read_body(entered, unseal)))
        except Tampered:
            continue
    return {}


def _ways(sealed: bytes, desk: OpenDesk) -> Iterator[Unseal]:
    """Yield each way in which a body may open: the keys of every generation, or what was sealed to its recipients."""
    if not rows.waits(sealed):
        yield from (partial(_document, key) for key in desk.ledger_keys())
        return
    for generation in range(desk.generation, 0, -1):
        try:
            identity = desk.secret_of(generation).identity
        except Tampered:  # that key was dropped since
            return
        yield partial(_age_file, identity)


def _document(key: Key, sealed: bytes, place: Place) -> bytes:
    return keys.unseal_bytes(key, Sealed(sealed), place)


def _age_file(identity: Identity, sealed: bytes, place: Place) -> bytes:  # noqa: ARG001 # an age file has no place
    return wraps.unseal(sealed, identity)
