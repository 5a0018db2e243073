"""Re-hash what lies in storage and name what no longer matches; no key is needed.

A pass walks all objects that rows promise, in one order, and then all sealed rows. Where it was killed it goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Protocol

from django.db import transaction
from django.db.models import Count, F, Max

from incidents.custody import checks, damages, events, heads, ledger
from incidents.custody.damages import Found, Harm
from incidents.models import Exhibit, FixityPass, Packet

THREADS = 4  # reading and hashing let go of the interpreter
BATCH = 256  # objects between two notes of how far it came: what a kill costs again
TRIES = 3
PAUSE_SECONDS = 0.2
FEW = 8  # where fewer are asked for, that none is handed out says nothing about storage as a whole


class Unreadable(Exception):
    """Storage has an object, or may have it, and does not hand it out."""


class StorageAway(Exception):
    """Storage hands nothing out: the pass stands still and goes on another time."""


@dataclass(frozen=True, slots=True)
class Promised:
    """One object that a row promises: where it lies, and what it must be."""

    place: str  # where the walk stands after it
    name: str
    found: Found  # what it is, if it is damaged
    sealed_bytes: int
    sealed_sha256: str


class Objects(Protocol):
    """What the vault knows of the objects in storage."""

    def after(self, place: str, *, most: int) -> Sequence[Promised]:
        """Return the next objects of the walk."""

    def is_promised(self, promised: Promised) -> bool:
        """Tell whether a row still promises exactly this: it may have been removed or sealed anew meanwhile."""

    def digest(self, name: str) -> tuple[int, str]:
        """Return an object's length and its SHA-256 in hex; called from several threads at once.

        Raises:
            FileNotFoundError: it is not there.
            Unreadable: it may be there.
        """

    def left_over(self, *, at: datetime) -> Sequence[str]:
        """Return the names of objects older than a day that no row names.

        Raises:
            StorageAway: they cannot be listed.
        """


@dataclass(frozen=True, slots=True)
class Passed:
    """How far a pass came."""

    started_on: date
    ended_on: date | None
    objects: int
    size_bytes: int
    damaged: int
    left_over: int = 0


def go_on(
    objects: Objects, *, clock: Callable[[], datetime], tell: Callable[[Passed], None] = lambda _: None
) -> Passed:
    """Begin a pass, or go on with one that was cut off, to its end.

    Args:
        tell: called after each few objects.

    Raises:
        StorageAway: it hands out nothing at all.
    """
    row = FixityPass.objects.filter(ended_on=None).order_by("-pk").first()
    row = row or FixityPass.objects.create(started_on=clock().date())
    with ThreadPoolExecutor(THREADS) as pool:
        while batch := objects.after(row.place, most=BATCH):
            looks = list(pool.map(partial(_look, objects), batch))
            if len(batch) >= FEW and set(looks) == {Harm.UNREADABLE}:
                raise StorageAway
            _enter(row, batch, looks, objects=objects, at=clock())
            tell(_passed(row))
    _look_at_rows(row, at=clock())
    return _end(row, left_over=len(objects.left_over(at=clock())), at=clock())


def last() -> Passed | None:
    """Return the last pass that ended, or None where none did."""
    row = FixityPass.objects.exclude(ended_on=None).order_by("-pk").first()
    return _passed(row) if row else None


def under_way() -> Passed | None:
    """Return the pass that is under way or was cut off, or None."""
    row = FixityPass.objects.filter(ended_on=None).order_by("-pk").first()
    return _passed(row) if row else None


def _look(objects: Objects, promised: Promised) -> Harm | None:
    """Read one object and hold it against what its row says; runs in a thread and touches no database."""
    for trying in range(TRIES):
        try:
            size, sha256 = objects.digest(promised.name)
        except FileNotFoundError:
            return Harm.MISSING
        except Unreadable:
            time.sleep(PAUSE_SECONDS * trying)
            continue
        if size != promised.sealed_bytes:
            return Harm.SIZE
        return None if sha256 == promised.sealed_sha256 else Harm.BYTES
    return Harm.UNREADABLE


@transaction.atomic
def _enter(
    row: FixityPass, batch: Sequence[Promised], looks: Sequence[Harm | None], *, objects: Objects, at: datetime
) -> None:
    """Note what a batch showed and where the walk stands, both or neither."""
    known = {found.place for found in damages.open_ones()}
    for promised, harm in zip(batch, looks, strict=True):
        found = promised.found
        if harm is None:
            if found.place in known:
                damages.mend(found, at=at)
        elif objects.is_promised(promised):
            row.damaged += 1
            damages.enter(Found(found.kind, found.thing_id, found.part, found.incident_id, harm), at=at)
    row.place = batch[-1].place
    row.objects_read += len(batch)
    row.bytes_read += sum(promised.sealed_bytes for promised in batch)
    row.save()


def _look_at_rows(row: FixityPass, *, at: datetime) -> None:
    """Hold every sealed row against the ledger, and count the rows of parts; what was damaged and is well is noted."""
    found = [
        Found(one.kind.lower(), one.thing_id, 0, one.incident_id, Harm.ROW_GONE if one.gone else Harm.ROW)
        for one in ledger.differing()
    ]
    found += [one for one in _parts_gone() if one.place not in {other.place for other in found}]
    places = {one.place for one in found}
    for one in found:
        damages.enter(one, at=at)
    for one in damages.open_ones():
        if one.part == 0 and one.place not in places:
            damages.mend(one, at=at)
    damages.forget_what_went(on=at.date())
    row.damaged += len(found)


def _parts_gone() -> list[Found]:
    """Return each file and packet whose parts do not count from 1 without a gap. The last ones going shows otherwise.

    It shows when the file is opened, whose manifest is sealed, and as objects that no row names.
    """
    found = []
    for model in (Exhibit, Packet):
        counted = model.objects.annotate(held=Count("parts"), most=Max("parts__number"))
        gaps = counted.exclude(held__gt=0, held=F("most"))
        found += [
            Found(model.__name__.lower(), pk, 0, incident_id, Harm.PARTS)
            for pk, incident_id in gaps.values_list("pk", "incident_id")
        ]
    return found


@transaction.atomic
def _end(row: FixityPass, *, left_over: int, at: datetime) -> Passed:
    row.ended_on, row.left_over = at.date(), left_over
    row.save()
    event = checks.StoredFilesChecked(
        at=at,
        by=events.SITE,
        object=heads.LOG,
        objects=row.objects_read,
        size_bytes=row.bytes_read,
        damaged=row.damaged,
        left_over=left_over,
        since=row.started_on.isoformat(),
    )
    damages.write(event, incident_id=None)
    return _passed(row)


def _passed(row: FixityPass) -> Passed:
    return Passed(
        started_on=row.started_on,
        ended_on=row.ended_on,
        objects=row.objects_read,
        size_bytes=row.bytes_read,
        damaged=row.damaged,
        left_over=row.left_over,
    )
