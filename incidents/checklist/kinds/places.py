"""Where something happened, from lists that are built in: no map, no look-up elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Grade, JsonObject, JsonValue
from incidents.checklist.kinds.base import (
    Asking,
    Base,
    Check,
    Posted,
    Typed,
    WrongType,
    a_code,
    a_text,
    chosen,
    code_schema,
    label_of,
    part,
    text_schema,
)
from incidents.checklist.lists import PLACE_PRECISION, STATES
from incidents.checklist.reference import counties

DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,7})?"


def a_county(value: object) -> str:
    """Check the FIPS code of a county; a code of another year is a code all the same."""
    text = a_text()(value)
    if not re.fullmatch(r"\d{5}", text):
        raise WrongType("", 'five digits in quotes belong here, such as "17031"')
    return text


def degrees(value: object) -> str:
    """Check a latitude or longitude."""
    text = a_text()(value)
    if not re.fullmatch(DEGREES, text):
        raise WrongType("", 'degrees in quotes belong here, such as "41.87"')
    return text


@dataclass(frozen=True, slots=True)
class Place(Base):
    """A state, then as much of the rest as someone wants to say."""

    name: ClassVar[str] = "place"
    parts: ClassVar[Mapping[str, Check]] = {
        "state": a_code,
        "county": a_county,
        "town": a_text(),
        "where": a_text(),
        "lat": degrees,
        "lon": degrees,
        "precision": a_code,
    }

    def asked(self, asking: Asking) -> dict[str, forms.Field]:
        """Return state and town; beyond the short form also the street and how close it is."""
        found: dict[str, forms.Field] = {
            "": chosen(STATES, label=asking.item.label, help_text=asking.item.help, long=True),
            "town": Typed(label=_("Which county or town?")),
        }
        if asking.page.form & ~Form.QUICK:
            found["where"] = Typed(label=_("Which street, corner or landmark?"))
            found["precision"] = chosen(PLACE_PRECISION, label=_("How close is that?"), long=True)
        return found | asking.why_not()

    def value(self, posted: Posted) -> JsonValue:
        """Return what was said of the place; how exact it is says nothing alone. The county is matched when read."""
        found = posted.parts({"state": "", "town": "town", "where": "where"})
        return found | posted.parts({"precision": "precision"}) if found else None

    def read(self, value: JsonValue, /) -> str:
        """Return the place from near to far, and how exact it is."""
        code, state, precision = part(value, "county"), part(value, "state"), part(value, "precision")
        county = counties()[code].name if code in counties() else code
        at = " ".join(filter(None, (part(value, "lat"), part(value, "lon"))))
        named = (part(value, "where"), part(value, "town"), county, state and label_of(state, STATES), at)
        shown = ", ".join(filter(None, named))
        return f"{shown} ({label_of(precision, PLACE_PRECISION)})" if precision else shown

    def shown(self, value: JsonValue, grade: Grade, /) -> JsonValue:
        """Return the place whole to those under an order, the county under a pseudonym, in public only the state."""
        if grade <= Grade.PROTECTIVE_ORDER or not isinstance(value, dict):
            return value
        kept = {"state", "county"} if grade is Grade.PSEUDONYMOUS else {"state"}
        return {key: text for key, text in value.items() if key in kept} or None

    def schema(self) -> JsonObject:
        """Return the schema of a place."""
        number: JsonObject = {"type": "string", "pattern": f"^{DEGREES}$"}
        return {
            "type": "object",
            "properties": {
                "state": code_schema(STATES),
                "county": {"type": "string", "pattern": "^[0-9]{5}$"},
                "town": text_schema(),
                "where": text_schema(),
                "lat": number,
                "lon": number,
                "precision": code_schema(PLACE_PRECISION),
            },
        }
