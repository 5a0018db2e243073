"""Turn what a browser sealed into rows and cards; check every hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from incidents.custody import events, ledger
from incidents.models import Exhibit, Incident, Report
from incidents.vault import rows
from incidents.vault.rows import RowPlace
from sealing.keys import Secret, Tampered
from sealing.types import Sealed


def convert(incident: Incident, secret: Secret, *, by: str, at: datetime) -> None:
    """Seal what waits into its rows; an event names the old hash and the new one.

    Raises:
        Tampered: something that waits is not what arrived. It stays as it is.
    """
    waiting: list[tuple[Report | Exhibit, str]] = [
        *((report, "report") for report in Report.objects.filter(incident=incident, version=1)),
        *((exhibit, "manifest") for exhibit in Exhibit.objects.filter(incident=incident, version=1)),
    ]
    waiting = [(row, kind) for row, kind in waiting if rows.waits(bytes(row.sealed))]
    arrived = ledger.arrivals([row.pk for row, _ in waiting])
    for row, kind in waiting:
        _convert_one(
            row, kind, arrived=arrived.get(row.pk), secret=secret, enter=_entering(incident, secret, by=by, at=at)
        )


def _entering(incident: Incident, secret: Secret, *, by: str, at: datetime) -> Callable[[UUID, bytes, Sealed], None]:
    def enter(row_id: UUID, old: bytes, new: Sealed) -> None:
        event = events.Converted(
            at=at, by=by, object=row_id, old=hashlib.sha256(old).hexdigest(), new=hashlib.sha256(new).hexdigest()
        )
        ledger.append(event, to=secret.sub("ledger"), incident_id=incident.pk, of=new)

    return enter


@transaction.atomic
def _convert_one(
    row: Report | Exhibit,
    kind: str,
    *,
    arrived: bytes | None,
    secret: Secret,
    enter: Callable[[UUID, bytes, Sealed], None],
) -> None:
    row = type(row).objects.select_for_update().get(pk=row.pk)
    old = bytes(row.sealed)
    if not rows.waits(old):  # another reader was faster
        return
    if arrived != hashlib.sha256(old).digest():
        raise Tampered(f"A {kind} that waits is damaged, or not what was sent. It was kept as it is.")
    new = rows.seal(secret, rows.open_inbox(old, secret.identity), RowPlace(kind, row.incident_id, row.pk))
    row.sealed = new
    row.save(update_fields=["sealed"])
    enter(row.pk, old, new)
