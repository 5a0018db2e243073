"""How often a thing may be tried, and how long given words count; no address is stored for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

FRESH_SECONDS = 600
WAIT_SECONDS = 60
GIVEN = "words_given_at"


class Flooded(Exception):
    """Too many tries."""


def insist_not_flooded(request: HttpRequest, action: str, *, key: str = "") -> None:
    """Count one try of an action that has its limit in ACCOUNT_RATE_LIMITS; a GET is none.

    Args:
        key: what is tried, where its limit says "key"; only its hash is kept.

    Raises:
        Flooded: there were too many. The middleware answers 429.
    """
    if action not in settings.ACCOUNT_RATE_LIMITS:
        raise LookupError(f"{action} has no limit in the settings.")
    if not ratelimit.consume(request, action=action, key=key):
        raise Flooded


def note_words(request: HttpRequest) -> None:
    """Remember that a member gave their words just now."""
    request.session[GIVEN] = int(time.time())


def needs_words_again(request: HttpRequest, *, back: str = "") -> HttpResponse | None:
    """Return the way to the page that asks for the words, or None where they were given a short while ago.

    What a post carries is not kept: it is typed anew after the words.

    Args:
        back: the path to come back to by GET; without it, this one.
    """
    if 0 <= time.time() - int(request.session.get(GIVEN, 0)) < FRESH_SECONDS:
        return None
    back = back or (request.path if request.method == "POST" else request.get_full_path())
    return redirect(f"{reverse('accounts:words_again')}?{urlencode({'next': back})}")


def asks_for_words(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view that changes who gets in be reached only a short while after the words were given.

    Others are asked for them and come back by GET: what a post carries is never put into the session.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return needs_words_again(request) or view(request, *args, **kwargs)

    return asked
