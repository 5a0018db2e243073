"""Take a file that a browser sealed, part by part: in any order, again and again, never one part for another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction

from incidents.custody import events, ledger
from incidents.models import Arriving, ArrivingPart, Exhibit, Incident, Part
from incidents.vault import deposits, exhibits, storage
from incidents.vault.deposits import Gone
from sealing import files, wraps
from sealing.types import Recipient

SEALED_PART_LIMIT_BYTES = files.PART_BYTES + files.SEALED_PART_SLACK
PARTS_AT_MOST = 100_000  # a recording of two-second pieces would last two days


class Held(Exception):
    """Something else lies in this place already, and stays: its SHA-256 in hex, and how long it is."""

    def __init__(self, *, sha256: str, size_bytes: int) -> None:
        super().__init__()
        self.sha256, self.size_bytes = sha256, size_bytes


class Finished(Exception):
    """The file is whole and takes no more."""


class Missing(Exception):
    """Parts are not here yet: their numbers."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__()
        self.numbers = numbers


class Over(Exception):
    """A limit does not let it in: `file`, `files` or `incident`, as the page names it."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class NoSuchPart(Exception):
    """The beginning says that the file has fewer parts."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who may add to an incident and ask what is held, for as long as it has the key that they were told."""

    incident_id: UUID
    key: str  # stands for the recipient that they were told
    visit: str  # drawn for each visit: what it began it may take back


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a file's beginning, part or manifest is sent as; its hash, in hex, was compared with the bytes."""

    sealed: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a file is; hash and size of each part that is held, by its number."""

    finished: bool
    parts_said: int | None = None
    held: Mapping[int, tuple[str, int]] | None = None


def key_of(recipient: Recipient) -> str:
    """Return what stands for an incident's recipient in a token."""
    return hashlib.sha256(recipient.encode()).hexdigest()[:32]


@transaction.atomic
def begin(sender: Sender, exhibit_id: UUID, beginning: Arrival, *, parts: int | None, on: date) -> bool:
    """Note that a file is under way; return whether that is new.

    Args:
        parts: how many it has, or None while it is recorded.

    Raises:
        Gone, Finished, Held, Over.
    """
    incident = _locked(sender)
    if _is_whole(incident, exhibit_id):
        raise Finished
    if row := Arriving.objects.filter(pk=exhibit_id).first():
        _insist_own(row, incident)
        _insist_same(beginning, hashlib.sha256(bytes(row.sealed)).hexdigest(), len(row.sealed))
        return False
    if _count(incident) >= settings.INCIDENT_LIMIT_FILES:
        raise Over("files")
    if parts and parts > -(-settings.FILE_LIMIT_BYTES // files.PART_BYTES):
        raise Over("file")
    Arriving.objects.create(
        id=exhibit_id, incident=incident, visit=sender.visit, parts_said=parts, last_on=on, sealed=beginning.sealed
    )
    return True


def standing(sender: Sender, exhibit_id: UUID) -> Standing:
    """Return how far a file is.

    Raises:
        Gone: never heard of, or not of this incident.
    """
    incident = _found(sender)
    if _is_whole(incident, exhibit_id):
        return Standing(finished=True)
    row = _row(incident, exhibit_id)
    held = {part.number: (part.sealed_sha256, part.sealed_bytes) for part in row.parts.order_by("number")}
    return Standing(finished=False, parts_said=row.parts_said, held=held)


def expect_part(sender: Sender, exhibit_id: UUID, number: int, *, size_bytes: int) -> None:
    """Say before its bytes are read whether a part would be taken; a held one still may turn out to be the same.

    Raises:
        Gone, NoSuchPart, Over. Finished, where the file has no part of this number.
    """
    incident = _found(sender)
    if _is_whole(incident, exhibit_id):
        if not Part.objects.filter(exhibit_id=exhibit_id, number=number).exists():
            raise Finished
        return
    row = _row(incident, exhibit_id)
    if not 0 < number <= (row.parts_said or PARTS_AT_MOST):
        raise NoSuchPart
    if not row.parts.filter(number=number).exists():
        _insist_room(row, size_bytes)


def put_part(sender: Sender, exhibit_id: UUID, number: int, part: Arrival, *, on: date) -> bool:
    """Store a part unless one is held; return whether it is new. The object comes first, then its row.

    An object without a row is what a killed process left: it came whole, and first, so it is the part.

    Raises:
        Tampered: it is no age file.
        Gone, NoSuchPart, Finished, Held, Over; FileNotFoundError: somebody took the file back meanwhile.
    """
    wraps.check_header(part.sealed)
    if held := _held(sender, exhibit_id, number):
        _insist_same(part, *held)
        return False
    name = exhibits.part_name(exhibit_id, number)
    is_ours, lies = True, (part.sha256, len(part.sealed))
    try:
        storage.put(name, part.sealed)
    except FileExistsError:
        left = storage.get(name)
        is_ours, lies = False, (hashlib.sha256(left).hexdigest(), len(left))
    try:
        held, is_new = _note(sender, exhibit_id, number, lies, on=on)
    except (Gone, Finished):  # after any other error it may stay: the same part, sent again, finds it
        if is_ours and not Part.objects.filter(exhibit_id=exhibit_id, number=number).exists():
            _remove([name])
        raise
    _insist_same(part, *held)
    return is_new


def finish(sender: Sender, exhibit_id: UUID, manifest: Arrival, *, at: datetime) -> bool:
    """Make a file that is whole an exhibit, with its manifest as it came; return whether that is new.

    Raises:
        Gone, Missing.
        Finished: it has another manifest already.
        Tampered: it is no age file.
    """
    wraps.check_header(manifest.sealed)
    incident = _found(sender)
    if not _is_whole(incident, exhibit_id):
        _bring_home(_row(incident, exhibit_id))
    with transaction.atomic():
        incident = _locked(sender)
        if _is_whole(incident, exhibit_id):
            if ledger.arrivals([exhibit_id]).get(exhibit_id) != bytes.fromhex(manifest.sha256):
                raise Finished
            return False
        row = _row(incident, exhibit_id)
        held = _whole(row)
        _enter(incident, row, held, manifest, at=at)
        names = [name_of(part) for part in held if part.anew]
        row.delete()
        transaction.on_commit(partial(_remove, names), robust=True)
    return True


@transaction.atomic
def take_back(sender: Sender, exhibit_id: UUID) -> None:
    """Remove a file under way that this visit began, with its parts.

    Raises:
        Gone: there is none, or another visit began it.
        Finished: it is whole, and stays.
    """
    incident = _locked(sender)
    if _is_whole(incident, exhibit_id):
        raise Finished
    row = _row(incident, exhibit_id)
    if row.visit != sender.visit:
        raise Gone
    names = [name for part in row.parts.all() for name in names_of(part)]
    row.delete()
    transaction.on_commit(partial(_remove, names), robust=True)  # what stays is swept by `expire`


def name_of(part: ArrivingPart) -> str:
    """Return where a part lies in storage."""
    if part.anew:
        return exhibits.rekeyed_name(part.arriving_id, part.number, part.sealed_sha256)
    return exhibits.part_name(part.arriving_id, part.number)


def names_of(part: ArrivingPart) -> Mapping[str, str]:
    """Return where a part lies, and where a re-key under way put it a second time; with the SHA-256 of each in hex."""
    names = {name_of(part): part.sealed_sha256}
    if part.rekey_id:
        names[exhibits.rekeyed_name(part.arriving_id, part.number, part.next_sha256)] = part.next_sha256
    return names


def _found(sender: Sender) -> Incident:
    row = Incident.objects.filter(pk=sender.incident_id).first()
    if row is None or key_of(Recipient(row.recipient)) != sender.key:
        raise Gone
    return row


def _locked(sender: Sender) -> Incident:
    """Return the incident's row, locked, so that no re-key passes by unseen."""
    Incident.objects.select_for_update().filter(pk=sender.incident_id).first()
    return _found(sender)


def _is_whole(incident: Incident, exhibit_id: UUID) -> bool:
    row = Exhibit.objects.filter(pk=exhibit_id).first()
    if row is not None and row.incident_id != incident.pk:
        raise Gone
    return row is not None


def _row(incident: Incident, exhibit_id: UUID) -> Arriving:
    row = Arriving.objects.filter(pk=exhibit_id, incident=incident).first()
    if row is None:
        raise Gone
    return row


def _insist_own(row: Arriving, incident: Incident) -> None:
    if row.incident_id != incident.pk:
        raise Gone


def _insist_same(came: Arrival, sha256: str, size_bytes: int) -> None:
    if came.sha256 != sha256:
        raise Held(sha256=sha256, size_bytes=size_bytes)


def _count(incident: Incident) -> int:
    return deposits.held(incident.pk)[0]


def _insist_room(row: Arriving, size_bytes: int) -> None:
    """Refuse a part that would make the file or the report too large; both are measured sealed."""
    held = list(row.parts.values_list("sealed_bytes", flat=True))
    if sum(held) + size_bytes > settings.FILE_LIMIT_BYTES + (len(held) + 1) * files.SEALED_PART_SLACK:
        raise Over("file")
    if deposits.held(row.incident_id)[1] + size_bytes > settings.INCIDENT_LIMIT_BYTES:
        raise Over("incident")


def _held(sender: Sender, exhibit_id: UUID, number: int) -> tuple[str, int] | None:
    incident = _found(sender)
    if _is_whole(incident, exhibit_id):
        part = Part.objects.filter(exhibit_id=exhibit_id, number=number).first()
        if part is None:
            raise Finished
        return part.sealed_sha256, part.sealed_bytes
    held = _row(incident, exhibit_id).parts.filter(number=number).first()
    return (held.sealed_sha256, held.sealed_bytes) if held else None


@transaction.atomic
def _note(
    sender: Sender, exhibit_id: UUID, number: int, lies: tuple[str, int], *, on: date
) -> tuple[tuple[str, int], bool]:
    """Write the row of a part that lies in storage, unless there is one; return what is held, and whether it is new."""
    incident = _locked(sender)
    if _is_whole(incident, exhibit_id):
        raise Finished
    row = _row(incident, exhibit_id)
    if held := row.parts.filter(number=number).first():
        return (held.sealed_sha256, held.sealed_bytes), False
    _insist_room(row, lies[1])
    row.parts.create(number=number, sealed_sha256=lies[0], sealed_bytes=lies[1])
    if row.last_on != on:
        row.last_on = on
        row.save(update_fields=["last_on"])
    return lies, True


def _whole(row: Arriving) -> list[ArrivingPart]:
    held = list(row.parts.order_by("number"))
    there = {part.number for part in held}
    missing = set(range(1, (row.parts_said or max(there, default=1)) + 1)) - there
    if missing:
        raise Missing(sorted(missing))
    return held


def _enter(incident: Incident, row: Arriving, held: Sequence[ArrivingPart], manifest: Arrival, *, at: datetime) -> None:
    number = incident.exhibits.filter(parent=None).count() + 1
    exhibit = Exhibit.objects.create(id=row.pk, incident=incident, number=number, sealed=manifest.sealed)
    Part.objects.bulk_create(
        Part(exhibit=exhibit, number=part.number, sealed_bytes=part.sealed_bytes, sealed_sha256=part.sealed_sha256)
        for part in held
    )
    # Who opens it takes the whole file's hash: until then nobody here knows it.
    event = events.ExhibitReceived(at=at, by=events.FILING, object=row.pk, sha256="")
    ledger.append(event, to=Recipient(incident.recipient), incident_id=incident.pk, of=manifest.sealed)


def _bring_home(row: Arriving) -> None:
    """Put what a re-key sealed anew where an exhibit's parts lie, before the rows say so."""
    for part in row.parts.filter(anew=True):
        name, sealed = exhibits.part_name(row.pk, part.number), storage.get(name_of(part))
        try:
            storage.put(name, sealed)
        except FileExistsError:
            if storage.get(name) != sealed:  # sealed to the former key, and left over when it should have gone
                storage.remove(name)
                storage.put(name, sealed)


def _remove(names: Sequence[str]) -> None:
    for name in names:
        storage.remove(name)
