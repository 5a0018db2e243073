"""Every address a template may name, so that components and error pages are drawn without the views behind them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(_request: HttpRequest, **_parts: str) -> HttpResponse:
    return HttpResponse()


def under(space: str, **routes: str) -> object:
    return path(f"{space}/", include(([path(route, nothing, name=name) for name, route in routes.items()], space)))


urlpatterns = [
    under("intake", start="", files="files/", back="back/", leave="leave/", language="language/"),
    under("accounts", lock="lock/", unlock="unlock/"),
    under("review", inbox="<slug>/"),
    path("sign-in/", nothing, name="account_login"),
    path("sign-out/", nothing, name="account_logout"),
]
