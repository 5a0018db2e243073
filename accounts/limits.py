"""How often a thing may be tried, and how long given words count; no address is stored for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import wraps
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

FRESH_SECONDS = 600
WAIT_SECONDS = 60
GIVEN = "words_given_at"
NEVER_SENT_AGAIN = frozenset({"csrfmiddlewaretoken", "words", "password", "code", "key", "credential"})


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


def needs_words_again(request: HttpRequest) -> HttpResponse | None:
    """Return what asks for the words, or None where they were given a short while ago.

    What a post carries rides along in the page, never in the session, and can be sent on after the words.
    """
    if 0 <= time.time() - int(request.session.get(GIVEN, 0)) < FRESH_SECONDS:
        return None
    path = request.get_full_path()
    if request.method == "POST":
        context = {"again": True, "next": "", "send_to": path, "kept": typed(request)}
        return render(request, "423.html", context, status=423)
    return redirect(f"{reverse('accounts:words_again')}?{urlencode({'next': path})}")


def typed(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """Return what a post carries and may be sent on later: neither a token nor what opens something."""
    return [(name, value) for name, values in request.POST.lists() for value in values if name not in NEVER_SENT_AGAIN]


def asks_for_words(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view that changes who gets in be reached only a short while after the words were given."""

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return needs_words_again(request) or view(request, *args, **kwargs)

    return asked
