"""One page for auditors and the operator: who can still open what, and what was checked when."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts import auditors
from accounts.pins import PinsUnreadable
from accounts.unlock import SiteRequest
from incidents.custody import checkpoints, damages, fixity, stamps
from incidents.review.ledger_audit import insist_on_auditor

KINDS = {
    "exhibit": _("File"),
    "packet": _("Packet"),
    "report": _("Report"),
    "seat": _("Seat"),
    "row": _("Row"),
}


@require_GET
def page(request: SiteRequest) -> HttpResponse:
    """Show how each desk fares; what was never checked is said so."""
    insist_on_auditor(request)
    try:
        desks, pins_unreadable = auditors.desks(), False
    except PinsUnreadable:
        desks, pins_unreadable = [], True
    context = {
        "page_now": "health",
        "found": desks,
        "fragile": [desk for desk in desks if desk.needs_care],
        "pins_unreadable": pins_unreadable,
        "newest": checkpoints.newest(),
        "stamps": stamps.newest_head(),
        "stamps_waiting": stamps.waiting(),
        "fixity": fixity.last(),
        "under_way": fixity.under_way(),
        "damaged": [
            {"kind": KINDS.get(one.kind, one.kind), "what": damages.SENTENCES[one.harm], "damage": one}
            for one in damages.open_ones()
        ],
    }
    return render(request, "review/audit_health.html", context)
