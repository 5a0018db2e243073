"""The visit itself: its language, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.unlock import SiteRequest


@login_not_required
@csrf_exempt  # a beacon of a page that is going away has no token, and ending a visit harms nobody
@require_http_methods(["GET", "POST"])
def leave(request: SiteRequest) -> HttpResponse:
    """End the session, and open another site; a link on somebody else's page opens it and ends nothing."""
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return HttpResponseRedirect(settings.EXIT_URL, status=303)
    for held in (request.words.forget, request.receipt.drop, request.unlock.drop):
        held()
    logout(request)
    if request.method == "POST":
        response = HttpResponse(status=204)
    else:
        response = HttpResponseRedirect(settings.EXIT_URL, status=303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember a language and go back to where they were."""
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = redirect(back if safe else "intake:start")
    code = request.POST.get("language", "")
    if is_offered(code):
        remember(response, code)
    return response


def asked_for(request: HttpRequest) -> str:
    """Return the language that a form should come back in, or an empty text where it was sent to be saved."""
    code = request.GET.get("language", "")
    return code if request.method == "POST" and is_offered(code) else ""


def speak(request: HttpRequest, code: str) -> None:
    """Answer this request in a language."""
    translation.activate(code)
    request.LANGUAGE_CODE = code


def is_offered(code: str) -> bool:
    """Tell whether the site speaks a language."""
    return code in dict(settings.LANGUAGES)


def remember(response: HttpResponse, code: str) -> None:
    """Keep the language for this browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
