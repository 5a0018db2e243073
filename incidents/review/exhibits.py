"""The page of one file: look at it safely, make copies, say what is in it, take the original along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.policy import Denied
from accounts.unlock import SiteRequest
from incidents.media.sandbox import Busy
from incidents.review import exhibit_pages, finding, making, playing
from incidents.review.exhibit_forms import MakeForm, WordsForm
from incidents.review.making import Choice, Order
from incidents.vault import derivatives
from incidents.vault.derivatives import Says
from incidents.vault.openings import Absent, OpenExhibit, OpenIncident
from sealing.keys import Tampered

LINES = "application/x-ndjson"


@require_GET
def exhibit(request: SiteRequest, desk: str, reference: str, exhibit: UUID) -> HttpResponse:
    """Show one file: closed behind its flags, then grey, still and silent."""
    opened = finding.incident(request, desk, reference)
    return _page(request, opened, opened.exhibit(exhibit), WordsForm())


@require_GET
def copy(request: SiteRequest, desk: str, reference: str, exhibit: UUID, copy: UUID) -> HttpResponseBase:
    """Send a copy, or the range of it that a player asks for."""
    opened = finding.incident(request, desk, reference)
    held = opened.exhibit(exhibit)
    shown = exhibit_pages.chosen(opened.copies_of(held), copy)
    if shown is None:
        raise Absent
    finding.note_looked_at(request, opened, held, what="preview")
    return playing.answer(opened, shown, asked=request.headers.get("Range", ""))


@require_GET
def original(request: SiteRequest, desk: str, reference: str, exhibit: UUID) -> HttpResponseBase:
    """Send an original, as a download under a name of ours."""
    opened = finding.incident(request, desk, reference)
    held = opened.exhibit(exhibit)
    finding.note_looked_at(request, opened, held, what="original")
    found = making.kind_of(opened, held)
    response = StreamingHttpResponse(opened.reader(held).chunks(), content_type="application/octet-stream")
    response["Content-Length"] = held.size_bytes
    response["Content-Disposition"] = f'attachment; filename="{opened.reference}-{held.name}.{found.extension}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
def make(request: SiteRequest, desk: str, reference: str, exhibit: UUID) -> HttpResponseBase:
    """Make what is asked for; a script reads how far it is, a line a step, and others wait for the page."""
    opened = finding.incident(request, desk, reference)
    held = opened.exhibit(exhibit)
    form = MakeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    order = Order(
        opened,
        held,
        Choice(form.cleaned_data["choice"]),
        timezone.now(),
        first=form.cleaned_data["first"] or 0,
        password=form.cleaned_data["password"],
    )
    page = reverse("review:exhibit", args=[desk, opened.reference, held.id])
    if LINES in request.headers.get("Accept", ""):
        return StreamingHttpResponse(_lines(order, page), content_type=LINES)
    return redirect(_whole(order, page))


@require_POST
def words(request: SiteRequest, desk: str, reference: str, exhibit: UUID) -> HttpResponse:
    """Seal a transcript, a translation or a description of a file."""
    opened = finding.incident(request, desk, reference)
    held = opened.exhibit(exhibit)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, held, form)
    derivatives.say(
        opened,
        held,
        kind=Says(form.cleaned_data["kind"]),
        text=form.cleaned_data["text"],
        language=form.cleaned_data["language"],
        how=form.cleaned_data["how"],
        at=timezone.now(),
    )
    return redirect(reverse("review:exhibit", args=[desk, opened.reference, held.id]) + "#words")


def _page(request: SiteRequest, opened: OpenIncident, held: OpenExhibit, form: WordsForm) -> HttpResponse:
    assert opened.desk is not None  # noqa: S101 # opened at a desk
    context = {
        "desk": opened.desk,
        "desks": list(request.unlock.desks()),
        "reference": opened.reference,
        "form": form,
        **exhibit_pages.page(opened, held, slug=opened.desk.slug, asked=request.GET.dict()),
    }
    return render(request, "review/exhibit.html", context, status=422 if form.errors else 200)


def _whole(order: Order, page: str) -> str:
    """Make everything, and return where to go on."""
    try:
        for _fraction in order.go_on():
            pass
    except Busy:
        return f"{page}?show&problem=busy"
    return _next(order, page)


def _lines(order: Order, page: str) -> Iterator[str]:
    """Yield how far it is, and at last where to go on; a closed connection stops the work."""
    try:
        for fraction in order.go_on():
            yield json.dumps({"done": round(fraction, 2)}) + "\n"
    except (Busy, Tampered, Denied) as error:
        why = {Busy: "busy", Tampered: "tampered", Denied: "changed"}
        said = next(word for kind, word in why.items() if isinstance(error, kind))
        yield json.dumps({"to": f"{page}?show&problem={said}"}) + "\n"
        return
    yield json.dumps({"to": _next(order, page)}) + "\n"


def _next(order: Order, page: str) -> str:
    """Return the page that shows what was made: whoever asked for it has seen the flags."""
    asked = ["show"]
    if order.choice is Choice.PAGES:
        asked.append(f"first={order.first}")
    if order.problem is not None:
        asked.append(f"problem={order.problem.name.lower()}")
    return f"{page}?{'&'.join(asked)}#stage"
