"""The ledger as one desk may read it: its own acts, those on its incidents, and which of them it may prove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.keyring import OpenDesk
from incidents.custody import events, heads, ledger
from incidents.custody.heads import Compared
from incidents.custody.ledger import Entry
from incidents.models import Grant, Incident
from incidents.vault import desks, grants
from incidents.vault.openings import Absent, OpenIncident
from sealing.types import Recipient


@dataclass(frozen=True, slots=True)
class Line:
    """One event; `said` is empty where no key at hand opens its body."""

    entered: Entry
    said: Mapping[str, str]

    @property
    def by(self) -> str:
        """Who did it, as events name them; empty where the body is closed."""
        return self.said.get("by", "")


def of_desk(desk: OpenDesk) -> Sequence[Line]:
    """Return a desk's own acts, newest first."""
    return [Line(event.entered, event.said) for event in reversed(desks.record(desk))]


def of_incident(opened: OpenIncident) -> Sequence[Line]:
    """Return the events of an incident, newest first."""
    return [Line(entered, opened.said(entered)) for entered in reversed(ledger.of_incident(opened.id))]


def one(index: int, *, desk: OpenDesk, on: date) -> Entry:
    """Return one event that this desk may prove: its own, or of an incident whose key it holds today.

    Raises:
        Absent: there is none of this number, or it is not for this desk; both look alike.
    """
    entered = ledger.one(index)
    if entered and (entered.desk_id == desk.id or _holds(entered.incident_id, desk, on=on)):
        return entered
    raise Absent


def references(ids: Iterable[str], *, desk: OpenDesk) -> Mapping[str, str]:
    """Return the reference of each of these that is an incident whose key this desk has."""
    held = Incident.objects.filter(pk__in=[UUID(text) for text in ids], grants__desk_id=desk.id)
    return {str(pk): reference for pk, reference in held.values_list("pk", "reference")}


def note_differs(compared: Compared, *, desk: OpenDesk | None, recipient: str, at: datetime) -> None:
    """Write at the reader's desk that a kept head does not fit the log; an auditor's is sealed to themselves.

    Args:
        recipient: the reader's own.
    """
    to = desk.secret.sub("ledger") if desk else Recipient(recipient)
    by = str(desk.seat_id) if desk else events.SITE
    heads.note_differs(compared, to=to, desk_id=desk.id if desk else None, by=by, at=at)


def _holds(incident_id: UUID | None, desk: OpenDesk, *, on: date) -> bool:
    held = Grant.objects.filter(grants.lasting(on), desk_id=desk.id)
    return incident_id is not None and held.filter(incident_id=incident_id).exists()
