"""What can be added after the first save."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts import queries
from incidents.checklist.answers import Answers
from incidents.checklist.catalogue import CATALOGUE
from incidents.intake import say, steps, token
from incidents.intake.forms import AWAY, OTHER_KEY, FilesForm, SectionForm
from incidents.intake.session import Filing
from incidents.intake.views.visit import asked_for, remember, speak
from incidents.vault import deposits, uploads
from sealing.files import PART_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse
    from django_stubs_ext import StrOrPromise

    from accounts.unlock import SiteRequest
    from incidents.checklist.items import Answer

MEGABYTE = 10**6


@login_not_required
def more(request: SiteRequest) -> HttpResponse:
    """List all that can be added, and how much was."""
    filing = Filing(request.session, at=timezone.now())
    if filing.incident_id is None:
        return redirect("intake:back")
    status = _("Saved and sent.") if filing.saved else ""
    return render(request, "intake/more.html", {"status": status, "steps": steps.listed(_saved(filing))})


@login_not_required
def section(request: SiteRequest, section: str) -> HttpResponse:
    """Ask one section, and send it when it is saved."""
    asked = CATALOGUE.section(section)
    if asked is None:
        raise Http404
    filing = Filing(request.session, at=timezone.now())
    why_words = _why_words(filing)
    if request.method != "POST":
        return _words_first(why_words) if why_words else _draw(request, SectionForm(asked), filing)
    form = SectionForm(asked, data=request.POST, words=why_words)
    if code := asked_for(request):
        return _in_language(request, form, filing, code)
    if not _save(form, filing):
        return _draw(request, form, filing, status=422)
    return redirect("intake:section", section) if "another" in request.POST else redirect("intake:more")


@login_not_required
@csrf_exempt  # checked in `_files`, once the sealing handler stands before the body
def files(request: SiteRequest) -> HttpResponse:
    """Take files, and what is asked of them."""
    if request.method != "POST":
        return _files(request)
    # Away too long: nobody knows yet whom to seal to. The files go to a key that is thrown away and are asked again.
    recipient = Filing(request.session, at=timezone.now()).recipient or deposits.begin().recipient
    with uploads.sealing(request, to=recipient):
        return _files(request)


@login_not_required
def done(request: SiteRequest) -> HttpResponse:
    """Say what happens next, and who has the report: a link that was followed since may have chosen another group."""
    language, now = get_language() or settings.LANGUAGE_CODE, timezone.now()
    incident_id = Filing(request.session, at=now).incident_id
    slugs = deposits.desks_of(incident_id, on=now.date()) if incident_id else []
    groups = [group for slug in slugs if (group := queries.receiving(slug, language=language))]
    return render(request, "intake/done.html", {"groups": groups}) if groups else redirect("intake:back")


@csrf_protect
def _files(request: SiteRequest) -> HttpResponse:
    filing = Filing(request.session, at=timezone.now())
    asked, why_words = CATALOGUE.by_key[steps.FILES], _why_words(filing)
    if request.method != "POST":
        return _words_first(why_words) if why_words else _draw_files(request, FilesForm(asked), filing)
    form = FilesForm(asked, data=request.POST, files=request.FILES, words=why_words)
    if code := asked_for(request):
        return _in_language(request, form, filing, code)
    return redirect("intake:files") if _save(form, filing) else _draw_files(request, form, filing, status=422)


def _why_words(filing: Filing) -> StrOrPromise:
    """Return why the words are asked before anything is added, or an empty text; another key ends what a visit may."""
    if filing.incident_id is None:
        return AWAY
    if not deposits.has_other_key(filing.incident_id, than=filing.recipient):
        return ""
    filing.end()
    return OTHER_KEY


def _words_first(why: StrOrPromise) -> HttpResponse:
    return redirect(f"{reverse('intake:back')}?ended=yes") if why is OTHER_KEY else redirect("intake:back")


def _save(form: SectionForm, filing: Filing) -> bool:
    """Send what was answered; where nothing is sent, the form says why."""
    incident_id = _incident(form, filing)
    if incident_id is None or filing.recipient is None or not form.is_valid():
        return False
    if form.stored:
        form.check_room(incident_id)
    if form.errors:
        return False
    answers = Answers.start(language=get_language() or settings.LANGUAGE_CODE, statement=settings.STATEMENT)
    if form.entry:
        basis, certainty = form.known("basis"), form.known("certainty")
        answers = answers.with_entry(form.section.key, _said(form, incident_id), basis=basis, certainty=certainty)
    try:
        deposits.add(incident_id, answers, files=form.stored, at=timezone.now(), key=filing.recipient)
    except deposits.NothingToFile:
        form.add_error(None, _("Please answer one question at least."))
    except deposits.Gone:
        form.add_error(None, _("This report is not here any more. It was taken back."))
    else:
        _count(form, filing)
    return not form.errors


def _said(form: SectionForm, incident_id: UUID) -> Mapping[str, Answer]:
    """Return what was answered; a use is answered for each group that holds a key."""
    if form.section.key != say.SECTION:
        return form.entry
    today = timezone.now().date()
    return say.to_each(form.entry, desks=deposits.desks_of(incident_id, on=today), on=today)


def _incident(form: SectionForm, filing: Filing) -> UUID | None:
    """Return the incident of this visit, or after a while away the one that the words open."""
    if filing.incident_id is not None:
        return filing.incident_id
    opened = form.opened()
    if opened is None:
        return None
    filing.begin(opened[0], to=opened[1].recipient)
    if form.stored:
        form.drop_words()
        form.add_error("file", _("Please choose your files again. They could not be locked without your words."))
    return opened[0]


def _count(form: SectionForm, filing: Filing) -> None:
    if form.stored:
        filing.count(steps.SENT_FILES, more=len(form.stored))
    elif form.entry:
        filing.count(form.section.key)


def _saved(filing: Filing) -> Mapping[str, int]:
    """Return how much was saved from here; of files, which a script sends without this visit, all that came."""
    files = deposits.arrived(filing.incident_id) if filing.incident_id else 0
    return {**filing.saved, steps.SENT_FILES: files}


def _in_language(request: HttpRequest, form: SectionForm, filing: Filing, code: str) -> HttpResponse:
    speak(request, code)
    form.leave_unchecked()
    draw = _draw_files if isinstance(form, FilesForm) else _draw
    response = draw(request, form, filing)
    remember(response, code)
    return response


def _draw(request: HttpRequest, form: SectionForm, filing: Filing, *, status: int = 200) -> HttpResponse:
    context = {
        "section": form.section,
        "saved": filing.saved.get(form.section.key, 0),
        "form": form,
        "questions": form.standing(),
        "folds": form.folds(),
    }
    return render(request, "intake/section.html", context, status=status)


def _sending(filing: Filing) -> Mapping[str, object] | None:
    """Return what the page's script needs to send files by itself, where this visit may add."""
    if filing.incident_id is None or filing.recipient is None:
        return None
    files_held, bytes_held = deposits.held(filing.incident_id)
    on = timezone.now().date()
    return {
        "incident": filing.incident_id,
        "recipient": filing.recipient,
        "token": token.issue(filing.incident_id, to=filing.recipient, visit=filing.visit, on=on),
        "part_bytes": PART_BYTES,
        "limit_bytes": settings.FILE_LIMIT_BYTES,
        "files_left": max(0, settings.INCIDENT_LIMIT_FILES - files_held),
        "bytes_left": max(0, settings.INCIDENT_LIMIT_BYTES - bytes_held),
    }


def _draw_files(request: HttpRequest, form: SectionForm, filing: Filing, *, status: int = 200) -> HttpResponse:
    sending = _sending(filing)
    context = {
        "form": form,
        "questions": form.standing(),
        "saved": _saved(filing).get(steps.SENT_FILES, 0),
        "limit_mb": settings.POST_LIMIT_BYTES // MEGABYTE,
        "limit_files": settings.INCIDENT_LIMIT_FILES,
        "limit_all_bytes": settings.INCIDENT_LIMIT_BYTES,
        "limit_one_bytes": settings.FILE_LIMIT_BYTES,
        "sending": sending,
        "scripted": settings.SEALS_IN_BROWSER and sending is not None,
    }
    return render(request, "intake/files.html", context, status=status)
