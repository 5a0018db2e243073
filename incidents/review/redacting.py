"""Cover parts of a picture, a page or a clip, and look at the copy before anything may use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.policy import Denied
from accounts.unlock import SiteRequest
from incidents.casework import covered as covered_copies
from incidents.media.protocol import Status
from incidents.media.sandbox import Busy
from incidents.review import finding, making, operations, staging, surfaces
from incidents.review.exhibit_pages import PROBLEMS
from incidents.review.redact_forms import Covering
from incidents.review.surfaces import Sort, Surface
from incidents.vault import derivatives
from incidents.vault.derivatives import Making
from incidents.vault.openings import Absent, OpenExhibit, OpenIncident
from sealing.keys import Tampered

LINES = "application/x-ndjson"
SHOW_AND_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(SHOW_AND_SEND)
def cover(request: SiteRequest, desk: str, reference: str, file: UUID) -> HttpResponseBase:
    """Show what boxes are drawn on, and burn them into a copy; a script reads how far it is, a line a step."""
    opened = finding.incident(request, desk, reference)
    held = opened.file(file)
    surface = surfaces.of(opened, held, slug=desk)
    if surface is None:  # nothing to draw on, or nothing yet: the file's page makes the copy to look at
        return redirect("review:exhibit", desk, opened.reference, surfaces.original_of(opened, held).id)
    if request.method != "POST":
        finding.note_looked_at(request, opened, surface.original, what="preview")
        return _cover(request, opened, surface, Covering(frame=surface.frame))
    more = request.POST.get("more", "")
    form = Covering(request.POST.dict(), frame=surface.frame, more=more)
    if not form.is_valid():
        return _cover(request, opened, surface, form)
    burning = Burning(opened, surface, form, timezone.now())
    if LINES in request.headers.get("Accept", ""):
        return StreamingHttpResponse(_lines(burning, slug=desk), content_type=LINES)
    for _fraction in burning.go_on():
        pass
    if burning.copy is None:
        return _cover(request, opened, surface, form, trouble=burning.trouble)
    return redirect(_url(opened, burning.copy, slug=desk))


@require_http_methods(SHOW_AND_SEND)
def covered(request: SiteRequest, desk: str, reference: str, file: UUID) -> HttpResponse:
    """Show a covered copy, and take the word of who looked at it."""
    opened = finding.incident(request, desk, reference)
    copy = opened.file(file)
    if not surfaces.is_burned(copy):
        raise Absent
    original = surfaces.original_of(opened, copy)
    back = reverse("review:exhibit", args=[desk, opened.reference, original.id])
    if request.method == "POST":
        operations.check_copy(opened, copy, at=timezone.now())
        return redirect(f"{back}?show&copy={copy.id}#stage")
    finding.note_looked_at(request, opened, original, what="preview")
    context = _context(request, opened) | {
        "copy": {
            "name": copy.name,
            "file": original.name,
            "url": staging.copy_url(opened, original, copy, slug=desk),
            "sort": {"image/jpeg": Sort.PICTURE, "audio/mp4": Sort.SOUND}.get(copy.media_type, Sort.CLIP),
            "again": reverse("review:cover", args=[desk, opened.reference, copy.id]),
            "why_not": covered_copies.why_not_use(copy, seen=covered_copies.looked_at(opened.custody())),
        },
        "back": back,
    }
    return render(request, "review/covered.html", context)


@dataclass(slots=True)
class Burning:
    """One covered copy under way; afterwards `copy` is there, or `trouble` says why not."""

    opened: OpenIncident
    surface: Surface
    form: Covering
    at: datetime
    copy: OpenExhibit | None = field(default=None, init=False)
    trouble: str = field(default="", init=False)

    def go_on(self) -> Iterator[float]:
        """Burn, and yield the fraction that is done; closed early, it stops, and nothing of it stays."""
        try:
            yield from self._burned()
        except (Busy, Tampered, Denied) as error:
            why = {Busy: "busy", Tampered: "tampered", Denied: "changed"}
            self.trouble = str(PROBLEMS[next(word for kind, word in why.items() if isinstance(error, kind))])

    def _burned(self) -> Iterator[float]:
        recipe, parameters, source = self.surface.recipe, self.form.parameters(), self.surface.source
        made = derivatives.made_before(self.opened, source, recipe, parameters=parameters)
        if not made:
            burning = Making(self.opened, source, recipe, parameters, self.at)
            status = yield from making.watched(burning)
            if status is not Status.MADE:
                self.trouble = str(PROBLEMS[status.name.lower()])
                return
            made = burning.finish()
        self.copy = made[0]


def _lines(burning: Burning, *, slug: str) -> Iterator[str]:
    """Yield how far it is, and at last where the copy is shown, or why there is none."""
    for fraction in burning.go_on():
        yield json.dumps({"done": round(fraction, 2)}) + "\n"
    last = {"to": _url(burning.opened, burning.copy, slug=slug)} if burning.copy else {"problem": burning.trouble}
    yield json.dumps(last) + "\n"


def _cover(
    request: SiteRequest, opened: OpenIncident, surface: Surface, form: Covering, *, trouble: str = ""
) -> HttpResponse:
    context = _context(request, opened) | {
        "surface": surface,
        "back": reverse("review:exhibit", args=[_slug(opened), opened.reference, surface.original.id]),
        "form": form,
        "trouble": trouble,
    }
    return render(request, "review/redact.html", context, status=422 if form.errors else 503 if trouble else 200)


def _context(request: SiteRequest, opened: OpenIncident) -> dict[str, object]:
    return {"desk": opened.desk, "desks": list(request.unlock.desks()), "incident": {"reference": opened.reference}}


def _url(opened: OpenIncident, copy: OpenExhibit, *, slug: str) -> str:
    return reverse("review:covered", args=[slug, opened.reference, copy.id])


def _slug(opened: OpenIncident) -> str:
    return opened.desk.slug if opened.desk else ""
