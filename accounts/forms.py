"""Sign-in, invitation and seat forms."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _


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
