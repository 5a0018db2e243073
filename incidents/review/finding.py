"""Find what an address names, for whoever may read it."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.utils import timezone

from accounts.policy import insist
from accounts.unlock import SiteRequest
from incidents.casework import policy
from incidents.review import operations
from incidents.vault import openings
from incidents.vault.openings import Absent, OpenExhibit, OpenIncident


def incident(request: SiteRequest, desk: str, reference: str) -> OpenIncident:
    """Open an incident for a seat that may read it; a refused one leaves no "opened" in the record."""
    held = request.unlock.desk(desk)
    if held is None:
        raise Absent
    insist(policy.why_not_read(held.role))
    return openings.incident(reference, slug=desk, using=request.unlock, at=timezone.now())


def note_looked_at(request: SiteRequest, opened: OpenIncident, exhibit: OpenExhibit, *, what: str) -> None:
    """Write that a file was looked at: once a file, session, day and kind.

    Args:
        what: "preview" for its copies, "original" for the very file.
    """
    thing: UUID = uuid.uuid5(exhibit.id, what)
    if request.unlock.first_today(thing, at=timezone.now()):
        operations.note_exhibit_opened(opened, exhibit, what=what, at=timezone.now())
