"""Files that came and do not count: go on checking them, and open what there is of one, part by part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from incidents.models import Arriving, ArrivingPart, Incident, Part
from incidents.vault import arriving, checking, exhibits, inbox, storage
from incidents.vault.checking import Unchecked
from incidents.vault.openings import Absent, OpenIncident
from sealing.keys import Identity, Tampered

UNFINISHED_AFTER = timedelta(days=7)  # without a part


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A file of which nothing came for a week. What its sender said of it was compared with nothing."""

    id: UUID
    file_name: str
    size_bytes: int  # as said; 0 where that cannot be read
    parts_said: int | None
    parts: Sequence[int]  # the numbers of those that came
    last_on: date


def check(opened: OpenIncident, *, at: datetime, seconds: float) -> Sequence[Unchecked]:
    """Go on opening and checking the files that wait, and return those that wait on.

    Raises:
        Absent: it got another key since it was opened.
        Tampered: what waits is not what arrived.
    """
    row = Incident.objects.filter(pk=opened.id, recipient=opened.secret.recipient).first()
    if row is None:
        raise Absent
    return inbox.convert(inbox.Reader(row, opened.secret, opened.former, by=opened.by, at=at), may=inbox.until(seconds))


def unfinished(opened: OpenIncident, *, on: date, after: timedelta = UNFINISHED_AFTER) -> Sequence[Unfinished]:
    """Return the files of which nothing came for so long, the oldest first."""
    rows_ = Arriving.objects.filter(incident_id=opened.id, last_on__lte=on - after).order_by("last_on", "pk")
    return [_unfinished(row, opened) for row in rows_]


def parts_of(opened: OpenIncident, file_id: UUID) -> Sequence[int]:
    """Return the numbers of the parts of a file that is damaged or unfinished.

    Raises:
        Absent: there is no such file here.
    """
    if any(file.id == file_id for file in opened.damaged):
        found = Part.objects.filter(exhibit_id=file_id)
        return list(found.order_by("number").values_list("number", flat=True))
    row = Arriving.objects.filter(pk=file_id, incident_id=opened.id).first()
    if row is None:
        raise Absent
    return list(row.parts.order_by("number").values_list("number", flat=True))


def part(opened: OpenIncident, file_id: UUID, number: int) -> bytes:
    """Open one part of a file that is damaged or unfinished, by itself: whether it is what was sent nobody can say.

    Raises:
        Absent: there is no such part here.
        Tampered: it is not the one that arrived, or does not open.
    """
    name, sealed_sha256 = _place(opened, file_id, number)
    try:
        sealed = storage.get(name)
    except FileNotFoundError:
        raise Tampered("A part of a file is missing in storage.") from None
    if hashlib.sha256(sealed).hexdigest() != sealed_sha256:
        raise Tampered("A part of a file is not the one that arrived.")
    return checking.unsealed(sealed, _identities(opened))


def _identities(opened: OpenIncident) -> Sequence[Identity]:
    return [opened.secret.identity, *opened.former.identities]


def _place(opened: OpenIncident, file_id: UUID, number: int) -> tuple[str, str]:
    if any(file.id == file_id for file in opened.damaged):
        held = Part.objects.filter(exhibit_id=file_id, number=number).select_related("exhibit").first()
        if held is not None:
            return exhibits.name_of(held), held.sealed_sha256
    of_this = ArrivingPart.objects.filter(arriving_id=file_id, arriving__incident_id=opened.id, number=number).first()
    if of_this is None:
        raise Absent
    return arriving.name_of(of_this), of_this.sealed_sha256


def _unfinished(row: Arriving, opened: OpenIncident) -> Unfinished:
    try:
        said = json.loads(checking.unsealed(bytes(row.sealed), _identities(opened)))
    except (Tampered, ValueError, RecursionError):
        said = None
    said = said if isinstance(said, dict) else {}
    size = said.get("size")
    return Unfinished(
        id=row.pk,
        file_name=checking.text(said.get("name"), checking.NAME_LIMIT),
        size_bytes=size if type(size) is int and size > 0 else 0,
        parts_said=row.parts_said,
        parts=list(row.parts.order_by("number").values_list("number", flat=True)),
        last_on=row.last_on,
    )
