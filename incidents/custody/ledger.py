"""Append an event, prove it is in, check the whole log."""

from __future__ import annotations

import contextlib
import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.acts import DeskAct
from accounts.queries import vouches
from incidents.custody.events import DeskChanged, Event
from incidents.models import Event as Row
from incidents.models import Exhibit, Log, Packet, Report
from sealing import keys, merkle, wraps
from sealing.keys import Tampered
from sealing.types import Key, Recipient


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the log holds it; `stored` is the line in the open and the sealed body behind it."""

    index: int
    id: UUID
    kind: str
    day: date
    incident_id: UUID | None
    desk_id: UUID | None
    of: bytes | None
    thing_id: UUID | None
    sealed_body: bytes
    entry: bytes

    @property
    def stored(self) -> bytes:
        """The bytes whose SHA-256 is the entry's second hash."""
        return _line(self) + self.sealed_body

    @property
    def leaf(self) -> bytes:
        """The hash that the tree commits to."""
        return merkle.leaf(self.entry)

    @property
    def holds(self) -> bool:
        """Whether line and sealed body are the ones that were entered."""
        return self.entry[33:] == hashlib.sha256(self.stored).digest()


class Unreadable(Tampered):
    """A body opens to something else than its entry commits to, or its row is not the one that was entered."""


def append(
    event: Event,
    *,
    to: Key | Recipient | Sequence[Recipient],
    incident_id: UUID | None = None,
    desk_id: UUID | None = None,
    of: bytes | None = None,
) -> None:
    """Enter an event in the caller's transaction, after the act and its row.

    Args:
        to: the `ledger` sub-key of the incident or desk; or, where no key is in hand, the incident's recipient, or
            those of several desks.
        of: the ciphertext of the row it is about, as stored.
    """
    body = merkle.canonical(event.body())
    event_id = uuid.uuid4()
    if isinstance(to, bytes):
        sealed: bytes = keys.seal_bytes(to, body, ("event", str(incident_id or desk_id), str(event_id)))
    else:
        sealed = wraps.seal(body, *([Recipient(to)] if isinstance(to, str) else to))
    with transaction.atomic():
        log, _ = Log.objects.select_for_update().get_or_create(pk=1)
        entered = Entry(
            index=log.size,
            id=event_id,
            kind=event.kind_in_the_open,
            day=event.at.date(),
            incident_id=incident_id,
            desk_id=desk_id,
            of=hashlib.sha256(of).digest() if of is not None else None,
            thing_id=event.object,
            sealed_body=sealed,
            entry=b"",
        )
        Row.objects.create(
            index=entered.index,
            id=entered.id,
            kind=entered.kind,
            day=entered.day,
            incident_id=incident_id,
            desk_id=desk_id,
            of=entered.of,
            thing_id=entered.thing_id,
            body=sealed,
            entry=merkle.entry(body, entered.stored),
        )
        log.size += 1
        log.save(update_fields=["size"])


def append_desk_act(told: DeskAct) -> None:
    """Enter what accounts did to a desk; handed to `accounts.acts` at start."""
    event = DeskChanged(at=told.at, by=told.by, object=told.thing_id, named=told.act, said=told.fields)
    append(event, to=told.key, desk_id=told.desk_id, of=told.of)


def read_body(entered: Entry, open_sealed: Callable[[bytes, tuple[str, ...]], bytes]) -> bytes:
    """Open a body and hold it against its entry.

    Args:
        open_sealed: takes the sealed bytes and their place, gives the plain ones.

    Raises:
        Unreadable: it is not the body that was entered.
    """
    place = ("event", str(entered.incident_id or entered.desk_id), str(entered.id))
    body = open_sealed(entered.sealed_body, place)
    if hashlib.sha256(body).digest() != entered.entry[1:33] or not entered.holds:
        raise Unreadable(f"Event {entered.index} of the ledger is not the one that was entered.")
    return body


def of_incident(incident_id: UUID) -> list[Entry]:
    """Return the events of an incident, in ledger order."""
    return [_entry(row) for row in Row.objects.filter(incident_id=incident_id).order_by("index")]


def arrivals(things: Sequence[UUID]) -> Mapping[UUID, bytes]:
    """Return the hash each thing had when it arrived."""
    rows = Row.objects.filter(thing_id__in=things, kind="received").order_by("-index")
    return {row.thing_id: bytes(row.of) for row in rows if row.thing_id and row.of is not None}


def newest_of(thing_id: UUID, key: Key) -> bytes | None:
    """Return the hash that the last event about a thing's ciphertext names, of those that were written with a key.

    Whoever writes the database can enter a line; without the key its body does not open.
    """
    for row in Row.objects.filter(thing_id=thing_id, of__isnull=False).order_by("-index").iterator():
        with contextlib.suppress(Tampered, Unreadable):
            entered = _entry(row)
            read_body(entered, lambda sealed, place: keys.unseal_bytes(key, sealed, place))
            return entered.of
    return None


def of_desk(desk_id: UUID) -> list[Entry]:
    """Return the acts of a desk, in ledger order."""
    return [_entry(row) for row in Row.objects.filter(desk_id=desk_id).order_by("index")]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list of lines is narrowed to, by what stands in the open."""

    kind: str = ""
    since: date | None = None
    until: date | None = None

    def fits(self, entered: Entry) -> bool:
        """Tell whether a line is on such a list."""
        return (
            (not self.kind or entered.kind == self.kind)
            and (self.since is None or entered.day >= self.since)
            and (self.until is None or entered.day <= self.until)
        )


def count(narrowed: Narrowed) -> int:
    """Return how many lines are on such a list."""
    return _narrowed(narrowed).count()


def page(narrowed: Narrowed, *, number: int, rows: int) -> list[Entry]:
    """Return one page of such a list, newest first."""
    start = (number - 1) * rows
    return [_entry(row) for row in _narrowed(narrowed).order_by("-index")[start : start + rows]]


def one(index: int) -> Entry | None:
    """Return one event, or None where there is none of this number."""
    row = Row.objects.filter(index=index).first()
    return _entry(row) if row else None


def size() -> int:
    """Return how many events there are."""
    return Log.objects.filter(pk=1).values_list("size", flat=True).first() or 0


def leaves(*, first: int) -> list[bytes]:
    """Return the leaf hashes of the first events."""
    rows = Row.objects.filter(index__lt=first).order_by("index").values_list("entry", flat=True)
    return [merkle.leaf(bytes(entry)) for entry in rows]


def verify(*, tell: Callable[[int], None] = lambda _: None) -> Iterator[str]:
    """Walk the whole log without any key and yield a sentence for each thing that does not agree.

    Args:
        tell: called with the number of events walked so far.
    """
    expected = 0
    newest: dict[UUID, _Newest] = {}
    for row in Row.objects.order_by("index").iterator():
        entered = _entry(row)
        if entered.index != expected:
            yield f"Events {expected} to {entered.index - 1} are missing."
        expected = entered.index + 1
        if not entered.holds:
            yield f"Event {entered.index} is not the one that was entered."
        if entered.thing_id and entered.of is not None:
            newest[entered.thing_id] = _Newest(entered.of, entered.incident_id)
        tell(expected)
    if expected != size():
        yield f"The log says it has {size()} events; {expected} are there."
    yield from map(str, _rows_that_differ(newest))


@dataclass(frozen=True, slots=True)
class Differing:
    """A sealed row that is not the one that the ledger names, or is gone."""

    kind: str
    thing_id: UUID
    incident_id: UUID | None
    gone: bool = False

    def __str__(self) -> str:
        if self.gone:
            return f"{self.thing_id}, which the ledger names, is not there."
        return f"{self.kind} {self.thing_id} is not the one that the ledger names."


def differing() -> Iterator[Differing]:
    """Hold each sealed row against the newest hash that the log names for it, both ways round; no key is needed."""
    named = Row.objects.filter(of__isnull=False, thing_id__isnull=False).order_by("index")
    columns = named.values_list("thing_id", "of", "incident_id")
    newest = {thing: _Newest(bytes(of or b""), incident) for thing, of, incident in columns.iterator() if thing}
    yield from _rows_that_differ(newest)


@dataclass(frozen=True, slots=True)
class _Newest:
    """The last hash that the log names for a thing; the things of incidents never go."""

    of: bytes
    incident_id: UUID | None


def _rows_that_differ(newest: Mapping[UUID, _Newest]) -> Iterator[Differing]:
    here: set[UUID] = set()
    nothing = _Newest(b"", None)
    for name, held in _sealed_rows():
        for pk, sealed in held.iterator():
            here.add(pk)
            known = newest.get(pk, nothing)
            if known.of != hashlib.sha256(bytes(sealed)).digest() and _still_differs(pk, held):
                yield Differing(name, pk, known.incident_id)
    for pk, known in newest.items():
        if known.incident_id and pk not in here and not _has_row(pk):
            yield Differing("Row", pk, known.incident_id, gone=True)


def _sealed_rows() -> Iterator[tuple[str, QuerySet[Any, tuple[UUID, bytes | memoryview[int]]]]]:  # Any: several models
    for model in (Report, Exhibit, Packet):
        yield model.__name__, model.objects.values_list("pk", "sealed")
    yield "Seat", vouches()


@transaction.atomic
def _still_differs(pk: UUID, held: QuerySet[Any, tuple[UUID, bytes | memoryview[int]]]) -> bool:  # Any: the same
    """Look at one row and its last event at one moment: the site goes on while a walk reads one after the other."""
    last = Row.objects.filter(thing_id=pk, of__isnull=False).order_by("-index").values_list("of", flat=True).first()
    now = held.filter(pk=pk).first()
    return now is not None and (last is None or hashlib.sha256(bytes(now[1])).digest() != bytes(last))


def _has_row(pk: UUID) -> bool:
    return any(held.filter(pk=pk).exists() for _name, held in _sealed_rows())


def _narrowed(to: Narrowed) -> QuerySet[Row]:
    asked = {"kind": to.kind, "day__gte": to.since, "day__lte": to.until}
    return Row.objects.filter(**{name: value for name, value in asked.items() if value})


def _entry(row: Row) -> Entry:
    return Entry(
        index=row.index,
        id=row.id,
        kind=row.kind,
        day=row.day,
        incident_id=row.incident_id,
        desk_id=row.desk_id,
        of=bytes(row.of) if row.of is not None else None,
        thing_id=row.thing_id,
        sealed_body=bytes(row.body),
        entry=bytes(row.entry),
    )


def _line(entered: Entry) -> bytes:
    """The line in the open; absent things are `null`, so that no field can appear later unseen."""
    return merkle.canonical(
        {
            "class": entered.kind,
            "day": entered.day.isoformat(),
            "desk": str(entered.desk_id) if entered.desk_id else None,
            "id": str(entered.id),
            "incident": str(entered.incident_id) if entered.incident_id else None,
            "of": entered.of.hex() if entered.of is not None else None,
            "thing": str(entered.thing_id) if entered.thing_id else None,
            "v": 1,
        }
    )
