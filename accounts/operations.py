"""Found, invite, seat, unseat, rotate: one transaction and one act each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from accounts import acts, keyring, pins, policy, queries, rotation, seating, second_step, sessions
from accounts.keyring import OpenDesk
from accounts.models import Desk, Kit, Member, Role
from accounts.policy import insist
from accounts.unlock import Keys
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
def found(
    name: str, *, lead_email: str, at: datetime, page: Mapping[str, object] | None = None, cards_only: bool = False
) -> Founded:
    """Found a desk: its key, its kit, its first lead, its pin. A coalition's desk gets `cards_only`.

    The pin is written last: a pin whose desk was rolled back is a dead line, a desk without a pin cannot receive. It
    says no day, for nobody compared the check words yet.

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
    desk = Desk.objects.create(name=name, slug=slug, recipient=secret.recipient, page=page, cards_only=cards_only)
    lead, words = seating.new_member(lead_email)
    seat = keyring.seat(desk, lead, role=Role.LEAD, secret=secret)
    seat.save()
    on_paper = _new_kit(desk, secret, at=at)
    acts.tell(_act("desk_founded", desk, secret, at=at, fields={"recipient": secret.recipient}))
    rotation.tell_seated(seat, secret, act="seated", by="site", at=at)
    pins.pin(desk.pk, secret.recipient, called=desk.called)
    return Founded(slug=slug, words=words, kit=on_paper)


@transaction.atomic
def try_kit(desk: Desk, on_paper: Identity, *, at: datetime) -> None:
    """Note that the printed kit opens its desk.

    Raises:
        NotPossible: it does not.
    """
    row = Desk.objects.select_for_update().get(pk=desk.pk)
    secret = _by_kit(row, on_paper)
    Kit.objects.filter(desk=row).update(tested=True)
    acts.tell(_act("kit_tested", row, secret, at=at))


@transaction.atomic
def seat_lead(desk: Desk, *, email: str, kit: Identity, at: datetime) -> tuple[str, Identity]:
    """Seat a lead by the recovery kit, and return their new words and the new kit: a used one is replaced.

    The desk gets a new key with it, so that the old paper opens nothing that comes later. A member who is there already
    gets new words and a new identity; their seats at other desks wait until a colleague there seats them again. So does
    every seat of this desk that is not the one vouched for last: the kit must open the desk whatever was written there.

    Raises:
        NotPossible: the kit does not open this desk.
    """
    row = Desk.objects.select_for_update().get(pk=desk.pk)
    secret = _by_kit(row, kit)
    lead, words = seating.renewed_member(email, at=at)
    second_step.start_anew(lead)
    rotation.let_doubtful_wait(row, secret)
    new = rotation.renew(row, secret, by="site", at=at, with_kit=False)
    seat = keyring.seat(row, lead, role=Role.LEAD, secret=new)
    seat.save()
    on_paper = _new_kit(row, new, at=at)
    acts.tell(_act("kit_used", row, new, at=at))
    rotation.tell_seated(seat, new, act="seated", by="site", at=at)
    return words, on_paper


def let_go(desk: OpenDesk, *, seat_id: UUID, at: datetime) -> None:
    """Take a seat away; whoever has none left is signed out everywhere.

    Raises:
        Denied: this seat may not, or it is the last lead's.
    """
    member = seating.unseat(desk, seat_id=seat_id, at=at)
    if not queries.seats_of(member).exists():
        sessions.end_all(member)


@transaction.atomic
def lost_phone(desk: OpenDesk, *, seat_id: UUID, at: datetime) -> None:
    """Forget the second step of a member of this desk, who sets up another at their next sign-in.

    It opens nothing by itself: their words are still asked for. Whoever holds the phone is signed out.

    Raises:
        Denied: this seat may not, or the other is gone; or they read at other desks too.
    """
    insist(policy.why_not_seat(desk.role))
    row = rotation.locked(desk)
    member = seating.seat_of(row, seat_id).member
    elsewhere = queries.seats_of(member).exclude(desk=row).exists()
    insist(policy.why_not_forget_phone(is_auditor=member.is_auditor, elsewhere=elsewhere))
    second_step.start_anew(member)
    sessions.end_all(member)
    acts.tell(_act("second_step_anew", row, desk.secret, at=at, by=str(desk.seat_id)))


@transaction.atomic
def forget_phone(member: Member, *, at: datetime) -> None:
    """Forget a member's second step for the operator, and tell each of their desks."""
    second_step.start_anew(member)
    sessions.end_all(member)
    for held in queries.seats_of(member):
        acts.by_site(held.desk_id, "second_step_anew", recipient=held.desk.recipient, at=at)


@transaction.atomic
def tell_of_guessing(member: Member, *, at: datetime) -> None:
    """Tell a member's desks, once a day, that somebody knows their words and guesses codes."""
    if not second_step.first_guessing_today(member):
        return
    for held in queries.seats_of(member):
        acts.by_site(held.desk_id, "second_step_guessed", recipient=held.desk.recipient, at=at)


@transaction.atomic
def make_kit(desk: OpenDesk, *, at: datetime) -> tuple[Identity, Recipient]:
    """Return a new recovery kit's key and the recipient of the desk that it opens.

    Where there was a kit, the desk gets a new key too: with a copy of the database from before, the former paper would
    go on opening it. Until the new kit was tried, no page offers the desk.

    Raises:
        Denied: this seat may not.
    """
    insist(policy.why_not_make_kit(desk.role))
    row, secret, by = rotation.locked(desk), desk.secret, str(desk.seat_id)
    if Kit.objects.filter(desk=row).exists():
        secret = rotation.renew(row, secret, by=by, at=at, with_kit=False)
    on_paper = _new_kit(row, secret, at=at)
    acts.tell(_act("kit_made", row, secret, at=at, by=by))
    return on_paper, secret.recipient


def try_typed_kit(desk: OpenDesk, typed: str, *, at: datetime) -> None:
    """Note that the paper opens its desk: somebody typed its key.

    Raises:
        NotPossible: it is no key, or not this desk's.
    """
    try:
        on_paper = Identity.parse(typed)
    except ValueError:
        raise NotPossible("That is not a kit's key.") from None
    row = Desk.objects.get(pk=desk.id)
    try:
        try_kit(row, on_paper, at=at)
    except NotPossible:
        acts.tell(_act("kit_refused", row, desk.secret, at=at, by=str(desk.seat_id)))
        raise


@transaction.atomic
def publish(desk: OpenDesk, page: Mapping[str, object], *, at: datetime) -> None:
    """Write what witnesses see of a desk; with `"hidden": true` the directory leaves it out.

    Raises:
        Denied: this seat may not.
    """
    insist(policy.why_not_publish(desk.role))
    row = rotation.locked(desk)
    row.page = dict(page)
    row.save(update_fields=["page"])
    acts.tell(_act("page_changed", row, desk.secret, at=at, by=str(desk.seat_id)))


@transaction.atomic
def renew_words(using: Keys, *, rotate: bool, at: datetime) -> tuple[Member, Secret, str]:
    """Give a member new words while their session is open, and return the member, their new secret and the words.

    Args:
        rotate: somebody else may know the old words: each of the member's desks gets a new key too.

    Raises:
        Denied: a desk changed since.
    """
    desks, head = list(using.desks()), keyring.open_head(using.secret, using.member)
    rows = [rotation.locked(desk) for desk in desks]
    member, words = seating.new_member(using.member.email)
    secret = keyring.open_member(member)
    if head is not None:
        member.kept_head = keyring.seal_head(secret, head, member=member)
        member.save(update_fields=["kept_head"])
    for row, desk in zip(rows, desks, strict=True):
        seat = keyring.seat(row, member, role=desk.role, secret=desk.secret)
        seat.save()
        rotation.tell_seated(seat, desk.secret, act="words_changed", by=str(desk.seat_id), at=at)
        if rotate:
            rotation.renew(row, desk.secret, by=str(desk.seat_id), at=at)
    return member, secret, words


@transaction.atomic
def move_pin(desk: Desk, *, words_heard: str, at: datetime) -> None:
    """Pin a desk's present key: the operator heard its six check words from a lead.

    Raises:
        NotPossible: the words are not those of the key in the database.
    """
    if words_heard.casefold().split() != list(keyring.check_words(desk.recipient)):
        raise NotPossible("These are not this desk's check words. Call a lead again, and pin nothing until they fit.")
    acts.by_site(desk.pk, "pinned", recipient=desk.recipient, at=at)
    pins.pin(desk.pk, Recipient(desk.recipient), called=desk.called, verified_on=at.date())


def _new_kit(desk: Desk, secret: Secret, *, at: datetime) -> Identity:
    Kit.objects.filter(desk=desk).delete()
    kit, on_paper = keyring.make_kit(desk, secret, on=at.date())
    kit.save()
    desk.save(update_fields=["keyring"])
    return on_paper


def _by_kit(desk: Desk, on_paper: Identity) -> Secret:
    secret = keyring.open_kit(desk, on_paper)
    if secret is None:
        raise NotPossible(
            "This kit does not open this desk. Check that it is this desk's newest kit, and type it again."
        )
    if not pins.pinned(desk.pk) or not keyring.stands_on_pin(desk, secret):
        raise NotPossible("This desk's key is not the pinned one. Compare its check words before you go on.")
    return secret


def _act(
    act: str,
    desk: Desk,
    secret: Secret,
    *,
    at: datetime,
    by: str = "site",
    fields: Mapping[str, str] | None = None,
) -> acts.DeskAct:
    return acts.DeskAct(
        act=act, desk_id=desk.pk, key=secret.sub("ledger"), at=at, by=by, thing_id=desk.pk, fields=fields or {}
    )
