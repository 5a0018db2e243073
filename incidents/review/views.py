"""Inbox, one incident, its files."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.policy import insist
from accounts.unlock import SiteRequest
from incidents.casework import policy
from incidents.media import kinds
from incidents.review import operations, pages
from incidents.review.forms import FilterForm
from incidents.vault import cards, openings
from incidents.vault.openings import Absent, OpenExhibit, OpenIncident


@require_GET
def home(request: SiteRequest) -> HttpResponse:
    """Go to the member's first desk."""
    first = next(request.unlock.desks(), None)
    if first is None:
        return render(request, "review/no_desk.html")
    return redirect("review:inbox", first.slug)


@require_GET
def inbox(request: SiteRequest, desk: str) -> HttpResponse:
    """List a desk's incidents, newest first."""
    held = request.unlock.desk(desk)
    if held is None:
        raise Absent
    insist(policy.why_not_read(held.role))
    index = cards.index_of(held)
    form = FilterForm(request.GET.dict(), index=index)
    filters = form.chosen
    asked = request.GET.get("page", "")
    found = index.page(filters, number=int(asked) if asked.isdecimal() and 0 < int(asked) < 10**6 else 1)
    paginator: Paginator[object] = Paginator(range(found.total), cards.PAGE_ROWS)
    page = paginator.get_page(found.number)
    page.object_list = [pages.row(row, slug=desk) for row in found.rows]
    context = {
        "desk": held,
        "desks": list(request.unlock.desks()),
        "page_now": "incidents",
        "filters": form,
        "filtered": bool(filters),
        "total": found.total,
        "page": page,
    }
    return render(request, "review/inbox.html", context)


@require_GET
def incident(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Show one incident as it was given."""
    opened = _opened(request, desk, reference)
    context = {
        "desk": opened.desk,
        "desks": list(request.unlock.desks()),
        "incident": {"reference": opened.reference, "received": opened.received_on.isoformat()},
        "reports": pages.reports(opened, days=pages.arrivals(opened)),
        "derived": pages.follows(opened),
        "exhibits": list(pages.exhibits(opened, slug=desk)),
        "entries": pages.custody(opened),
        "packets": pages.packets_of(opened),
        "why_not_hand_over": pages.why_not_hand_over(opened),
    }
    return render(request, "review/incident.html", context)


@require_GET
def original(request: SiteRequest, desk: str, reference: str, exhibit: UUID) -> HttpResponseBase:
    """Send an original, as a download under a name of ours."""
    opened, held = _file(request, desk, reference, exhibit)
    found = kinds.find(opened.reader(held).read(kinds.HEAD_BYTES))
    response = StreamingHttpResponse(opened.reader(held).chunks(), content_type="application/octet-stream")
    response["Content-Length"] = held.size_bytes
    response["Content-Disposition"] = f'attachment; filename="{opened.reference}-{held.name}.{found.extension}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_GET
def copy(request: SiteRequest, desk: str, reference: str, exhibit: UUID) -> HttpResponse:
    """Show a cleaned copy of a picture, made anew in the locked worker."""
    opened, held = _file(request, desk, reference, exhibit)
    made = operations.cleaned_picture(opened, held)
    response = HttpResponse(made, content_type="image/jpeg")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _opened(request: SiteRequest, desk: str, reference: str) -> OpenIncident:
    opened = openings.incident(reference, slug=desk, using=request.unlock, at=timezone.now())
    if opened.desk is not None:
        insist(policy.why_not_read(opened.desk.role))
    return opened


def _file(request: SiteRequest, desk: str, reference: str, exhibit: UUID) -> tuple[OpenIncident, OpenExhibit]:
    opened = _opened(request, desk, reference)
    held = opened.exhibit(exhibit)
    operations.note_exhibit_opened(opened, held, session=request.unlock, at=timezone.now())
    return opened, held
