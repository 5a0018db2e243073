"""Which objects the rows promise to lie in storage, in one order; and which desks a damaged one concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from incidents.custody import damages
from incidents.custody.damages import Found, Harm
from incidents.custody.fixity import Promised, StorageAway, Unreadable
from incidents.models import Arriving, ArrivingPart, Exhibit, Grant, Incident, Packet, PacketPart, Part, Report
from incidents.vault import arriving, exhibits, grants, packets, removals, storage

ARRIVING = "arriving"
WALKS = ("exhibits", packets.FOLDER, ARRIVING)


class Stored:
    """All objects of exhibits, of packets, of files under way, in the order of their rows: `custody.fixity.Objects`."""

    def after(self, place: str, *, most: int) -> Sequence[Promised]:
        """Return the next objects of the walk."""
        folder, _, number = place.partition(":")
        for walk in WALKS[WALKS.index(folder) if folder in WALKS else 0 :]:
            if found := _walk(walk, after=int(number or 0))[:most]:
                return [_of(row) for row in found]
            number = ""
        return []

    def is_promised(self, promised: Promised) -> bool:
        """Tell whether a row still promises exactly this."""
        walk, _, number = promised.place.partition(":")
        return any(promised == _of(row) for row in _walk(walk, after=int(number) - 1).filter(pk=int(number)))

    def digest(self, name: str) -> tuple[int, str]:
        """Return an object's length and its SHA-256 in hex.

        Raises:
            FileNotFoundError: it is not there.
            Unreadable: it may be there.
        """
        try:
            return storage.digest(name)
        except storage.Unavailable:
            raise Unreadable from None

    def left_over(self, *, at: datetime) -> Sequence[str]:
        """Return the names of objects older than a day that no row names."""
        try:
            return removals.left_over(at=at)
        except storage.Unavailable:
            raise StorageAway from None


@dataclass(frozen=True, slots=True)
class Damaged:
    """One damaged thing as its desk calls it."""

    reference: str
    name: str
    part: int
    harm: Harm


def damaged_at(desk_id: UUID, *, on: date) -> list[Damaged]:
    """Return what is damaged of the incidents whose key a desk holds today."""
    return _named([one for one in damages.open_ones() if one.incident_id], desk_id=desk_id, on=on)


def damaged_of(incident_id: UUID) -> list[Damaged]:
    """Return what is damaged of one incident."""
    return _named(damages.open_ones([incident_id]))


def desks_of(incident_ids: Iterable[UUID], *, on: date) -> set[UUID]:
    """Return the desks that hold a key to one of these incidents today."""
    held = Grant.objects.filter(grants.lasting(on), incident_id__in=list(incident_ids), desk__isnull=False)
    return {desk_id for desk_id in held.values_list("desk_id", flat=True) if desk_id}


def _walk(walk: str, *, after: int) -> QuerySet[Part] | QuerySet[PacketPart] | QuerySet[ArrivingPart]:
    if walk == ARRIVING:
        return ArrivingPart.objects.filter(pk__gt=after).select_related("arriving").order_by("pk")
    if walk == packets.FOLDER:
        return PacketPart.objects.filter(pk__gt=after).select_related("packet").order_by("pk")
    return Part.objects.filter(pk__gt=after).select_related("exhibit").order_by("pk")


def _of(part: Part | PacketPart | ArrivingPart) -> Promised:
    if isinstance(part, ArrivingPart):  # an exhibit to be, under the same id
        return _promised(part, ARRIVING, arriving.name_of(part), ("exhibit", part.arriving))
    if isinstance(part, PacketPart):
        name = exhibits.part_name(part.packet_id, part.number, folder=packets.FOLDER)
        return _promised(part, packets.FOLDER, name, ("packet", part.packet))
    return _promised(part, "exhibits", exhibits.name_of(part), ("exhibit", part.exhibit))


def _promised(
    part: Part | PacketPart | ArrivingPart, walk: str, name: str, of: tuple[str, Exhibit | Packet | Arriving]
) -> Promised:
    kind, thing = of
    found = Found(kind, thing.pk, part.number, thing.incident_id, Harm.BYTES)
    return Promised(f"{walk}:{part.pk}", name, found, part.sealed_bytes, part.sealed_sha256)


def _named(found: Sequence[Found], *, desk_id: UUID | None = None, on: date | None = None) -> list[Damaged]:
    """Return damages by the names that pages use, and only those of a desk's incidents where one is given."""
    if not found:
        return []
    of_desk = Q()
    if desk_id and on:
        held = Grant.objects.filter(grants.lasting(on), desk_id=desk_id).values("incident_id")
        of_desk = Q(pk__in=held)
    rows = Incident.objects.filter(of_desk, pk__in={one.incident_id for one in found})
    references = dict(rows.values_list("pk", "reference"))
    names = _names({one.thing_id for one in found})
    return [
        Damaged(references[one.incident_id], names.get(one.thing_id, ""), one.part, one.harm)
        for one in found
        if one.incident_id in references
    ]


def _names(ids: set[UUID]) -> Mapping[UUID, str]:
    ways: tuple[tuple[type[Report | Packet], str], ...] = ((Report, "R-{:04d}"), (Packet, "P-{}"))
    found = {row.pk: _called(row) for row in Exhibit.objects.filter(pk__in=ids)}
    for model, form in ways:
        found |= {pk: form.format(n) for pk, n in model.objects.filter(pk__in=ids).values_list("pk", "number")}
    return found


def _called(row: Exhibit) -> str:
    """Return how a file or a copy is called, as `openings.OpenExhibit.name` does: no key is in hand here."""
    original = row
    while original.parent:
        original = original.parent
    return f"EX-{original.number:04d}" + (f"-C{row.number}" if row.parent_id else "")
