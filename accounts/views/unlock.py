"""Lock, and unlock with the words again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import keyring, limits
from accounts.forms import UnlockForm
from accounts.unlock import SiteRequest

KEPT = "kept-"  # before the names of fields that ride along while the words are asked for


@require_POST
def unlock(request: SiteRequest) -> HttpResponse:
    """Take the words again from a member who is signed in, and go back to where they were."""
    member = request.unlock.member
    limits.count(request, "unlock")
    back = _safe(request.POST.get("next", ""))
    send_to = _safe(request.POST.get("send_to", ""))
    kept = [
        (name.removeprefix(KEPT), value)
        for name, values in request.POST.lists()
        for value in values
        if name.startswith(KEPT)
    ]
    form = UnlockForm(request.POST)
    if form.is_valid() and not member.check_password(form.cleaned_data["words"]):
        form.add_error("words", _("These are not your words. Check them and try again."))
    if not form.is_valid():
        context = {"form": form, "next": back, "send_to": send_to, "kept": kept}
        return render(request, "423.html", context, status=422)
    request.unlock.hold(member, keyring.open_member(member))
    limits.note_words(request)
    if send_to:
        return render(request, "account/send_on.html", {"send_to": send_to, "kept": kept})
    return redirect(back or "review:home")


@require_POST
def lock(request: SiteRequest) -> HttpResponse:
    """Drop the key and stay signed in."""
    request.unlock.drop()
    return render(request, "423.html", {"form": UnlockForm(), "next": ""}, status=423)


def _safe(back: str) -> str:
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""
