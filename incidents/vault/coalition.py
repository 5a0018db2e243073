"""Post a short card to a coalition's desk and take it back: keys to compare, and whom to ask; nothing else leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.policy import Denial, Denied
from accounts.queries import PublicDesk
from incidents.checklist import summary
from incidents.custody import events
from incidents.models import Card
from incidents.vault import cards, posted, rows, sharing
from incidents.vault.openings import Absent, OpenIncident

POSTED = "posted"  # on the posting desk's own card: the day, by the coalition's slug


def short_card(opened: OpenIncident) -> dict[str, object]:
    """Return what a coalition gets of an incident: keys, month, state, the desk to ask, its reference.

    The summary is given no exhibit, so that no key names a file.
    """
    whole = summary.card(opened.answers, reference=opened.reference, received_on=opened.received_on)
    where, keys = whole["where"], whole["keys"]
    assert isinstance(where, dict)  # noqa: S101 # as the summary makes it
    assert isinstance(keys, dict)  # noqa: S101 # the same
    return {
        "card": summary.CARD,
        "head": {"reference": opened.reference},
        "from": {"desk": sharing.desk_of(opened).slug},
        "where": {
            name: said for name, said in (("state", where.get("state")), ("month", where.get("day", "")[:7])) if said
        },
        "keys": keys,
    }


@transaction.atomic
def post(opened: OpenIncident, to: PublicDesk, *, at: datetime) -> None:
    """Post an incident's short card to a coalition's pinned desk.

    Raises:
        Absent: this is no coalition's desk.
        Denied: it has a card of this incident already, or the incident changed since it was opened.
    """
    if not to.cards_only:
        raise Absent
    row = sharing.unchanged(opened)
    if Card.objects.filter(desk_id=to.id, incident=row).exists():
        raise Denied(Denial(_("That coalition has a card of this incident already.")))
    Card.objects.create(
        desk_id=to.id,
        incident=row,
        generation=to.generation,
        version=0,
        posted_by_id=sharing.desk_of(opened).id,
        sealed=rows.seal_inbox(rows.plain(short_card(opened)), to.recipient),
    )
    opened.record_at_desk(events.CardPosted(at=at, by=opened.by, object=opened.id, desk=to.id))
    _keep(opened, {to.slug: at.date().isoformat()})


@transaction.atomic
def withdraw(opened: OpenIncident, coalition: PublicDesk, *, at: datetime) -> None:
    """Take a card back, whichever desk posted it: that one may hold no key any more.

    Raises:
        Absent: that coalition has none.
    """
    row, desk = sharing.locked(opened), sharing.desk_of(opened)
    card = posted.of(row.pk).filter(desk_id=coalition.id).first()
    if card is None:
        raise Absent
    posted.take_back(posted.of(row.pk).filter(pk=card.pk), by=opened.by, at=at, desk=desk)
    if card.posted_by_id != desk.id:
        opened.record_at_desk(events.CardWithdrawn(at=at, by=opened.by, object=opened.id, desk=coalition.id))
    elif coalition.slug in _days(opened.review):
        _keep(opened, {}, without=coalition.slug)


@dataclass(frozen=True, slots=True)
class PostedCard:
    """A card that a coalition has: by which desk, and since when where it is the own one."""

    desk: str
    day: str = ""


def held(opened: OpenIncident) -> Mapping[str, PostedCard]:
    """Return the coalitions that have a card of an incident, by address."""
    own, days, found = sharing.desk_of(opened), _days(opened.review), {}
    for card in posted.of(opened.id):
        name = card.posted_by.name if card.posted_by else ""
        day = days.get(card.desk.slug, "") if card.posted_by_id == own.id else ""
        found[card.desk.slug] = PostedCard(name, day)
    return found


def _days(review: Mapping[str, object]) -> Mapping[str, str]:
    found = review.get(POSTED, {})
    return found if isinstance(found, dict) else {}


def _keep(opened: OpenIncident, more: Mapping[str, str], *, without: str = "") -> None:
    desk = sharing.desk_of(opened)
    review = cards.review_of(opened.id, desk=desk, locked=True)
    kept = {slug: day for slug, day in {**_days(review), **more}.items() if slug != without}
    cards.write_review(opened.id, {**review, POSTED: kept}, desk=desk)
