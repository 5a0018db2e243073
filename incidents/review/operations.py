"""Look at a file: one rule, one event each."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import Http404

from accounts.unlock import Unlock
from incidents.custody import events
from incidents.media import protocol, sandbox
from incidents.vault.openings import OpenExhibit, OpenIncident

PICTURE_LIMIT_BYTES = 128 << 20


class NoCopy(Http404):
    """This file gives no picture; the page says so beside it."""


def cleaned_picture(opened: OpenIncident, exhibit: OpenExhibit) -> bytes:
    """Return a picture made anew from an original: no byte of the original follows.

    Raises:
        NoCopy: it is no picture that is decoded here, or too large.
    """
    if exhibit.size_bytes > PICTURE_LIMIT_BYTES:
        raise NoCopy
    data = opened.reader(exhibit).read()
    try:
        made = sandbox.picture(data, accept_degraded=settings.ACCEPT_DEGRADED_SANDBOX)
    except sandbox.Busy:
        raise NoCopy from None
    if made.status is not protocol.Status.MADE:
        raise NoCopy
    return made.clean


def note_exhibit_opened(opened: OpenIncident, exhibit: OpenExhibit, *, session: Unlock, at: datetime) -> None:
    """Write that a file was looked at: once a file, session and day."""
    if session.first_today(exhibit.id, at=at):
        opened.record(events.ExhibitOpened(at=at, by=opened.by, object=exhibit.id))
