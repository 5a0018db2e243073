"""Found, invite, seat, unseat, rotate: one transaction and one act each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts import acts, keyring, passphrases, pins
from accounts.models import Desk, Kit, Member, Role, Seat
from sealing.keys import Identity, Secret
from sealing.types import Recipient


class NotPossible(Exception):
    """An act cannot be done; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Founded:
    """What founding a desk prints once and keeps nowhere."""

    slug: str
    words: str
    kit: Identity


@transaction.atomic
def found(name: str, *, lead_email: str, at: datetime, page: Mapping[str, object] | None = None) -> Founded:
    """Found a desk: its key, its kit, its first lead, its pin.

    The pin is written last: a pin whose desk was rolled back is a dead line, a desk without a pin cannot receive.

    Raises:
        NotPossible: the name gives no address, or one that is taken; the lead has words already.
    """
    slug = slugify(name)[:40].strip("-")
    if not slug:
        raise NotPossible("The name has no letter or digit to make an address from. Choose another name.")
    if Desk.objects.filter(slug=slug).exists():
        raise NotPossible(f"A desk called {slug} exists already. Choose another name.")
    if Member.objects.filter(email__iexact=lead_email).exists():
        raise NotPossible("This member has words already. Seat them at the new desk from inside it.")
    secret = Secret.new()
    desk = Desk.objects.create(name=name, slug=slug, recipient=secret.recipient, page=page)
    lead, words = _new_member(lead_email)
    seat = keyring.seat(desk, lead, role=Role.LEAD, secret=secret)
    seat.save()
    kit, on_paper = keyring.make_kit(desk, secret)
    kit.save()
    acts.tell(_act("desk_founded", desk, secret, at=at, thing_id=desk.pk, fields={"recipient": secret.recipient}))
    acts.tell(_seated(seat, secret, at=at))
    pins.pin(desk.pk, secret.recipient)
    return Founded(slug=slug, words=words, kit=on_paper)


@transaction.atomic
def try_kit(desk: Desk, on_paper: Identity, *, at: datetime) -> None:
    """Note that the printed kit opens its desk.

    Raises:
        NotPossible: it does not.
    """
    secret = _by_kit(desk, on_paper)
    Kit.objects.filter(desk=desk).update(tested=True)
    acts.tell(_act("kit_tested", desk, secret, at=at, thing_id=desk.pk))


@transaction.atomic
def seat_lead(desk: Desk, *, email: str, kit: Identity, at: datetime) -> tuple[str, Identity]:
    """Seat a lead by the recovery kit, and return their new words and the new kit: a used one is replaced.

    A member who is there already gets new words and a new identity; their seats at other desks stay closed until a
    colleague there seats them again.

    Raises:
        NotPossible: the kit does not open this desk.
    """
    secret = _by_kit(desk, kit)
    lead, words = _new_member(email)
    seat = keyring.seat(desk, lead, role=Role.LEAD, secret=secret)
    seat.save()
    Kit.objects.filter(desk=desk).delete()
    new_kit, on_paper = keyring.make_kit(desk, secret)
    new_kit.save()
    acts.tell(_act("kit_used", desk, secret, at=at, thing_id=desk.pk))
    acts.tell(_seated(seat, secret, at=at))
    return words, on_paper


def _by_kit(desk: Desk, on_paper: Identity) -> Secret:
    secret = keyring.open_kit(desk, on_paper)
    if secret is None:
        raise NotPossible(
            "This kit does not open this desk. Check that it is this desk's newest kit, and type it again."
        )
    if pins.pinned(desk.pk) != secret.recipient:
        raise NotPossible("This desk's key is not the pinned one. Compare its check words before you go on.")
    return secret


def _new_member(email: str) -> tuple[Member, str]:
    member = Member.objects.filter(email__iexact=email).first() or Member(email=email.casefold())
    words = passphrases.draw()
    member.set_password(words)
    if member._state.adding:  # noqa: SLF001 # Django's public word for a row that is not there yet; the row id is part of what the secret is bound to
        member.recipient, member.sealed_secret = Recipient(""), b""
        member.save()
    keyring.give_new_secret(member)
    member.save()
    return member, words


def _act(
    act: str, desk: Desk, secret: Secret, *, at: datetime, thing_id: uuid.UUID, fields: Mapping[str, str] | None = None
) -> acts.DeskAct:
    return acts.DeskAct(
        act=act, desk_id=desk.pk, key=secret.sub("ledger"), at=at, by="site", thing_id=thing_id, fields=fields or {}
    )


def _seated(seat: Seat, secret: Secret, *, at: datetime) -> acts.DeskAct:
    return acts.DeskAct(
        act="seated",
        desk_id=seat.desk_id,
        key=secret.sub("ledger"),
        at=at,
        by="site",
        thing_id=seat.pk,
        of=bytes(seat.sealed),
        fields={"role": Role(seat.role).label},
    )
