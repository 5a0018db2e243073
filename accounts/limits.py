"""How often a thing may be tried, and how long given words count; no address is stored for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

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


def asks_for_words(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view that changes who gets in be reached only a short while after the words were given.

    Others are asked for them and come back by GET: what a post carries is never put into the session.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if words_are_fresh(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")

    return asked
