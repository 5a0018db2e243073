"""The map of the site, public edge first."""

from __future__ import annotations

from django.urls import include, path

from accounts.urls import sign_in

urlpatterns = [
    path("desk/", include(sign_in)),
    path("desk/", include("accounts.urls")),
]
handler500 = "accounts.middleware.unhandled"
