"""Answers in numbers and on the clock: counts, moments, and what happens when in a clip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Grade, JsonObject, JsonValue
from incidents.checklist.kinds.base import (
    PLAIN,
    Asking,
    Base,
    Check,
    Posted,
    Typed,
    WrongType,
    a_code,
    a_flag,
    a_list,
    a_number,
    a_text,
    an_object,
    chosen,
    code_schema,
    label_of,
    part,
    text_schema,
)
from incidents.checklist.kinds.choices import listed
from incidents.checklist.lists import MOMENT_PRECISION, Choices

ABOUT: Choices = {"about": _("About that many"), "exact": _("I counted them")}
WHICH_DAY: Choices = {"today": _("Today"), "yesterday": _("Yesterday"), "another_day": _("Another day")}
BUCKETS = ((0, "0"), (1, "1"), (5, "2-5"), (20, "6-20"))


@dataclass(frozen=True, slots=True)
class Count(Base):
    """How many; a guess unless someone says they counted."""

    name: ClassVar[str] = "count"
    short: ClassVar[bool] = True
    parts: ClassVar[Mapping[str, Check]] = {"n": a_number, "about": a_flag}
    needed: ClassVar[tuple[str, ...]] = ("n",)

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return the number, and whether it was counted."""
        number = forms.IntegerField(
            required=False,
            min_value=0,
            max_value=1_000_000,
            label=asking.item.label,
            help_text=asking.item.help,
            widget=forms.NumberInput(attrs={**PLAIN, "inputmode": "numeric"}),
            error_messages={
                "invalid": _("Please write a number, like 4."),
                "min_value": _("Please write a number, like 4."),
                "max_value": _("Please write a smaller number."),
            },
        )
        return {"": number, "about": chosen(ABOUT, label=_("Did you count?"), long=True)} | asking.why_not()

    def value(self, posted: Posted) -> JsonValue:
        """Return the number; it is a guess by default."""
        number = posted.cleaned.get("")
        return {"n": number, "about": posted.text("about") != "exact"} if isinstance(number, int) else None

    def read(self, value: JsonValue, /) -> str:
        """Return the number, with "about" before a guess."""
        number = part(value, "n")
        about = isinstance(value, dict) and value.get("about", True)
        return str(_("about %(number)s") % {"number": number}) if about else number

    def facts(self, value: JsonValue, /) -> tuple[str, ...]:
        """Return the number as a range: guesses do not sort finer."""
        number = int(part(value, "n"))
        return (next((name for most, name in BUCKETS if number <= most), "21+"),)

    def schema(self) -> JsonObject:
        """Return the schema of a count."""
        return {
            "type": "object",
            "required": ["n"],
            "properties": {"n": {"type": "integer", "minimum": 0}, "about": {"type": "boolean"}},
        }


def a_day(value: object) -> str:
    """Check a calendar day."""
    try:
        return date.fromisoformat(a_text()(value)).isoformat()
    except ValueError:
        raise WrongType("", "a day like 2026-01-14 belongs here") from None


def a_time(value: object) -> str:
    """Check a time of day to the minute."""
    text = a_text()(value)
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise WrongType("", "a time like 06:10 belongs here")
    return text


@dataclass(frozen=True, slots=True)
class Moment(Base):
    """A day on the calendar where it happened, perhaps a time, and how exact both are."""

    name: ClassVar[str] = "moment"
    parts: ClassVar[Mapping[str, Check]] = {"day": a_day, "time": a_time, "zone": a_text(), "precision": a_code}

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return the day as three buttons and a date, the time, and how exact they are."""
        return {
            "": chosen(WHICH_DAY, label=asking.item.label, help_text=asking.item.help),
            "day": forms.DateField(
                required=False,
                label=_("If another day, which one?"),
                widget=forms.DateInput(attrs={**PLAIN, "type": "date"}, format="%Y-%m-%d"),
                input_formats=["%Y-%m-%d", "%m/%d/%Y"],
                error_messages={"invalid": _("Please write the day like 2026-01-14.")},
            ),
            "time": forms.TimeField(
                required=False,
                label=_("About what time?"),
                widget=forms.TimeInput(attrs={**PLAIN, "type": "time"}, format="%H:%M"),
                input_formats=["%H:%M", "%H:%M:%S", "%I:%M %p"],
                error_messages={"invalid": _("Please write the time like 06:10.")},
            ),
            "precision": chosen(MOMENT_PRECISION, label=_("How close is that?"), long=True),
        } | asking.why_not()

    def value(self, posted: Posted) -> JsonValue:
        """Return the day and time; how exact they are says nothing alone."""
        day, clock = self.day(posted), posted.cleaned.get("time")
        found: JsonObject = {}
        if day:
            found["day"] = day.isoformat()
        if isinstance(clock, time):
            found["time"] = clock.strftime("%H:%M")
        if not found:
            return None
        zone = getattr(posted.now.tzinfo, "key", "") if posted.now else ""
        precision = posted.text("precision")
        return found | ({"zone": zone} if zone else {}) | ({"precision": precision} if precision else {})

    def day(self, posted: Posted) -> date | None:
        """Return the day that was picked or written.

        Raises:
            ValidationError: two days were given, or "today" on no known calendar.
        """
        which, written = posted.text(), posted.cleaned.get("day")
        picked = None
        if which in {"today", "yesterday"}:
            if not posted.now:
                raise ValidationError(_("Please also write the date."))
            picked = posted.now.date() - timedelta(days=which == "yesterday")
        if not isinstance(written, date):
            return picked
        if picked and picked != written:
            raise ValidationError(_("You picked one day and wrote another. Please keep only one of them."))
        return written

    def read(self, value: JsonValue, /) -> str:
        """Return the day and the time as people there write them, and how exact they are."""
        day, clock, precision = part(value, "day"), part(value, "time"), part(value, "precision")
        if precision == "month_only" and day:
            shown = date_format(date.fromisoformat(day), "YEAR_MONTH_FORMAT")
        else:
            shown = ", ".join(
                filter(
                    None,
                    (
                        day and date_format(date.fromisoformat(day), "DATE_FORMAT"),
                        clock and time_format(time.fromisoformat(clock), "TIME_FORMAT"),
                    ),
                ),
            )
        return f"{shown} ({label_of(precision, MOMENT_PRECISION)})" if precision else shown

    def shown(self, value: JsonValue, grade: Grade, /) -> JsonValue:
        """Return the moment; in public only its month."""
        if grade < Grade.PUBLIC:
            return value
        month = part(value, "day")[:7]
        return {"day": f"{month}-01", "precision": "month_only"} if month else None

    def schema(self) -> JsonObject:
        """Return the schema of a moment."""
        return {
            "type": "object",
            "properties": {
                "day": {"type": "string", "format": "date"},
                "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
                "zone": text_schema(),
                "precision": code_schema(MOMENT_PRECISION),
            },
        }


ONE_MOMENT: Mapping[str, Check] = {"at": a_text(), "what": a_text(), "link": a_text()}


@dataclass(frozen=True, slots=True)
class Moments(Base):
    """What happens when in a clip: a list of times with what is seen or heard there."""

    name: ClassVar[str] = "moments"
    typed: ClassVar[bool] = True
    rows: ClassVar[int] = 3

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return some rows of two lines; the first row carries the question."""
        found: dict[str, forms.Field] = {}
        for row in range(1, self.rows + 1):
            first = row == 1
            at = asking.line() if first else Typed(label=_("At what time in the clip?"))
            found["" if first else f"at{row}"] = at
            found[f"what{row}"] = Typed(label=_("What happens then?"))
        return found | asking.why_not()

    def value(self, posted: Posted) -> JsonValue:
        """Return the rows in which something was written."""
        rows = (
            posted.parts({"at": "" if row == 1 else f"at{row}", "what": f"what{row}"})
            for row in range(1, self.rows + 1)
        )
        found: list[JsonValue] = [row for row in rows if row]
        return found or None

    def check(self, value: object, /) -> JsonValue:
        """Return the list."""
        return a_list(value, lambda row: an_object(row, ONE_MOMENT))

    def read(self, value: JsonValue, /) -> str:
        """Return one line for each row."""
        return "\n".join(": ".join(filter(None, (part(row, "at"), part(row, "what")))) for row in listed(value))

    def cells(self, value: JsonValue, /) -> dict[str, str]:
        """Return all rows in one cell."""
        return {"": self.read(value)}

    def schema(self) -> JsonObject:
        """Return the schema of the list."""
        row: JsonObject = {"type": "object", "properties": {key: text_schema() for key in ONE_MOMENT}}
        return {"type": "array", "items": row}
