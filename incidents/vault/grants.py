"""Give an incident's key to a desk or a receipt; take it back; re-key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.keyring import OpenDesk
from accounts.queries import PublicDesk
from incidents.models import Grant, Incident
from sealing import receipts, words, wraps
from sealing.keys import Secret
from sealing.receipts import Receipt
from sealing.slots import Purpose
from sealing.types import Recipient

Misspelt = words.Misspelt
Reason = words.Reason


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """Words drawn for a reporter, and what they derive to."""

    words: str
    receipt: Receipt


def draw_receipt(language: str) -> NewReceipt:
    """Draw words of a language's list, or digits where it has none or where `digits` is asked for."""
    drawn = receipts.draw(language)
    return NewReceipt(drawn, receipts.derive(drawn, salt=settings.RECEIPT_SALT, purpose=Purpose.FILING))


def to_desk(incident: Incident, secret: Secret, desk: PublicDesk) -> Grant:
    """Return a grant, not yet saved, to the desk's pinned recipient."""
    wrapped = wraps.wrap(secret, desk.recipient)
    return Grant(incident=incident, desk_id=desk.id, generation=desk.generation, wrapped=wrapped)


def to_receipt(incident: Incident, secret: Secret, receipt: Receipt) -> Grant:
    """Return a grant, not yet saved, to the reporter."""
    wrapped = wraps.wrap(secret, receipt.identity.recipient)
    return Grant(incident=incident, handle=receipt.handle, wrapped=wrapped)


def check_spelling(typed: str) -> None:
    """Tell at once what no receipt can be: this says nothing about the ones that exist.

    Raises:
        Misspelt: naming the word or what is wrong.
    """
    receipts.normalise(typed)


def by_receipt(typed: str) -> tuple[UUID, Secret] | None:
    """Return the incident a receipt opens, or None; both cost the same.

    Raises:
        Misspelt: no receipt is spelled like this.
        Busy: all are being tried at the moment.
    """
    receipt = receipts.derive(typed, salt=settings.RECEIPT_SALT, purpose=Purpose.RECEIPT)
    grant = Grant.objects.filter(handle=receipt.handle).select_related("incident").first()
    if grant is None:
        wraps.take_nothing()
        return None
    expected = Recipient(grant.incident.recipient)
    return grant.incident_id, wraps.take(bytes(grant.wrapped), receipt.identity, expected=expected)


def by_desk(incident: Incident | None, desk: OpenDesk | None, *, on: date) -> Secret | None:
    """Return an incident's secret where this desk has a grant that holds today, or None; both cost the same."""
    grant = None
    if incident is not None and desk is not None:
        grant = Grant.objects.filter(lasting(on), incident=incident, desk_id=desk.id).first()
    if grant is None or desk is None or incident is None:
        wraps.take_nothing()
        return None
    identity = desk.secret_of(grant.generation).identity
    return wraps.take(bytes(grant.wrapped), identity, expected=Recipient(incident.recipient))


def lasting(on: date) -> Q:
    """Return what narrows grants to those that hold on a day: one may have a last day."""
    return Q(until__isnull=True) | Q(until__gte=on)
