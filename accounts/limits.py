"""How often a thing may be tried, and how long given words count; no address is stored for it."""

from __future__ import annotations

import time

from allauth.core import ratelimit
from django.http import HttpRequest

FRESH_SECONDS = 600
WAIT_SECONDS = 60
GIVEN = "words_given_at"


class Flooded(Exception):
    """Too many tries."""


def count(request: HttpRequest, action: str) -> None:
    """Count one try of an action that has its limit in the settings.

    Raises:
        Flooded: there were too many.
    """
    user = request.user if request.user.is_authenticated else None
    if not ratelimit.consume(request, action=action, user=user):
        raise Flooded


def note_words(request: HttpRequest) -> None:
    """Remember that a member gave their words just now."""
    request.session[GIVEN] = int(time.time())


def words_are_fresh(request: HttpRequest) -> bool:
    """Tell whether this session's member gave their words a short while ago."""
    return time.time() - int(request.session.get(GIVEN, 0)) < FRESH_SECONDS
