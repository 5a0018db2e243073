"""Forms to join, to invite, to seat and to change the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role

ROLE_LABELS = {
    Role.CALL_TAKER: _("Call-taker: files for callers, sees their own calls"),
    Role.REVIEWER: _("Reviewer: reads and sorts all incidents"),
    Role.LAWYER: _("Lawyer: also decides, shares and takes packets out"),
    Role.LEAD: _("Lead: also seats people and keeps the recovery kit"),
}
EMAIL_ERRORS = {
    "required": _("Write the mail address."),
    "invalid": _("Write a whole mail address, like name@example.org."),
}


def role_field() -> forms.TypedChoiceField:
    """Return the field for a seat's role."""
    return forms.TypedChoiceField(
        label=_("What will they do here?"),
        choices=[(role.value, label) for role, label in ROLE_LABELS.items()],
        coerce=lambda value: Role(int(value)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Pick what they will do.")},
    )


class JoinForm(forms.Form):
    """A mail address, and the code that a lead said on the phone."""

    email = forms.EmailField(
        label=_("Your mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=EMAIL_ERRORS,
    )
    code = forms.CharField(
        label=_("The code you were told"),
        help_text=_("24 digits. Any spaces are fine."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Write the code.")},
    )


class InviteForm(forms.Form):
    """Whom to bring in."""

    email = forms.EmailField(
        label=_("Their mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages=EMAIL_ERRORS,
    )


class RoleForm(forms.Form):
    """Another role for a seat."""

    role = role_field()


class HeardForm(forms.Form):
    """The two check words that the page leaves out, and the role: it is said by who gives it, not by a row."""

    def __init__(self, data: Mapping[str, str] | None = None, *, numbers: Sequence[int]) -> None:
        super().__init__(data)
        for number in numbers:
            self.fields[f"word{number}"] = forms.CharField(
                label=_("Word %(number)s") % {"number": number},
                max_length=40,
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
                error_messages={"required": _("Type the word that you heard.")},
            )
        self.fields["role"] = role_field()

    @property
    def typed(self) -> list[str]:
        """The words as they were typed, in their order."""
        return [self.cleaned_data[name] for name in self.fields if name.startswith("word")]


class RenewForm(forms.Form):
    """New words, and whether somebody else may know the old ones."""

    known = forms.BooleanField(
        label=_("Someone else may know my words"),
        help_text=_("Then each of your desks also gets a new key."),
        required=False,
    )


class KitForm(forms.Form):
    """The key that stands on a recovery kit, typed from the paper or scanned."""

    key = forms.CharField(
        label=_("The key on the paper"),
        help_text=_("It begins with AGE-SECRET-KEY-1. Spaces and small letters are fine."),
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Type the key from the paper.")},
    )
