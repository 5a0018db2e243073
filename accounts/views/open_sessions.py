"""The sessions that are open, and how to end them."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import sessions
from accounts.models import Member
from accounts.unlock import SiteRequest


@require_GET
def shown(request: SiteRequest) -> HttpResponse:
    """List this member's sessions."""
    held = sessions.of(cast("Member", request.user), own=request.session)
    return render(request, "account/sessions.html", {"sessions": held})


@require_POST
def name(request: SiteRequest) -> HttpResponse:
    """Name this session."""
    sessions.name(request.session, request.POST.get("name", ""))
    return redirect("accounts:sessions")


@require_POST
def end(request: SiteRequest) -> HttpResponse:
    """End the others, or one of them."""
    sessions.end(cast("Member", request.user), own=request.session, only=request.POST.get("session", ""))
    return redirect("accounts:sessions")
