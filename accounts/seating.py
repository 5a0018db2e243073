"""Invite, seat, seat again, change a role, unseat: one rule, one transaction and one act each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import acts, keyring, passphrases, policy, rotation, sessions
from accounts.acts import DeskAct
from accounts.keyring import OpenDesk
from accounts.models import Desk, Invitation, Kit, Member, Role, Seat
from accounts.policy import Denial, Denied, insist
from sealing.keys import Secret
from sealing.types import Recipient

CODE_DAYS = 7


class Refused(Exception):
    """A code that opens no door: unknown, used, over, or somebody else's. All look alike."""


class SignInFirst(Exception):
    """The code is right, and belongs to somebody who has words already."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Who used a code, and their new words where it gave them some: shown once, kept nowhere."""

    member: Member
    words: str | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """Six check words as a colleague compares them: four to read, two to type."""

    words: Sequence[str | None]

    @property
    def numbers(self) -> Sequence[int]:
        """Which words are to be typed, counted from one."""
        return [number for number, word in enumerate(self.words, 1) if word is None]


@transaction.atomic
def invite(desk: OpenDesk, *, email: str, at: datetime) -> str:
    """Return a one-time code for somebody to join with; a former one for this address ends.

    It names no role: whoever seats them says it, for what waits in the open until then could be raised there.

    Raises:
        Denied: this seat may not, or they sit here already.
    """
    insist(policy.why_not_seat(desk.role))
    row = rotation.locked(desk)
    if Seat.objects.filter(desk=row, member__email__iexact=email).exists():
        raise Denied(Denial(_("This person has a seat here already.")))
    return _code(row, desk, email=email.casefold(), gives_words=False, at=at)


@transaction.atomic
def offer_words(desk: OpenDesk, *, seat_id: UUID, at: datetime) -> str:
    """Return a one-time code with which a member who lost their words gets new ones; then they are seated again.

    Raises:
        Denied: this seat may not, or the other is gone; or they are an auditor, or the only lead of another desk.
    """
    insist(policy.why_not_seat(desk.role))
    row = rotation.locked(desk)
    member = seat_of(row, seat_id).member
    insist(policy.why_not_offer_words(is_auditor=member.is_auditor, only_lead=_is_only_lead(member, but=row)))
    return _code(row, desk, email=member.email, gives_words=True, at=at)


def join(*, email: str, code: str, as_member: Member | None, at: datetime) -> Joined:
    """Use a code: a new member gets words, one who lost theirs new ones, one who is signed in comes as they are.

    Raises:
        Refused: the code opens no door for this address.
        SignInFirst: it opens one for a member who has words.
    """
    with transaction.atomic():
        held = Invitation.objects.select_for_update().filter(code=_hash(code)).first()
        usable = held is not None and held.member_id is None and at.date() <= held.expires_on
        theirs = usable and held is not None and held.email == email.casefold()
        if held is not None and theirs:
            return _join(held, as_member=as_member, at=at)
        if held is not None:
            _by_site(held.desk, "code_refused", at=at)
    raise Refused


def gaps(recipient: str) -> Gaps:
    """Return a member's six check words with two left out, always the same two."""
    digest = hashlib.sha256(recipient.encode()).digest()
    first, second = digest[0] % 6, (digest[0] % 6 + 1 + digest[1] % 5) % 6
    words = keyring.check_words(recipient)
    return Gaps([None if number in {first, second} else word for number, word in enumerate(words)])


def heard(recipient: str, typed: Sequence[str]) -> bool:
    """Tell whether the two words that were left out were typed as they are."""
    left_out = [keyring.check_words(recipient)[number - 1] for number in gaps(recipient).numbers]
    return [word.strip().casefold() for word in typed] == left_out


@transaction.atomic
def admit(desk: OpenDesk, *, member_id: int, role: Role, typed: Sequence[str], at: datetime) -> None:
    """Seat somebody who joined, or seat a member again: a lead heard their check words and typed two of them.

    Raises:
        Denied: this seat may not; the words are not theirs; nobody of this id waits here.
    """
    insist(policy.why_not_seat(desk.role))
    row = rotation.locked(desk)
    member = _waiting(row, member_id)
    if not heard(member.recipient, typed):
        raise Denied(Denial(_("These are not their check words. Call them again, and seat nobody until they fit.")))
    seat(row, desk, member, role=role, at=at)
    Invitation.objects.filter(desk=row, member=member).delete()


def seat(row: Desk, desk: OpenDesk, member: Member, *, role: Role, at: datetime) -> None:
    """Give a member a seat at a desk whose row is locked, and tell."""
    held = keyring.seat(row, member, role=role, secret=desk.secret)
    held.save()
    rotation.tell_seated(held, desk.secret, act="seated", by=str(desk.seat_id), at=at)


@transaction.atomic
def change_role(desk: OpenDesk, *, seat_id: UUID, to: Role, at: datetime) -> None:
    """Give a seat another role.

    Raises:
        Denied: this seat may not, or the desk would be without a lead.
    """
    row = rotation.locked(desk)
    held = seat_of(row, seat_id)
    insist(policy.why_not_change_role(desk.role, seated=Role(held.role), to=to, leads=leads_of(row.pk)))
    if held.waits:
        raise Denied(Denial(_("This member waits to be seated again. Do that first.")))
    keyring.insist_vouched(held, recipient=held.member.recipient, secret=desk.secret)
    was_lead = Role(held.role) == Role.LEAD
    again = keyring.seat(row, held.member, role=to, secret=desk.secret)
    again.save()
    rotation.tell_seated(again, desk.secret, act="role_changed", by=str(desk.seat_id), at=at)
    if was_lead and to < Role.LEAD:
        _end_codes(row, desk, at=at)
        keyring.forget_kit(row, desk.secret)
        row.save(update_fields=["keyring"])
        _drop_kit(row, desk.secret, by=str(desk.seat_id), at=at)


@transaction.atomic
def unseat(desk: OpenDesk, *, seat_id: UUID, at: datetime) -> Member:
    """Take a seat away and give the desk a new key, which whoever left never holds; return who left.

    A lead may have kept a copy of the paper: with them the recovery kit goes, and the codes that nobody used yet.

    Raises:
        Denied: this seat may not, or it is the last lead's.
    """
    row = rotation.locked(desk)
    held = seat_of(row, seat_id)
    own = held.pk == desk.seat_id
    insist(policy.why_not_unseat(desk.role, own=own, seated=Role(held.role), leads=leads_of(row.pk)))
    member, was_lead, by = held.member, Role(held.role) == Role.LEAD, str(desk.seat_id)
    held.delete()
    Invitation.objects.filter(desk=row, email__iexact=member.email).delete()
    if was_lead:
        _end_codes(row, desk, at=at)
    new = rotation.renew(row, desk.secret, by=by, at=at, with_kit=not was_lead)
    acts.tell(DeskAct(act="unseated", desk_id=row.pk, key=new.sub("ledger"), at=at, by=by, thing_id=seat_id))
    if was_lead:
        _drop_kit(row, new, by=by, at=at)
    return member


@transaction.atomic
def withdraw(desk: OpenDesk, *, invitation_id: UUID, at: datetime) -> None:
    """End an invitation that nobody was seated by yet.

    Raises:
        Denied: this seat may not.
    """
    insist(policy.why_not_seat(desk.role))
    row = rotation.locked(desk)
    for held in Invitation.objects.filter(desk=row, pk=invitation_id):
        _end_code(held, desk, at=at)


def leads_of(desk_id: UUID) -> int:
    """Return how many leads can open a desk today: one who waits to be seated again is none."""
    return sum(not held.waits for held in Seat.objects.filter(desk_id=desk_id, role=Role.LEAD))


@transaction.atomic
def forget_expired(*, at: datetime) -> int:
    """Remove the invitations whose last day is over, and return how many."""
    over = list(Invitation.objects.filter(expires_on__lt=at.date()).select_related("desk"))
    for held in over:
        held.delete()
        _by_site(held.desk, "code_over", at=at)
    return len(over)


def renewed_member(email: str, *, at: datetime) -> tuple[Member, str]:
    """Give somebody new words; what was wrapped to former ones opens nothing any more, and their seats wait.

    Whoever signed in with the former words is signed out.
    """
    member, words = new_member(email)
    sessions.end_all(member)
    for held in Seat.objects.filter(member=member).select_related("desk"):
        held.wrapped = b""
        held.save(update_fields=["wrapped"])
        _by_site(held.desk, "words_replaced", at=at)
    return member, words


def _join(held: Invitation, *, as_member: Member | None, at: datetime) -> Joined:
    member = Member.objects.filter(email__iexact=held.email).first()
    words = None
    if member is None:
        member, words = new_member(held.email)
    elif held.gives_words:
        member, words = renewed_member(held.email, at=at)
    elif as_member is None or as_member.pk != member.pk:
        raise SignInFirst
    held.member = member
    held.save(update_fields=["member"])
    _by_site(held.desk, "code_used", at=at)
    return Joined(member, words)


def new_member(email: str) -> tuple[Member, str]:
    """Make a member, or give one who is there new words and a new identity; return their words, shown once."""
    member = Member.objects.filter(email__iexact=email).first() or Member(email=email.casefold())
    words = passphrases.draw()
    member.set_password(words)
    if member._state.adding:  # noqa: SLF001 # Django's public word for a row that is not there yet; its id is part of what the secret is bound to
        member.recipient, member.sealed_secret = Recipient(""), b""
        member.save()
    keyring.give_new_secret(member)
    member.save()
    return member, words


def _code(row: Desk, desk: OpenDesk, *, email: str, gives_words: bool, at: datetime) -> str:
    code = passphrases.draw_code()
    Invitation.objects.filter(desk=row, email__iexact=email).delete()
    held = Invitation.objects.create(
        desk=row,
        email=email,
        code=passphrases.code_hash(code),
        expires_on=at.date() + timedelta(days=CODE_DAYS),
        gives_words=gives_words,
    )
    acts.tell(
        DeskAct(
            act="words_offered" if gives_words else "invited",
            desk_id=row.pk,
            key=desk.secret.sub("ledger"),
            at=at,
            by=str(desk.seat_id),
            thing_id=held.pk,
        )
    )
    return code


def _end_code(held: Invitation, desk: OpenDesk, *, at: datetime) -> None:
    ended, key = held.pk, desk.secret.sub("ledger")
    held.delete()
    acts.tell(DeskAct(act="code_ended", desk_id=desk.id, key=key, at=at, by=str(desk.seat_id), thing_id=ended))


def _end_codes(row: Desk, desk: OpenDesk, *, at: datetime) -> None:
    """End the codes that nobody used: whoever is a lead no more may know them."""
    for held in Invitation.objects.filter(desk=row, member__isnull=True):
        _end_code(held, desk, at=at)


def _drop_kit(row: Desk, secret: Secret, *, by: str, at: datetime) -> None:
    Kit.objects.filter(desk=row).delete()
    acts.tell(DeskAct(act="kit_dropped", desk_id=row.pk, key=secret.sub("ledger"), at=at, by=by, thing_id=row.pk))


def _hash(code: str) -> str:
    try:
        return passphrases.code_hash(code)
    except passphrases.Misspelt:
        return ""


def seat_of(row: Desk, seat_id: UUID) -> Seat:
    """Return one seat of a desk.

    Raises:
        Denied: it is not there any more.
    """
    held = Seat.objects.filter(desk=row, pk=seat_id).select_related("member").first()
    if held is None:
        raise Denied(Denial(_("This seat is not there any more. Open the page again.")))
    return held


def _is_only_lead(member: Member, *, but: Desk) -> bool:
    """Tell whether another desk would be without a lead who can open it."""
    leads = Seat.objects.filter(member=member, role=Role.LEAD).exclude(desk=but).exclude(wrapped=b"")
    return any(leads_of(held.desk_id) <= 1 for held in leads)


def _waiting(row: Desk, member_id: int) -> Member:
    held = Seat.objects.filter(desk=row, member_id=member_id).select_related("member").first()
    if held is not None and held.waits:
        return held.member
    joined = Invitation.objects.filter(desk=row, member_id=member_id).select_related("member").first()
    if joined is None or joined.member is None or held is not None:
        raise Denied(Denial(_("Nobody waits for this seat. Open the page again.")))
    return joined.member


def _by_site(desk: Desk, act: str, *, at: datetime) -> None:
    acts.by_site(desk.pk, act, recipient=desk.recipient, at=at)
