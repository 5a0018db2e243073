"""The head of the log to take away: keep it, and hold what was kept against the log of today."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import auditors
from accounts.keyring import OpenDesk
from accounts.unlock import Locked, SiteRequest
from incidents.custody import checkpoints, heads, ledger, stamps
from incidents.custody.heads import Compared
from incidents.custody.stamps import Held
from incidents.review.ledger_forms import HeadForm
from incidents.vault import record
from incidents.vault.openings import Absent

# Checked by a test with the tools they name.
WITH_OPENSSL = (
    "head -n 3 head.txt > signed.txt",
    "tail -n 1 head.txt | cut -d' ' -f3 | base64 -d | tail -c 64 > signature.bin",
    r"printf '\060\052\060\005\006\003\053\145\160\003\041\000' > key.der",
    "cut -d+ -f3- key.txt | base64 -d | tail -c 32 >> key.der",
    "openssl pkeyutl -verify -pubin -inkey key.der -keyform DER -rawin -in signed.txt -sigfile signature.bin",
)
STAMP_WITH_OPENSSL = (
    "openssl ts -reply -in head.tsr -text",
    "openssl ts -verify -data head.txt -in head.tsr -CAfile clock.pem -attime SECONDS",
)


@require_GET
def head(request: SiteRequest) -> HttpResponse:
    """Show the head of the log, what to do with it, and whether the one this member kept still fits."""
    return _page(request, HeadForm(), checked=None)


@require_POST
def check(request: SiteRequest) -> HttpResponse:
    """Hold a head from a file or a paper against the log."""
    form = HeadForm(request.POST)
    if not form.is_valid():
        return _page(request, form, checked=None, status=422)
    checked = heads.compare(form.cleaned_data["note"])
    _note(request, checked, desk=None, at=timezone.now())
    return _page(request, form, checked=checked)


@require_POST
def keep(request: SiteRequest) -> HttpResponse:
    """Keep the head of now as the one this member saw last.

    One that does not fit any more is evidence: it goes only when the member says that they saved it.
    """
    kept = auditors.kept_head(request.unlock)
    if kept and not heads.compare(kept).holds and "saved" not in request.POST:
        return _page(request, HeadForm(), checked=None, status=409)
    auditors.keep_head(request.unlock, checkpoints.sign(at=timezone.now()).note)
    return redirect("ledger:head")


@require_GET
def checkpoint(_request: SiteRequest) -> HttpResponse:
    """Send the head of now, signed."""
    now = timezone.now()
    signed = checkpoints.sign(at=now)
    return download(signed.note, f"ledger-head-{now.date().isoformat()}-{signed.size}.txt")


@require_GET
def kept(request: SiteRequest) -> HttpResponse:
    """Send the head that this member kept."""
    note = auditors.kept_head(request.unlock)
    if note is None:
        return redirect("ledger:head")
    return download(note, "ledger-head-kept.txt")


@require_GET
def stamp(_request: SiteRequest, stamp: int) -> HttpResponse:
    """Send what an outside clock said about a head, as it sent it."""
    held = _stamp(stamp)
    name = f"ledger-head-{held.size}.tsr"
    return download(held.reply, name, content_type="application/timestamp-reply")


@require_GET
def stamped(_request: SiteRequest, stamp: int) -> HttpResponse:
    """Send the head that a stamp speaks about."""
    held = _stamp(stamp)
    return download(held.head, f"ledger-head-{held.size}.txt")


def standing(request: SiteRequest, *, desk: OpenDesk | None, lately: bool = False) -> Compared | None:
    """Hold the head that this member kept against the log; None where they kept none, or their key is not here.

    That it does not fit is written to the ledger: once a session and day.

    Args:
        lately: what was found some minutes ago will do.
    """
    note = kept_note(request)
    if note is None:
        return None
    at = timezone.now()
    compared = heads.compare_lately(note, at=at) if lately else heads.compare(note)
    _note(request, compared, desk=desk, at=at)
    return compared


def kept_note(request: SiteRequest) -> str | None:
    """Return the head that this member kept, or None; an auditor needs no key to look at lines."""
    try:
        return auditors.kept_head(request.unlock)
    except Locked:
        return None


def download(text: str | bytes, name: str, *, content_type: str = "text/plain; charset=utf-8") -> HttpResponse:
    """Return a text as a file to keep."""
    response = HttpResponse(text, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _stamp(number: int) -> Held:
    held = stamps.reply_of(number)
    if held is None:
        raise Absent
    return held


def _note(request: SiteRequest, compared: Compared, *, desk: OpenDesk | None, at: datetime) -> None:
    if compared.is_proof and request.unlock.first_today(heads.LOG, at=at):
        at_desk = desk or next(request.unlock.desks(), None)
        record.note_differs(compared, desk=at_desk, recipient=request.unlock.member.recipient, at=at)


def _page(request: SiteRequest, form: HeadForm, *, checked: Compared | None, status: int = 200) -> HttpResponse:
    desks = list(request.unlock.desks())
    context = {
        "desk": desks[0] if len(desks) == 1 else None,
        "desks": desks,
        "page_now": "ledger",
        "size": ledger.size(),
        "newest": checkpoints.newest(),
        "stamps": stamps.newest_head(),
        "stamp_commands": STAMP_WITH_OPENSSL,
        "verifier_key": checkpoints.verifier_key(),
        "commands": WITH_OPENSSL,
        "kept": standing(request, desk=None),
        "checked": checked,
        "form": form,
    }
    return render(request, "review/ledger_head.html", context, status=status)
