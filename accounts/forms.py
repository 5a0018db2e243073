"""The forms of a sign-in and of its second step."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import second_step


def words_field() -> forms.CharField:
    """The field for a member's five words: pasting works, nothing is remembered by the browser's form history."""
    return forms.CharField(
        label=_("Your five words"),
        max_length=400,
        strip=True,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Write your five words.")},
    )


class SignInForm(LoginForm):
    """A mail address and five words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # passed on to allauth as they come
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.EmailField(
            label=_("Your mail address"),
            widget=forms.EmailInput(attrs={"autocomplete": "username"}),
            error_messages={
                "required": _("Write your mail address."),
                "invalid": _("Write a whole mail address, like name@example.org."),
            },
        )
        self.fields["password"] = words_field()
        self.fields.pop("remember", None)


class UnlockForm(forms.Form):
    """The words again."""

    words = words_field()


def code_field(label: Promise) -> forms.CharField:
    """The field for a code; blanks and dashes in it do not matter."""
    return forms.CharField(
        label=label,  # type: ignore[arg-type] # a text that is translated later
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Write the code.")},
    )


class CodeForm(AuthenticateForm):
    """The code at sign-in: from the app, or one of those on paper."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # passed on to allauth as they come
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field(_("The code from your app, or one from your paper"))

    def clean_code(self) -> str:
        """Take a code once: allauth forgets a used one after half a minute, and with drift it lives longer."""
        code: str = super().clean_code()
        if not second_step.first_use(self.user, code):
            raise second_step.SecondStep().validation_error("incorrect_code")
        return code


class PasskeyForm(AuthenticateWebAuthnForm):
    """What the browser answered at sign-in."""

    def clean_credential(self) -> Authenticator:
        """Return the passkey that answered."""
        try:
            return super().clean_credential()
        except (KeyError, AttributeError):  # no answer of a browser
            raise second_step.SecondStep().validation_error("incorrect_code") from None


class NewAppForm(forms.Form):
    """The first code of a new app."""

    code = code_field(_("The code that the app shows now"))


class NewPasskeyForm(forms.Form):
    """A name, and what the browser made."""

    name = forms.CharField(
        label=_("A name for it"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput, error_messages={"required": _("No passkey was made. Try again, or connect an app.")}
    )
