"""Post a short card to a coalition's desk and take it back: keys to compare, and whom to ask; nothing else leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.policy import Denial, Denied
from accounts.queries import PublicDesk
from incidents.checklist import summary
from incidents.custody import events
from incidents.models import Card
from incidents.vault import cards, rows, sharing
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
        sealed=rows.seal_inbox(rows.plain(short_card(opened)), to.recipient),
    )
    opened.record_at_desk(events.CardPosted(at=at, by=opened.by, object=opened.id, desk=to.id))
    _keep(opened, {to.slug: at.date().isoformat()})


@transaction.atomic
def withdraw(opened: OpenIncident, coalition: PublicDesk, *, at: datetime) -> None:
    """Take back the card that this desk posted.

    Raises:
        Absent: it posted none there.
    """
    row = sharing.locked(opened)
    if coalition.slug not in posted(opened):
        raise Absent
    Card.objects.filter(desk_id=coalition.id, incident=row).delete()
    opened.record_at_desk(events.CardWithdrawn(at=at, by=opened.by, object=opened.id, desk=coalition.id))
    _keep(opened, {}, without=coalition.slug)


def posted(opened: OpenIncident) -> Mapping[str, str]:
    """Return the coalitions that have this desk's card of an incident, each with the day."""
    return _posted(opened.review)


def _posted(review: Mapping[str, object]) -> Mapping[str, str]:
    found = review.get(POSTED, {})
    return found if isinstance(found, dict) else {}


def _keep(opened: OpenIncident, more: Mapping[str, str], *, without: str = "") -> None:
    desk = sharing.desk_of(opened)
    review = cards.review_of(opened.id, desk=desk, locked=True)
    held = {slug: day for slug, day in {**_posted(review), **more}.items() if slug != without}
    cards.write_review(opened.id, {**review, POSTED: held}, desk=desk)
