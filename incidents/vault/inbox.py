"""Turn what a browser sealed into rows and cards; check every hash."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from incidents.custody import checks, events, ledger
from incidents.models import Exhibit, Incident, Part, Report
from incidents.vault import checking, rows
from incidents.vault.checking import Damaged, Unchecked
from incidents.vault.grants import FormerKeys
from incidents.vault.rows import RowPlace
from sealing import keys
from sealing.keys import Secret, Tampered
from sealing.types import Sealed

AT_ONCE_BYTES = 32 << 20  # of files that are checked while a page waits: a fifth of a second on a good machine

May = Callable[[Unchecked], bool]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who turns what waits into rows, with which keys."""

    incident: Incident
    secret: Secret = field(repr=False)
    former: FormerKeys = field(repr=False)
    by: str
    at: datetime

    def enter(self, event: events.Event, *, of: bytes | None = None) -> None:
        """Write what became of it."""
        ledger.append(event, to=self.secret.sub("ledger"), incident_id=self.incident.pk, of=of)


def small(bytes_left: int = AT_ONCE_BYTES) -> May:
    """Let so many bytes of files be checked now, and leave the rest; one that was found damaged is left too."""

    def may(file: Unchecked) -> bool:
        nonlocal bytes_left
        if file.is_damaged or file.sealed_bytes > bytes_left:
            return False
        bytes_left -= file.sealed_bytes
        return True

    return may


def until(seconds: float) -> May:
    """Let files be checked for some seconds, one at least; those that were found damaged come last, and again."""
    ends, begun = time.monotonic() + seconds, False

    def may(_file: Unchecked) -> bool:
        nonlocal begun
        allowed, begun = not begun or time.monotonic() < ends, True
        return allowed

    return may


def none(_file: Unchecked) -> bool:
    """Let no file be checked now."""
    return False


def convert(reader: Reader, *, may: May) -> list[Unchecked]:
    """Seal what waits into its rows; an event names the old hash and the new one. Return the files that wait on.

    Args:
        may: told of each file, says whether it is opened and checked now.

    Raises:
        Tampered: something that waits is not what arrived. It stays as it is.
    """
    reports = [row for row in Report.objects.filter(incident=reader.incident, version=1) if rows.waits(_sealed(row))]
    files = [row for row in Exhibit.objects.filter(incident=reader.incident, version=1) if rows.waits(_sealed(row))]
    waiting: list[tuple[Report | Exhibit, str]] = [*((row, "report") for row in reports)]
    waiting += [(row, "manifest") for row in files]
    arrived = ledger.arrivals([row.pk for row, _kind in waiting])
    for row, kind in waiting:
        if arrived.get(row.pk) != hashlib.sha256(_sealed(row)).digest():
            raise Tampered(f"A {kind} that waits is damaged, or not what was sent. It was kept as it is.")
    for report in reports:
        _seal(report, "report", rows.open_inbox(_sealed(report), reader.secret.identity), reader)
    damaged = _found_damaged(reader) if files else set()
    left = [_file(row, reader, is_damaged=row.pk in damaged, may=may) for row in sorted(files, key=_order(damaged))]
    return sorted((file for file in left if file), key=lambda file: file.number)


def _sealed(row: Report | Exhibit) -> bytes:
    return bytes(row.sealed)


def _order(damaged: set[UUID]) -> Callable[[Exhibit], tuple[bool, int]]:
    return lambda row: (row.pk in damaged, row.number)


def _file(row: Exhibit, reader: Reader, *, is_damaged: bool, may: May) -> Unchecked | None:
    """Check one file and make it a row, or return it as it waits."""
    held = list(Part.objects.filter(exhibit=row).order_by("number"))
    sealed_bytes = sum(part.sealed_bytes for part in held)
    try:
        said = checking.claimed(_sealed(row), held, identities=_identities(reader))
    except Damaged as why:
        _note(row, reader, why, is_known=is_damaged)
        return Unchecked(row.pk, row.number, "", 0, sealed_bytes, is_damaged=True)
    waits = Unchecked(row.pk, row.number, said.file_name, said.size_bytes, sealed_bytes, is_damaged)
    if not may(waits):
        return waits
    try:
        document = checking.check(row, said, reader.secret.identity)
    except Damaged as why:
        _note(row, reader, why, is_known=is_damaged)
        return Unchecked(row.pk, row.number, said.file_name, said.size_bytes, sealed_bytes, is_damaged=True)
    _seal(row, "manifest", rows.plain(document), reader)
    return None


@transaction.atomic
def _seal(waiting: Report | Exhibit, kind: str, document: bytes, reader: Reader) -> None:
    row: Report | Exhibit = type(waiting).objects.select_for_update().get(pk=waiting.pk)
    old = _sealed(row)
    if not rows.waits(old):  # another reader was faster
        return
    row.sealed = rows.seal(reader.secret, document, RowPlace(kind, row.incident_id, row.pk))
    row.save(update_fields=["sealed"])
    hashes = {"old": hashlib.sha256(old).hexdigest(), "new": hashlib.sha256(row.sealed).hexdigest()}
    reader.enter(events.Converted(at=reader.at, by=reader.by, object=row.pk, **hashes), of=row.sealed)


def _note(row: Exhibit, reader: Reader, why: Damaged, *, is_known: bool) -> None:
    """Write that a file is damaged, once: it is found so with each opening."""
    if not is_known:
        reader.enter(checks.ArrivedDamaged(at=reader.at, by=reader.by, object=row.pk, part=why.part))


def _identities(reader: Reader) -> Sequence[keys.Identity]:
    return [reader.secret.identity, *reader.former.identities]


def _found_damaged(reader: Reader) -> set[UUID]:
    """Return which files the record calls damaged, in events that were written with a key of the incident."""
    found = set()
    for entered in ledger.of_incident(reader.incident.pk):
        if entered.kind == checks.ArrivedDamaged.kind and entered.thing_id:
            for key in (reader.secret.sub("ledger"), *reader.former.ledger):
                with contextlib.suppress(Tampered):
                    place = ("event", str(entered.incident_id), str(entered.id))
                    said = json.loads(keys.unseal_bytes(key, Sealed(entered.sealed_body), place))
                    if said["act"] == checks.ArrivedDamaged.act:
                        found.add(entered.thing_id)
    return found
