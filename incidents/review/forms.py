"""Triage, note, share, search."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from incidents.casework.policy import why_not_move
from incidents.casework.states import LABELS, ClosedReason, State
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


class MoveForm(forms.Form):
    """Where this seat may move an incident from where it stands; closing takes a reason."""

    to = forms.ChoiceField(
        label=_("Move it to"),
        widget=forms.Select(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Pick where to move it."),
            "invalid_choice": _("It moved since you opened this page. Look again where it stands."),
        },
    )
    reason = forms.ChoiceField(
        label=_("Why, if you close it"),
        required=False,
        choices=[("", _("Choose")), *((reason.value, reason.label) for reason in ClosedReason)],
        widget=forms.Select(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, str] | None = None, *, now: State, role: Role) -> None:
        super().__init__(data)
        open_to = [state for state in State if why_not_move(role, now=now, to=state) is None]
        self.fields["to"].choices = [(state.value, state.label) for state in open_to]  # type: ignore[attr-defined] # a ChoiceField
        if State.CLOSED not in open_to:
            del self.fields["reason"]

    def clean(self) -> dict[str, object]:
        """Closing without a reason says nothing to whoever reads it later."""
        cleaned = super().clean() or {}
        if cleaned.get("to") == State.CLOSED and not cleaned.get("reason"):
            self.add_error("reason", _("Say why it is closed."))
        return cleaned


def _worded(name: str, value: str) -> str:
    if name == "status" and value in set(State):
        return str(LABELS[State(value)])
    return summary.worded(name, value)
