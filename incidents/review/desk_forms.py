"""What a lead writes of a desk for everybody to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the stubs' name for a text that is translated later


def _text(
    label: _StrPromise, help_text: _StrPromise | str = "", *, lines: int = 1, required: bool = True
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": lines}) if lines > 1 else forms.TextInput()
    return forms.CharField(label=label, help_text=help_text, max_length=1000, widget=widget, required=required)


class PageForm(forms.Form):
    """A desk's public page."""

    area = _text(_("Where do you work?"))
    languages = _text(_("Which languages do you speak?"), _("Put a comma between them."))
    phone = _text(_("Phone number"), required=False)
    what_next = _text(_("What happens after a report arrives?"), lines=3)
    not_done = _text(_("What do you not do?"), lines=3)
    how_to_join = _text(_("How can somebody join a case?"), lines=3, required=False)
    shown = forms.BooleanField(
        label=_("Show this page to the public"),
        help_text=_("Without it nobody can pick your desk. Links to it still work."),
        required=False,
    )

    @classmethod
    def of(cls, page: Mapping[str, object] | None, *, language: str) -> PageForm:
        """Return the form as the page stands, in one language."""
        said = {name: _said(value, language) for name, value in (page or {}).items()}
        return cls(initial={**said, "shown": page is not None})

    @property
    def page(self) -> Mapping[str, object] | None:
        """What is published, or None."""
        if not self.cleaned_data["shown"]:
            return None
        said = {name: value for name, value in self.cleaned_data.items() if name != "shown"}
        return {**said, "languages": [word.strip() for word in said["languages"].split(",") if word.strip()]}


def _said(value: object, language: str) -> str:
    if isinstance(value, dict):
        value = value.get(language) or next(iter(value.values()), "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
