"""Answers picked from a list: one, many, yes or no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Answer, JsonObject, JsonValue
from incidents.checklist.kinds.base import (
    ASKABLE,
    PLAIN,
    Asking,
    Base,
    Posted,
    Typed,
    a_code,
    a_list,
    chosen,
    code_schema,
    label_of,
)
from incidents.checklist.lists import YES_NO, Choices

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONG_LIST = 12
OTHER = "other"
PICK_TOO = _("Please also pick an answer from the list above the line you wrote.")


class Listed(Base):
    """What One and Many share: a list of codes, and the text line that one of them opens.

    The line is always there, for a page without scripts cannot open it.
    """

    __slots__ = ()

    choices: Choices
    line: StrOrPromise

    @property
    def codes(self) -> Choices:
        """The choices."""
        return self.choices

    def line_field(self) -> dict[str, forms.Field]:
        """Return the line beside the list, if there is one."""
        if self.line or OTHER in self.choices:
            return {OTHER: Typed(label=self.line or _("If other, what?"))}
        return {}

    def fits(self, codes: list[str], line: str) -> list[str]:
        """Return the codes picked; a line written without them says "other" by itself.

        Raises:
            ValidationError: the list has no "other", so the line alone answers nothing.
        """
        if codes or not line:
            return codes
        if OTHER not in self.choices:
            raise ValidationError(PICK_TOO)
        return [OTHER]


@dataclass(frozen=True, slots=True)
class One(Listed):
    """One code of a list. `line` labels a text line beside it; a list with "other" has one anyway."""

    name: ClassVar[str] = "one"
    short: ClassVar[bool] = True

    choices: Choices
    line: StrOrPromise = ""

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return radio buttons, or a select where the list is long."""
        long = len(self.choices) > LONG_LIST
        main = chosen(asking.choices, label=asking.item.label, help_text=asking.item.help, long=long)
        return {"": main} | self.line_field()

    def value(self, posted: Posted) -> JsonValue:
        """Return the code."""
        code = posted.text()
        return next(iter(self.fits([code] if code else [], posted.text(OTHER))), None)

    def answer(self, cleaned: Mapping[str, object], *, now: datetime | None = None) -> Answer | None:
        """Return the code, or the way of not knowing that was picked in the same list."""
        posted = Posted(cleaned, now)
        return posted.picked(self.value(posted), beside=posted.text(OTHER))

    def check(self, value: object, /) -> JsonValue:
        """Return the code."""
        return a_code(value)

    def unknown(self, value: JsonValue, /) -> Iterator[str]:
        """Yield a code that is not on the list."""
        if value not in self.choices:
            yield str(value)

    def read(self, value: JsonValue, /) -> str:
        """Return the label of the code."""
        return label_of(value, self.choices)

    def facts(self, value: JsonValue, /) -> tuple[str, ...]:
        """Return the code."""
        return (str(value),)

    def schema(self) -> JsonObject:
        """Return the schema of a code."""
        return code_schema(self.choices)


@dataclass(frozen=True, slots=True)
class YesNo(One):
    """Yes or no, never a checkbox: an unticked box is not "no"."""

    name: ClassVar[str] = "yes_no"

    choices: Choices = field(default_factory=lambda: YES_NO)


@dataclass(frozen=True, slots=True)
class Many(Listed):
    """Any codes of a list, in the order of the list."""

    name: ClassVar[str] = "many"
    short: ClassVar[bool] = True

    choices: Choices
    line: StrOrPromise = ""

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return checkboxes."""
        main = forms.MultipleChoiceField(
            choices=list(asking.choices.items()),
            required=False,
            label=asking.item.label,
            help_text=asking.item.help,
            widget=forms.CheckboxSelectMultiple(attrs={**PLAIN}),
            error_messages={
                "invalid_choice": _("Please pick only answers from the list."),
                "invalid_list": _("Please pick only answers from the list."),
            },
        )
        return {"": main} | self.line_field()

    def value(self, posted: Posted) -> JsonValue:
        """Return the codes that were ticked."""
        return [*self.fits(posted.ticked(), posted.text(OTHER))] or None

    def answer(self, cleaned: Mapping[str, object], *, now: datetime | None = None) -> Answer | None:
        """Return the codes, or the one way of not knowing that was ticked."""
        posted = Posted(cleaned, now)
        codes = listed(self.value(posted))
        state = next((code for code in codes if code in ASKABLE), None)
        if state and len(codes) > 1:
            raise ValidationError(_("You picked an answer and also said why not. Please keep only one of them."))
        return posted.picked(state or codes or None, beside=posted.text(OTHER))

    def check(self, value: object, /) -> JsonValue:
        """Return the list of codes."""
        return a_list(value, a_code)

    def unknown(self, value: JsonValue, /) -> Iterator[str]:
        """Yield the codes that are not on the list."""
        yield from (str(code) for code in listed(value) if code not in self.choices)

    def read(self, value: JsonValue, /) -> str:
        """Return the labels, one after the other."""
        return "; ".join(label_of(code, self.choices) for code in listed(value))

    def facts(self, value: JsonValue, /) -> tuple[str, ...]:
        """Return the codes."""
        return tuple(str(code) for code in listed(value))

    def schema(self) -> JsonObject:
        """Return the schema of a list of codes."""
        return {"type": "array", "items": code_schema(self.choices)}


def listed(value: JsonValue) -> list[JsonValue]:
    """Return a checked list as a list."""
    return value if isinstance(value, list) else []
