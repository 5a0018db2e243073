"""Set up a second step, give it at sign-in, and see which there are."""

from __future__ import annotations

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import operations, qr, second_step
from accounts.forms import CodeForm, NewAppForm, NewPasskeyForm, PasskeyForm
from accounts.limits import Flooded, asks_for_words, needs_words_again
from accounts.models import Member
from accounts.unlock import SiteRequest


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator] # allauth has no types
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: SiteRequest) -> HttpResponse:
    """Take the second step of a sign-in, or begin it anew as somebody else."""
    stage = request._login_stage  # type: ignore[attr-defined] # noqa: SLF001 # where allauth's decorator puts it
    member: Member = stage.login.user
    if "anew" in request.POST:
        request.unlock.drop()
        return stage.abort()  # type: ignore[no-any-return] # the same
    if not second_step.has_one(member):  # it was taken from them meanwhile
        return stage.exit()  # type: ignore[no-any-return] # the same
    form = _given(request, member)
    if _fits(form, member):
        second_step.note_given(request, member)
        return stage.exit()  # type: ignore[no-any-return] # the same
    context = {
        "form": form if isinstance(form, CodeForm) else CodeForm(user=member),
        "given": form,
        "question": second_step.passkey_question(member),
    }
    return render(request, "mfa/authenticate.html", context, status=422 if form.is_bound else 200)


def _fits(form: CodeForm | PasskeyForm, member: Member) -> bool:
    try:
        return form.is_valid()
    except Flooded:
        operations.tell_of_guessing(member, at=timezone.now())
        raise


def _given(request: HttpRequest, member: Member) -> CodeForm | PasskeyForm:
    if request.method != "POST":
        return CodeForm(user=member)
    return (PasskeyForm if "credential" in request.POST else CodeForm)(data=request.POST, user=member)


@second_step.before_set_up
@require_GET
def index(request: SiteRequest) -> HttpResponse:
    """Show which second steps a member has, or what to choose from."""
    held = second_step.of(request.unlock.member)
    context = {"held": held, "passkeys_work": second_step.may_have_passkeys(request)}
    return render(request, "mfa/index.html", context)


@second_step.before_set_up
@asks_for_words
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: SiteRequest) -> HttpResponse:
    """Connect an app that shows codes."""
    member = request.unlock.member
    form = NewAppForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if second_step.connect(request, member, code=form.cleaned_data["code"]):
            return _set_up(request, member)
        form.add_error("code", str(second_step.SecondStep.error_messages["incorrect_code"]))
    seed = second_step.new_seed(request)
    context = {"form": form, "seed": seed, "code": qr.code(second_step.address_of(member, seed))}
    return render(request, "mfa/totp.html", context, status=422 if form.is_bound else 200)


@second_step.before_set_up
@asks_for_words
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: SiteRequest) -> HttpResponse:
    """Make a passkey."""
    if not second_step.may_have_passkeys(request):
        return redirect("mfa_index")
    member = request.unlock.member
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        name = form.cleaned_data["name"] or _("Passkey")
        if second_step.keep_passkey(request, member, name=name, credential=form.cleaned_data["credential"]):
            return _set_up(request, member)
        form.add_error(None, _("No passkey was made. Try again, or connect an app."))
    context = {"form": form, "options": second_step.passkey_options(member)}
    return render(request, "mfa/passkey.html", context, status=422 if form.is_bound else 200)


@require_POST
def give_up_app(request: SiteRequest) -> HttpResponse:
    """Give the app up, where another second step stays."""
    return _without(request, Authenticator.Type.TOTP)


@require_POST
def give_up_passkey(request: SiteRequest, pk: int) -> HttpResponse:
    """Give a passkey up, where another second step stays."""
    return _without(request, Authenticator.Type.WEBAUTHN, pk)


@require_POST
def codes(request: SiteRequest) -> HttpResponse:
    """Draw ten new codes for the paper, and show them once."""
    if asked := needs_words_again(request):
        return asked
    return _paper(request, request.unlock.member)


def _without(request: SiteRequest, kind: str, pk: int | None = None) -> HttpResponse:
    if asked := needs_words_again(request):
        return asked
    second_step.give_up(request.unlock.member, kind=kind, passkey_id=pk)
    return redirect("mfa_index")


def _set_up(request: SiteRequest, member: Member) -> HttpResponse:
    """Go on; after the first one, to the codes for the paper."""
    return redirect("mfa_index") if second_step.of(member).codes_left else _paper(request, member)


def _paper(request: SiteRequest, member: Member) -> HttpResponse:
    return render(request, "mfa/recovery_codes.html", {"codes": second_step.draw_codes(member)})
