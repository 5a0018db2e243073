"""Seal a report and all it came with, in one step, then forget the key."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from accounts import queries
from accounts.queries import PublicDesk
from incidents.checklist import summary
from incidents.checklist.answers import Answers
from incidents.custody import events, ledger
from incidents.models import Arriving, ArrivingPart, Exhibit, Grant, Incident, Part, Report
from incidents.vault import cards, exhibits, grants, posted, rows
from incidents.vault.exhibits import StoredFile
from incidents.vault.rows import RowPlace
from sealing.keys import Secret
from sealing.slots import Busy
from sealing.types import Key, Recipient

# Speakable, and hard to mistake for another: no vowel makes a word, no O, I, L, U.
REFERENCE_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"


class NothingToFile(Exception):
    """Neither one answer nor one file, or nobody to receive it."""


class Rekeyed(Busy):
    """The incident got another key while this was sent; sent again, it is sealed to the new one. Nothing was kept."""


class Gone(Exception):
    """The incident that something should be added to is not there any more."""


@dataclass(frozen=True, slots=True)
class Deposited:
    """What the reporter is told once."""

    incident_id: UUID
    reference: str
    receipt: str
    recipient: Recipient  # where the same visit seals what it adds


@dataclass(frozen=True, slots=True)
class Opening:
    """An incident about to exist: its files are sealed to it before it has a row; only this holds its secret."""

    id: UUID = field(default_factory=uuid.uuid4)
    secret: Secret = field(default_factory=Secret.new)

    @property
    def recipient(self) -> Recipient:
        """Where its files are sealed to."""
        return self.secret.recipient


def begin() -> Opening:
    """Draw a new incident's secret."""
    return Opening()


def deposit(
    opening: Opening,
    answers: Answers,
    *,
    desks: Sequence[PublicDesk],
    receipt: str,
    files: Sequence[StoredFile],
    at: datetime,
) -> Deposited:
    """File an incident: rows, grants to the desks and to a new receipt, inbox cards, events.

    Args:
        receipt: the language of the words, or `digits`.

    Raises:
        NothingToFile: there is no answer and no file, or no desk.
        Busy: all slots for new receipts are taken; nothing was stored.
    """
    if not desks or not (answers.is_filled or files):
        raise NothingToFile
    drawn = grants.draw_receipt(receipt)  # before the transaction: a stretch must not hold the database
    with transaction.atomic():
        incident = Incident.objects.create(
            id=opening.id,
            reference=_reference(),
            recipient=opening.recipient,
            received_on=at.date(),
            keyring=_keyring(opening, drawn),
        )
        hand = _Hand(incident, by=events.FILING, at=at, secret=opening.secret, to=opening.recipient)
        document = hand.report(answers, number=1)
        for number, stored in enumerate(files, 1):
            hand.exhibit(stored, number=number)
        grants.to_receipt(incident, opening.secret, drawn.receipt).save()
        for desk in desks:
            grants.to_desk(incident, opening.secret, desk).save()
            hand.granted(desk)
            cards.write_inbox(incident, desk=desk, reports=[document], manifests=[stored.manifest for stored in files])
    return Deposited(incident.pk, reference=incident.reference, receipt=drawn.words, recipient=opening.recipient)


def add(
    incident_id: UUID,
    answers: Answers | None,
    *,
    files: Sequence[StoredFile],
    at: datetime,
    key: Secret | Recipient,
) -> None:
    """Add to an incident; what was filed before does not change.

    Args:
        key: the incident's secret, where the receipt is open: then rows are written at once. Or, for a phone that may
            add and not read, the recipient that it filed to or came back to: then everything waits as inbox forms. The
            one in the incident's row will not do: whoever writes the database could put their own there.

    Raises:
        NothingToFile: there is no answer and no file.
        Gone: the incident was taken back.
        Rekeyed: its row names another key: it got another key since the files were sealed, or since it was opened.
    """
    filled = answers is not None and answers.is_filled
    if not filled and not files:
        raise NothingToFile
    with transaction.atomic():
        incident = Incident.objects.select_for_update().filter(pk=incident_id).first()
        if incident is None:
            raise Gone
        secret, to = (key, key.recipient) if isinstance(key, Secret) else (None, key)
        sealed_to = [to, *(stored.to for stored in files if stored.to)]
        if any(recipient != incident.recipient for recipient in sealed_to):
            raise Rekeyed
        hand = _Hand(incident, by=events.RECEIPT if secret else events.FILING, at=at, secret=secret, to=to)
        if answers is not None and filled:
            number = incident.reports.count() + 1
            hand.report(answers, number=number)
            hand.uses(answers, number=number)
        held = incident.exhibits.filter(parent=None).count()
        for number, stored in enumerate(files, held + 1):
            hand.exhibit(stored, number=number)


def has_other_key(incident_id: UUID, *, than: Recipient | None) -> bool:
    """Tell whether an incident is there and its row names another recipient than a visit knows: nothing is sealed then.

    It got another key, or somebody wrote into the database. The receipt tells these apart: it opens the one only.
    """
    return Incident.objects.filter(pk=incident_id).exclude(recipient=than or "").exists()


def desks_of(incident_id: UUID, *, on: date) -> list[str]:
    """Return the addresses of the desks that hold a key to an incident today."""
    lasting = Grant.objects.filter(grants.lasting(on), incident_id=incident_id, desk__isnull=False)
    return list(lasting.order_by("desk__name").values_list("desk__slug", flat=True))


def arrived(incident_id: UUID) -> int:
    """Return how many files came whole."""
    return Exhibit.objects.filter(incident_id=incident_id, parent=None).count()


def held(incident_id: UUID) -> tuple[int, int]:
    """Return how many files an incident holds and their sealed bytes, those under way too: the limits count them.

    What a desk makes of them takes nothing of the reporter's room.
    """
    count = arrived(incident_id) + Arriving.objects.filter(incident_id=incident_id).count()
    whole = Part.objects.filter(exhibit__incident_id=incident_id, exhibit__parent=None)
    under_way = ArrivingPart.objects.filter(arriving__incident_id=incident_id)
    return count, sum(parts.aggregate(size=Sum("sealed_bytes"))["size"] or 0 for parts in (whole, under_way))


@dataclass(frozen=True, slots=True)
class _Hand:
    """Writes the rows of one act on one incident, and an event for each."""

    incident: Incident
    by: str
    at: datetime
    secret: Secret | None
    to: Recipient

    def report(self, answers: Answers, *, number: int) -> Mapping[str, object]:
        """Write a report, and return its document."""
        document = answers.received(at=events.moment(self.at), nonce=secrets.token_hex(16), first=number == 1)
        plain = rows.plain(document)
        report_id = uuid.uuid4()
        sealed = self._sealed(plain, RowPlace("report", self.incident.pk, report_id))
        Report.objects.create(id=report_id, incident=self.incident, number=number, sealed=sealed)
        self._enter(
            events.ReportReceived(at=self.at, by=self.by, object=report_id, sha256=hashlib.sha256(plain).hexdigest()),
            of=sealed,
        )
        return document

    def exhibit(self, stored: StoredFile, *, number: int) -> None:
        """Write a file's manifest and the table of its parts."""
        sealed = self._sealed(rows.plain(stored.manifest), RowPlace("manifest", self.incident.pk, stored.id))
        row = Exhibit.objects.create(id=stored.id, incident=self.incident, number=number, sealed=sealed)
        Part.objects.bulk_create(
            Part(exhibit=row, number=n, sealed_bytes=part.sealed_bytes, sealed_sha256=part.sealed_sha256)
            for n, part in enumerate(stored.parts, 1)
        )
        event = events.ExhibitReceived(at=self.at, by=self.by, object=stored.id, sha256=str(stored.manifest["sha256"]))
        self._enter(event, of=sealed)

    def granted(self, desk: PublicDesk) -> None:
        """Enter that a desk was given the key."""
        event = events.Granted(
            at=self.at, by=self.by, object=self.incident.pk, desk=desk.id, basis="chosen_by_reporter"
        )
        self._enter(event, of=None)

    def uses(self, answers: Answers, *, number: int) -> None:
        """Tell each desk at once what a later report says of uses: it is laid over the desk's card, with no key of it.

        A card that the desk posted to a coalition goes where the reporter says no to what it needs.

        Args:
            number: of that report.
        """
        if not (said := summary.uses_said(answers)):
            return
        holding = self.incident.grants.filter(grants.lasting(self.at.date()), desk__isnull=False)
        ids = dict(holding.values_list("desk__slug", "desk_id"))
        for row in said:
            kind = events.UseAllowed if row["answer"] == "yes" else events.UseWithdrawn
            at_desk = str(ids.get(row["desk"], ""))
            event = kind(at=self.at, by=self.by, object=self.incident.pk, use=row["use"], desk=at_desk)
            self._enter(event, of=None)
        for slug in ids:
            desk, told = queries.receiving(slug), [row for row in said if row["desk"] in {"", slug}]
            if desk and told:
                cards.write_notice(self.incident.pk, desk=desk, report=number, said=told)
        posted.take_back(posted.refused(self.incident.pk, said), by=self.by, at=self.at)

    def _sealed(self, plain: bytes, place: RowPlace) -> bytes:
        if self.secret is None:
            return rows.seal_inbox(plain, self.to)
        return rows.seal(self.secret, plain, place)

    def _enter(self, event: events.Event, *, of: bytes | None) -> None:
        to: Key | Recipient = self.secret.sub("ledger") if self.secret else self.to
        ledger.append(event, to=to, incident_id=self.incident.pk, of=of)


def _keyring(opening: Opening, drawn: grants.NewReceipt) -> bytes:
    """What a re-key needs to wrap to the reporter without asking them."""
    document = {"handle": drawn.receipt.handle.hex(), "receipt": drawn.receipt.identity.recipient}
    return rows.seal_keyring(opening.secret, rows.plain(document), incident_id=opening.id)


def _reference() -> str:
    letters = [secrets.choice(REFERENCE_LETTERS) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def sealed_bytes_of(files: Iterable[StoredFile]) -> int:
    """Return how much files take in storage."""
    return sum(part.sealed_bytes for stored in files for part in stored.parts)


def discard(files: Iterable[StoredFile]) -> None:
    """Remove files that were sealed for an incident that is not filed after all."""
    for stored in files:
        exhibits.remove(stored)
