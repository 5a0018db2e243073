"""The tables agree with each other, and a typed place finds its county."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from incidents.checklist.derived import district
from incidents.checklist.reference import (
    counties,
    counties_in,
    county_named,
    county_of,
    districts,
    districts_of,
    fold,
    placeholders,
    states,
    table,
    zone_of,
)

SHARED = {"37063", "37093", "37125", "37153", "37165"}
SPLIT = sorted({d.state for d in districts().values() if d.counties})


def test_there_are_ninety_four_districts_in_twelve_circuits():
    assert len(districts()) == 94
    assert len({district_.circuit for district_ in districts().values()}) == 12
    assert {d.circuit for d in districts().values()} == {s.circuit for s in states().values() if s.circuit}


@pytest.mark.parametrize("state", SPLIT)
def test_the_districts_of_a_state_hold_each_of_its_counties_once(state):
    held = Counter(fips for d in districts().values() if d.state == state for fips in d.counties)

    twice = {fips for fips, times in held.items() if times > 1}
    assert {county.fips for county in counties_in(state)} <= set(held)
    assert twice == {fips for fips in SHARED if counties()[fips].state == state}


def test_every_table_says_where_its_rows_are_from():
    assert all(d.source and d.status in {"compared", "unverified"} for d in districts().values())
    assert all(table(name)["source"] for name in ("states", "counties", "words"))
    rows = (
        *table("agencies")["agencies"].values(),
        *table("papers")["form_number"].values(),
        *table("papers")["title"].values(),
    )
    assert all(row["source"] for row in rows)


def test_every_zone_is_a_real_one():
    zones = {state.zone for state in states().values()}
    zones |= {zone for split in table("states")["split"].values() for zone in split if zone != "both"}

    assert all(ZoneInfo(zone) for zone in zones)


@pytest.mark.parametrize(
    ("text", "state", "fips"),
    [
        ("Cook County", "IL", "17031"),
        ("cook", "IL", "17031"),
        ("  COOK   county ", "IL", "17031"),
        ("Dona Ana", "NM", "35013"),
        ("Brooklyn", "NY", "36047"),
        ("Orleans Parish", "LA", "22071"),
        ("Richmond city", "VA", "51760"),
        ("Richmond", "VA", None),
        ("Jackson", "MS", None),
        ("Jackson County", "MS", "28059"),
        ("Chicago", "IL", None),
        ("Brooklyn", "IL", None),
        ("", "IL", None),
        ("Cook County", "??", None),
    ],
)
def test_a_typed_line_names_its_county_or_none(text, state, fips):
    found = county_named(text, state=state)

    assert (found.fips if found else None) == fips


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ({"state": "IL"}, ("America/Chicago", True)),
        ({"state": "IN"}, ("America/New_York", False)),
        ({"state": "IN", "county": "18089"}, ("America/Chicago", True)),
        ({"state": "IN", "county": "18097"}, ("America/New_York", True)),
        ({"state": "OR", "county": "41045"}, ("America/Los_Angeles", False)),
        ({"county": "17031"}, ("America/Chicago", True)),
        ({}, ("", False)),
    ],
)
def test_the_clock_is_certain_only_where_the_county_makes_it_so(place, zone):
    assert zone_of(place) == zone


@pytest.mark.parametrize(
    ("place", "type_", "flags"),
    [
        ({"state": "IL", "town": "Cook County"}, "ilnd", ()),
        ({"county": "17163"}, "ilsd", ()),
        ({"state": "IL"}, "", ()),
        ({"state": "MA"}, "mad", ("unverified",)),
        ({"county": "37063"}, "nced ncmd", ("ambiguous",)),
        ({"county": "30031"}, "mtd wyd", ("ambiguous", "unverified")),
        ({"county": "09110"}, "ctd", ("unverified",)),
        ({"county": "09001"}, "ctd", ("unverified",)),
        ({"county": "51013"}, "vaed", ("unverified",)),
        ({"state": "AS"}, "", ()),
        ({}, "", ()),
    ],
)
def test_a_place_names_its_district_or_both_where_the_county_is_shared(place, type_, flags):
    found = district(place)

    assert (found.type, found.flags) == (type_, flags)


def test_a_shared_county_names_both_its_districts():
    assert {d.code for d in districts_of("NC", county="37063")} == {"nced", "ncmd"}
    assert any("Butner" in reason for reason in district({"county": "37063"}).reasons)


def test_a_county_code_of_another_year_is_read_and_not_offered():
    assert county_of({"county": "09001"}).name == "Fairfield County"
    assert "09001" not in {county.fips for county in counties_in("CT")}
    assert len(counties_in("CT")) == 9


def test_folding_leaves_plain_letters_and_digits():
    assert fold(" Số  Hiệu \uff14\uff14\u0667\u0661 Łódź ") == "so hieu 4471 lodz"
    assert fold("I\u0307stanbul \N{LATIN SMALL LETTER DOTLESS I}") == "istanbul i"
    assert "no se" in placeholders()
