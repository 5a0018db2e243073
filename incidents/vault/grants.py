"""Give an incident's key to a desk or a receipt, and find it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.keyring import OpenDesk
from accounts.models import Desk, FormerKey
from accounts.policy import Denial, Denied
from accounts.queries import PublicDesk
from incidents.models import Grant, Incident
from incidents.vault import rows
from sealing import keys, receipts, words, wraps
from sealing.keys import Identity, Secret
from sealing.receipts import Receipt
from sealing.slots import Purpose
from sealing.types import Key, Recipient, Sealed

Misspelt = words.Misspelt
Reason = words.Reason


@dataclass(frozen=True, slots=True)
class FormerKeys:
    """What opens the events from before a re-key, newest first: their bodies are never sealed again.

    A former identity comes from a former secret and does not lead back to it. Whoever held that secret has it anyway.
    """

    ledger: Sequence[Key] = field(default=(), repr=False)
    identities: Sequence[Identity] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class OtherKeys:
    """What an incident's keyring document holds: where its receipt is sealed to, and its former keys."""

    handle: bytes = field(repr=False)
    receipt: Recipient = field(repr=False)
    former: FormerKeys = field(default_factory=FormerKeys)


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
    """Return a grant, not yet saved, to the desk's pinned recipient.

    Raises:
        Denied: it is a coalition's desk, which gets cards only.
    """
    if desk.cards_only:
        raise Denied(Denial(_("A coalition gets short cards only, never a key.")))
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


def stands_on_pin(desk: PublicDesk) -> bool:
    """Tell whether a desk's pinned key is the one in its row, or one that came before it."""
    recipient = desk.recipient
    present = Desk.objects.filter(pk=desk.id, recipient=recipient).exists()
    return present or FormerKey.objects.filter(desk_id=desk.id, recipient=recipient).exists()


def other_keys(incident: Incident, secret: Secret) -> OtherKeys:
    """Open an incident's keyring document.

    Raises:
        Tampered: it is not the one that was stored.
    """
    place = ("keyring", str(incident.pk), incident.generation)
    said: Mapping[str, Any] = keys.unseal(secret.sub("keyring"), bytes(incident.keyring), place)
    former = FormerKeys(
        ledger=[Key(bytes.fromhex(text)) for text in said.get("ledger", ())],
        identities=[Identity.parse(text) for text in said.get("identities", ())],
    )
    return OtherKeys(bytes.fromhex(said["handle"]), Recipient(said["receipt"]), former)


def seal_other_keys(held: OtherKeys, *, incident: Incident, secret: Secret) -> Sealed:
    """Seal an incident's keyring document for the generation that its row says."""
    document = {
        "handle": held.handle.hex(),
        "receipt": held.receipt,
        "ledger": [bytes(key).hex() for key in held.former.ledger],
        "identities": [identity.text for identity in held.former.identities],
    }
    plain = rows.plain(document)
    return rows.seal_keyring(secret, plain, incident_id=incident.pk, version=incident.generation)
