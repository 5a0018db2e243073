"""Coming back with the words: what was sent, who can read it, and the proof."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.unlock import Locked
from incidents.checklist.items import Missing
from incidents.checklist.kinds.base import label_of
from incidents.checklist.kinds.people import USES
from incidents.checklist.lists import YES_NO
from incidents.checklist.summary import IMPLIED, language_name
from incidents.intake import proof as proofs
from incidents.intake.forms import Receipt
from incidents.intake.session import Filing
from incidents.intake.views.visit import asked_for, remember, speak
from incidents.vault import openings

if TYPE_CHECKING:
    from accounts.unlock import SiteRequest
    from incidents.checklist.answers import Line
    from incidents.vault.openings import OpenIncident, OpenReport

UNSAID = frozenset({Missing.BLANK, Missing.NOT_ASKED})


@login_not_required
def back(request: SiteRequest) -> HttpResponse:
    """Take the words, and open the report they belong to."""
    ended = "ended" in request.GET
    if request.method != "POST":
        return render(request, "intake/back.html", {"form": Receipt(), "ended": ended})
    form = Receipt(request.POST)
    if code := asked_for(request):
        speak(request, code)
        form.leave_unchecked()
        response = render(request, "intake/back.html", {"form": form, "ended": ended})
        remember(response, code)
        return response
    opened = form.opened()
    if opened is None:
        return render(request, "intake/back.html", {"form": form, "ended": ended}, status=422)
    Filing(request.session, at=timezone.now()).begin(opened[0])
    request.receipt.hold(*opened)
    return redirect("intake:back_report")


@login_not_required
def report(request: SiteRequest) -> HttpResponse:
    """Show all that was sent, who holds a key, and what was agreed to."""
    try:
        opened = openings.by_receipt(request.receipt, at=timezone.now())
    except Locked:
        return redirect(f"{reverse('intake:back')}?{urlencode({'ended': 'yes'})}")
    context = {
        "reports": [_report(each) for each in opened.reports],
        "files": [
            {"name": each.file_name, "bytes": each.size_bytes, "day": _day(each.received_on)}
            for each in opened.exhibits
        ],
        "holders": [
            {"name": name, "since": _day(opened.received_on), "why": _("You sent your report to this group.")}
            for name in openings.key_holders(opened)
        ],
        "uses": _uses(opened),
    }
    return render(request, "intake/back_report.html", context)


@login_not_required
def proof(request: SiteRequest) -> HttpResponse:
    """Hand out the proof of filing as a file."""
    now = timezone.now()
    incident_id = Filing(request.session, at=now).incident_id or _opened(request)
    if incident_id is None:
        return redirect("intake:back")
    found = json.dumps(proofs.of_filing(incident_id, at=now), indent=2)
    disposition = {"Content-Disposition": 'attachment; filename="proof.json"'}
    return HttpResponse(found, content_type="application/json", headers=disposition)


def _opened(request: SiteRequest) -> UUID | None:
    try:
        return request.receipt.opened[0]
    except Locked:
        return None


def _report(each: OpenReport) -> dict[str, object]:
    """Return a report as components/report.html draws it; what nobody said is left out."""
    document = each.answers.document
    said = [line for line in each.answers.lines() if line.missing not in UNSAID]
    return {
        "id": each.name,
        "first": document.get("first", False),
        "asked_by_desk": document.get("asked_by_desk", False),
        "day": _day(_received(str(document.get("received_at", "")))),
        "language_name": language_name(each.answers.language),
        "sections": list(_sections(each, said)),
        "troubles": (),  # they are for those who read it, and the witness can do nothing about them
    }


def _sections(each: OpenReport, lines: Sequence[Line]) -> Iterator[dict[str, object]]:
    for title, of_section in groupby(lines, key=lambda line: str(line.section.title)):
        entries = []
        for _id, of_entry in groupby(of_section, key=lambda line: line.entry.id):
            held = list(of_entry)
            first = held[0]
            entries.append(
                {
                    "title": each.answers.title_of(first.section, first.entry),
                    "about": first.entry.about,
                    "lines": held,
                }
            )
        yield {"title": title, "entries": entries}


def _uses(opened: OpenIncident) -> list[dict[str, object]]:
    """Return the last answer to each use, with the day it came; sending said yes to the first."""
    yes: dict[str, object] = {
        "title": label_of(IMPLIED, USES),
        "answer": label_of("yes", YES_NO),
        "since": _day(opened.received_on),
    }
    last: dict[str, dict[str, object]] = {IMPLIED: yes}
    for each in opened.reports:
        uses = each.answers.only("permission").answers.get("uses")
        day = _day(_received(str(each.answers.document.get("received_at", ""))))
        for row in uses.value if uses and isinstance(uses.value, list) else []:
            if isinstance(row, dict):
                use = str(row["use"])
                said = label_of(row["answer"], YES_NO)
                last[use] = {"title": label_of(use, USES), "answer": said, "since": day}
    return list(last.values())


def _received(moment: str) -> date | None:
    return date.fromisoformat(moment[:10]) if moment else None


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
