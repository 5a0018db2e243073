"""Triage, note, share, search."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.casework.states import LABELS, State
from incidents.checklist import summary
from incidents.vault.cards import CardIndex

# The facts of a card that a list is narrowed by.
FILTERS = {
    "status": _("State"),
    "state": _("Where"),
    "agency": _("Agency"),
    "papers": _("Paper shown"),
    "language": _("Language"),
}


class FilterForm(forms.Form):
    """One list a fact, holding only what the desk's incidents have, with counts."""

    def __init__(self, data: Mapping[str, str], *, index: CardIndex) -> None:
        super().__init__(data)
        for name, label in FILTERS.items():
            found = [(value, f"{_worded(name, value)} ({count})") for value, count in index.values(name)]
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[("", _("All")), *found],
                required=False,
                widget=forms.Select(attrs={"autocomplete": "off"}),
            )

    @property
    def chosen(self) -> Mapping[str, str]:
        """The filters in force; what is not on a list narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _worded(name: str, value: str) -> str:
    if name == "status" and value in set(State):
        return str(LABELS[State(value)])
    return summary.worded(name, value)
