"""Set up a second step, give it at sign-in, and see which there are."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts import limits, qr, second_step
from accounts.models import Member
from accounts.seat_forms import AuthenticateForm, PasskeyForm, ReauthenticateForm, TotpForm


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show which second steps a member has, or what to choose from."""
    held = second_step.of(cast("Member", request.user))
    context = {"held": held, "passkeys_work": second_step.may_have_passkeys(request.get_host())}
    return render(request, "mfa/index.html", context)


class Authenticate(AuthenticateView):
    """The second step of a sign-in."""

    form_class = AuthenticateForm
    template_name = "mfa/authenticate.html"

    def form_invalid(self, form: Form) -> HttpResponse:
        """Show the form again with what was wrong."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 # Django's signature
        """Offer a passkey only where the member has one."""
        held = second_step.of(self.stage.login.user)
        return super().get_context_data(**kwargs) | {"has_passkey": bool(held.passkeys)}


class ActivateTotp(ActivateTOTPView):
    """Connect an app that shows codes."""

    form_class = TotpForm
    template_name = "mfa/totp.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 # the same
        """Draw the code to scan."""
        context = super().get_context_data(**kwargs)
        return context | {"code": qr.code(context["totp_url"]), "secret": context["form"].secret}

    def get_success_url(self) -> str:
        """Go on to the recovery codes, which are shown now."""
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "mfa_index")

    def form_invalid(self, form: Form) -> HttpResponse:
        """Show the form again with what was wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class DeactivateTotp(DeactivateTOTPView):
    """Give the app up, where another second step stays."""

    template_name = "mfa/remove.html"

    def form_invalid(self, form: Form) -> HttpResponse:
        """Say why not."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class AddPasskey(AddWebAuthnView):
    """Make a passkey."""

    form_class = PasskeyForm
    template_name = "mfa/passkey.html"

    def get_success_url(self) -> str:
        """Go on to the recovery codes, which are shown now."""
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "mfa_index")

    def form_invalid(self, form: Form) -> HttpResponse:
        """Show the form again with what was wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class RemovePasskey(RemoveWebAuthnView):
    """Give a passkey up, where another second step stays."""

    template_name = "mfa/remove.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Form) -> HttpResponse:
        """Refuse to leave a member without any."""
        if not second_step.SecondStep().can_delete_authenticator(self.get_object()):
            form.add_error(None, str(second_step.SecondStep.error_messages["cannot_delete_authenticator"]))
            return render(self.request, self.template_name, {"form": form}, status=422)
        return super().form_valid(form)


class GiveWordsAgain(ReauthenticateView):
    """Ask for the words again before something that matters."""

    form_class = ReauthenticateForm
    template_name = "account/reauthenticate.html"

    def form_valid(self, form: Form) -> HttpResponse:
        """Take them, under a session key of its own."""
        self.request.session.cycle_key()
        limits.note_words(self.request)
        return super().form_valid(form)

    def form_invalid(self, form: Form) -> HttpResponse:
        """Show the form again with what was wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


@limits.asks_for_words
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show the codes that are left; make ten new ones."""
    member = cast("Member", request.user)
    if not second_step.has_one(member):
        return redirect("mfa_index")
    if request.method == "POST":
        second_step.draw_codes(member)
        return redirect("mfa_view_recovery_codes")
    return render(request, "mfa/recovery_codes.html", {"codes": second_step.codes_left(member)})
