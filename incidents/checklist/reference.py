"""Agencies, counties, districts and papers from data/*.toml, each row with its source."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

# Letters that do not fall apart into a plain one and an accent.
LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    },
)
COUNTY_WORD = re.compile(
    r"[ ,]+(county|parish|borough|census area|city and borough|municipality|municipio|planning region|city|"
    r"island district|district|island|co\.?)$",
)


@dataclass(frozen=True, slots=True)
class State:
    """One state, the District or a territory."""

    code: str
    name: str
    fips: str
    zone: str
    circuit: str


@dataclass(frozen=True, slots=True)
class County:
    """One county or what stands for one."""

    fips: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class District:
    """One federal judicial district.

    `counties` is empty where the state is one district; `status` says whether the row was compared with the statute.
    """

    code: str
    name: str
    state: str
    circuit: str
    source: str
    status: str
    counties: frozenset[str] = frozenset()


def fold(text: str) -> str:
    """Return the text as it is compared: one form of each letter, no case, no accents, ASCII digits, single spaces."""
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in bare)
    return " ".join(digits.split())


@cache
def table(name: str) -> Mapping[str, Any]:  # Any: each file has its own shape, read once below
    """Return data/<name>.toml as it stands."""
    text = files("incidents.checklist").joinpath("data", f"{name}.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


@cache
def states() -> Mapping[str, State]:
    """Return every state and territory by postal code, in the order of their names."""
    rows = table("states")["states"]
    found = [
        State(code=code, name=row["name"], fips=row["fips"], zone=row["zone"], circuit=row.get("circuit", ""))
        for code, row in rows.items()
    ]
    return MappingProxyType({state.code: state for state in sorted(found, key=lambda state: state.name)})


@cache
def counties() -> Mapping[str, County]:
    """Return every county by FIPS code, older codes included."""
    rows = table("counties")["counties"]
    return MappingProxyType(
        {fips: County(fips, name, state) for state, named in rows.items() for fips, name in named.items()},
    )


@cache
def counties_in(state: str) -> tuple[County, ...]:
    """Return the counties now in use in one state, by name: what a list on a page offers."""
    older = set(table("counties")["older"])
    found = [county for county in counties().values() if county.state == state and county.fips not in older]
    return tuple(sorted(found, key=lambda county: county.name))


@cache
def _folded_counties(state: str) -> tuple[tuple[str, County], ...]:
    """Return the counties now in use in one state with their names as they are compared."""
    return tuple((fold(county.name), county) for county in counties_in(state))


@cache
def _other_names() -> Mapping[str, str]:
    """Return what else counties are called, as it is compared, with their FIPS codes."""
    return MappingProxyType({fold(name): fips for name, fips in table("counties")["also"].items()})


def county_named(text: str, *, state: str) -> County | None:
    """Return the one county that a typed line names, or None.

    "Cook" and "Cook County" both name it. A bare name is left alone where a town of that name may lie in another
    county ("Jackson", Mississippi), and so is a name that two share ("Richmond", Virginia, county and city).
    """
    typed = fold(text)
    bare = COUNTY_WORD.sub("", typed)
    whole = [county for name, county in _folded_counties(state) if name == typed]
    if whole:
        return whole[0]
    also = _other_names()
    if typed in also and counties()[also[typed]].state == state:
        return counties()[also[typed]]
    if bare == typed and typed in {fold(name) for name in table("counties")["not_by_name"].get(state, ())}:
        return None
    alike = [county for name, county in _folded_counties(state) if COUNTY_WORD.sub("", name) == bare]
    return alike[0] if len(alike) == 1 else None


def county_of(place: Mapping[str, object]) -> County | None:
    """Return the county of a `place` value: by its code, else by what was typed as county or town."""
    code, state, town = place.get("county"), place.get("state"), place.get("town")
    if isinstance(code, str) and code in counties():
        return counties()[code]
    if isinstance(state, str) and isinstance(town, str):
        return county_named(town, state=state)
    return None


def state_of(place: Mapping[str, object]) -> State | None:
    """Return the state of a `place` value, from its county where only that is given."""
    code = place.get("state")
    if isinstance(code, str) and code in states():
        return states()[code]
    county = county_of(place)
    return states()[county.state] if county else None


def zone_of(place: Mapping[str, object]) -> tuple[str, bool]:
    """Return the time zone at a `place` value and whether it is certain.

    A state in two zones is certain only with a county, and a county in two zones never is. No state, no zone.
    """
    state, county = state_of(place), county_of(place)
    if not state:
        return "", False
    split = table("states")["split"].get(state.code)
    if not split:
        return state.zone, True
    if not county:
        return state.zone, False
    for zone, fips in split.items():
        if county.fips in fips:
            return (state.zone, False) if zone == "both" else (zone, True)
    return state.zone, True


@cache
def districts() -> Mapping[str, District]:
    """Return every federal judicial district by its code, such as "ilnd"."""
    by_name = {(county.state, county.name): county.fips for county in counties().values()}
    return MappingProxyType(
        {
            code: District(
                code=code,
                name=row["name"],
                state=row["state"],
                circuit=row["circuit"],
                source=row["source"],
                status=row["status"],
                counties=frozenset(by_name[row["state"], name] for name in row.get("counties", ())),
            )
            for code, row in table("districts")["districts"].items()
        },
    )


def districts_of(state: str, *, county: str = "") -> tuple[District, ...]:
    """Return the districts a place may lie in: one where it is certain, two where the county is shared, else none.

    Args:
        county: FIPS code; without it a state with several districts gives none.
    """
    also = table("districts")["also_in"].get(county)
    within = [d for d in districts().values() if d.state == state and (not d.counties or county in d.counties)]
    return (*within, districts()[also]) if also else tuple(within)


@cache
def words(subject: str, group: str) -> frozenset[str]:
    """Return one list of words.toml, folded, such as the labels in front of a badge number."""
    return frozenset(fold(word) for word in table("words")[subject][group])


@cache
def placeholders() -> frozenset[str]:
    """Return what people write when they know nothing, folded, in every language of the form."""
    return frozenset(fold(word) for listed in table("words")["placeholders"].values() for word in listed)
