"""Change the words, and the desks' keys with them where somebody else may know the old ones."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import operations, sessions
from accounts.limits import asks_for_words
from accounts.seat_forms import RenewForm
from accounts.unlock import SiteRequest


@asks_for_words
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: SiteRequest) -> HttpResponse:
    """Draw new words; this session goes on with them, all others end."""
    desks = list(request.unlock.desks())
    form = RenewForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "account/words.html", {"form": form, "desks": desks})
    rotate = form.cleaned_data["known"]
    member, secret, words = operations.renew_words(request.unlock, rotate=rotate, at=timezone.now())
    update_session_auth_hash(request, member)
    request.user = member
    request.unlock.hold(member, secret)
    sessions.end_all(member, but=request.session.session_key)
    context = {"words": words, "email": member.email, "desks": desks, "rotated": rotate and bool(desks)}
    return render(request, "account/joined.html", context)
