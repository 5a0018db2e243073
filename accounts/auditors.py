"""Seat auditors, who hold no key; keep the head of the log that a member saw last; tell how desks fare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from accounts import acts, keyring, pins, seating
from accounts.models import Desk, FormerKey, Kit, Member, Role
from accounts.unlock import Keys


class NoAuditor(Exception):
    """No auditor has this address."""


class PinState(StrEnum):
    """How a desk's key in the database stands to the one that the operator pinned."""

    PINNED = "pinned"
    BEHIND = "behind"  # the desk got a new key, and the pin has not moved yet
    MISSING = "missing"
    RENAMED = "renamed"  # the key is right, and the desk was called something else when it was pinned
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class DeskHealth:
    """What is known of a desk without any key."""

    id: UUID
    name: str
    slug: str
    generation: int
    people: int
    leads: int
    kit_tested: bool
    kit_made_on: date | None
    pin: PinState
    listed: bool
    compared_on: date | None  # when the operator heard its check words

    @property
    def needs_care(self) -> bool:
        """Whether one lost phrase, or one changed column, would hurt it."""
        return self.leads < 2 or not self.kit_tested or self.pin is not PinState.PINNED


@transaction.atomic
def seat(email: str, *, at: datetime) -> str | None:
    """Make a member an auditor, and tell every desk; return their words, or None where they have words already."""
    member = Member.objects.filter(email__iexact=email).first()
    words = None
    if member is None:
        member, words = seating.new_member(email)
    member.is_auditor = True
    member.save(update_fields=["is_auditor"])
    _tell_desks("auditor_seated", at=at)
    return words


@transaction.atomic
def end(email: str, *, at: datetime) -> None:
    """Take the ledger's lines from a member, and tell every desk; seats they have stay.

    Raises:
        NoAuditor: nobody of this address is one.
    """
    if not Member.objects.filter(email__iexact=email, is_auditor=True).update(is_auditor=False):
        raise NoAuditor
    _tell_desks("auditor_ended", at=at)


def keep_head(using: Keys, note: str) -> None:
    """Keep the head of the log that a member saw last, sealed: whoever writes into the database cannot forge one."""
    member = using.member
    member.kept_head = keyring.seal_head(using.secret, note, member=member)
    member.save(update_fields=["kept_head"])


def kept_head(using: Keys) -> str | None:
    """Return the head that a member kept, or None.

    Raises:
        Locked: their key is not in this session.
    """
    return keyring.open_head(using.secret, using.member)


def addresses() -> Sequence[str]:
    """Return where members get notices."""
    return list(Member.objects.filter(is_active=True).order_by("email").values_list("email", flat=True))


def lead_addresses(desk_ids: Iterable[UUID]) -> Sequence[str]:
    """Return where the leads of these desks get notices, each once."""
    leads = Member.objects.filter(is_active=True, seats__desk__in=list(desk_ids), seats__role=Role.LEAD)
    return sorted(set(leads.values_list("email", flat=True)))


def desks() -> Sequence[DeskHealth]:
    """Return how each desk fares, by name.

    Raises:
        PinsUnreadable: the pin file has a line that is none.
    """
    pinned, kits = pins.read(), {kit.desk_id: kit for kit in Kit.objects.all()}
    return [
        _health(row, pinned.get(row.pk), kits.get(row.pk))
        for row in Desk.objects.order_by("name").prefetch_related("seats")
    ]


def names_of(ids: Sequence[str]) -> Mapping[str, str]:
    """Return the name of each of these that is a desk."""
    return {str(pk): name for pk, name in Desk.objects.filter(pk__in=ids).values_list("pk", "name")}


def _tell_desks(act: str, *, at: datetime) -> None:
    for row in Desk.objects.all():
        acts.by_site(row.pk, act, recipient=row.recipient, at=at)


def _health(row: Desk, pin: pins.Pin | None, kit: Kit | None) -> DeskHealth:
    seats = [held for held in row.seats.all() if not held.waits]
    return DeskHealth(
        id=row.pk,
        name=row.name,
        slug=row.slug,
        generation=row.generation,
        people=len(seats),
        leads=sum(held.role == Role.LEAD for held in seats),
        kit_tested=kit is not None and kit.tested,
        kit_made_on=kit.made_on if kit else None,
        pin=_pin_state(row, pin),
        listed=row.is_listed,
        compared_on=pin.verified_on if pin else None,
    )


def _pin_state(row: Desk, pin: pins.Pin | None) -> PinState:
    if pin is None:
        return PinState.MISSING
    if pin.called != row.called:
        return PinState.RENAMED
    if pin.recipient == row.recipient:
        return PinState.PINNED
    former = FormerKey.objects.filter(desk=row, recipient=pin.recipient).exists()
    return PinState.BEHIND if former else PinState.DIFFERS
