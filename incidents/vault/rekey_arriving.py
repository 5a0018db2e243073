"""What a re-key does with files that are still arriving: each part is sealed anew, and its sender goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db.models import QuerySet, Sum

from incidents.models import Arriving, ArrivingPart, Rekey
from incidents.vault import arriving, exhibits, rows, storage
from incidents.vault.openings import OpenIncident
from sealing import wraps
from sealing.keys import Tampered
from sealing.types import Recipient


def left(row: Rekey) -> QuerySet[ArrivingPart]:
    """Return the parts that are not sealed anew yet."""
    return _held(row).exclude(rekey=row).select_related("arriving").order_by("arriving", "number")


def sizes(row: Rekey) -> tuple[int, int]:
    """Return how many sealed bytes are arriving, and how many of them are left."""
    total, not_yet = (found.aggregate(size=Sum("sealed_bytes"))["size"] or 0 for found in (_held(row), left(row)))
    return total, not_yet


def seal_next(row: Rekey, opened: OpenIncident, *, to: Recipient) -> bool:
    """Seal one part to the next recipient, under a name of its own; return whether there was one.

    One that does not open was never sealed to this incident, or is damaged: it stays as it came.
    """
    part = left(row).first()
    if part is None:
        return False
    try:
        sealed = wraps.seal(_plain(part, opened), to)
    except (Tampered, FileNotFoundError):
        left(row).filter(pk=part.pk).update(rekey=row, next_sha256="", next_bytes=0)
        return True
    sha256 = hashlib.sha256(sealed).hexdigest()
    name = exhibits.rekeyed_name(part.arriving_id, part.number, sha256)
    storage.put(name, sealed)
    still = Rekey.objects.filter(pk=row.pk).exists()
    if not still or not left(row).filter(pk=part.pk).update(rekey=row, next_sha256=sha256, next_bytes=len(sealed)):
        storage.remove(name)  # somebody was faster, or the file is whole or gone meanwhile
    return True


def swap(row: Rekey, opened: OpenIncident, *, to: Recipient) -> Sequence[str]:
    """Put what was sealed anew in the place of the old, in the caller's transaction; return the old objects' names."""
    names = []
    for part in _held(row).filter(rekey=row).exclude(next_sha256=""):
        names.append(arriving.name_of(part))
        part.sealed_sha256, part.sealed_bytes, part.anew = part.next_sha256, part.next_bytes, True
        part.rekey, part.next_sha256, part.next_bytes = None, "", 0
        part.save()
    for under_way in Arriving.objects.select_for_update().filter(incident_id=opened.id):
        try:
            said = rows.open_inbox(bytes(under_way.sealed), opened.secret.identity)
        except Tampered:
            continue  # never sealed to this incident: it says nothing to anybody
        under_way.sealed = rows.seal_inbox(said, to)
        under_way.save(update_fields=["sealed"])
    return names


def _held(row: Rekey) -> QuerySet[ArrivingPart]:
    return ArrivingPart.objects.filter(arriving__incident_id=row.incident_id)


def _plain(part: ArrivingPart, opened: OpenIncident) -> bytes:
    sealed = storage.get(arriving.name_of(part))
    if hashlib.sha256(sealed).hexdigest() != part.sealed_sha256:
        raise Tampered("A part of a file is not the one that arrived.")
    return wraps.unseal(sealed, opened.secret.identity)
