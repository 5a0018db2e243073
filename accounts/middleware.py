"""Take the cookie half out of the request; lock idle sessions; answer Locked, Busy, Tampered."""

from __future__ import annotations

import binascii
import logging
import sys
from base64 import urlsafe_b64decode
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.files.uploadhandler import StopUpload
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import limits, second_step, unlock
from accounts.limits import Flooded
from accounts.models import Member
from accounts.unlock import Held, Keeping, Locked, ReceiptSession, ShownWords, SiteRequest, Unlock
from sealing.keys import Tampered
from sealing.slots import Busy

log = logging.getLogger("accounts")

Next = Callable[[HttpRequest], HttpResponseBase]
_pages: dict[type[Exception], tuple[str, int]] = {Tampered: ("tampered.html", 500)}


class Unlocking:
    """Stands right after the session's middleware, so that nothing that records requests sees a cookie half."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponseBase:
        """Hold what this session holds for the time of one request."""
        now = timezone.now()
        kept = [unlock.MEMBER, unlock.WORDS, unlock.RECEIPT]
        halves = {keeping.cookie: _taken_out(request, keeping) for keeping in kept}
        held = {k.cookie: Held(k, session=request.session, half=halves[k.cookie]) for k in kept}
        for each in held.values():
            each.lock_if_idle(at=now)
            if each.is_held and not _is_polling(request):
                each.use(at=now)
        request.unlock = Unlock(request, held[unlock.MEMBER.cookie])
        request.receipt = ReceiptSession(held[unlock.RECEIPT.cookie])
        request.words = ShownWords(held[unlock.WORDS.cookie])
        self._end_if_too_old(request)
        response = self.get_response(request)
        for each in held.values():
            each.finish(response)
        if held[unlock.MEMBER.cookie].was_dropped:
            response.headers.setdefault("Clear-Site-Data", '"cache", "storage"')
        return response

    def _end_if_too_old(self, request: SiteRequest) -> None:
        """Twelve hours after its first use a session ends, however busy it was."""
        now = timezone.now()
        began = request.session.get("began_at")
        if began is None:
            if not request.session.is_empty():
                request.session["began_at"] = int(now.timestamp())
        elif unlock.is_over(began, longest=unlock.LONGEST, at=now):
            logout(request)


class SecondStepRequired:
    """Nothing of a member is shown without a second step: one who has none is led to set one up."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Lead to the set-up; sign a session out that knew only the words when one was set up elsewhere."""
        member = request.user
        if not isinstance(member, Member) or not getattr(view, "login_required", True):
            return None
        if second_step.has_one(member):
            if second_step.was_given(request, member):
                return None
            get_adapter().logout(request)
            return redirect_to_login(request.path)
        return None if getattr(view, "before_second_step", False) else redirect("mfa_index")


class Answering:
    """Stands last: turns each of the few errors into its answer, in one place."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what a view raised."""
        return answer(request, error)


def answer_with(template: str, *, status: int, to: type[Exception]) -> None:
    """Let an error that accounts does not know have a page of its own; it gets `what`, the error's own sentence."""
    _pages[to] = (template, status)


def answer(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """Return the page for an error that has one of its own, or None.

    Locked 423, too many tries 429, Busy 503, a database that is locked or away 503, far too much at once 413,
    Tampered 500, and what `answer_with` was told.
    """
    if isinstance(error, (Locked, Flooded)):
        return _locked(request) if isinstance(error, Locked) else _flooded(request)
    if isinstance(error, Busy):
        return _later(request, seconds=error.retry_after_seconds)
    if isinstance(error, OperationalError):
        return _later(request, seconds=5)
    if isinstance(error, StopUpload):
        return render(request, "413.html", {"limit_mb": settings.POST_LIMIT_BYTES // 10**6}, status=413)
    for kind, (template, status) in reversed(_pages.items()):  # what was told last is the narrower
        if isinstance(error, kind):
            log.error("What is stored cannot be read or added to as it should.", exc_info=error)
            return HttpResponse(render_to_string(template, {"what": str(error)}), status=status)
    return None


def unhandled(request: HttpRequest) -> HttpResponse:
    """Answer what no view caught: the site's handler for 500, called where the error is still at hand."""
    error = sys.exc_info()[1]
    known = answer(request, error) if isinstance(error, (DatabaseError, Busy, *_pages)) else None
    return known or HttpResponse(render_to_string("500.html"), status=500)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a bad request: the site's handler for 400. A session that cannot be written now is none: 503."""
    if isinstance(exception, SessionInterrupted):
        return _later(request, seconds=5)
    return HttpResponse(render_to_string("400.html"), status=400)


def _locked(request: HttpRequest) -> HttpResponse:
    """Ask for the words; what was typed rides along in the page, and can be sent on after they were given."""
    path = request.get_full_path()
    if request.method != "POST":
        return render(request, "423.html", {"next": path}, status=423)
    return render(request, "423.html", {"next": "", "send_to": path, "kept": limits.typed(request)}, status=423)


def _flooded(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(limits.WAIT_SECONDS)
    return response


def _is_polling(request: HttpRequest) -> bool:
    """Tell whether a page asks by itself: nobody may be sitting before it."""
    return request.method in {"GET", "HEAD"} and request.headers.get("Sec-Fetch-Dest") == "empty"


def _later(request: HttpRequest, *, seconds: int) -> HttpResponse:
    del request  # the page must draw itself without a database
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(seconds)})


def _taken_out(request: HttpRequest, keeping: Keeping) -> bytes | None:
    """Remove a cookie from everywhere the request holds it, and return its bytes where they are whole."""
    said = request.COOKIES.pop(keeping.cookie, None)
    if said is None:
        return None
    request.META["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in request.COOKIES.items())
    try:
        half = urlsafe_b64decode(said)
    except (binascii.Error, ValueError):
        return None
    return half if len(half) == unlock.HALF_BYTES else None
