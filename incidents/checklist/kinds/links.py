"""Answers that point elsewhere: to an entry, to a file, or to nothing this version knows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Answer, JsonObject, JsonValue
from incidents.checklist.kinds.base import (
    PLAIN,
    Asking,
    Base,
    Posted,
    Typed,
    a_text,
    chosen,
    label_of,
    plain,
    text_schema,
)
from incidents.checklist.kinds.choices import OTHER
from incidents.checklist.lists import Choices


@dataclass(frozen=True, slots=True)
class Link(Base):
    """The id of an entry or an Exhibit of the same Incident, or one of the codes in `also`.

    A page knows the entries of one save at most, so there is always a line to say it in words: then the value is
    "other" and the words stand beside it.
    """

    name: ClassVar[str] = "link"

    to: tuple[str, ...]
    also: Choices = field(default_factory=dict)

    @property
    def codes(self) -> Choices:
        """What it may point to that is no entry."""
        return self.also

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return the entries the page knows and the codes, with the ways of not knowing, and the line."""
        known = [(id_, title) for id_, title in asking.page.entries if id_.rpartition("-")[0] in self.to]
        choices = dict(known) | {OTHER: _("Someone or something else")} | dict(asking.choices)
        main = chosen(choices, label=asking.item.label, help_text=asking.item.help, long=True)
        return {"": main, OTHER: Typed(label=_("Or say it in your own words"))}

    def value(self, posted: Posted) -> JsonValue:
        """Return the id or code; words without one say "other" by themselves."""
        return posted.text() or (OTHER if posted.text(OTHER) else None)

    def answer(self, cleaned: Mapping[str, object], *, now: datetime | None = None) -> Answer | None:
        """Return the link, or the way of not knowing that was picked in the same list."""
        posted = Posted(cleaned, now)
        return posted.picked(self.value(posted), beside=posted.text(OTHER))

    def check(self, value: object, /) -> JsonValue:
        """Return the id or code."""
        return a_text()(value)

    def read(self, value: JsonValue, /) -> str:
        """Return the label of a code, or the id: whoever shows it knows how the entry is called."""
        return str(_("Someone or something else")) if value == OTHER else label_of(value, self.also)

    def schema(self) -> JsonObject:
        """Return the schema of a link."""
        return text_schema()


class FilesInput(forms.FileInput):
    """A file button that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, whatever their type or size: evidence is not refused for being odd."""

    widget = FilesInput

    def clean(self, data: Sequence[object], initial: object = None) -> list[UploadedFile[bytes]]:
        """Return the files chosen, an empty list for none."""
        return [super(FilesField, self).clean(chosen_file, initial) for chosen_file in data or []]


@dataclass(frozen=True, slots=True)
class File(Base):
    """Files to send along. They become Exhibits; the answer holds only the id of one, or why there is none."""

    name: ClassVar[str] = "file"
    kept: ClassVar[bool] = False

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return the button, and a small list for having none."""
        files = FilesField(
            required=False,
            allow_empty_file=True,
            label=asking.item.label,
            help_text=asking.item.help,
            widget=FilesInput(attrs={**PLAIN}),  # Django writes `multiple` into what it is given
            error_messages={
                "invalid": _("The file did not arrive. Please choose it again."),
                "missing": _("The file did not arrive. Please choose it again."),
            },
        )
        return {"": files} | asking.why_not()

    def value(self, _posted: Posted) -> JsonValue:
        """Return nothing: the files go their own way."""
        return None

    def check(self, value: object, /) -> JsonValue:
        """Return the id."""
        return a_text()(value)

    def read(self, value: JsonValue, /) -> str:
        """Return the id."""
        return str(value)

    def schema(self) -> JsonObject:
        """Return the schema of an id."""
        return text_schema()


@dataclass(frozen=True, slots=True)
class Unknown(Base):
    """An answer of a form this version does not know: kept, and shown as it was stored. Never asked."""

    name: ClassVar[str] = "unknown"

    def asked(self, _asking: Asking) -> dict[str, forms.Field]:
        """Return no fields."""
        return {}

    def value(self, _posted: Posted) -> JsonValue:
        """Return nothing."""
        return None

    def check(self, value: object, /) -> JsonValue:
        """Return the value as it is."""
        return cast("JsonValue", value)

    def unknown(self, _value: JsonValue, /) -> Iterator[str]:
        """Yield nothing: all of it is unknown, and said so already."""
        yield from ()

    def read(self, value: JsonValue, /) -> str:
        """Return text as it is, all else as JSON."""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def cells(self, value: JsonValue, /) -> dict[str, str]:
        """Return it in one cell."""
        return {"": plain(value)}

    def schema(self) -> JsonObject:
        """Return the schema of anything."""
        return {}
