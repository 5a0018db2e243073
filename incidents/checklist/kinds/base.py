"""What all kinds have in common: fields that keep what was typed, and the check of one part."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import FULL_PAGE, Answer, Grade, Item, JsonObject, JsonValue, Missing, Page
from incidents.checklist.lists import Choices

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Check: TypeAlias = Callable[[object], JsonValue]

PLAIN: Mapping[str, str] = MappingProxyType({"autocomplete": "off"})  # shared by every field, so nobody may write to it
TEXT_LIMIT = 200
ASKABLE = frozenset(Missing) - {Missing.BLANK}
LONG_LIMIT = 4000


class WrongType(Exception):
    """A value is not of its kind: `path` names the part, `sentence` says what belongs there."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(path, sentence)
        self.path = path
        self.sentence = sentence

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence

    def under(self, parent: str) -> WrongType:
        """Return the same error seen from one level up."""
        joint = "" if not self.path or self.path.startswith("[") else "."
        return WrongType(f"{parent}{joint}{self.path}", self.sentence)


class Typed(forms.CharField):
    """A line kept exactly as typed: not trimmed, not cut short by the browser, and no character refused."""

    def __init__(
        self,
        *,
        label: StrOrPromise,
        limit: int = TEXT_LIMIT,
        help_text: StrOrPromise = "",
        widget: forms.Widget | None = None,
    ) -> None:
        super().__init__(
            required=False,
            strip=False,
            max_length=limit,
            label=label,
            help_text=help_text,
            widget=widget or forms.TextInput(attrs={**PLAIN}),
            error_messages={
                "max_length": _("This is too long. Please use at most %(limit_value)d letters and spaces.")
            },
        )
        self.validators = [v for v in self.validators if not isinstance(v, ProhibitNullCharactersValidator)]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # Any: Django's own
        """Leave out Django's `maxlength`: a browser would cut a pasted account without a word."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


def chosen(choices: Choices, *, label: StrOrPromise, help_text: StrOrPromise = "", long: bool = False) -> forms.Field:
    """Return a field for one of these codes: radio buttons, or a select where `long`."""
    options: Sequence[tuple[str, StrOrPromise]] = [("", _("Choose")), *choices.items()] if long else [*choices.items()]
    widget = forms.Select(attrs={**PLAIN}) if long else forms.RadioSelect(attrs={**PLAIN})
    return forms.ChoiceField(
        choices=options,
        required=False,
        label=label,
        help_text=help_text,
        widget=widget,
        error_messages={"invalid_choice": _("Please pick one from the list.")},
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """One question on one page: what a kind makes its fields from."""

    item: Item
    missing: tuple[Missing, ...]
    page: Page

    @property
    def choices(self) -> Choices:
        """The item's codes with the ways of not knowing at their end: they are answers like the others."""
        return {**self.item.kind.codes, **{state.value: state.label for state in self.missing}}

    def line(self, *, limit: int = TEXT_LIMIT, widget: forms.Widget | None = None) -> Typed:
        """Return the main field as a line to write on."""
        return Typed(limit=limit, label=self.item.label, help_text=self.item.help, widget=widget)

    def why_not(self) -> dict[str, forms.Field]:
        """Return the small list beside an open question: a way of not knowing instead of an answer."""
        states = {state.value: state.label for state in self.missing}
        return {"missing": chosen(states, label=_("Or say why not"), long=True)}


@dataclass(frozen=True, slots=True)
class Posted:
    """The cleaned fields of one question by suffix, and the clock where it happened."""

    cleaned: Mapping[str, object]
    now: datetime | None = None

    def text(self, suffix: str = "") -> str:
        """Return one field as it was typed; a line of blanks counts as nothing."""
        text = self.cleaned.get(suffix)
        return text if isinstance(text, str) and text.strip() else ""

    def ticked(self) -> list[str]:
        """Return the boxes ticked in the main field."""
        boxes = self.cleaned.get("")
        return [str(code) for code in boxes] if isinstance(boxes, list) else []

    def picked(self, value: JsonValue, *, beside: str) -> Answer | None:
        """Return what was picked in a list where the ways of not knowing are choices too, with the line beside it."""
        if value is None:
            return None
        if isinstance(value, str) and value in ASKABLE:
            return Answer(missing=Missing(value), other=beside)
        return Answer(value=value, other=beside)

    def parts(self, suffixes: Mapping[str, str]) -> JsonObject:
        """Return the written fields as parts of a value: {"seen": ""} takes the main field as "seen"."""
        return {part: self.text(suffix) for part, suffix in suffixes.items() if self.text(suffix)}


def a_text(limit: int = TEXT_LIMIT) -> Callable[[object], str]:
    """Return a check for text of at most so many characters."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise WrongType("", "a text in quotes belongs here")
        if len(value) > limit:
            raise WrongType("", f"at most {limit:,} characters fit here, and these are {len(value):,}")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise WrongType("", "half a character (a lone surrogate) cannot be kept")
        return value

    return check


def a_code(value: object) -> str:
    """Check a code: short, in snake_case. Codes that this version does not know are codes all the same."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_.-]{1,80}", value):
        raise WrongType("", 'a code in quotes belongs here, such as "yes"')
    return value


def a_flag(value: object) -> bool:
    """Check true or false."""
    if not isinstance(value, bool):
        raise WrongType("", "true or false belongs here")
    return value


def a_number(value: object) -> int:
    """Check a whole number that JSON everywhere can hold."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise WrongType("", "a whole number belongs here, such as 4")
    return value


def an_object(value: object, parts: Mapping[str, Check], *, needed: tuple[str, ...] = ()) -> JsonObject:
    """Check an object part by part; parts this version does not know are kept as they are."""
    if not isinstance(value, dict):
        raise WrongType("", "an object in {} belongs here")
    for part in needed:
        if part not in value:
            raise WrongType(part, "this part is missing")
    for part, check in parts.items():
        if part in value:
            inside(part, check, value[part])
    return value


def a_list(value: object, check: Check) -> list[JsonValue]:
    """Check a list, each member by the same check."""
    if not isinstance(value, list):
        raise WrongType("", "a list in [] belongs here")
    for number, member in enumerate(value):
        inside(f"[{number}]", check, member)
    return value


def inside(path: str, check: Check, value: object) -> JsonValue:
    """Check one part and let its error name the way to it."""
    try:
        return check(value)
    except WrongType as wrong:
        raise wrong.under(path) from None


def label_of(code: JsonValue, choices: Choices) -> str:
    """Return the label of a code, or the code itself where this version does not know it."""
    return str(choices.get(str(code), code))


class Base(ABC):
    """The answers most kinds give; a kind replaces those that are not its own.

    A kind says what it asks (`asked`) and what its fields hold (`value`); the ways of not knowing are added here.
    """

    __slots__ = ()

    name: ClassVar[str]
    short: ClassVar[bool] = False
    kept: ClassVar[bool] = True
    typed: ClassVar[bool] = False
    parts: ClassVar[Mapping[str, Check]] = {}
    needed: ClassVar[tuple[str, ...]] = ()

    @property
    def codes(self) -> Choices:
        """No codes: people write these answers themselves."""
        return {}

    @property
    def columns(self) -> tuple[str, ...]:
        """One cell, or one for each part."""
        return tuple(self.parts) or ("",)

    @property
    def group(self) -> str:
        """Nothing is compared."""
        return ""

    @abstractmethod
    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return the form fields by suffix."""

    @abstractmethod
    def value(self, posted: Posted) -> JsonValue:
        """Return the value that the fields hold, or None."""

    @abstractmethod
    def read(self, value: JsonValue, /) -> str:
        """Return the value as people read it."""

    @abstractmethod
    def schema(self) -> JsonObject:
        """Return the JSON Schema of a value."""

    def fields(self, item: Item, *, missing: tuple[Missing, ...], page: Page = FULL_PAGE) -> dict[str, forms.Field]:
        """Return the form fields by suffix."""
        return self.asked(Asking(item, missing, page))

    def answer(self, cleaned: Mapping[str, object], *, now: datetime | None = None) -> Answer | None:
        """Return the answer in the cleaned fields, or None where all were left blank."""
        posted = Posted(cleaned, now)
        value, reason = self.value(posted), posted.text("missing")
        if value is not None and reason:
            raise ValidationError(_("You gave an answer and also said why not. Please keep only one of them."))
        if reason:
            return Answer(missing=Missing(reason))
        return None if value is None else Answer(value=value)

    def check(self, value: object, /) -> JsonValue:
        """Return the value, or raise WrongType."""
        return an_object(value, self.parts, needed=self.needed)

    def unknown(self, value: JsonValue, /) -> Iterator[str]:
        """Yield the parts this version does not know."""
        if self.parts and isinstance(value, dict):
            yield from (part for part in value if part not in self.parts)

    def cells(self, value: JsonValue, /) -> dict[str, str]:
        """Return one cell, or one for each part."""
        if isinstance(value, dict):
            return {column: plain(value.get(column, "")) for column in self.columns}
        return {"": plain(value)}

    def facts(self, value: JsonValue, /) -> tuple[str, ...]:
        """Return the value as it reads in a list."""
        return (self.read(value),)

    def keys(self, _value: JsonValue, /) -> dict[str, str]:
        """Return no keys."""
        return {}

    def shown(self, value: JsonValue, _grade: Grade, /) -> JsonValue:
        """Return the value whole."""
        return value


def plain(value: JsonValue) -> str:
    """Return a value as one cell: text as it is, yes or no for a flag, lists with semicolons."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(plain(member) for member in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def part(value: JsonValue, key: str) -> str:
    """Return one part of a checked value as text, or an empty one."""
    found = value.get(key, "") if isinstance(value, dict) else ""
    return found if isinstance(found, str) else plain(found)


def text_schema(limit: int = TEXT_LIMIT) -> JsonObject:
    """Return the schema of a text."""
    return {"type": "string", "maxLength": limit}


def code_schema(choices: Choices) -> JsonObject:
    """Return the schema of a code: those of today as examples, for tomorrow's are kept too."""
    return {"type": "string", "examples": list(choices)}
