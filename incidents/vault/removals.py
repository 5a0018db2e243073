"""Take away what has had its day: grants that ended, objects that no row names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from incidents.custody import events, ledger
from incidents.models import ArrivingPart, Grant, Incident, PacketPart, Part, RekeyedPart
from incidents.vault import arriving, exhibits, packets, sharing, storage
from sealing.types import Recipient

KEPT = timedelta(days=1)  # an upload or a packet under way has objects before it has rows
FOLDERS = ("exhibits", packets.FOLDER)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many objects went, and how long they were together."""

    objects: int
    size_bytes: int


def end_grants(*, at: datetime) -> int:
    """Take back each desk's key to an incident whose last day is over, with that desk's card; return how many.

    No key is in hand: the event is sealed to the incident, so that whoever holds it can read it.
    """
    over = list(Grant.objects.filter(until__lt=at.date(), desk__isnull=False).values_list("pk", flat=True))
    return sum(_end_grant(grant_id, at=at) for grant_id in over)


def sweep(*, at: datetime) -> Swept:
    """Remove each object older than a day that no row names: what a cut connection or a killed process left behind."""
    held = _left_over(at=at)
    for name in held:
        storage.remove(name)
    return Swept(len(held), sum(held.values()))


def left_over(*, at: datetime) -> list[str]:
    """Return the name of each object older than a day that no row names."""
    return sorted(_left_over(at=at))


def _left_over(*, at: datetime) -> dict[str, int]:
    """Return the sizes of such objects; rows are read last: what got its row meanwhile is not among them."""
    found = (held for folder in FOLDERS for held in storage.listing(folder))
    old = {held.name: held.size_bytes for held in found if held.changed_at <= at - KEPT}
    names = named()
    return {name: size for name, size in old.items() if name not in names}


def named() -> dict[str, str | None]:
    """Return the name of each object that a row names, and its SHA-256 in hex; None where it may lie there or not.

    Those of a re-key under way are read first: one that ends meanwhile leaves the same names to the parts, read after.
    """
    found: dict[str, str | None] = {
        exhibits.rekeyed_name(anew.exhibit_id, anew.number, anew.sealed_sha256): anew.sealed_sha256
        for anew in RekeyedPart.objects.iterator()
    }
    for under_way in ArrivingPart.objects.iterator():  # before the parts: a file that is finished meanwhile has those
        found[exhibits.part_name(under_way.arriving_id, under_way.number)] = None
        found |= arriving.names_of(under_way)
    found |= {exhibits.name_of(part): part.sealed_sha256 for part in Part.objects.select_related("exhibit").iterator()}
    for made in PacketPart.objects.iterator():
        found[exhibits.part_name(made.packet_id, made.number, folder=packets.FOLDER)] = made.sealed_sha256
    return found


@transaction.atomic
def _end_grant(grant_id: int, *, at: datetime) -> bool:
    row = Incident.objects.select_for_update().filter(grants__pk=grant_id).first()
    grant = Grant.objects.select_for_update().filter(pk=grant_id, until__lt=at.date()).select_related("desk").first()
    if row is None or grant is None or grant.desk is None:  # taken back, or made longer, meanwhile
        return False
    event = events.Withdrawn(at=at, by=events.SITE, object=row.pk, desk=grant.desk.pk)
    sharing.take(grant, by=events.SITE, at=at)
    ledger.append(event, to=Recipient(row.recipient), incident_id=row.pk)
    return True
