"""From the first page to the receipt."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from incidents.checklist.answers import Answers
from incidents.intake import choice, proof
from incidents.intake.forms import GroupsForm, QuickForm
from incidents.intake.session import Filing
from incidents.intake.views.visit import asked_for, remember, speak
from incidents.vault import deposits, uploads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from accounts.queries import PublicDesk
    from accounts.unlock import SiteRequest
    from incidents.intake.choice import Chosen
    from incidents.vault.deposits import Opening

MEGABYTE = 10**6


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """Say what this is, before anything is asked."""
    return render(request, "intake/start.html")


@login_not_required
def groups(request: HttpRequest) -> HttpResponse:
    """Let them choose who reads it: one group, or several."""
    if request.method != "POST":
        return _groups(request, refused=False)
    form = GroupsForm(choice.listed(language=_language()), data=request.POST)
    if not form.is_valid():
        return _groups(request, refused=False, form=form, status=422)
    _choose(request, form.cleaned_data["group"])
    return redirect("intake:report")


@login_not_required
def to(request: HttpRequest, desk: str, fingerprint: str) -> HttpResponse:
    """Take a group's own link, but only with the fingerprint that is pinned here."""
    name = f"{desk}/{fingerprint}"
    if choice.by_name(name, language=_language()) is None:
        return _groups(request, refused=True, status=404)
    _choose(request, [name])
    return redirect("intake:report")


@login_not_required
@csrf_exempt  # checked in `_report`, once the sealing handler stands before the body
def report(request: SiteRequest) -> HttpResponse:
    """Ask the short form, and file it."""
    opening = deposits.begin()
    if request.method != "POST":
        return _report(request, opening)
    with uploads.sealing(request, to=opening.recipient):
        return _report(request, opening)


@login_not_required
def receipt(request: SiteRequest) -> HttpResponse:
    """Show the words until they are written down."""
    words = request.words.read(at=timezone.now())
    if request.method == "POST":
        request.words.forget()
    if request.method == "POST" or words is None:
        return redirect("intake:more")
    return render(request, "intake/receipt.html", {"receipt": proof.receipt(words, language=_language())})


@csrf_protect
def _report(request: SiteRequest, opening: Opening) -> HttpResponse:
    chosen = _chosen(request)
    if not chosen.groups:
        posted = request.method == "POST"
        return _groups(request, refused=True, status=404) if posted else redirect("intake:groups")
    if request.method != "POST":
        return _draw(request, None, groups=chosen.groups)
    form = QuickForm(data=request.POST, files=request.FILES)
    if code := asked_for(request):
        speak(request, code)
        form.leave_unchecked()
        response = _draw(request, form, groups=_chosen(request).groups)
        remember(response, code)
        return response
    if form.is_valid() and chosen.one_is_gone:
        form.add_error(None, _("One of your groups cannot take reports now. Look who gets this, then send it again."))
    if form.is_valid() and _file(request, form, groups=chosen.groups, opening=opening):
        return redirect("intake:receipt")
    return _draw(request, form, groups=chosen.groups, status=422)


def _chosen(request: SiteRequest) -> Chosen:
    slugs = Filing(request.session, at=timezone.now()).desks
    return choice.chosen(request.POST.getlist("group"), slugs, language=_language())


def _choose(request: HttpRequest, names: Sequence[str]) -> None:
    Filing(request.session, at=timezone.now()).choose([name.partition("/")[0] for name in names])


def _file(request: SiteRequest, form: QuickForm, *, groups: Sequence[PublicDesk], opening: Opening) -> bool:
    """File what was answered, or say on the form that there is nothing."""
    now = timezone.now()
    answers = Answers.start(form="quick", language=_language(), statement=settings.STATEMENT)
    for key in dict.fromkeys(section.key for section, _item in form.asked):
        if said := form.of(key):
            answers = answers.with_entry(key, said)
    filing = Filing(request.session, at=now)
    filing.keep()
    how_back = "digits" if form.cleaned_data["how_back"] == "digits" else _language()
    try:
        filed = deposits.deposit(opening, answers, desks=groups, receipt=how_back, files=form.stored, at=now)
    except deposits.NothingToFile:
        form.add_error(None, _("Please answer one question at least, or add a file."))
        return False
    request.words.show(filed.receipt, at=now)
    filing.choose([group.slug for group in groups])
    filing.begin(filed.incident_id, to=filed.recipient)
    return True


def _draw(
    request: HttpRequest, bound: QuickForm | None, *, groups: Sequence[PublicDesk], status: int = 200
) -> HttpResponse:
    form, questions = (bound, _drawn(bound)) if bound else _blank(_language())
    context = {
        "groups": [{"name": group.name, "phone": group.phone, "named": choice.named(group)} for group in groups],
        "other_groups": len({*choice.listed(language=_language())} - {*groups}) > 0,
        "form": form,
        "questions": questions,
        "how_back": form["how_back"],
        "limit_mb": settings.POST_LIMIT_BYTES // MEGABYTE,
    }
    return render(request, "intake/report.html", context, status=status)


@cache
def _blank(language: str) -> tuple[QuickForm, Sequence[SafeString]]:
    """Draw the form as everybody finds it, once a language: drawing it is half the work of a filing."""
    with translation.override(language):
        form = QuickForm()
        return form, _drawn(form)


def _drawn(form: QuickForm) -> Sequence[SafeString]:
    return [render_to_string("components/question.html", {"question": question}) for question in form.questions()]


def _groups(request: HttpRequest, *, refused: bool, form: GroupsForm | None = None, status: int = 200) -> HttpResponse:
    listed = choice.listed(language=_language())
    slugs = Filing(request.session, at=timezone.now()).desks
    form = form or GroupsForm(listed, chosen=[choice.named(desk) for desk in listed if desk.slug in slugs])
    context = {"groups": [_card(request, desk) for desk in listed], "form": form, "refused": refused}
    return render(request, "intake/groups.html", context, status=status)


def _card(request: HttpRequest, desk: PublicDesk) -> dict[str, object]:
    """Return a group as the directory shows it."""
    url = reverse("intake:to", args=[desk.slug, desk.fingerprint])
    return {
        "name": desk.name,
        "area": desk.area,
        "languages": desk.languages,
        "what_next": desk.what_next,
        "how_to_join": desk.how_to_join,
        "not_done": desk.not_done,
        "phone": desk.phone,
        "fingerprint": desk.check_digits,
        "verified": date_format(desk.verified_on, "DATE_FORMAT") if desk.verified_on else "",
        "url": url,
        "link": request.build_absolute_uri(url),
    }


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
