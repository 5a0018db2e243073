"""Lock, unlock with the words again, and ask for them before what changes who can get in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import keyring, limits
from accounts.forms import UnlockForm
from accounts.second_step import before_set_up
from accounts.unlock import SiteRequest

KEPT = "kept-"  # before the names of fields that ride along while the words are asked for


@before_set_up
@require_POST
def unlock(request: SiteRequest) -> HttpResponse:
    """Take the words again from a member who is signed in, and go back to where they were."""
    back = _safe(request.POST.get("next", ""))
    send_to = _safe(request.POST.get("send_to", ""))
    kept = [
        (name.removeprefix(KEPT), value)
        for name, values in request.POST.lists()
        for value in values
        if name.startswith(KEPT)
    ]
    form = UnlockForm(request.POST)
    if not _given(request, form):
        again = "again" in request.POST
        context = {"form": form, "next": back, "send_to": send_to, "kept": kept, "again": again}
        return render(request, "423.html", context, status=422)
    if send_to:
        return render(request, "account/send_on.html", {"send_to": send_to, "kept": kept})
    return redirect(back or "review:home")


@before_set_up
@require_POST
def lock(request: SiteRequest) -> HttpResponse:
    """Drop the key and stay signed in."""
    request.unlock.drop()
    return render(request, "423.html", {"form": UnlockForm(), "next": ""}, status=423)


@before_set_up
@require_http_methods(["GET", "HEAD", "POST"])
def words_again(request: SiteRequest) -> HttpResponse:
    """Ask for the words although the session is open, and go back; the second step is not asked for again."""
    posted = request.method == "POST"
    back = _safe((request.POST if posted else request.GET).get("next", ""))
    form = UnlockForm(request.POST if posted else None)
    if posted and _given(request, form):
        return redirect(back or "review:home")
    return render(request, "account/words_again.html", {"form": form, "next": back}, status=422 if posted else 200)


def _given(request: SiteRequest, form: UnlockForm) -> bool:
    """Take the words, if they are this member's: the key is held anew, and the session has a new token."""
    member = request.unlock.member
    limits.insist_not_flooded(request, "unlock")
    if form.is_valid() and not member.check_password(form.cleaned_data["words"]):
        form.add_error("words", _("These are not your words. Check them and try again."))
    if not form.is_valid():
        return False
    request.session.cycle_key()
    request.unlock.hold(member, keyring.open_member(member))
    limits.note_words(request)
    return True


def _safe(back: str) -> str:
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""
