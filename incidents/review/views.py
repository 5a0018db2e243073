"""Inbox, one incident, its files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.notices import Unsent
from accounts.policy import insist
from accounts.unlock import SiteRequest
from incidents.casework import policy
from incidents.casework.states import State
from incidents.review import finding, ledger_heads, loose_files, operations, pages, people, sharing
from incidents.review.forms import FILTERS, FilterForm, MoveForm
from incidents.vault import cards, desks, promised
from incidents.vault.openings import Absent, OpenIncident


@require_GET
def home(request: SiteRequest) -> HttpResponse:
    """Go to the member's first desk."""
    first = next(request.unlock.desks(), None)
    if first is None:
        member = request.unlock.member
        if member.is_auditor:
            return redirect("ledger:lines")
        return render(request, "review/no_desk.html", people.waiting(request))
    return redirect("review:inbox", first.slug)


@require_GET
def inbox(request: SiteRequest, desk: str) -> HttpResponse:
    """List a desk's incidents, newest first."""
    held = request.unlock.desk(desk)
    if held is None:
        raise Absent
    insist(policy.why_not_read(held.role))
    desks.note_opened(held, session=request.unlock, at=timezone.now())
    if held.cards_only:
        return redirect("review:posted_cards", desk)
    index = cards.index_of(held, facts=frozenset(FILTERS))
    form = FilterForm(request.GET.dict(), index=index)
    filters = form.chosen
    asked = request.GET.get("page", "")
    found = index.page(filters, number=int(asked) if asked.isdecimal() and len(asked) < 7 and int(asked) > 0 else 1)
    paginator: Paginator[object] = Paginator(range(found.total), cards.PAGE_ROWS)
    page = paginator.get_page(found.number)
    page.object_list = [pages.row(row, slug=desk) for row in found.rows]
    context = {
        "desk": held,
        "desks": list(request.unlock.desks()),
        **people.waiting(request),
        "page_now": "incidents",
        "filters": form,
        "filtered": bool(filters),
        "total": found.total,
        "page": page,
        "kept": ledger_heads.standing(request, desk=held, lately=True),
        "damaged": pages.damaged(promised.damaged_at(held.id, on=timezone.now().date()), slug=desk),
    }
    return render(request, "review/inbox.html", context)


@require_GET
def incident(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Show one incident as it was given."""
    opened = finding.incident(request, desk, reference)
    return _incident(request, opened, pages.move_form(opened))


@require_POST
def move(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Move an incident to another state."""
    opened = finding.incident(request, desk, reference)
    form = pages.move_form(opened, request.POST.dict())
    if not form.is_valid():
        return _incident(request, opened, form)
    to, reason = State(form.cleaned_data["to"]), form.cleaned_data.get("reason", "")
    operations.move(opened, to=to, reason=reason, at=timezone.now())
    return redirect("review:incident", desk, opened.reference)


@require_POST
def mail_reporter(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Mail the reporter that something waits for them."""
    opened = finding.incident(request, desk, reference)
    try:
        operations.mail_reporter(opened, at=timezone.now())
    except Unsent:
        return _incident(request, opened, pages.move_form(opened), mail_failed=True)
    return redirect("review:incident", desk, opened.reference)


def _incident(request: SiteRequest, opened: OpenIncident, form: MoveForm, *, mail_failed: bool = False) -> HttpResponse:
    assert opened.desk is not None  # noqa: S101 # opened at a desk
    context = {
        "desk": opened.desk,
        "desks": list(request.unlock.desks()),
        "incident": {
            "reference": opened.reference,
            "received": opened.received_on.isoformat(),
            **pages.standing(opened),
        },
        "form": form,
        "reports": pages.reports(opened, days=pages.arrivals(opened)),
        "derived": pages.follows(opened),
        "exhibits": list(pages.exhibits(opened, slug=opened.desk.slug)),
        "loose": loose_files.shown(opened, on=timezone.now().date()),
        "damaged": pages.damaged(promised.damaged_of(opened.id), slug=opened.desk.slug),
        "entries": pages.custody(opened),
        "packets": pages.packets_of(opened),
        "why_not_hand_over": pages.why_not_hand_over(opened),
        "shared_with": sharing.shared_with(opened),
        "may_share": policy.why_not_share(opened.desk.role) is None,
        "mail": pages.mail(opened, on=timezone.now().date(), failed=mail_failed),
    }
    status = 503 if mail_failed else 422 if form.errors else 200
    return render(request, "review/incident.html", context, status=status)
