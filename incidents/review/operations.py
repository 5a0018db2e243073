"""Look at a file, move an incident: one rule, one transaction, one event each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import Http404

from accounts.policy import insist
from accounts.unlock import Unlock
from incidents.casework import policy
from incidents.casework.states import State
from incidents.custody import events
from incidents.media import protocol, sandbox
from incidents.vault import cards
from incidents.vault.openings import Absent, OpenExhibit, OpenIncident

PICTURE_LIMIT_BYTES = 128 << 20


class NoCopy(Http404):
    """This file gives no picture; the page says so beside it."""


def cleaned_picture(opened: OpenIncident, exhibit: OpenExhibit) -> bytes:
    """Return a picture made anew from an original: no byte of the original follows.

    Raises:
        NoCopy: it is no picture that is decoded here, or too large.
        sandbox.Busy: other pictures are being made right now.
    """
    if exhibit.size_bytes > PICTURE_LIMIT_BYTES:
        raise NoCopy
    data = opened.reader(exhibit).read()
    made = sandbox.picture(data, accept_degraded=settings.ACCEPT_DEGRADED_SANDBOX)
    if made.status is not protocol.Status.MADE:
        raise NoCopy
    return made.clean


def note_exhibit_opened(opened: OpenIncident, exhibit: OpenExhibit, *, session: Unlock, at: datetime) -> None:
    """Write that a file was looked at: once a file, session and day."""
    if session.first_today(exhibit.id, at=at):
        opened.record(events.ExhibitOpened(at=at, by=opened.by, object=exhibit.id))


@transaction.atomic
def move(opened: OpenIncident, *, to: State, reason: str, at: datetime) -> None:
    """Move an incident to another state at this desk; closing says why.

    Raises:
        Denied: the seat may not, or the incident has moved since the page was shown.
    """
    desk = opened.desk
    if desk is None:
        raise Absent
    review = cards.review_of(opened.id, desk=desk, locked=True)
    insist(policy.why_not_move(desk.role, now=standing(review), to=to))
    said = {**review, "status": str(to), "reason": reason if to is State.CLOSED else ""}
    cards.write_review(opened.id, {key: value for key, value in said.items() if value}, desk=desk)
    why = reason if to is State.CLOSED else ""
    opened.record_at_desk(events.Moved(at=at, by=opened.by, object=opened.id, to=str(to), reason=why))


def standing(review: Mapping[str, object]) -> State:
    """Return where an incident stands by what the desk wrote on its card."""
    said = str(review.get("status", State.NEW))
    return State(said) if said in set(State) else State.NEW
