"""Answers in a person's own letters: lines, longer texts, marks as read, words as said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.checklist.compare import NO_KEY, Same
from incidents.checklist.items import JsonObject, JsonValue
from incidents.checklist.kinds.base import (
    LONG_LIMIT,
    PLAIN,
    TEXT_LIMIT,
    Asking,
    Base,
    Check,
    Posted,
    Typed,
    a_code,
    a_text,
    chosen,
    code_schema,
    label_of,
    part,
    text_schema,
)
from incidents.checklist.lists import QUALITY, READING

NOT_COMPARED = Same("", lambda _text: NO_KEY)


@dataclass(frozen=True, slots=True)
class Text(Base):
    """One line as typed. `same` folds it into keys to compare by."""

    name: ClassVar[str] = "text"
    short: ClassVar[bool] = True
    typed: ClassVar[bool] = True
    limit: ClassVar[int] = TEXT_LIMIT

    same: Same = NOT_COMPARED

    @property
    def group(self) -> str:
        """The list of keys this text goes to."""
        return self.same.group

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return the line, and a small list for not knowing."""
        return {"": asking.line(limit=self.limit)} | asking.why_not()

    def value(self, posted: Posted) -> JsonValue:
        """Return the text."""
        return posted.text() or None

    def check(self, value: object, /) -> JsonValue:
        """Return the text."""
        return a_text(self.limit)(value)

    def read(self, value: JsonValue, /) -> str:
        """Return the text as typed."""
        return str(value)

    def keys(self, value: JsonValue, /) -> dict[str, str]:
        """Return what the text folds into."""
        return self.same.keys(str(value))

    def schema(self) -> JsonObject:
        """Return the schema of a text."""
        return text_schema(self.limit)


@dataclass(frozen=True, slots=True)
class Long(Text):
    """A longer text as typed; it never leaves the Report."""

    name: ClassVar[str] = "long"
    short: ClassVar[bool] = False
    limit: ClassVar[int] = LONG_LIMIT

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return a box of some lines."""
        box = forms.Textarea(attrs={**PLAIN, "rows": 6})
        return {"": asking.line(limit=self.limit, widget=box)} | asking.why_not()


@dataclass(frozen=True, slots=True)
class Mark(Base):
    """A badge or plate as far as it was read: `?` stands for each character that was not."""

    name: ClassVar[str] = "mark"
    short: ClassVar[bool] = True
    parts: ClassVar[Mapping[str, Check]] = {"seen": a_text(), "reading": a_code}
    needed: ClassVar[tuple[str, ...]] = ("seen",)

    same: Same = NOT_COMPARED

    @property
    def group(self) -> str:
        """The list of keys this mark goes to."""
        return self.same.group

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return the line, how well it was read, and a small list for not knowing."""
        line = forms.TextInput(attrs={**PLAIN, "autocapitalize": "characters", "spellcheck": "false"})
        return {
            "": asking.line(widget=line),
            "reading": chosen(READING, label=_("Could you read all of it?"), long=True),
        } | asking.why_not()

    def value(self, posted: Posted) -> JsonValue:
        """Return what was seen and how well; a `?` in it says "partial" by itself."""
        seen = posted.text()
        if not seen:
            return None
        return {"seen": seen, "reading": posted.text("reading") or ("partial" if "?" in seen else "full")}

    def read(self, value: JsonValue, /) -> str:
        """Return the mark, and how it was read where that was not in full."""
        seen, reading = part(value, "seen"), part(value, "reading")
        return seen if reading in {"", "full"} else f"{seen} ({label_of(reading, READING)})"

    def facts(self, value: JsonValue, /) -> tuple[str, ...]:
        """Return the mark as typed."""
        return (part(value, "seen"),)

    def keys(self, value: JsonValue, /) -> dict[str, str]:
        """Return what the mark folds into, with how it was read."""
        keys = self.same.keys(part(value, "seen"))
        return keys and keys | {"reading": part(value, "reading") or "full"}

    def schema(self) -> JsonObject:
        """Return the schema of a mark."""
        return {
            "type": "object",
            "required": ["seen"],
            "properties": {"seen": text_schema(), "reading": code_schema(READING)},
        }


@dataclass(frozen=True, slots=True)
class Words(Base):
    """What someone said, as far as it is remembered; it never leaves the Report."""

    name: ClassVar[str] = "words"
    typed: ClassVar[bool] = True
    parts: ClassVar[Mapping[str, Check]] = {"said": a_text(LONG_LIMIT), "quality": a_code, "language": a_text()}
    needed: ClassVar[tuple[str, ...]] = ("said",)

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return a box for the words, how exact they are, and in which language they were said."""
        box = forms.Textarea(attrs={**PLAIN, "rows": 3})
        return {
            "": asking.line(limit=LONG_LIMIT, widget=box),
            "quality": chosen(QUALITY, label=_("Are these the exact words?"), long=True),
            "language": Typed(label=_("In what language?")),
        } | asking.why_not()

    def value(self, posted: Posted) -> JsonValue:
        """Return the words with what is known of them; without words the rest says nothing."""
        return posted.parts({"said": "", "quality": "quality", "language": "language"}) if posted.text() else None

    def read(self, value: JsonValue, /) -> str:
        """Return the words as typed, then how exact they are and the language."""
        quality, language = part(value, "quality"), part(value, "language")
        beside = "; ".join(filter(None, (quality and label_of(quality, QUALITY), language)))
        return f"{part(value, 'said')} ({beside})" if beside else part(value, "said")

    def schema(self) -> JsonObject:
        """Return the schema of words."""
        return {
            "type": "object",
            "required": ["said"],
            "properties": {"said": text_schema(LONG_LIMIT), "quality": code_schema(QUALITY), "language": text_schema()},
        }
