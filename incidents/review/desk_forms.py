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


TEXTS = ("area", "what_next", "not_done", "how_to_join")  # one in each language that somebody wrote it in


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
        said = {name: _said(value, language) for name, value in (page or {}).items() if name != "hidden"}
        return cls(initial={**said, "shown": page is not None and not page.get("hidden", False)})

    def over(self, page: Mapping[str, object] | None, *, language: str) -> Mapping[str, object]:
        """Return the page with what was written in one language; what stands in the others stays."""
        said = self.cleaned_data
        texts = {name: _in_language(said[name], language, over=(page or {}).get(name)) for name in TEXTS}
        spoken = [word.strip() for word in said["languages"].split(",") if word.strip()]
        return {**texts, "phone": said["phone"], "languages": spoken, "hidden": not said["shown"]}


def _in_language(text: str, language: str, *, over: object) -> Mapping[str, object]:
    texts = {**(over if isinstance(over, dict) else {}), language: text}
    return {name: value for name, value in texts.items() if value}


def _said(value: object, language: str) -> str:
    if isinstance(value, dict):
        value = value.get(language) or next(iter(value.values()), "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
