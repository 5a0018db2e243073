"""The sessions that are open, and how to end them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sessions
from accounts.unlock import SiteRequest


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: SiteRequest) -> HttpResponse:
    """List this member's sessions, and name this one."""
    if request.method == "POST":
        sessions.call(request.session, request.POST.get("name", ""))
        return redirect("accounts:sessions")
    held = sessions.of(request.unlock.member, own=request.session.session_key)
    return render(request, "account/sessions.html", {"sessions": held, "limit": sessions.NAME_LENGTH})


@require_POST
def end(request: SiteRequest) -> HttpResponse:
    """End one of the others, or all of them."""
    if one := request.POST.get("session"):
        sessions.end(request.unlock.member, stand_in=one)
    else:
        sessions.end_all(request.unlock.member, but=request.session.session_key)
    return redirect("accounts:sessions")
