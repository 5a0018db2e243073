"""How to reach someone, and what they allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import JsonObject, JsonValue
from incidents.checklist.kinds.base import (
    Asking,
    Base,
    Check,
    Posted,
    Typed,
    a_code,
    a_list,
    a_text,
    an_object,
    chosen,
    code_schema,
    label_of,
    part,
    text_schema,
)
from incidents.checklist.kinds.choices import listed
from incidents.checklist.lists import YES_NO, Choices

WAYS: Choices = {
    "signal": _("Signal"),
    "phone": _("Phone"),
    "email": _("Email"),
    "in_person": _("In person"),
    "other": _("Other"),
}

USES: Choices = {
    "legal_help": _("Help for the people in it"),
    "class_case": _("A case for many people"),
    "named_desks": _("Sharing with groups you pick"),
    "government_complaint": _("A complaint to an office"),
    "court_filing": _("Papers for a court"),
    "press_or_public": _("News or public, names hidden"),
    "counts": _("Numbers without names"),
}


@dataclass(frozen=True, slots=True)
class Contact(Base):
    """A way to reach someone, and when and by whom it may be used; it never leaves the Report."""

    name: ClassVar[str] = "contact"
    parts: ClassVar[Mapping[str, Check]] = {
        "way": a_code,
        "to": a_text(),
        "hours": a_text(),
        "language": a_text(),
        "who_may_answer": a_text(),
        "message_ok": a_code,
    }

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return the number or address first, then how and when it may be used."""
        return {
            "": asking.line(),
            "way": chosen(WAYS, label=_("What kind is that?"), long=True),
            "hours": Typed(label=_("What hours are good?")),
            "language": Typed(label=_("In what language?")),
            "who_may_answer": Typed(label=_("Who else may answer there?")),
            "message_ok": chosen(YES_NO, label=_("May we leave a message?"), long=True),
        } | asking.why_not()

    def value(self, posted: Posted) -> JsonValue:
        """Return all that was said, even without a number: "call my sister" may stand under who answers."""
        others = {key: key for key in self.parts if key != "to"}
        return posted.parts({"to": ""} | others) or None

    def read(self, value: JsonValue, /) -> str:
        """Return the way and the number, then the rest with its words."""
        way, message = part(value, "way"), part(value, "message_ok")
        lines = (
            ": ".join(filter(None, (way and label_of(way, WAYS), part(value, "to")))),
            labelled(_("Hours"), part(value, "hours")),
            labelled(_("Language"), part(value, "language")),
            labelled(_("Who may answer"), part(value, "who_may_answer")),
            labelled(_("Message is fine"), message and label_of(message, YES_NO)),
        )
        return "; ".join(filter(None, lines))

    def schema(self) -> JsonObject:
        """Return the schema of a contact."""
        texts: JsonObject = {key: text_schema() for key in ("to", "hours", "language", "who_may_answer")}
        codes: JsonObject = {"way": code_schema(WAYS), "message_ok": code_schema(YES_NO)}
        return {"type": "object", "properties": codes | texts}


def labelled(label: object, text: str) -> str:
    """Return a text after its label, or nothing."""
    return f"{label}: {text}" if text else ""


ONE_USE: Mapping[str, Check] = {
    "use": a_code,
    "answer": a_code,
    "desk": a_text(),
    "on": a_text(),
    "statement": a_text(),
}


@dataclass(frozen=True, slots=True)
class Uses(Base):
    """One yes or no for each use: rows {use, answer, desk, on, statement}, the last of a use being in force.

    A form gives use and answer; desk, day and statement are written beside them by whoever takes the answer.
    """

    name: ClassVar[str] = "uses"
    short: ClassVar[bool] = True

    @property
    def codes(self) -> Choices:
        """The uses."""
        return USES

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return two buttons for each use, under one question."""
        each: dict[str, forms.Field] = {use: chosen(YES_NO, label=label) for use, label in USES.items()}
        return each | asking.why_not()

    def value(self, posted: Posted) -> JsonValue:
        """Return a row for each use that was answered; the others are no permission."""
        found: list[JsonValue] = [{"use": use, "answer": posted.text(use)} for use in USES if posted.text(use)]
        return found or None

    def check(self, value: object, /) -> JsonValue:
        """Return the rows."""
        return a_list(value, lambda row: an_object(row, ONE_USE, needed=("use", "answer")))

    def unknown(self, value: JsonValue, /) -> Iterator[str]:
        """Yield the uses that are not on the list."""
        yield from (part(row, "use") for row in listed(value) if part(row, "use") not in USES)

    def read(self, value: JsonValue, /) -> str:
        """Return each use with its answer, day and desk."""
        return "\n".join(
            ", ".join(
                filter(
                    None,
                    (
                        f"{label_of(part(row, 'use'), USES)}: {label_of(part(row, 'answer'), YES_NO)}",
                        part(row, "desk"),
                        part(row, "on"),
                    ),
                ),
            )
            for row in listed(value)
        )

    def cells(self, value: JsonValue, /) -> dict[str, str]:
        """Return the answers in one cell, by code."""
        return {"": "; ".join(f"{part(row, 'use')}={part(row, 'answer')}" for row in listed(value))}

    def facts(self, value: JsonValue, /) -> tuple[str, ...]:
        """Return the uses that are allowed: for each the last row decides."""
        last = {part(row, "use"): part(row, "answer") for row in listed(value)}
        return tuple(use for use, answer in last.items() if answer == "yes")

    def schema(self) -> JsonObject:
        """Return the schema of the rows."""
        row: JsonObject = {
            "type": "object",
            "required": ["use", "answer"],
            "properties": {
                "use": code_schema(USES),
                "answer": code_schema(YES_NO),
                "desk": text_schema(),
                "on": {"type": "string", "format": "date"},
                "statement": text_schema(),
            },
        }
        return {"type": "array", "items": row}
