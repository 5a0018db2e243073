"""Which groups a report goes to: what a link or a form names, held against the pins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts import queries
from accounts.queries import PublicDesk


@dataclass(frozen=True, slots=True)
class Chosen:
    """The groups that were chosen, and whether one more was that may not receive."""

    groups: Sequence[PublicDesk]
    one_is_gone: bool = False


def listed(*, language: str) -> Sequence[PublicDesk]:
    """Return the directory: pinned, with a page and a tested kit. A coalition's desk gets cards only, and no report."""
    return [desk for desk in queries.directory(language=language) if not desk.cards_only]


def named(desk: PublicDesk) -> str:
    """Return how forms name a group: with the fingerprint, so that no other key is sealed to in its place."""
    return f"{desk.slug}/{desk.fingerprint}"


def by_name(name: str, *, language: str) -> PublicDesk | None:
    """Return the group that a form names, or None where it may not receive or has another fingerprint."""
    slug, _slash, fingerprint = name.partition("/")
    found = by_slug(slug, language=language)
    return found if found and found.fingerprint == fingerprint else None


def by_slug(slug: str, *, language: str) -> PublicDesk | None:
    """Return a group that may receive, listed or not: without a tested kit none does."""
    found = queries.receiving(slug, language=language) if queries.has_tested_kit(slug) else None
    if found is not None and found.cards_only:  # a coalition gets cards from its groups, never a report
        found = None
    return None if found is None or found.cards_only else found


def chosen(names: Sequence[str], slugs: Sequence[str], *, language: str) -> Chosen:
    """Return the groups of a filing.

    Args:
        names: as the form has them, so that a session that ended loses nothing.
        slugs: as the session has them, for a form that has none.
    """
    if names:
        found = [by_name(name, language=language) for name in dict.fromkeys(names)]
    else:
        found = [by_slug(slug, language=language) for slug in slugs]
    groups = [desk for desk in found if desk]
    return Chosen(groups, one_is_gone=len(groups) < len(found))
