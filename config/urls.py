"""The map of the site, public edge first."""

from __future__ import annotations

from django.urls import include, path

from accounts.urls import joining, sign_in
from config import health
from incidents.review.urls import ledger

urlpatterns = [
    path("", include("incidents.intake.urls")),
    path("join/", include(joining)),
    path("member/", include(sign_in)),
    path("member/", include("accounts.urls")),
    path("desk/", include("incidents.review.urls")),
    path("desk/", include("incidents.packet.urls")),
    path("ledger/health/", health.page, name="health"),
    path("ledger/", include(ledger)),
]
handler400 = "accounts.middleware.refused"
handler500 = "accounts.middleware.unhandled"
