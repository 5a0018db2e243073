"""Covered copies: nothing uses one before a member has looked at it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.policy import Denial
from incidents.custody import events
from incidents.media.recipes import Recipe
from incidents.vault.derivatives import recipe_of
from incidents.vault.openings import OpenEvent, OpenExhibit

BURNED = frozenset({Recipe.REDACTED_PICTURE, Recipe.REDACTED_CLIP})


def is_covered(copy: OpenExhibit) -> bool:
    """Whether parts of it were burned out or silenced."""
    return recipe_of(copy) in BURNED


def looked_at(custody: Sequence[OpenEvent]) -> frozenset[str]:
    """Return the ids of the covered copies that a member looked at and found good, by what the record says."""
    return frozenset(event.said["object"] for event in custody if event.said["act"] == events.CopyChecked.act)


def why_not_use(copy: OpenExhibit, *, seen: frozenset[str]) -> Denial | None:
    """Return why nothing may use a copy yet, or None.

    Args:
        seen: as `looked_at` returns them.
    """
    if is_covered(copy) and str(copy.id) not in seen:
        return Denial(_("Nobody has looked at this covered copy yet. Look at it first."))
    return None
