"""Let a page's script add to one incident: it may send, and ask what arrived, and read nothing."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer

from incidents.vault import arriving
from incidents.vault.arriving import Sender
from sealing.types import Recipient

KEPT = timedelta(days=30)
_SALT = "incidents.intake.token"


def issue(incident_id: UUID, *, to: Recipient, visit: str, on: date) -> str:
    """Return a token for an incident, as long as it has this key, and for 30 days at most.

    Args:
        to: the recipient that the page tells the script: with another key of the incident the token is over.
        visit: drawn for each visit; what it began to send it may take back.
    """
    return Signer(salt=_SALT).sign_object([str(incident_id), on.isoformat(), arriving.key_of(to), visit])


def sender(token: str, *, on: date) -> Sender | None:
    """Return who holds a token, or None where it is over, or none of ours."""
    try:
        incident_id, day, key, visit = Signer(salt=_SALT).unsign_object(token)
    except (BadSignature, ValueError, UnicodeDecodeError):
        return None
    issued = date.fromisoformat(day)
    if not issued <= on <= issued + KEPT:
        return None
    return Sender(UUID(incident_id), key=key, visit=visit)
