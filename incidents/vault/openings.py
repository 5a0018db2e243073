"""Open an incident for one reader, or many for one search, and write that down."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.core.cache import cache
from django.http import Http404
from django.utils import timezone

from accounts.keyring import OpenDesk
from accounts.unlock import Keys, Locked, ReceiptSession
from incidents.checklist.answers import Answers
from incidents.custody import checks, events, ledger
from incidents.custody.events import Event
from incidents.models import Exhibit, Incident, Report
from incidents.vault import cards, deposits, grants, inbox, rows
from incidents.vault.checking import Unchecked
from incidents.vault.exhibits import NotAsStored, Reader, StoredFile
from incidents.vault.grants import FormerKeys
from incidents.vault.rows import RowPlace
from sealing import keys, wraps
from sealing.keys import Secret, Tampered
from sealing.types import Key, Sealed

TOLD_SECONDS = 86_400


class Absent(Http404):
    """No such thing, or no grant for this session; both look alike and take as long."""


@dataclass(frozen=True, slots=True)
class OpenReport:
    """One report as it was given."""

    id: UUID
    number: int
    document: bytes  # exactly what was sealed
    answers: Answers

    @property
    def name(self) -> str:
        """How it is called on pages and in packets."""
        return f"R-{self.number:04d}"


@dataclass(frozen=True, slots=True)
class OpenExhibit:
    """One file: what its manifest says; its bytes are opened part by part."""

    id: UUID
    number: int
    manifest: Mapping[str, object]
    received_on: date | None
    version: int = 1  # one more with each re-key
    parent: UUID | None = None  # of a copy: what it was made of, or what it speaks of
    original: int = 0  # of a copy: the number of the file that came

    @property
    def name(self) -> str:
        """How it is called on pages and in packets, never by its own name."""
        return f"EX-{self.original:04d}-C{self.number}" if self.parent else f"EX-{self.number:04d}"

    @property
    def media_type(self) -> str:
        """What it is: of a copy, ours to say; of an original, what the sender claims."""
        return str(self.manifest["type"])

    @property
    def file_name(self) -> str:
        """What the sender's device called it."""
        return str(self.manifest["name"])

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        return int(str(self.manifest["size"]))


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """One event of the record with its body."""

    entered: ledger.Entry
    body: bytes

    @property
    def said(self) -> Mapping[str, str]:
        """The body's fields."""
        return dict(json.loads(self.body))


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident in one request's memory; no row behind it."""

    id: UUID
    reference: str
    received_on: date
    desk: OpenDesk | None  # None: opened by its receipt
    reports: Sequence[OpenReport]
    exhibits: Sequence[OpenExhibit]  # the files that came
    copies: Sequence[OpenExhibit]  # what was made of them, and what is said of them
    unchecked: Sequence[Unchecked]  # files that came and do not count yet, with those that are damaged
    review: Mapping[str, object]
    _secret: Secret = field(repr=False)
    _former: FormerKeys = field(default_factory=FormerKeys, repr=False)

    @property
    def secret(self) -> Secret:
        """The incident's secret, for the rest of the vault; no page touches it."""
        return self._secret

    @property
    def by(self) -> str:
        """Who reads, as events name them."""
        return str(self.desk.seat_id) if self.desk else events.RECEIPT

    @property
    def waiting(self) -> Sequence[Unchecked]:
        """The files that are still to be checked."""
        return [file for file in self.unchecked if not file.is_damaged]

    @property
    def damaged(self) -> Sequence[Unchecked]:
        """The files that are not what was sent."""
        return [file for file in self.unchecked if file.is_damaged]

    @property
    def answers(self) -> Sequence[Answers]:
        """What each report says, in order."""
        return [report.answers for report in self.reports]

    def record(self, event: Event, *, of: bytes | None = None) -> None:
        """Write an event under this incident: every desk with a grant and the reporter can read it."""
        ledger.append(event, to=self._secret.sub("ledger"), incident_id=self.id, of=of)

    def record_at_desk(self, event: Event, *, of: bytes | None = None) -> None:
        """Write an event under the desk: no other desk, no reporter and no packet sees it."""
        if self.desk is None:
            raise Absent
        ledger.append(event, to=self.desk.secret.sub("ledger"), desk_id=self.desk.id, of=of)

    def custody(self) -> list[OpenEvent]:
        """Return the incident's events, open, in ledger order."""
        found = []
        for entered in ledger.of_incident(self.id):
            body = ledger.read_body(entered, self._open_body)
            found.append(OpenEvent(entered=entered, body=body))
        return found

    def said(self, entered: ledger.Entry) -> Mapping[str, str]:
        """Return what one event says, or nothing where no key of this incident opens it."""
        try:
            return dict(json.loads(ledger.read_body(entered, self._open_body)))
        except Tampered:
            return {}

    @property
    def former(self) -> FormerKeys:
        """What opens what is from before each re-key, for the rest of the vault; no page touches it."""
        return self._former

    @property
    def former_ledger_keys(self) -> Sequence[Key]:
        """The `ledger` sub-keys from before each re-key, newest first."""
        return self._former.ledger

    def age_of(self, entered: ledger.Entry) -> int | None:
        """Return under which key a body was written: 0 the present one, 1 the one before.

        None: under none, for whoever wrote it had no key in hand.
        """
        place = ("event", str(entered.incident_id), str(entered.id))
        for age, key in enumerate((self._secret.sub("ledger"), *self._former.ledger)):
            with contextlib.suppress(Tampered):
                keys.unseal_bytes(key, Sealed(entered.sealed_body), place)
                return age
        return None

    def exhibit(self, exhibit_id: UUID) -> OpenExhibit:
        """Return one exhibit.

        Raises:
            Absent: it is not this incident's.
        """
        for exhibit in self.exhibits:
            if exhibit.id == exhibit_id:
                return exhibit
        raise Absent

    @property
    def files(self) -> Sequence[OpenExhibit]:
        """Every sealed file, whether it came or was made here."""
        return [*self.exhibits, *self.copies]

    def file(self, file_id: UUID) -> OpenExhibit:
        """Return one exhibit or copy.

        Raises:
            Absent: it is not this incident's.
        """
        for one in self.files:
            if one.id == file_id:
                return one
        raise Absent

    def with_copies(self, made: Sequence[OpenExhibit]) -> OpenIncident:
        """Return the incident as it is once these were made of its files."""
        known = {copy.id for copy in self.copies}
        return replace(self, copies=[*self.copies, *(copy for copy in made if copy.id not in known)])

    def copies_of(self, exhibit: OpenExhibit) -> list[OpenExhibit]:
        """Return what was made of a file, of what was made of it, and so on, the first one first."""
        line, found = {exhibit.id}, []
        for copy in self.copies:  # what something was made of has a lower number
            if copy.parent in line:
                line.add(copy.id)
                found.append(copy)
        return found

    def reader(self, exhibit: OpenExhibit, *, tell: Callable[[NotAsStored], None] | None = None) -> Reader:
        """Return a file's bytes, to read or to stream; `tell`: who hears, in place of the ledger, what is wrong."""
        tell = tell or partial(self.tell, exhibit)
        return Reader(exhibit.id, exhibit.manifest, self._secret.identity, version=exhibit.version, tell=tell)

    def add(self, answers: Answers | None, *, files: Sequence[StoredFile], at: datetime) -> None:
        """Add to the incident from here; rows are written at once."""
        deposits.add(self.id, answers, files=files, at=at, key=self._secret)

    def tell(self, exhibit: OpenExhibit, wrong: NotAsStored) -> None:
        """Write which part is not as it was stored; once a day, for a player asks for its range again and again."""
        told = f"told:{exhibit.id}:{wrong.part}:{wrong.found}"
        if cache.get(told) is None:
            at, part, found = timezone.now(), wrong.part, wrong.found
            self.record(checks.PartNotAsStored(at=at, by=self.by, object=exhibit.id, part=part, found=found))
            cache.set(told, value=True, timeout=TOLD_SECONDS)

    def _open_body(self, sealed: bytes, place: tuple[str, ...]) -> bytes:
        """Open a body with the key of its time: bodies are never sealed again."""
        if rows.waits(sealed):
            identities = (self._secret.identity, *self._former.identities)
            ways = [partial(wraps.unseal, sealed, identity) for identity in identities]
        else:
            ledger_keys = (self._secret.sub("ledger"), *self._former.ledger)
            ways = [partial(keys.unseal_bytes, key, Sealed(sealed), place) for key in ledger_keys]
        for way in ways[:-1]:
            with contextlib.suppress(Tampered):
                return way()
        return ways[-1]()


def incident(reference: str, *, slug: str, using: Keys, at: datetime) -> OpenIncident:
    """Open an incident at one of the member's desks; the first time in a session and day is an event.

    Raises:
        Locked: the member's key is not in this session.
        Absent: there is no such incident, or this desk has no grant to it, or this member no seat.
        Tampered: a row is not the one that was stored.
    """
    desk = using.desk(slug)
    row = Incident.objects.filter(reference=reference.upper()).first()
    secret = grants.by_desk(row, desk, on=at.date())
    if row is None or desk is None or secret is None:
        raise Absent
    opened = _open(row, secret, desk=desk, at=at)
    if using.first_today(row.pk, at=at):
        opened.record(events.Opened(at=at, by=opened.by, object=row.pk))
    return opened


def by_receipt(session: ReceiptSession, *, at: datetime) -> OpenIncident:
    """Open the incident of a reporter who came back.

    Raises:
        Locked: no receipt was given in this session, or the incident got another key since.
        Absent: the incident is gone.
    """
    incident_id, secret = session.opened
    row = Incident.objects.filter(pk=incident_id).first()
    if row is None:
        raise Absent
    if row.recipient != secret.recipient:
        raise Locked  # it got another key since; the words open it still
    return _open(row, secret, desk=None, at=at)


def any_incident() -> bool:
    """Tell whether this site holds any incident at all."""
    return Incident.objects.exists()


def _open(row: Incident, secret: Secret, *, desk: OpenDesk | None, at: datetime) -> OpenIncident:
    by = str(desk.seat_id) if desk else events.RECEIPT
    former = grants.other_keys(row, secret).former if row.generation > 1 else FormerKeys()
    unchecked = inbox.convert(inbox.Reader(row, secret, former, by=by, at=at), may=inbox.small())
    reports = [_report(report, secret) for report in Report.objects.filter(incident=row).order_by("number")]
    arrived = {entered.thing_id: entered.day for entered in ledger.of_incident(row.pk) if entered.kind == "received"}
    held = [
        exhibit_of(exhibit, secret, received_on=arrived.get(exhibit.pk))
        for exhibit in Exhibit.objects.filter(incident=row, parent=None).order_by("number")
        if not rows.waits(bytes(exhibit.sealed))
    ]
    copies: list[OpenExhibit] = []
    numbers = {exhibit.id: exhibit.number for exhibit in held}
    for copy in Exhibit.objects.filter(incident=row, parent__isnull=False).order_by("number"):
        numbers[copy.pk] = numbers.get(copy.parent_id or copy.pk, 0)
        copies.append(exhibit_of(copy, secret, original=numbers[copy.pk]))
    review: Mapping[str, object] = {}
    if desk:
        manifests = [*(exhibit.manifest for exhibit in held), *({"type": ""} for file in unchecked if file.is_damaged)]
        if cards.differs(row.pk, desk=desk, reports=len(reports), exhibits=len(manifests)):
            answers = [report.answers for report in reports]
            cards.remake(row, desk=desk, reports=answers, manifests=manifests)
        review = cards.review_of(row.pk, desk=desk)
    return OpenIncident(
        id=row.pk,
        reference=row.reference,
        received_on=row.received_on,
        desk=desk,
        reports=reports,
        exhibits=held,
        copies=copies,
        unchecked=unchecked,
        review=review,
        _secret=secret,
        _former=former,
    )


def _report(row: Report, secret: Secret) -> OpenReport:
    document = rows.open_(secret, bytes(row.sealed), RowPlace("report", row.incident_id, row.pk, row.version))
    return OpenReport(id=row.pk, number=row.number, document=document, answers=Answers.from_json(json.loads(document)))


def exhibit_of(row: Exhibit, secret: Secret, *, received_on: date | None = None, original: int = 0) -> OpenExhibit:
    """Open the row of a file or a copy."""
    document = rows.open_(secret, bytes(row.sealed), RowPlace("manifest", row.incident_id, row.pk, row.version))
    return OpenExhibit(
        id=row.pk,
        number=row.number,
        manifest=json.loads(document),
        received_on=received_on,
        version=row.version,
        parent=row.parent_id,
        original=original,
    )
