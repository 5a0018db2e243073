"""A desk's key over the years: its recovery kit, the carrying over after a rotation, its public page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import limits, operations, policy, qr, queries
from accounts.keyring import OpenDesk
from accounts.operations import NotPossible
from accounts.policy import insist
from accounts.seat_forms import KitForm
from accounts.unlock import SiteRequest
from incidents.review.desk_forms import PageForm
from incidents.review.people import SHOW_AND_SEND, frame, opened
from incidents.vault import carrying

CARRY_SECONDS = 2.0  # in one request; then the page tells how far it came


@limits.asks_for_words
@require_http_methods(SHOW_AND_SEND)
def kit(request: SiteRequest, desk: str) -> HttpResponse:
    """Tell of the recovery kit; make a new one, whose key is on this one answer and on no disk."""
    held = opened(request, desk)
    insist(policy.why_not_make_kit(held.role))
    context = {**frame(request, held), "kit": queries.kit_of(held.id)}
    if request.method != "POST":
        return render(request, "review/kit.html", {**context, "form": KitForm()})
    on_paper, opens = operations.make_kit(held, at=timezone.now())
    sheet = {
        "key": on_paper.text,
        "code": qr.code(on_paper.text),
        "salt": settings.RECEIPT_SALT.hex(),
        "made_on": timezone.now().date().isoformat(),
        "check_words": queries.check_words_of(opens),
    }
    context["new_key"] = opens != held.secret.recipient
    return render(request, "review/kit_sheet.html", {**context, "sheet": sheet})


@require_POST
def try_kit(request: SiteRequest, desk: str) -> HttpResponse:
    """Try the paper: what is typed from it must open this desk."""
    held = opened(request, desk)
    insist(policy.why_not_make_kit(held.role))
    form = KitForm(request.POST)
    try:
        if form.is_valid():
            operations.try_typed_kit(held, form.cleaned_data["key"], at=timezone.now())
            return redirect("review:people", desk)
    except NotPossible:
        form.add_error("key", _("This key does not open this desk. Take the newest paper, and type all of it."))
    context = {**frame(request, held), "kit": queries.kit_of(held.id), "form": form}
    return render(request, "review/kit.html", context, status=422)


@require_http_methods(SHOW_AND_SEND)
def key(request: SiteRequest, desk: str) -> HttpResponse:
    """Carry on what hangs on the former key, and tell how far it came."""
    held = opened(request, desk)
    if request.method == "POST":
        carrying.carry(held, at=timezone.now(), seconds=CARRY_SECONDS)
        return redirect("review:key", desk)
    context = {
        **frame(request, held),
        "progress": carrying.progress(held.id, generation=held.generation),
        "pin_behind": queries.is_behind_pin(held.id, held.secret.recipient),
        "check_words": queries.check_words_of(held.secret.recipient),
    }
    return render(request, "review/key.html", context)


@require_http_methods(SHOW_AND_SEND)
def page(request: SiteRequest, desk: str) -> HttpResponse:
    """Write what witnesses see of the desk."""
    held = opened(request, desk)
    insist(policy.why_not_publish(held.role))
    row = queries.row_of(desk)
    page, language = row.page if row else None, get_language() or settings.LANGUAGE_CODE
    form = PageForm(request.POST) if request.method == "POST" else PageForm.of(page, language=language)
    if form.is_valid():
        if asked := limits.needs_words_again(request):
            return asked
        operations.publish(held, form.over(page, language=language), at=timezone.now())
        return redirect("review:people", desk)
    context = {**frame(request, held), "form": form, "kit": queries.kit_of(held.id), "own": _own_link(request, held)}
    return render(request, "review/page.html", context, status=422 if form.is_bound else 200)


def _own_link(request: SiteRequest, held: OpenDesk) -> dict[str, object] | None:
    """Return the link that chooses this desk, listed or not, and its picture; None where the desk gets no report."""
    public = queries.receiving(held.slug)
    if public is None or public.cards_only or not queries.has_tested_kit(held.slug):
        return None
    link = request.build_absolute_uri(reverse("intake:to", args=[public.slug, public.fingerprint]))
    return {"link": link, "code": qr.code(link), "listed": queries.is_listed(held.slug)}
