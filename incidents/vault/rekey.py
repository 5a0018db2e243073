"""Give an incident another secret, files included: begun, gone on with, finished in one step.

Until the last step everything stands as it was, and what was sealed anew lies beside it: a run that is killed loses one
part's work. Who holds the old secret and a later copy of the database opens nothing of it any more.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.models import Desk
from accounts.policy import Denial, Denied, insist
from incidents.custody import events, ledger
from incidents.models import Exhibit, Grant, Incident, Part, Rekey, RekeyedPart, Report
from incidents.vault import exhibits, grants, holding, inbox, rekey_arriving, rows, sharing, storage
from incidents.vault.grants import FormerKeys, OtherKeys
from incidents.vault.openings import OpenIncident
from incidents.vault.rows import RowPlace
from sealing import keys, wraps
from sealing.keys import Secret, Tampered
from sealing.types import Place, Recipient, Sealed

NOT_NAMED = Denial(
    _("The record of this incident does not say that this desk holds a key. It gets no other one. Tell your operator.")
)
NOT_CHECKED = Denial(_("Some files are not checked yet. Open the incident, and let them be checked first."))
NOT_PINNED = Denial(_("This desk's key in the database is not the pinned one. Share nothing. Tell your operator."))


FRESH = timedelta(days=1)  # a re-key that another desk began since then is theirs to go on with


@dataclass(frozen=True, slots=True)
class Progress:
    """How many sealed bytes of an incident's files lie there anew."""

    done_bytes: int
    total_bytes: int
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Heirs:
    """Which desks get an incident's next secret, each until its last day; and the names of those that do not."""

    until: Mapping[UUID, date | None]
    names: Sequence[str]
    left_out: Sequence[str]


def heirs(opened: OpenIncident, *, on: date) -> Heirs:
    """Return who gets the next secret: the desks of which the record says that they hold a key.

    A row that the record does not know, or whose last day was moved, gives nothing: who writes the database wrote it.
    """
    given = holding.given(opened)
    until, names, left_out = {}, [], []
    for desk_id, name, cards_only, last in _desk_grants(opened):
        known = given.get(str(desk_id))
        if known is None or cards_only or any(day and day < on for day in (known.until, last)):
            left_out.append(name)
        else:
            until[desk_id] = known.until
            names.append(name)
    return Heirs(until, names, left_out)


def left_out_last(opened: OpenIncident) -> Sequence[str]:
    """Return the desks whose keys ended with the last re-key, because they were due no other one."""
    said = [event.said for event in opened.custody()]
    last = next((one for one in reversed(said) if one["act"] == events.Rekeyed.act), {})
    ended = [one["desk"] for one in said if one["act"] == events.Withdrawn.act and _of_one_act(one, last)]
    return list(Desk.objects.filter(pk__in=ended).order_by("name").values_list("name", flat=True))


def _of_one_act(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(one.get(name) == other.get(name) for name in ("at", "by"))


def _desk_grants(opened: OpenIncident) -> Iterable[tuple[UUID, str, bool, date | None]]:
    held = Grant.objects.filter(incident_id=opened.id, desk__isnull=False).order_by("desk__name")
    return held.values_list("desk_id", "desk__name", "desk__cards_only", "until")


def why_not_begin(opened: OpenIncident, *, on: date) -> Denial | None:
    """Return why this desk may not begin a re-key now, or None: two desks would drop each other's work for ever."""
    others = Rekey.objects.filter(incident_id=opened.id, started_on__gte=on - FRESH).select_related("desk")
    if (row := others.exclude(desk_id=sharing.desk_of(opened).id).first()) is None:
        return None
    said = _("{desk} is giving it another key since {day}. Ask them to go on, or come back two days after that day.")
    return Denial(format_lazy(said, desk=row.desk.name, day=row.started_on.isoformat()))


def under_way(opened: OpenIncident) -> Progress | None:
    """Return how far this desk's re-key of an incident is, or None where none is under way that it can go on with."""
    row = _own(opened).first()
    return _progress(row, opened) if row else None


def go_on(opened: OpenIncident, *, at: datetime, seconds: float) -> Progress:
    """Begin a re-key, or go on with it for some seconds; at least one part is done, and after the last one it ends.

    Raises:
        Denied: the incident changed meanwhile, another desk is at it, this one is not named by the record, or the key
            of a desk that is due the next secret is not the pinned one.
        Tampered: a part or a row is not the one that was stored. Everything stays as it is.
    """
    ends = time.monotonic() + seconds
    if opened.waiting:
        raise Denied(NOT_CHECKED)
    row = _begun(opened, at=at)
    to = _secret_of(row, opened).recipient
    known = {exhibit.id for exhibit in opened.files}
    while part := _left(row, opened).filter(exhibit_id__in=known).first():
        _seal_part(opened, row, part, to=to)
        if time.monotonic() >= ends:
            break
    else:
        while rekey_arriving.seal_next(row, opened, to=to) and time.monotonic() < ends:
            pass
    if _left(row, opened).exists() or rekey_arriving.left(row).exists():
        return _progress(row, opened)
    _insist_on_heirs(opened, at=at)
    done = _progress(row, opened)
    _finish(opened, at=at)
    return Progress(done.total_bytes, done.total_bytes, finished=True)


@transaction.atomic
def _begun(opened: OpenIncident, *, at: datetime) -> Rekey:
    """Return the re-key that this desk began, or begin one: an old one of another desk, or of a former key, goes.

    The next secret of such a one may be known to somebody who has no business here any more.
    """
    incident, desk = sharing.locked(opened), sharing.desk_of(opened)
    if row := _own(opened).first():
        return row
    insist(why_not_begin(opened, on=at.date()))
    Rekey.objects.filter(incident=incident).delete()  # its parts in storage are named by no row: `expire` sweeps them
    row = Rekey(incident=incident, desk_id=desk.id, generation=desk.generation, started_on=at.date())
    row.sealed = keys.seal(desk.secret.sub("cases"), {"key": Secret.new().key_file}, _place(row))
    row.save(force_insert=True)
    return row


def _secret_of(row: Rekey, opened: OpenIncident) -> Secret:
    """Return the next secret; a document, for anybody could seal an age file with a secret of their own to the desk."""
    said = keys.unseal(sharing.desk_of(opened).secret.sub("cases"), Sealed(bytes(row.sealed)), _place(row))
    return Secret.from_key_file(str(said["key"]))


def _place(row: Rekey) -> Place:
    return ("rekey", str(row.desk_id), str(row.incident_id), row.generation)


def _own(opened: OpenIncident) -> QuerySet[Rekey]:
    desk = sharing.desk_of(opened)
    return Rekey.objects.filter(incident_id=opened.id, desk_id=desk.id, generation=desk.generation)


def _left(row: Rekey, opened: OpenIncident) -> QuerySet[Part]:
    """Return the parts that are not sealed anew yet."""
    done = RekeyedPart.objects.filter(rekey=row, exhibit=OuterRef("exhibit"), number=OuterRef("number"))
    left = _parts(opened).filter(~Exists(done)).select_related("exhibit")
    return left.order_by("exhibit__number", "number")


def _parts(opened: OpenIncident) -> QuerySet[Part]:
    """Return the parts that go from one key to the next: a file that is not what was sent stays as it came."""
    damaged = [file.id for file in opened.damaged]
    return Part.objects.filter(exhibit__incident_id=opened.id).exclude(exhibit_id__in=damaged)


def _progress(row: Rekey, opened: OpenIncident) -> Progress:
    total = _parts(opened).aggregate(size=Sum("sealed_bytes"))["size"] or 0
    left = _left(row, opened).aggregate(size=Sum("sealed_bytes"))["size"] or 0
    arriving_total, arriving_left = rekey_arriving.sizes(row)
    total, left = total + arriving_total, left + arriving_left
    return Progress(total - left, total)


def _seal_part(opened: OpenIncident, row: Rekey, part: Part, *, to: Recipient) -> None:
    """Seal one part to the next recipient and store it under a name of its own; whoever is second leaves nothing."""
    plain = opened.reader(opened.file(part.exhibit_id)).part(part.number)
    sealed = wraps.seal(plain, to)
    sealed_sha256 = hashlib.sha256(sealed).hexdigest()
    name = exhibits.rekeyed_name(part.exhibit_id, part.number, sealed_sha256)
    storage.put(name, sealed)  # confirmed: the old one goes on the word of this one
    if not _note(row, part, sealed_bytes=len(sealed), sealed_sha256=sealed_sha256):
        storage.remove(name)
        if not Rekey.objects.filter(pk=row.pk).exists():
            raise Denied(sharing.CHANGED)


@transaction.atomic
def _note(row: Rekey, part: Part, *, sealed_bytes: int, sealed_sha256: str) -> bool:
    """Note that a part lies there anew, unless somebody was faster or the re-key is gone."""
    if not Rekey.objects.select_for_update().filter(pk=row.pk).exists():
        return False
    _part, created = RekeyedPart.objects.get_or_create(
        rekey=row,
        exhibit_id=part.exhibit_id,
        number=part.number,
        defaults={"sealed_bytes": sealed_bytes, "sealed_sha256": sealed_sha256},
    )
    return created


def _insist_on_heirs(opened: OpenIncident, *, at: datetime) -> None:
    """Go on only where the own desk is due the next secret, and each other one has a key that can be believed."""
    own, due = sharing.desk_of(opened).id, heirs(opened, on=at.date()).until
    if own not in due:
        raise Denied(NOT_NAMED)
    for slug in Desk.objects.filter(pk__in=due.keys() - {own}).values_list("slug", flat=True):
        desk = queries.receiving(slug)
        if desk is None or not sharing.stands_on_pin(opened, desk, at=at):
            raise Denied(NOT_PINNED)


@transaction.atomic
def _finish(opened: OpenIncident, *, at: datetime) -> None:
    """Swap everything at once; once that holds, the objects go that nothing names any more."""
    incident = sharing.locked(opened)
    row = _own(opened).select_for_update().get()
    reader = inbox.Reader(incident, opened.secret, opened.former, by=opened.by, at=at)
    waiting = {file.id for file in inbox.convert(reader, may=inbox.none)} - {file.id for file in opened.damaged}
    if waiting or _left(row, opened).exists() or rekey_arriving.left(row).exists():  # something came meanwhile
        raise Denied(sharing.CHANGED)
    step = _Step(opened, incident, _secret_of(row, opened), at, heirs(opened, on=at.date()))
    names = [exhibits.name_of(part) for part in _parts(opened).select_related("exhibit")]
    step.enter(events.Rekeyed(at=at, by=opened.by, object=incident.pk), of=None)
    for report in Report.objects.select_for_update().filter(incident=incident).order_by("number"):
        step.reseal(report, "report")
    damaged = [file.id for file in opened.damaged]
    held = Exhibit.objects.select_for_update().filter(incident=incident).exclude(pk__in=damaged)
    for exhibit in held.order_by("number"):
        step.reseal(exhibit, "manifest", parts=_swapped(row, exhibit))
    names += rekey_arriving.swap(row, opened, to=step.new.recipient)
    step.hand_over()
    row.delete()
    transaction.on_commit(partial(_remove, names), robust=True)  # what stays is swept by `expire`


def _remove(names: Sequence[str]) -> None:
    for name in names:
        storage.remove(name)


def _swapped(row: Rekey, exhibit: Exhibit) -> Mapping[int, tuple[str, int]]:
    """Put the parts that were sealed anew in the place of the old ones; return hash and size of each by its number."""
    anew = {part.number: part for part in RekeyedPart.objects.filter(rekey=row, exhibit=exhibit)}
    held = list(Part.objects.filter(exhibit=exhibit))
    for part in held:
        part.sealed_bytes, part.sealed_sha256 = anew[part.number].sealed_bytes, anew[part.number].sealed_sha256
    Part.objects.bulk_update(held, ["sealed_bytes", "sealed_sha256"])
    return {part.number: (part.sealed_sha256, part.sealed_bytes) for part in held}


@dataclass(frozen=True, slots=True)
class _Step:
    """The last step: what an incident holds goes from one secret to the next."""

    opened: OpenIncident
    incident: Incident
    new: Secret
    at: datetime
    heirs: Heirs

    def enter(self, event: events.Event, *, of: bytes | None) -> None:
        """Write an event under the next secret."""
        ledger.append(event, to=self.new.sub("ledger"), incident_id=self.incident.pk, of=of)

    def reseal(self, row: Report | Exhibit, kind: str, *, parts: Mapping[int, tuple[str, int]] | None = None) -> None:
        """Seal a row's document as its next version; of a manifest only hash and size of each sealed part change."""
        old = bytes(row.sealed)
        document = rows.open_(self.opened.secret, old, self._place(row, kind))
        if parts is not None:
            document = _with_parts(document, parts)
        row.version += 1
        row.sealed = rows.seal(self.new, document, self._place(row, kind))
        row.save(update_fields=["version", "sealed"])
        hashes = {"old": hashlib.sha256(old).hexdigest(), "new": hashlib.sha256(row.sealed).hexdigest()}
        self.enter(events.RowRekeyed(at=self.at, by=self.opened.by, object=row.pk, **hashes), of=row.sealed)

    def hand_over(self) -> None:
        """Write the next recipient and keyring, and give the next secret to whoever is due it."""
        old, incident = self.opened.secret, self.incident
        held = grants.other_keys(incident, old)
        former = FormerKeys(
            ledger=[old.sub("ledger"), *held.former.ledger], identities=[old.identity, *held.former.identities]
        )
        incident.generation += 1
        incident.recipient = self.new.recipient
        incident.keyring = grants.seal_other_keys(
            OtherKeys(held.handle, held.receipt, former), incident=incident, secret=self.new
        )
        incident.save(update_fields=["generation", "recipient", "keyring"])
        for grant in Grant.objects.select_for_update().filter(incident=incident).select_related("desk"):
            self._give(grant, held)

    def _give(self, grant: Grant, held: OtherKeys) -> None:
        if grant.desk is None:
            if bytes(grant.handle or b"") != held.handle:
                raise Tampered("The reporter's grant is not the one that was stored.")
            grant.wrapped = wraps.wrap(self.new, held.receipt)
        elif grant.desk.pk not in self.heirs.until:
            sharing.take(grant, by=self.opened.by, at=self.at)
            event = events.Withdrawn(at=self.at, by=self.opened.by, object=self.incident.pk, desk=grant.desk.pk)
            return self.enter(event, of=None)
        else:
            to, grant.generation = self._key_of(grant.desk)
            grant.wrapped, grant.until = wraps.wrap(self.new, to), self.heirs.until[grant.desk.pk]
        return grant.save(update_fields=["wrapped", "generation", "until"])

    def _key_of(self, desk: Desk) -> tuple[Recipient, int]:
        """Return what a desk's grant is sealed to, and that key's generation.

        The own desk is open and its key at hand: the pinned one may be a former one still, which whoever left knows.
        """
        own = sharing.desk_of(self.opened)
        if desk.pk == own.id:
            return own.secret.recipient, own.generation
        other = queries.receiving(desk.slug)
        if other is None:
            raise Denied(NOT_PINNED)
        return other.recipient, other.generation

    def _place(self, row: Report | Exhibit, kind: str) -> RowPlace:
        return RowPlace(kind, self.incident.pk, row.pk, row.version)


def _with_parts(document: bytes, parts: Mapping[int, tuple[str, int]]) -> bytes:
    manifest = json.loads(document)
    for number, part in enumerate(manifest["parts"], 1):
        part[1], part[3] = parts[number]
    return rows.plain(manifest)
