"""Files that came and do not count yet: check them, and hand out what there is of one that will never be whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from incidents.custody import events
from incidents.review import finding
from incidents.vault import loose
from incidents.vault.openings import OpenIncident

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.unlock import SiteRequest

CHECK_SECONDS = 4.0  # of one request; one file at least, however large


@require_POST
def check(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Go on checking files, for some seconds; the page's script asks again until none waits."""
    opened = finding.incident(request, desk, reference)
    left = loose.check(opened, at=timezone.now(), seconds=CHECK_SECONDS)
    if not _is_script(request):
        return redirect("review:incident", desk, opened.reference)
    waiting = sum(not file.is_damaged for file in left)
    return JsonResponse({"waiting": waiting, "said": _said(len(opened.exhibits) + len(opened.waiting), waiting)})


@require_GET
def part(request: SiteRequest, desk: str, reference: str, exhibit: UUID, number: int) -> HttpResponse:
    """Send one part of a file that is damaged or unfinished, as a download under a name of ours."""
    opened, now = finding.incident(request, desk, reference), timezone.now()
    plain = loose.part(opened, exhibit, number)
    if request.unlock.first_today(exhibit, at=now):
        opened.record(events.ExhibitOpened(at=now, by=opened.by, object=exhibit, what="part"))
    response = HttpResponse(plain, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{opened.reference}-part-{number}.bin"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def shown(opened: OpenIncident, *, on: date) -> Mapping[str, object] | None:
    """Return what components/loose.html shows, or None where every file is whole and checked."""
    slug = opened.desk.slug if opened.desk else ""
    stopped = loose.unfinished(opened, on=on)
    if not (opened.unchecked or stopped):
        return None
    waiting = len(opened.waiting)
    return {
        "url": reverse("review:check_files", args=[slug, opened.reference]),
        "waiting": waiting,
        "said": _said(len(opened.exhibits) + waiting, waiting),
        "damaged": [
            {
                "name": file.name,
                "file_name": file.file_name,
                "parts": _parts(opened, file.id, loose.parts_of(opened, file.id), slug=slug),
            }
            for file in opened.damaged
        ],
        "unfinished": [
            {
                "file_name": file.file_name,
                "bytes": file.size_bytes,
                "came": len(file.parts),
                "said": file.parts_said,
                "day": file.last_on.isoformat(),
                "parts": _parts(opened, file.id, file.parts, slug=slug),
            }
            for file in stopped
        ],
    }


def _parts(opened: OpenIncident, file_id: UUID, numbers: Sequence[int], *, slug: str) -> list[dict[str, object]]:
    return [
        {"number": number, "url": reverse("review:loose_part", args=[slug, opened.reference, file_id, number])}
        for number in numbers
    ]


def _said(total: int, waiting: int) -> str:
    """Return how far the checks are, as a sentence."""
    if not waiting:
        return _("All files are checked.")
    done = total - waiting
    said = ngettext("%(done)d of %(total)d file is checked.", "%(done)d of %(total)d files are checked.", total)
    return said % {"done": done, "total": total}


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
