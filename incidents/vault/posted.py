"""The short cards that coalitions hold: find them, and take them back with no key of anybody in hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts import queries
from accounts.keyring import OpenDesk
from incidents.checklist.summary import IMPLIED
from incidents.custody import events, ledger
from incidents.models import Card
from sealing.types import Key, Recipient

NEEDED = frozenset({IMPLIED, "named_desks"})  # what the reporter must allow a desk that posts one


def of(incident_id: UUID) -> QuerySet[Card]:
    """Return the cards of an incident that coalitions hold."""
    found = Card.objects.filter(incident_id=incident_id, desk__cards_only=True)
    return found.select_related("desk", "posted_by", "incident").order_by("desk__name")


def refused(incident_id: UUID, said: Iterable[Mapping[str, str]]) -> QuerySet[Card]:
    """Return the cards that may not stay after what the reporter said of uses.

    Args:
        said: rows with `use`, `answer` and `desk`, the address of the desk it is said to; empty: to every desk.
    """
    to = {row["desk"] for row in said if row["use"] in NEEDED and row["answer"] == "no"}
    return of(incident_id) if "" in to else of(incident_id).filter(posted_by__slug__in=to)


def take_back(found: QuerySet[Card], *, by: str, at: datetime, desk: OpenDesk | None = None) -> None:
    """Remove cards in the caller's transaction; each posting desk reads in its ledger that it happened.

    Args:
        desk: one that is open: an act on its own card is sealed under its key.
    """
    for card in found:
        event = events.CardWithdrawn(at=at, by=by, object=card.incident_id, desk=card.desk_id)
        desk_id = card.posted_by_id
        to = desk.secret.sub("ledger") if desk and desk.id == desk_id else _without_key(card)
        ledger.append(event, to=to, desk_id=desk_id, incident_id=None if desk_id else card.incident_id)
        card.delete()


def _without_key(card: Card) -> Key | Recipient:
    """Return what the event is sealed to: the posting desk's pinned key, or the incident where it has none."""
    poster = queries.receiving(card.posted_by.slug) if card.posted_by else None
    return poster.recipient if poster else Recipient(card.incident.recipient)
