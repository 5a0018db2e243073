"""Ask for copies of a file, and for words about it."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents.checklist.summary import language_name
from incidents.review.making import MOST_PAGES, Choice
from incidents.vault.derivatives import Says

LONGEST_TEXT = 200_000
LONGEST_LINE = 500
KINDS = {
    Says.TRANSCRIPT: _("Transcript: what is said in it"),
    Says.TRANSLATION: _("Translation: the same in another language"),
    Says.DESCRIPTION: _("Description: what can be seen or heard"),
}
LANGUAGES = ("en", "es", "ar", "fr", "ht", "pl", "pt", "ru", "tl", "uk", "vi", "zh-hans")
_PLAIN = {"autocomplete": "off"}


class MakeForm(forms.Form):
    """What is asked for; the page draws a button for each."""

    choice = forms.ChoiceField(choices=[(choice.value, choice.value) for choice in Choice])
    first = forms.IntegerField(required=False, min_value=0, max_value=MOST_PAGES)
    password = forms.CharField(required=False, max_length=LONGEST_LINE, strip=False)


class WordsForm(forms.Form):
    """A transcript, a translation or a description, and how it was come by."""

    kind = forms.ChoiceField(label=_("What you add"), choices=list(KINDS.items()), widget=forms.Select(attrs=_PLAIN))
    language = forms.ChoiceField(label=_("In which language"), widget=forms.Select(attrs=_PLAIN))
    text = forms.CharField(
        label=_("The words"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={**_PLAIN, "rows": 6, "dir": "auto"}),
        error_messages={"required": _("Write the words.")},
    )
    how = forms.CharField(
        label=_("How you came by them"),
        help_text=_("For example: heard twice and typed, or made by a program and then read by me."),
        max_length=LONGEST_LINE,
        widget=forms.TextInput(attrs={**_PLAIN, "dir": "auto"}),
        error_messages={"required": _("Say how you came by them.")},
    )

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial={"language": get_language()})
        names = sorted(((code, language_name(code)) for code in LANGUAGES), key=lambda one: one[1])
        self.fields["language"].choices = [*names, ("", _("Another one"))]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["language"].required = False
