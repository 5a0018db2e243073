"""Keep the likeness of pictures on a desk's sealed cards, and find where the same may have been filed as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from incidents.media import likeness
from incidents.vault import cards
from incidents.vault.openings import Absent, OpenExhibit, OpenIncident

KEPT = "likeness"  # on the desk's part of a card: bits in hex, by the file's id


@dataclass(frozen=True, slots=True)
class Alike:
    """Another incident of this desk in which a picture was filed that may show the same."""

    reference: str
    exhibit_id: str


@transaction.atomic
def keep(opened: OpenIncident, exhibit: OpenExhibit, bits: str) -> None:
    """Write a picture's likeness on this desk's card."""
    desk = opened.desk
    if desk is None:
        raise Absent
    review = cards.review_of(opened.id, desk=desk, locked=True)
    if (held := _kept(review)).get(str(exhibit.id)) != bits:
        cards.write_review(opened.id, {**review, KEPT: {**held, str(exhibit.id): bits}}, desk=desk)


def of(opened: OpenIncident, exhibit: OpenExhibit) -> Sequence[Alike]:
    """Return where this desk holds a picture that may show the same, by reference; only what it can open.

    A card of a desk says nothing of what other desks hold, and each desk finds what its own members looked at.
    """
    desk = opened.desk
    if desk is None or (bits := _kept(opened.review).get(str(exhibit.id))) is None:
        return []
    found = []
    for row in cards.index_of(desk).having(KEPT):
        review = row.card.get("review")
        for other, held in _kept(review if isinstance(review, Mapping) else {}).items():
            if other != str(exhibit.id) and likeness.alike(bits, held):
                found.append(Alike(row.reference, other))
    return sorted(found, key=lambda one: (one.reference != opened.reference, one.reference))


def _kept(review: Mapping[str, object]) -> Mapping[str, str]:
    held = review.get(KEPT)
    return {key: bits for key, bits in held.items() if isinstance(bits, str)} if isinstance(held, dict) else {}
