"""Give a desk a new key: those who stay hold it at once, whoever left never does."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import acts, keyring
from accounts.acts import DeskAct
from accounts.keyring import OpenDesk
from accounts.models import Desk, FormerKey, Kit, Role, Seat
from accounts.policy import Denial, Denied
from sealing.keys import Secret

FORMER_DAYS = 30  # a report sealed to the former key on a phone may still be under way


def locked(desk: OpenDesk) -> Desk:
    """Return the desk's row, locked for an act by this seat.

    Raises:
        Denied: the desk got another key, or this seat another role or an end, since it was opened.
    """
    row = Desk.objects.select_for_update().get(pk=desk.id)
    if row.generation != desk.generation or not Seat.objects.filter(pk=desk.seat_id, role=desk.role).exists():
        raise Denied(Denial(_("This desk changed while you were looking. Open the page again.")))
    return row


@transaction.atomic
def rotate(desk: OpenDesk, *, at: datetime) -> None:
    """Give a desk its next key. What hangs on the former one is carried over later, and stays readable meanwhile.

    Raises:
        Denied: the desk changed since it was opened.
        Tampered: a seat or the kit is not the one that was vouched for: nobody gets the new key.
    """
    renew(locked(desk), desk.secret, by=desk.seat_id, at=at)


def renew(row: Desk, old: Secret, *, by: UUID, at: datetime) -> Secret:
    """Draw the next key of a desk whose row is locked, hand it to seats and kit, and tell; in their transaction."""
    others = keyring.other_keys(row, old)
    seats = list(Seat.objects.select_for_update().filter(desk=row).select_related("member"))
    staying = [held for held in seats if not held.waits]
    for held in staying:
        keyring.insist_vouched(held, recipient=held.member.recipient, secret=old)
    new, link = keyring.renew(row, old, on=at.date())
    link.save(force_insert=True)
    row.save(update_fields=["generation", "recipient", "keyring"])
    act = DeskAct(act="rotated", desk_id=row.pk, key=new.sub("ledger"), at=at, by=str(by), thing_id=row.pk)
    acts.tell(act)
    for held in staying:
        again = keyring.seat(row, held.member, role=Role(held.role), secret=new)
        again.save()
        tell_seated(again, new, act="seat_carried", by=str(by), at=at)
    for kit in Kit.objects.filter(desk=row):
        keyring.carry_kit(kit, new, others=others)
        kit.save(update_fields=["wrapped"])
    return new


def tell_seated(held: Seat, secret: Secret, *, act: str, by: str, at: datetime) -> None:
    """Tell the ledger of a seat's vouch: an earlier one put back later is refused by it."""
    acts.tell(
        DeskAct(
            act=act,
            desk_id=held.desk_id,
            key=secret.sub("ledger"),
            at=at,
            by=by,
            thing_id=held.pk,
            of=bytes(held.sealed),
            fields={"role": Role(held.role).label},
        )
    )


def drop_former(desk_id: UUID, *, on: date) -> int:
    """Drop the former keys that may go by their day, and return how many. The caller knows that nothing hangs on them.

    A key goes when the next one has been in use for `FORMER_DAYS`.
    """
    old = [link.pk for link in FormerKey.objects.filter(desk_id=desk_id) if (on - link.replaced_on).days >= FORMER_DAYS]
    FormerKey.objects.filter(pk__in=old).delete()
    return len(old)
