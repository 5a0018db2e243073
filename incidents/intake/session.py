"""What the cookie may do after the first save: add, never read."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.sessions.backends.base import UpdateError

from sealing.types import Recipient

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

IDLE = timedelta(minutes=30)
SLOT, USED, SAVED, DESKS = "filing", "filing_used_at", "filing_saved", "filing_desks"
VISIT = "filing_visit"  # drawn: what this visit began to send it may take back
TO = "filing_to"  # of the incident: its row lies in another database, which is on a disk


class Filing:
    """The incident that this browser may add to; no key, no answer, only how many of each were saved."""

    def __init__(self, session: SessionBase, *, at: datetime) -> None:
        self._session, self._at = session, int(at.timestamp())
        last = session.get(USED)
        if last is not None and self._at - last >= IDLE.total_seconds():
            self.end()

    def choose(self, slugs: Sequence[str]) -> None:
        """Remember the desks that were chosen."""
        self._session[DESKS] = list(slugs)

    @property
    def desks(self) -> Sequence[str]:
        """The slugs of the desks that were chosen."""
        return [str(slug) for slug in self._session.get(DESKS, ())]

    def keep(self) -> None:
        """Write the visit before anything is filed: where none can be kept, nobody would see the words.

        Raises:
            OperationalError: sessions cannot be written now.
        """
        try:
            self._session.save()
        except UpdateError:  # it ended meanwhile; the form carries all that is needed
            self._session.create()

    def begin(self, incident_id: UUID, *, to: Recipient) -> None:
        """Let this browser add to an incident, under a new cookie.

        Args:
            to: the recipient of the incident's secret, as it was drawn or as the receipt opened it.
        """
        self._session.cycle_key()
        if self._session.get(SLOT) != str(incident_id):
            self._session[SAVED] = {}
            self._session[VISIT] = secrets.token_hex(16)
        self._session[SLOT], self._session[TO] = str(incident_id), to
        self._session[USED] = self._at

    def end(self) -> None:
        """Forget the incident; the desks that were chosen may stay."""
        for name in (SLOT, TO, USED, SAVED, VISIT):
            self._session.pop(name, None)

    @property
    def incident_id(self) -> UUID | None:
        """The incident, while the session lives; asking moves the idle clock on."""
        held = self._session.get(SLOT)
        if held is None:
            return None
        self._session[USED] = self._at
        return UUID(held)

    @property
    def recipient(self) -> Recipient | None:
        """Where this visit seals what it adds, while it lives."""
        held = self._session.get(TO)
        return Recipient(held) if held else None

    @property
    def visit(self) -> str:
        """What stands for this visit where it sends files."""
        return str(self._session.get(VISIT, ""))

    @property
    def saved(self) -> Mapping[str, int]:
        """How many entries of each section were saved from here."""
        return dict(self._session.get(SAVED, {}))

    def count(self, section: str, *, more: int = 1) -> None:
        """Note that something was saved."""
        self._session[SAVED] = {**self.saved, section: self.saved.get(section, 0) + more}
