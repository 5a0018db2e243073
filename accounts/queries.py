"""What pages ask about desks, members and seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from accounts import pins
from accounts.models import Desk, FormerKey, Invitation, Kit, Member, Role, Seat
from sealing import words
from sealing.types import Recipient

# What a desk's page says; each a text, or a text a language.
PAGE_FIELDS = ("area", "languages", "phone", "what_next", "not_done")
PAGE_MAY_SAY = ("how_to_join",)  # how somebody takes part in a case of theirs


@dataclass(frozen=True, slots=True)
class PublicDesk:
    """A desk as a witness sees it, and what is sealed to it: the pinned recipient, never the row's."""

    id: UUID
    slug: str
    name: str
    area: str
    languages: str
    phone: str
    what_next: str
    not_done: str
    recipient: Recipient
    generation: int
    verified_on: date | None = None  # when the operator compared the check words
    cards_only: bool = False
    how_to_join: str = ""

    @property
    def fingerprint(self) -> str:
        """The check digits that a link to this desk carries, 24 of them."""
        return words.check_digits(self.recipient).replace(" ", "")

    @property
    def check_digits(self) -> str:
        """The same digits, six groups of four."""
        return words.check_digits(self.recipient)

    @property
    def check_words(self) -> str:
        """Six words to say on the phone."""
        return words.check_words(self.recipient)


def directory(*, language: str) -> Sequence[PublicDesk]:
    """Return the desks that may receive: pinned, with a page and a tested kit, by name."""
    with_page = Desk.objects.filter(page__isnull=False, kit__tested=True, cards_only=False).order_by("name")
    return [desk for row in with_page if row.is_listed and (desk := _public(row, language=language))]


def receiving(slug: str, *, language: str = "en") -> PublicDesk | None:
    """Return one desk to seal to, listed or not, or None where it is unknown or not pinned."""
    row = Desk.objects.filter(slug=slug).first()
    return _public(row, language=language) if row else None


def has_tested_kit(slug: str) -> bool:
    """Tell whether the desk could still be opened without any member."""
    return Desk.objects.filter(slug=slug, kit__tested=True).exists()


def is_listed(slug: str) -> bool:
    """Tell whether the desk's lead shows it in the directory."""
    return Desk.objects.filter(slug=slug, page__isnull=False).exists()


def seats_of(member: Member) -> QuerySet[Seat]:
    """Return a member's seats, by the desk's name."""
    return Seat.objects.filter(member=member).select_related("desk").order_by("desk__name")


def seat_at(member: Member, *, slug: str) -> Seat | None:
    """Return a member's seat at one desk."""
    return Seat.objects.filter(member=member, desk__slug=slug).select_related("desk").first()


def seats_by_id(ids: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Return the desk's slug and the role's word for each of these that is a seat's id."""
    wanted = [text for text in ids if _is_uuid(text)]
    rows = Seat.objects.filter(pk__in=wanted).values_list("pk", "desk__slug", "role")
    return {str(pk): (slug, Role(role).name.lower()) for pk, slug, role in rows}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _public(row: Desk, *, language: str) -> PublicDesk | None:
    pin = pins.read().get(row.pk)
    if pin is None or pin.called != row.called:
        return None
    said = {field: _said(row.page, field, language=language) for field in (*PAGE_FIELDS, *PAGE_MAY_SAY)}
    return PublicDesk(
        id=row.pk,
        slug=row.slug,
        name=row.name,
        recipient=pin.recipient,
        verified_on=pin.verified_on,
        generation=_generation(row, pin.recipient),
        cards_only=row.cards_only,
        **said,
    )


def _generation(row: Desk, recipient: Recipient) -> int:
    """Return which of a desk's keys is pinned: until the pin moves after a rotation, a former one."""
    former = FormerKey.objects.filter(desk=row, recipient=recipient).values_list("generation", flat=True).first()
    return row.generation if recipient == row.recipient or former is None else former


def _said(page: Mapping[str, object] | None, field: str, *, language: str) -> str:
    value = (page or {}).get(field, "")
    if isinstance(value, dict):
        value = value.get(language) or value.get("en") or next(iter(value.values()), "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One seat as its desk's page lists it."""

    id: UUID
    member_id: int
    name: str
    email: str
    role: Role
    waits: bool


def seats_at(desk_id: UUID) -> Sequence[SeatRow]:
    """Return a desk's seats, leads first."""
    held = Seat.objects.filter(desk_id=desk_id).select_related("member").order_by("-role", "member__email")
    return [SeatRow(s.pk, s.member_id, str(s.member), s.member.email, Role(s.role), waits=s.waits) for s in held]


def invitations_of(desk_id: UUID) -> QuerySet[Invitation]:
    """Return a desk's invitations, used and not: a used one waits until somebody is seated by it."""
    return Invitation.objects.filter(desk_id=desk_id).select_related("member").order_by("email")


def waiting_for(member: Member) -> Sequence[str]:
    """Return the names of the desks at which a member waits to be seated."""
    joined = Desk.objects.filter(invitations__member=member, invitations__gives_words=False)
    again = Desk.objects.filter(seats__member=member, seats__wrapped=b"")
    return sorted({desk.name for desk in [*joined, *again]})


def recipients() -> list[Recipient]:
    """Return what is sealed to every desk is sealed to."""
    return [Recipient(text) for text in Desk.objects.order_by("pk").values_list("recipient", flat=True)]


def row_of(slug: str) -> Desk | None:
    """Return a desk's row by its address."""
    return Desk.objects.filter(slug=slug).first()


def is_behind_pin(desk_id: UUID, recipient: str) -> bool:
    """Tell whether intake still seals to a former key: the operator has not moved the pin yet."""
    return pins.pinned(desk_id) not in {None, recipient}


def vouches() -> QuerySet[Seat, tuple[UUID, bytes | memoryview[int]]]:
    """Return the id and the sealed vouch of every seat: the ledger's check holds them against its newest hashes."""
    return Seat.objects.values_list("pk", "sealed")


@dataclass(frozen=True, slots=True)
class KitRow:
    """A recovery kit as its desk's page tells of it."""

    made_on: date | None
    tested: bool


def kit_of(desk_id: UUID) -> KitRow | None:
    """Return the desk's kit, or None where it has none."""
    kit = Kit.objects.filter(desk_id=desk_id).first()
    return KitRow(kit.made_on, tested=kit.tested) if kit else None


def waiting_at(desk_id: UUID, member_id: int) -> Member | None:
    """Return a member who waits to be seated at a desk, or seated again."""
    again = Seat.objects.filter(desk_id=desk_id, member_id=member_id).select_related("member").first()
    if again is not None:
        return again.member if again.waits else None
    joined = Invitation.objects.filter(desk_id=desk_id, member_id=member_id).select_related("member").first()
    return joined.member if joined else None


def check_words_of(recipient: str) -> str:
    """Return the six words of a key, to say on the phone."""
    return words.check_words(Recipient(recipient))
