"""Coming back with the words: what was sent, who can read it, what they may do with it, and the proof."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.unlock import Locked
from incidents.checklist.items import Missing
from incidents.checklist.kinds.base import label_of
from incidents.checklist.kinds.people import USES
from incidents.checklist.summary import IMPLIED, language_name
from incidents.intake import proof as proofs
from incidents.intake import say
from incidents.intake.forms import Receipt, UseForm
from incidents.intake.say import day_in_words
from incidents.intake.session import Filing
from incidents.intake.views.visit import asked_for, remember, speak
from incidents.vault import loose, openings

if TYPE_CHECKING:
    from accounts.unlock import SiteRequest
    from incidents.checklist.answers import Line
    from incidents.vault.openings import OpenReport

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
    Filing(request.session, at=timezone.now()).begin(opened[0], to=opened[1].recipient)
    request.receipt.hold(*opened)
    return redirect("intake:back_report")


@login_not_required
def report(request: SiteRequest) -> HttpResponse:
    """Show all that was sent, who holds a key, and what was agreed to."""
    now = timezone.now()
    try:
        opened = openings.by_receipt(request.receipt, at=now)
    except Locked:
        return _locked()
    context = {
        "reports": [_report(each) for each in opened.reports],
        "files": [
            {"name": each.file_name, "bytes": each.size_bytes, "day": day_in_words(each.received_on)}
            for each in opened.exhibits
        ]
        + [{"name": each.file_name, "bytes": each.size_bytes, "day": ""} for each in opened.unchecked],
        "unfinished": loose.unfinished(opened, on=now.date(), after=timedelta()),
        "holders": list(say.holders(opened, on=now.date())),
        "former": list(say.former_holders(opened, on=now.date())),
        "uses": list(say.uses_of(opened, on=now.date())),
        "saved": "saved" in request.GET,
    }
    return render(request, "intake/back_report.html", context)


@login_not_required
def change(request: SiteRequest) -> HttpResponse:
    """Show one use as it stands, and change it where that is confirmed."""
    now = timezone.now()
    try:
        opened = openings.by_receipt(request.receipt, at=now)
    except Locked:
        return _locked()
    use = request.POST.get("use", "")
    if use not in USES:
        return redirect("intake:back_report")
    form = UseForm(say.now_of(opened, use, on=now.date()), data=request.POST if "sure" in request.POST else None)
    if code := asked_for(request):
        speak(request, code)
        form.leave_unchecked()
        response = _change(request, form, use)
        remember(response, code)
        return response
    if not form.is_valid():
        return _change(request, form, use, status=422 if form.is_bound else 200)
    say.keep(opened, use, form, at=now)
    return redirect(f"{reverse('intake:back_report')}?{urlencode({'saved': 'yes'})}#uses")


def _change(request: SiteRequest, form: UseForm, use: str, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "use": use, "title": label_of(use, USES), "is_legal_help": use == IMPLIED}
    return render(request, "intake/use.html", context, status=status)


def _locked() -> HttpResponse:
    """Ask for the words again."""
    return redirect(f"{reverse('intake:back')}?{urlencode({'ended': 'yes'})}")


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
        "day": day_in_words(_received(str(document.get("received_at", "")))),
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


def _received(moment: str) -> date | None:
    return date.fromisoformat(moment[:10]) if moment else None
