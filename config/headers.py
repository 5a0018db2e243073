"""The headers every page carries beside the CSP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from gettext import GNUTranslations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, to_locale

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ALWAYS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(self), display-capture=(), geolocation=(self), gyroscope=(), microphone=(self), "
        "midi=(), payment=(), usb=()"
    ),
}


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Add the headers, and keep every page out of caches: only static files say otherwise themselves."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store"
        return response

    return handle


def own_pages_only(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuse what another site's page sends, as the browser itself says of it; old browsers say nothing and pass on."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        sent_by = request.headers.get("Sec-Fetch-Site", "same-origin")
        if request.method not in SAFE and sent_by in {"cross-site", "same-site"}:
            return refused_form(request)
        return get_response(request)

    return handle


def site(request: HttpRequest) -> Mapping[str, object]:
    """What every template may say of the site."""
    del request
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "SITE_TITLE": settings.SITE_TITLE,
        "EXIT_URL": settings.EXIT_URL,
        "awaiting_reader": language != settings.LANGUAGE_CODE and not read_on(language),
    }


@cache
def read_on(language: str) -> str:
    """Return the day on which a fluent reader signed a language's words off, from its catalogue's header, or ""."""
    made = settings.BASE_DIR / "locale" / to_locale(language) / "LC_MESSAGES" / "django.mo"
    if not made.exists():
        return ""
    with made.open("rb") as file:
        return GNUTranslations(file).info().get("x-fluent-reader", "")


def refused_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say why a form without its cookie was refused, and what to do: Safari on plain http keeps none."""
    del reason
    return render(request, "403_csrf.html", {"loopback": not settings.PRODUCTION}, status=403)
