"""What pages ask about desks, members and seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts import pins
from accounts.models import Desk, Member, Role, Seat
from sealing import words
from sealing.types import Recipient

# What a desk's page says; each a text, or a text a language.
PAGE_FIELDS = ("area", "languages", "phone", "what_next", "not_done")


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
    with_page = Desk.objects.filter(page__isnull=False, kit__tested=True).order_by("name")
    return [desk for row in with_page if (desk := _public(row, language=language))]


def receiving(slug: str, *, language: str = "en") -> PublicDesk | None:
    """Return one desk to seal to, listed or not, or None where it is unknown or not pinned."""
    row = Desk.objects.filter(slug=slug).first()
    return _public(row, language=language) if row else None


def has_tested_kit(slug: str) -> bool:
    """Tell whether the desk could still be opened without any member."""
    return Desk.objects.filter(slug=slug, kit__tested=True).exists()


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
    recipient = pins.pinned(row.pk)
    if recipient is None:
        return None
    said = {field: _said(row.page, field, language=language) for field in PAGE_FIELDS}
    return PublicDesk(id=row.pk, slug=row.slug, name=row.name, recipient=recipient, generation=row.generation, **said)


def _said(page: Mapping[str, object] | None, field: str, *, language: str) -> str:
    value = (page or {}).get(field, "")
    if isinstance(value, dict):
        value = value.get(language) or value.get("en") or next(iter(value.values()), "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
