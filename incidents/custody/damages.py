"""What is damaged, since when, and at whose incident: written down once when it is found, and once when it is well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import queries
from incidents.custody import checks, events, ledger
from incidents.custody.events import Event
from incidents.models import Arriving, Damage, Exhibit, Incident, Packet
from sealing.types import Recipient


class Harm(StrEnum):
    """In which way something is not what was stored."""

    MISSING = "missing"  # a row names it, and it is not in storage
    SIZE = "size"
    BYTES = "bytes"
    UNREADABLE = "unreadable"  # storage does not hand it out
    ROW = "row"  # the sealed row is not the one that the ledger names
    ROW_GONE = "row_gone"
    PARTS = "parts"  # rows of its parts are missing


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is not what was stored; `part` counts from 1, 0 is its row."""

    kind: str
    thing_id: UUID
    part: int
    incident_id: UUID | None
    harm: Harm

    @property
    def place(self) -> tuple[UUID, int]:
        """What no two of them share."""
        return self.thing_id, self.part

    def __str__(self) -> str:
        part = f", part {self.part}" if self.part else ""
        return f"{self.kind} {self.thing_id}{part}: {SENTENCES[self.harm]}"


SENTENCES: Mapping[str, Promise] = {
    Harm.MISSING: _("It is missing in storage."),
    Harm.SIZE: _("It is shorter or longer than what was stored."),
    Harm.BYTES: _("Its bytes are not the ones that were stored."),
    Harm.UNREADABLE: _("The storage does not hand it out."),
    Harm.ROW: _("Its row in the database is not the one that the ledger names."),
    Harm.ROW_GONE: _("Its row in the database is gone; the ledger names it."),
    Harm.PARTS: _("The rows of some of its parts are gone."),
}


def open_ones(incident_ids: Iterable[UUID] | None = None) -> list[Found]:
    """Return what was found damaged and not found well since, of all incidents or of these."""
    rows = Damage.objects.filter(mended_on=None).order_by("found_on", "pk")
    rows = rows if incident_ids is None else rows.filter(incident_id__in=list(incident_ids))
    return [_found(row) for row in rows]


@transaction.atomic
def enter(found: Found, *, at: datetime) -> bool:
    """Note one damage, and write it into the ledger where it is new or has become another; tell whether it was."""
    row = Damage.objects.filter(thing_id=found.thing_id, part=found.part, mended_on=None).first()
    if row is not None and row.harm == found.harm:
        return False
    row = row or Damage(
        kind=found.kind,
        thing_id=found.thing_id,
        part=found.part,
        incident_id=found.incident_id,
        found_on=at.date(),
    )
    row.harm = found.harm
    row.save()
    event = checks.DamageFound(
        at=at, by=events.SITE, object=found.thing_id, of_kind=found.kind, part=found.part, harm=found.harm
    )
    write(event, incident_id=found.incident_id)
    return True


@transaction.atomic
def mend(found: Found, *, at: datetime) -> None:
    """Note that what was damaged is what was stored again."""
    rows = Damage.objects.filter(thing_id=found.thing_id, part=found.part, mended_on=None)
    if rows.update(mended_on=at.date()):
        event = checks.FoundWell(at=at, by=events.SITE, object=found.thing_id, part=found.part)
        write(event, incident_id=found.incident_id)


def forget_what_went(*, on: date) -> None:
    """Close the damages of parts whose thing is gone altogether: that its row went is a damage of its own, or right."""
    for row in Damage.objects.filter(mended_on=None, part__gt=0):
        if not any(model.objects.filter(pk=row.thing_id).exists() for model in (Exhibit, Packet, Arriving)):
            Damage.objects.filter(pk=row.pk).update(mended_on=on)


def untold() -> Mapping[int, UUID | None]:
    """Return the incident of each open damage that no lead was mailed about, by the number under which to note it."""
    return dict(Damage.objects.filter(mended_on=None, told_on=None).values_list("pk", "incident_id"))


def note_told(numbers: Iterable[int], *, on: date) -> None:
    """Note that the leads were mailed."""
    Damage.objects.filter(pk__in=list(numbers)).update(told_on=on)


def write(event: Event, *, incident_id: UUID | None) -> None:
    """Write an event with no key in hand: sealed to the incident it is about, or else to every desk of the site."""
    row = Incident.objects.filter(pk=incident_id).first() if incident_id else None
    to: Recipient | Sequence[Recipient] = Recipient(row.recipient) if row else queries.recipients()
    if to:
        ledger.append(event, to=to, incident_id=row.pk if row else None)


def _found(row: Damage) -> Found:
    return Found(row.kind, row.thing_id, row.part, row.incident_id, Harm(row.harm))
