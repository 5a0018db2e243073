"""The ledger of a desk and of one incident, with a proof for each line."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.keyring import OpenDesk
from accounts.policy import insist
from accounts.unlock import SiteRequest
from incidents.casework import policy
from incidents.custody import checkpoints, heads
from incidents.review import ledger_heads, ledger_pages
from incidents.review.ledger_pages import Shown
from incidents.vault import desks, openings, record
from incidents.vault.openings import Absent


@require_GET
def of_desk(request: SiteRequest, desk: str) -> HttpResponse:
    """List what was done at and to a desk, newest first."""
    held = _reads(request, desk)
    desks.note_opened(held, session=request.unlock, at=timezone.now())
    shown = ledger_pages.lines(record.of_desk(held), request.GET.dict(), desk=held)
    return _ledger(request, held, shown, reference="")


@require_GET
def of_incident(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """List what was done to an incident, newest first."""
    held = _reads(request, desk)
    opened = openings.incident(reference, slug=desk, using=request.unlock, at=timezone.now())
    shown = ledger_pages.lines(record.of_incident(opened), request.GET.dict(), desk=held)
    return _ledger(request, held, shown, reference=opened.reference)


@require_GET
def proof(request: SiteRequest, desk: str, index: int) -> HttpResponse:
    """Send the proof that one event is in the log."""
    now = timezone.now()
    entered = record.one(index, desk=_reads(request, desk), on=now.date())
    kept = ledger_heads.kept_note(request)
    proved = heads.proof(entered, checkpoints.sign(at=now), kept=kept)
    text = json.dumps(proved, ensure_ascii=False, indent=1)
    return ledger_heads.download(text, f"ledger-proof-{index}.json", content_type="application/json")


def _reads(request: SiteRequest, slug: str) -> OpenDesk:
    held = request.unlock.desk(slug)
    if held is None:
        raise Absent
    insist(policy.why_not_read(held.role))
    return held


def _ledger(request: SiteRequest, held: OpenDesk, shown: Shown, *, reference: str) -> HttpResponse:
    context = {
        "desk": held,
        "desks": list(request.unlock.desks()),
        "page_now": "ledger",
        "reference": reference,
        "filters": shown.form,
        "filtered": shown.form.filtered,
        "total": shown.total,
        "page": shown.page,
        "kept": ledger_heads.standing(request, desk=held),
    }
    return render(request, "review/ledger.html", context)
