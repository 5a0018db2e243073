"""The whole ledger for an auditor: every line as it stands in the open, proofs, and a walk over all of it."""

from __future__ import annotations

import json
from itertools import chain, islice

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.unlock import SiteRequest
from incidents.custody import checkpoints, heads, ledger
from incidents.review import ledger_heads, ledger_pages
from incidents.vault.openings import Absent

TOLD = 100  # of what does not agree


@require_GET
def lines(request: SiteRequest) -> HttpResponse:
    """List all lines, newest first."""
    insist_on_auditor(request)
    return _lines(request)


@require_POST
def walk(request: SiteRequest) -> HttpResponse:
    """Check the whole log: lines, sealed bodies, rows and signed heads."""
    insist_on_auditor(request)
    found = list(islice(chain(ledger.verify(), checkpoints.broken()), TOLD))
    return _lines(request, walked=True, wrong=found)


@require_GET
def proof(request: SiteRequest, index: int) -> HttpResponse:
    """Send the proof that one event is in the log."""
    insist_on_auditor(request)
    entered = ledger.one(index)
    if entered is None:
        raise Absent
    proved = heads.proof(entered, checkpoints.sign(at=timezone.now()), kept=ledger_heads.kept_note(request))
    text = json.dumps(proved, ensure_ascii=False, indent=1)
    return ledger_heads.download(text, f"ledger-proof-{index}.json", content_type="application/json")


def insist_on_auditor(request: SiteRequest) -> None:
    """Go on for auditors only; for others these pages are not there.

    Raises:
        Absent: this member is none.
    """
    if not request.unlock.member.is_auditor:
        raise Absent


def _lines(request: SiteRequest, **walked: object) -> HttpResponse:
    shown = ledger_pages.all_lines(request.GET.dict())
    context = {
        "page_now": "all_lines",
        "filters": shown.form,
        "filtered": shown.form.filtered,
        "total": shown.total,
        "page": shown.page,
        "kept": ledger_heads.standing(request, desk=None),
        "newest": checkpoints.newest(),
        **walked,
    }
    return render(request, "review/audit.html", context)
