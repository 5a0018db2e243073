"""Give a desk a new key: those who stay hold it at once, whoever left never does."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import acts, keyring
from accounts.acts import DeskAct
from accounts.keyring import OpenDesk
from accounts.models import Desk, FormerKey, Kit, Role, Seat
from accounts.policy import Denial, Denied
from sealing.keys import Secret, Tampered

FORMER_DAYS = 30  # a report sealed to the former key on a phone may still be under way


def locked(desk: OpenDesk) -> Desk:
    """Return the desk's row, locked for an act by this seat.

    Raises:
        Denied: the desk got another key, or this seat another role or an end, since it was opened.
    """
    row = Desk.objects.select_for_update().get(pk=desk.id)
    own = Seat.objects.filter(pk=desk.seat_id, role=desk.role).exclude(wrapped=b"")
    if row.generation != desk.generation or not own.exists():
        raise Denied(Denial(_("This desk changed while you were looking. Open the page again.")))
    return row


@transaction.atomic
def rotate(desk: OpenDesk, *, at: datetime) -> None:
    """Give a desk its next key. What hangs on the former one is carried over later, and stays readable meanwhile.

    Raises:
        Denied: the desk changed since it was opened.
        Tampered: a seat or the kit is not the one that was vouched for: nobody gets the new key.
    """
    renew(locked(desk), desk.secret, by=str(desk.seat_id), at=at)


def renew(row: Desk, old: Secret, *, by: str, at: datetime, with_kit: bool = True) -> Secret:
    """Draw the next key of a desk whose row is locked, hand it to those who stay, and tell; in their transaction.

    Args:
        with_kit: whether the recovery kit opens the next key too. Without it, it is gone.
    """
    others = keyring.other_keys(row, old)
    seats = list(Seat.objects.select_for_update().filter(desk=row).select_related("member"))
    staying = [held for held in seats if not held.waits]
    for held in staying:
        keyring.insist_vouched(held, recipient=held.member.recipient, secret=old)
    new, link = keyring.renew(row, old, on=at.date(), with_kit=with_kit)
    link.save(force_insert=True)
    row.save(update_fields=["generation", "recipient", "keyring"])
    act = DeskAct(act="rotated", desk_id=row.pk, key=new.sub("ledger"), at=at, by=by, thing_id=row.pk)
    acts.tell(act)
    for held in staying:
        again = keyring.seat(row, held.member, role=Role(held.role), secret=new)
        again.save()
        tell_seated(again, new, act="seat_carried", by=by, at=at)
    for kit in Kit.objects.filter(desk=row):
        if with_kit:
            keyring.carry_kit(kit, new, others=others)
            kit.save(update_fields=["wrapped"])
        else:
            kit.delete()
    return new


def let_doubtful_wait(row: Desk, secret: Secret) -> None:
    """Let each seat wait to be given again that is not the one the desk vouched for last."""
    for held in Seat.objects.select_for_update().filter(desk=row).exclude(wrapped=b"").select_related("member"):
        try:
            keyring.insist_vouched(held, recipient=held.member.recipient, secret=secret)
        except Tampered:
            held.wrapped = b""
            held.save(update_fields=["wrapped"])


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


@transaction.atomic
def drop_former(desk_id: UUID, *, at: datetime) -> int:
    """Drop the former keys that may go by their day, and return how many. The caller knows that nothing hangs on them.

    A key goes when the next one has been in use for `FORMER_DAYS`.
    """
    held = FormerKey.objects.filter(desk_id=desk_id).select_related("desk")
    old = [link for link in held if (at.date() - link.replaced_on).days >= FORMER_DAYS]
    for link in old:
        link.delete()
        acts.by_site(desk_id, "former_dropped", recipient=link.desk.recipient, at=at)
    return len(old)
