"""Join a desk, or get new words, with a code that a lead passed on by voice."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import limits, seating
from accounts.models import Member
from accounts.seat_forms import JoinForm
from accounts.seating import Refused, SignInFirst
from accounts.unlock import SiteRequest


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: SiteRequest) -> HttpResponse:
    """Take a code; new words are on this one answer and nowhere else."""
    form = JoinForm(request.POST or None)
    if request.method != "POST":
        return render(request, "account/join.html", {"form": form})
    if not form.is_valid():
        return render(request, "account/join.html", {"form": form}, status=422)
    limits.insist_not_flooded(request, "join")
    user = request.user if isinstance(request.user, Member) else None
    try:
        joined = seating.join(
            email=form.cleaned_data["email"], code=form.cleaned_data["code"], as_member=user, at=timezone.now()
        )
    except SignInFirst:
        form.add_error(None, _("You have words already. Sign in first, then come back here with the code."))
    except Refused:
        form.add_error(None, _("This code and this address do not fit, or the code is over. Ask for a new code."))
    else:
        if joined.words is None:
            return redirect("review:home")
        return render(request, "account/joined.html", {"words": joined.words, "email": joined.member.email})
    return render(request, "account/join.html", {"form": form}, status=422)
