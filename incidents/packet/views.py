"""Choose what goes in and for whom, then download."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policy import insist
from accounts.unlock import SiteRequest
from incidents.casework import policy
from incidents.checklist.items import Grade
from incidents.custody import stamps
from incidents.packet import copies, dossier, operations
from incidents.packet.forms import PrepareForm
from incidents.packet.operations import NotPrepared
from incidents.vault import openings, packets
from incidents.vault.openings import Absent, OpenIncident
from incidents.vault.packets import Frozen

GRADES = {"full": gettext_lazy("full")}


@require_http_methods(["GET", "POST"])
def prepare(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Say what goes in and what stays out; make the packet."""
    opened = _opened(request, desk, reference)
    operations.insist_on_handing_over(opened)
    form = PrepareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            frozen = operations.prepare(opened, **form.cleaned_data, at=timezone.now())
        except NotPrepared as why:
            form.add_error(None, str(why))
        else:
            return redirect("packet:ready", desk, opened.reference, frozen.number)
    context = _context(request, opened) | {
        "form": form,
        "contents": _contents(opened),
        "withheld": dossier.withheld(opened, Grade.FULL),
    }
    return render(request, "packet/prepare.html", context, status=422 if form.errors else 200)


@require_GET
def ready(request: SiteRequest, desk: str, reference: str, number: int) -> HttpResponse:
    """Show a frozen packet, and the button that takes it out."""
    opened = _opened(request, desk, reference)
    return _ready(request, opened, packets.one(opened, number=number))


@require_POST
def download(request: SiteRequest, desk: str, reference: str, number: int) -> HttpResponseBase:
    """Send a packet: its length is known, and who took it is written first."""
    opened = _opened(request, desk, reference)
    frozen = packets.one(opened, number=number)
    try:
        handed = operations.hand_over(opened, frozen, at=timezone.now())
    except NotPrepared as why:
        return _ready(request, opened, frozen, gone=str(why))
    response = StreamingHttpResponse(handed.chunks, content_type="application/zip")
    response["Content-Length"] = handed.length_bytes
    response["Content-Disposition"] = f'attachment; filename="{handed.name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_GET
def stamp(request: SiteRequest, desk: str, reference: str, number: int, stamp: int) -> HttpResponse:
    """Send a stamp that came after a packet was frozen: it names a digest and a moment, and nothing else."""
    opened = _opened(request, desk, reference)
    frozen = packets.one(opened, number=number)
    held = stamps.reply_of(stamp, packet_id=frozen.id)
    if held is None:
        raise Absent
    response = HttpResponse(held.reply, content_type="application/timestamp-reply")
    response["Content-Disposition"] = f'attachment; filename="{frozen.folder}-{held.file}"'
    return response


def _opened(request: SiteRequest, desk: str, reference: str) -> OpenIncident:
    """Open an incident for a seat that may hand it over; a refused one leaves no "opened" in the record."""
    held = request.unlock.desk(desk)
    if held is None:
        raise Absent
    insist(policy.why_not_hand_over(held.role))
    return openings.incident(reference, slug=desk, using=request.unlock, at=timezone.now())


def _ready(request: SiteRequest, opened: OpenIncident, frozen: Frozen, *, gone: str = "") -> HttpResponse:
    shown = {
        "number": frozen.number,
        "grade": GRADES[frozen.grade],
        "folder": frozen.folder,
        "bytes": operations.length_bytes(frozen),
        "sha256": frozen.tagmanifest_sha256,
        "prepared": frozen.prepared_at,
        "recipient": frozen.recipient,
        "purpose": frozen.purpose,
        "signer": frozen.signer,
        "stamped": any(kept.name == "seal/tagmanifest-sha256.tsr" for kept in frozen.members),
        "stamps": stamps.of_packet(frozen.id),
    }
    context = _context(request, opened) | {"packet": shown, "gone": gone}
    return render(request, "packet/ready.html", context, status=409 if gone else 200)


def _context(request: SiteRequest, opened: OpenIncident) -> dict[str, object]:
    return {
        "desk": opened.desk,
        "desks": list(request.unlock.desks()),
        "incident": {"reference": opened.reference},
    }


def _contents(opened: OpenIncident) -> list[dict[str, str]]:
    """Return what goes in, in the words of the page."""
    reports, files = len(opened.reports), len(opened.exhibits)
    taken, unseen = copies.count(opened)
    return [
        {"title": _("Grade"), "text": _("Full: for counsel of this group and co-counsel. Every page says so.")},
        {
            "title": _("Reports"),
            "text": ngettext("%(count)d report, in its own words", "%(count)d reports, in their own words", reports)
            % {"count": reports},
        },
        {
            "title": _("Files"),
            "text": ngettext("%(count)d file, byte for byte", "%(count)d files, byte for byte", files)
            % {"count": files},
        },
        {
            "title": _("Copies"),
            "text": f"{_copies_taken(taken)} {_copies_unseen(unseen)}".strip(),
        },
        {"title": _("Custody record"), "text": _("Who touched what and when, with proofs")},
    ]


def _copies_taken(count: int) -> str:
    if not count:
        return _("None were made.")
    return ngettext(
        "%(count)d copy made here, beside its file.", "%(count)d copies made here, beside their files.", count
    ) % {"count": count}


def _copies_unseen(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)d covered copy stays: nobody has looked at it yet.",
        "%(count)d covered copies stay: nobody has looked at them yet.",
        count,
    ) % {"count": count}
