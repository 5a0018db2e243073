"""What a card says of an incident, and what of it never gets there."""

from __future__ import annotations

import json
from datetime import date

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from incidents.checklist import summary
from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.derived import RULES
from incidents.checklist.items import Missing
from tests import strategies
from tests.checklist.accounts import ILLINOIS, report

EXHIBITS = [
    {"name": "door.jpg", "type": "image/jpeg", "size": 1000, "sha256": "ab" * 32},
    {"name": "hall.jpg", "type": "image/png", "size": 500, "sha256": "cd" * 32},
    {"name": "stop.mp4", "type": "video/mp4", "size": 20_000, "sha256": "ef" * 32},
    {"name": "odd", "type": "", "size": None},
]
SECRET = "Marisol Quispe"  # stands in every place that must not get to a card


def card(*reports, exhibits=()):
    return summary.card(reports, reference="K7M-2QX", exhibits=exhibits, received_on=date(2026, 1, 15))


def well_told(**more):
    return report(
        language="es",
        event={
            "place": {**ILLINOIS, "town": SECRET, "where": SECRET},
            "place_type": "courthouse",
            "started": {"day": "2026-01-14", "time": "06:10", "precision": "about_15_min"},
            "event_type": ["home_arrest"],
            "activity": ["arresting"],
            "outcome": ["taken_away"],
            "taken_count": {"n": 3, "about": True},
            "children_there": {"n": 0, "about": False},
            "operation_name": "Operation Midway",
            "reason_words": {"said": SECRET},
        },
        agents={
            "label": SECRET,
            "agency_seen": ["ice_ero"],
            "badge": {"seen": "ICE-4471", "reading": "unsure"},
            "name": "Officer J. Ramirez",
            "name_from": ["name_tape"],
            "vest_text": "POLICE SRT",
            "face": "full_face_mask",
            "role": ["in_charge"],
            "looks": SECRET,
        },
        vehicles={"plate": {"seen": "AB 12-345"}, "plate_state": "IN"},
        papers={"shown": "read_it", "form_number": "i_200", "signed_by": "nobody", "signer_name": SECRET},
        entry={"entered": "yes", "who_agreed": "nobody"},
        force={"kind": ["takedown"]},
        harm={"kind": ["pain"], "details": SECRET},
        people=[{"alias": SECRET, "name": SECRET}, {"name": SECRET, "agreed": "yes"}],
        words={"said": {"said": SECRET}},
        exhibit={"hard_to_watch": ["child"]},
        story={"text": SECRET},
        reporter={"role": "eyewitness", "contact": {"way": "signal", "to": SECRET}},
        permission={
            "purpose": "for_the_record",
            "tell_me": "yes",
            "uses": [{"use": "counts", "answer": "yes"}, {"use": "class_case", "answer": "no"}],
        },
        **more,
    )


A_WELL_FILLED_CARD = {
    "card": summary.CARD,
    "head": {
        "catalogue": CATALOGUE.version,
        "rules": RULES,
        "reference": "K7M-2QX",
        "reports": 1,
        "exhibits": {"file": 1, "image": 2, "video": 1},
        "bytes": 21_500,
        "received_on": "2026-01-15",
        "flags": ["child"],
    },
    "where": {
        "day": "2026-01-14",
        "day_precision": "about_15_min",
        "hour": "06",
        "state": "IL",
        "county": "17031",
        "district": ["ilnd"],
        "circuit": "7",
        "place_type": ["courthouse"],
        "protected_place": True,
    },
    "what": {
        "methods": ["entry_on_admin_paper", "entry_without_yes", "force_used", "masked"],
        "papers": [{"type": "admin_arrest_i200", "flags": ["unsigned"]}],
        "illinois": {"face_covering": "reported", "plate": "reported"},
        "first_hand": True,
        "event_type": ["home_arrest"],
        "outcome": ["taken_away"],
        "taken": ["2-5"],
        "children": ["0"],
        "agencies": ["ice_ero"],
        "entered": ["yes"],
        "force": ["takedown"],
        "harm": ["pain"],
    },
    "keys": {
        "operation": [{"name": "midway"}],
        "unit": [{"words": "SRT", "agency": "ice_ero"}],
        "badge": [{"full": "4471", "core": "4471", "look": "4471", "reading": "unsure", "agency": "ice_ero"}],
        "name": [{"surname": "ramirez", "given": "j", "agency": "ice_ero", "from": "name_tape"}],
        "plate": [{"full": "AB12345", "look": "A812345", "reading": "full", "state": "IN"}],
        "files": ["ab" * 16, "cd" * 16, "ef" * 16],
    },
    "reporter": {
        "language": "es",
        "form": "full",
        "uses": ["counts", "legal_help"],
        "third_party": 1,
        "role": ["eyewitness"],
        "purpose": ["for_the_record"],
        "tell_me": ["yes"],
    },
}


def test_a_card_holds_the_facts_the_derived_values_and_the_keys():
    found = card(well_told(), exhibits=EXHIBITS)

    assert 0 < found["head"].pop("completeness") <= 100
    assert found == A_WELL_FILLED_CARD


def test_no_story_quote_address_contact_or_name_of_a_person_is_on_a_card():
    told = well_told()
    assert json.dumps(told.to_json()).count(SECRET) > 8

    found = card(told, exhibits=[{**EXHIBITS[0], "name": SECRET}])

    assert SECRET not in json.dumps(found)


def test_a_well_filled_card_stays_lean():
    size = len(json.dumps(card(well_told(), exhibits=EXHIBITS), ensure_ascii=False, separators=(",", ":")))

    assert size < 1800


def test_what_nobody_said_is_left_out_and_no_way_of_not_knowing_becomes_a_fact():
    missing = {state.value for state in Missing}

    found = card(report(event={"event_type": Missing.UNKNOWN}, agents={"badge": Missing.NOT_SEEN}))

    assert set(found["what"]) == set(found["keys"]) == set()
    assert not missing & {value for _name, value in summary.facts_of(found)}


def test_an_answer_over_eighty_characters_never_leaves_its_report():
    long = {"name": "Ramirez " * 12, "vest_text": "SRT " * 30}

    found = card(report(agents=long))

    assert found["keys"] == {}


def test_a_local_agency_is_compared_with_its_office_and_state():
    sheriff = {"agency_seen": ["sheriff"], "local_agency": "Cook County", "badge": {"seen": "4471"}}

    (badge,) = card(report(event={"place": ILLINOIS}, agents=sheriff))["keys"]["badge"]

    assert badge["agency"] == "sheriff:IL:cook_county"


def test_the_same_fact_from_two_reports_stands_once():
    first, added = (report(event={"event_type": ["home_arrest"]}, agents={"badge": {"seen": "4471"}}) for _ in "ab")

    found = card(first, added)

    assert found["what"]["event_type"] == ["home_arrest"]
    assert len(found["keys"]["badge"]) == 1


def test_papers_of_two_reports_that_disagree_stay_two():
    court, agency = (report(papers={"shown": "read_it", "form_number": form}) for form in ("ao_93", "i_200"))

    found = card(court, agency)

    assert [paper["type"] for paper in found["what"]["papers"]] == ["judicial_search", "admin_arrest_i200"]


def test_a_county_in_two_districts_is_found_under_both():
    found = card(report(event={"place": {"state": "NC", "county": "37063"}}))

    assert {("district", "ncmd"), ("district", "nced")} <= set(summary.facts_of(found))


def test_the_last_answer_to_a_use_is_in_force_whichever_report_it_stands_in():
    allowed = report(
        permission={"uses": [{"use": "counts", "answer": "yes"}, {"use": "court_filing", "answer": "yes"}]}
    )
    taken_back = report(permission={"uses": [{"use": "counts", "answer": "no"}, {"use": "legal_help", "answer": "no"}]})

    assert card(allowed)["reporter"]["uses"] == ["counts", "court_filing", "legal_help"]
    assert card(allowed, taken_back)["reporter"]["uses"] == ["court_filing"]


def test_facts_are_rows_for_an_index():
    rows = set(summary.facts_of(card(well_told(), exhibits=EXHIBITS)))

    assert rows >= {
        ("state", "IL"),
        ("county", "17031"),
        ("day", "2026-01-14"),
        ("agency", "ice_ero"),
        ("event_type", "home_arrest"),
        ("place_type", "courthouse"),
        ("protected_place", "yes"),
        ("papers", "admin_arrest_i200"),
        ("paper_flags", "unsigned"),
        ("methods", "masked"),
        ("illinois.plate", "reported"),
        ("entered", "yes"),
        ("force", "takedown"),
        ("harm", "pain"),
        ("badge.full", "4471"),
        ("language", "es"),
        ("role", "eyewitness"),
        ("uses", "counts"),
    }


def test_what_a_desk_wrote_on_its_card_is_no_fact_of_the_answers():
    document = {**card(report()), "review": {"status": "new", "tags": ["urgent"]}}

    assert list(summary.facts_of(document)) == list(summary.facts_of(card(report())))


def test_a_card_remembers_from_how_many_reports_and_files_it_was_made():
    assert summary.counts(card(report(), report(), exhibits=EXHIBITS)) == (2, 4)
    assert summary.counts({}) == (0, 0)


def test_a_list_shows_a_card_in_words():
    assert summary.headline(card(well_told(), exhibits=EXHIBITS)) == {
        "happened": "Jan. 14, 2026",
        "place": "Cook County, Illinois",
        "paper": "Looks like an immigration warrant (I-200).",
        "agencies": "ICE ERO",
        "files": "4",
        "language": "Spanish",
    }


def test_a_list_says_how_sure_a_day_is():
    moment = {"day": "2026-01-14", "precision": "month_only"}

    assert summary.headline(card(report(event={"started": moment})))["happened"] == "January 2026 (Only the month)"


def test_a_list_shows_nothing_for_what_nobody_said():
    silent = {"happened": "", "place": "", "paper": "", "agencies": "", "files": "0", "language": ""}

    assert summary.headline(card(report(language=""))) == summary.headline({}) == silent


def test_a_list_shows_a_language_django_does_not_know_by_its_code():
    assert summary.headline(card(report(language="mam")))["language"] == "mam"


@given(st.lists(strategies.answers(), max_size=2))
def test_every_card_can_be_sealed_indexed_and_shown(reports):
    found = summary.card(reports, reference="K7M-2QX", received_on=date(2026, 1, 15))

    with translation.override("en"):
        shown = summary.headline(found)

    assert json.loads(json.dumps(found)) == found
    assert all(isinstance(text, str) for row in summary.facts_of(found) for text in row)
    assert all(isinstance(text, str) for text in shown.values())
    assert summary.counts(found) == (len(reports), 0)
