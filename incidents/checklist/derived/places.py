"""When and where, as far as the answers go, and the court a place belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incidents.checklist.answers import Answers
from incidents.checklist.derived.facts import Derived, among, seen
from incidents.checklist.items import JsonObject
from incidents.checklist.reference import county_of, districts_of, state_of, table

PROTECTED = frozenset(
    {"courthouse", "near_courthouse", "school", "child_care", "hospital_or_clinic", "place_of_worship", "shelter"},
)


NOWHERE = Derived("")


@dataclass(frozen=True, slots=True)
class Where:
    """The first day and place that an incident's Reports name; empty texts for what none of them says."""

    day: str = ""
    day_precision: str = ""
    hour: str = ""
    state: str = ""
    county: str = ""
    district: Derived = NOWHERE
    circuit: str = ""


def where(reports: Sequence[Answers]) -> Where:
    """Return when and where an incident was, by the first Report that says so."""
    place, moment = _first(reports, "place"), _first(reports, "started")
    state, county = state_of(place), county_of(place)
    precision = str(moment.get("precision", "")) or ("day" if "day" in moment else "")
    return Where(
        day=str(moment.get("day", "")),
        day_precision=precision,
        hour=str(moment.get("time", ""))[:2],
        state=state.code if state else "",
        county=county.fips if county else "",
        district=district(place),
        circuit=state.circuit if state else "",
    )


def district(place: JsonObject) -> Derived:
    """Return the federal district of a place: its code, both as "nced ncmd" where they share the county, or "".

    Flags: `ambiguous` where there are two, `unverified` where a row of the table was not yet compared with the statute.
    """
    state, county = state_of(place), county_of(place)
    if not state:
        return NOWHERE
    found = districts_of(state.code, county=county.fips if county else "")
    told = (f"county = {county.fips} ({county.name})",) if county else (f"state = {state.code}",)
    rows = tuple(f"{row.name}: {row.source}" for row in found)
    flags = ("unverified",) if any(row.status != "compared" for row in found) else ()
    if len(found) == 1:
        return Derived(found[0].code, flags, (*told, *rows))
    if not found:
        return Derived("", (), told)
    shared = table("districts")["shared"].get(county.fips if county else "")
    both = " ".join(row.code for row in found)
    return Derived(both, ("ambiguous", *flags), (*told, *rows, *((shared,) if shared else ())))


def protected_place(reports: Sequence[Answers]) -> Derived | None:
    """Return that it was a place of a protected kind, or None.

    Descriptive only: whether any policy protected it on that day is another question.
    """
    why = tuple(reason for one in seen(reports, "event") for reason in among(one.entry, "place_type", PROTECTED))
    return Derived("protected_place", reasons=why) if why else None


def _first(reports: Sequence[Answers], key: str) -> JsonObject:
    for one in seen(reports, "event"):
        answer = one.entry.answers.get(key)
        if answer and isinstance(answer.value, dict):
            return answer.value
    return {}
