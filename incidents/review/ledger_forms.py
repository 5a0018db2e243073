"""Narrow the ledger's lines; hold a head against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.custody.ledger import Narrowed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the stubs' name for a text that is translated later

# The coarse classes that stand in the open.
KINDS = {
    "received": _("Arrived"),
    "converted": _("Checked and entered"),
    "granted": _("A key was given"),
    "withdrawn": _("A key was taken back"),
    "opened": _("Opened and read"),
    "made": _("Copies made"),
    "moved": _("Moved to another state"),
    "handed_over": _("Packets"),
    "removed": _("Removed"),
    "held": _("Legal hold"),
    "seated": _("People and the desk"),
    "rotated": _("New keys"),
    "checked": _("Checked"),
}
NOTE_LIMIT = 1000


def _day(label: _StrPromise) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"})
    )


class LinesForm(forms.Form):
    """By kind of act and by day: what stands in the open."""

    kind = forms.ChoiceField(
        label=_("Kind of act"),
        choices=[("", _("All")), *KINDS.items()],
        required=False,
        widget=forms.Select(attrs={"autocomplete": "off"}),
    )
    since = _day(_("From this day"))
    until = _day(_("Up to this day"))

    @property
    def narrowed(self) -> Narrowed:
        """What the lines are narrowed to; what is no choice and no day narrows nothing."""
        self.is_valid()
        said = self.cleaned_data
        return Narrowed(kind=said.get("kind", ""), since=said.get("since"), until=said.get("until"))

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        self.is_valid()
        return any(self.cleaned_data.values())


class SeatLinesForm(LinesForm):
    """And by who did it, as the sealed bodies say."""

    seat = forms.ChoiceField(label=_("Who"), required=False, widget=forms.Select(attrs={"autocomplete": "off"}))

    def __init__(self, data: Mapping[str, str], *, seats: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["seat"].choices = [("", _("All")), *seats]  # type: ignore[attr-defined] # a ChoiceField

    @property
    def seat_id(self) -> str:
        """Whose acts are asked for, as events name them, or an empty text."""
        self.is_valid()
        return str(self.cleaned_data.get("seat", ""))


class HeadForm(forms.Form):
    """A head of the ledger from a file or a paper."""

    note = forms.CharField(
        label=_("The head that you kept"),
        help_text=_("All lines of the file, with the empty one and the one that begins with a dash."),
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false", "dir": "ltr"}),
        error_messages={"required": _("Paste the lines of the file here.")},
    )

    def clean_note(self) -> str:
        """Return the lines as they were signed: a browser sends other line ends, and may lose the last one."""
        lines = [line.strip() for line in str(self.cleaned_data["note"]).strip().splitlines()]
        return "\n".join(lines) + "\n"
