"""What kind of paper was shown, derived with its reasons and its flags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.checklist.answers import Answers
from incidents.checklist.catalogue import section
from incidents.checklist.derived import (
    Derived,
    completeness,
    illinois,
    looks_like,
    methods,
    paper_type,
    sentence,
)
from incidents.checklist.derived.papers import SENTENCES
from incidents.checklist.items import Missing
from tests import strategies
from tests.checklist.accounts import entry

READ = {"shown": "read_it"}

# Table 3.1 of the data dictionary: the rule, what was told of a paper, its type and the reasons.
PAPERS = [
    (1, {}, "not_asked", ["shown = blank"]),
    (1, {"shown": Missing.NOT_ASKED}, "not_asked", ["shown = not_asked"]),
    (2, {"shown": "said_they_had_one"}, "none_shown", ["shown = said_they_had_one"]),
    (2, {"shown": "asked_and_refused"}, "none_shown", ["shown = asked_and_refused"]),
    (2, {"shown": "none_not_asked"}, "none_shown", ["shown = none_not_asked"]),
    (
        3,
        {**READ, "header": "us_district_court", "signed_by": "immigration_officer"},
        "unclear",
        ["header = us_district_court", "signed_by = immigration_officer"],
    ),
    (
        3,
        {**READ, "signed_by": "judge", "form_number": "i_200"},
        "unclear",
        ["signed_by = judge", "form_number = i_200"],
    ),
    (
        3,
        {**READ, "header": "homeland_security", "signed_by": "judge"},
        "unclear",
        ["signed_by = judge", "header = homeland_security"],
    ),
    (
        3,
        {**READ, "header": "homeland_security", "form_number": "ao_442"},
        "unclear",
        ["form_number = ao_442", "header = homeland_security"],
    ),
    (4, {**READ, "header": "immigration_court"}, "other_immigration_form", ["header = immigration_court"]),
    (4, {**READ, "signed_by": "immigration_judge"}, "other_immigration_form", ["signed_by = immigration_judge"]),
    (
        5,
        {**READ, "form_number": "i_200", "header": "homeland_security"},
        "admin_arrest_i200",
        ["form_number = i_200", "header = homeland_security"],
    ),
    (5, {**READ, "form_number": "i_205"}, "admin_removal_i205", ["form_number = i_205"]),
    (5, {**READ, "form_number": "i_247a"}, "detainer_i247a", ["form_number = i_247a"]),
    (5, {**READ, "form_number": "i_286"}, "other_immigration_form", ["form_number = i_286"]),
    (5, {**READ, "form_number": "i_862"}, "other_immigration_form", ["form_number = i_862"]),
    (5, {**READ, "form_number": "i_213"}, "other_immigration_form", ["form_number = i_213"]),
    (5, {**READ, "form_number": "i_999"}, "other_immigration_form", ["form_number = i_999"]),
    (6, {**READ, "form_number": "ao_442"}, "judicial_arrest", ["form_number = ao_442"]),
    (
        6,
        {**READ, "form_number": "ao_93", "signed_by": "judge"},
        "judicial_search",
        ["form_number = ao_93", "signed_by = judge"],
    ),
    (7, {**READ, "title": "warrant_for_arrest_of_alien"}, "admin_arrest_i200", ["title = warrant_for_arrest_of_alien"]),
    (7, {**READ, "title": "warrant_of_removal"}, "admin_removal_i205", ["title = warrant_of_removal"]),
    (7, {**READ, "title": "immigration_detainer"}, "detainer_i247a", ["title = immigration_detainer"]),
    (7, {**READ, "title": "notice_to_appear"}, "other_immigration_form", ["title = notice_to_appear"]),
    (7, {**READ, "title": "order_of_supervision"}, "other_immigration_form", ["title = order_of_supervision"]),
    (
        7,
        {**READ, "title": "warrant_of_removal", "signed_by": "judge"},
        "unclear",
        ["title = warrant_of_removal", "signed_by = judge"],
    ),
    (8, {**READ, "title": "subpoena"}, "subpoena", ["title = subpoena"]),
    (
        9,
        {**READ, "header": "us_district_court", "title": "search_and_seizure_warrant"},
        "judicial_search",
        ["header = us_district_court", "title = search_and_seizure_warrant"],
    ),
    (
        9,
        {**READ, "signed_by": "judge", "lists_places": "yes"},
        "judicial_search",
        ["signed_by = judge", "lists_places = yes"],
    ),
    (
        9,
        {**READ, "header": "state_or_local_court", "title": "arrest_warrant"},
        "judicial_arrest",
        ["header = state_or_local_court", "title = arrest_warrant"],
    ),
    (9, {**READ, "signed_by": "judge", "lists_places": "no"}, "judicial_kind_not_seen", ["signed_by = judge"]),
    (10, {**READ, "header": "homeland_security"}, "admin_kind_not_seen", ["header = homeland_security"]),
    (10, {**READ, "signed_by": "immigration_officer"}, "admin_kind_not_seen", ["signed_by = immigration_officer"]),
    (11, READ, "unclear", ["shown = read_it"]),
    (11, {"shown": "saw_not_readable"}, "unclear", ["shown = saw_not_readable"]),
    (11, {"shown": Missing.UNKNOWN}, "unclear", ["shown = unknown"]),
    (11, {"shown": Missing.PREFER_NOT_TO_SAY}, "unclear", ["shown = prefer_not_to_say"]),
    (11, {**READ, "title": "arrest_warrant"}, "unclear", ["shown = read_it"]),
    (11, {**READ, "header": "other_agency", "form_number": "none"}, "unclear", ["shown = read_it"]),
]

FLAGS = [
    ("claimed", {"shown": "said_they_had_one"}),
    ("unsigned", {"signed_by": "nobody"}),
    ("filled_in_at_scene", {"filled_in": "filled_in_at_the_scene"}),
    ("blank_name", {"filled_in": "blank_or_no_name"}),
    ("blank_name", {"filled_in": "name_added_after_arrest"}),
    ("blank_name", {"person_named": "no_name"}),
    ("name_differs", {"person_named": "someone_else"}),
    ("name_differs", {"person_named": "wrong_or_misspelled"}),
    ("address_differs", {"address_named": "other_address"}),
    ("shown_after_entry", {"shown_when": "after_they_went_in"}),
    ("shown_after_arrest", {"shown_when": "after_the_cuffs"}),
    ("shown_after_arrest", {"shown_when": "after_they_left_the_place"}),
    ("shown_after_arrest", {"shown_when": "later_by_mail_or_lawyer"}),
    ("no_copy_given", {"how_shown": ["through_a_window"]}),
    ("photo_held", {"photo": "exhibit-1"}),
    ("photo_held", {"photo": "with_my_files"}),
]


@pytest.mark.parametrize(("rule", "told", "kind", "reasons"), PAPERS)
def test_the_first_rule_that_fits_gives_the_type_of_a_paper_with_its_reasons(rule, told, kind, reasons):
    found = paper_type(entry("papers", **told))

    assert (rule, found.type, list(found.reasons)) == (rule, kind, reasons)


def test_without_an_entry_nothing_was_asked():
    assert paper_type(None) == Derived("not_asked", reasons=("shown = blank",))


def test_what_was_told_of_a_paper_counts_even_where_the_first_question_was_skipped():
    assert paper_type(entry("papers", header="homeland_security")).type == "admin_kind_not_seen"


@pytest.mark.parametrize(("flag", "told"), FLAGS)
def test_a_flag_stands_beside_the_type_with_the_answer_that_raised_it(flag, told):
    ((key, value),) = told.items()
    code = value[0] if isinstance(value, list) else value

    found = paper_type(entry("papers", **{**READ, **told}))

    assert found.flags == (flag,)
    assert f"{key} = {code}" in found.reasons


@pytest.mark.parametrize(
    "told",
    [
        {"photo": "no"},
        {"how_shown": ["gave_us_a_copy", "in_the_hand"]},
        {"how_shown": ["left_behind"]},
        {"how_shown": Missing.NOT_SEEN},
        {"signed_by": Missing.NOT_SEEN},
        {"person_named": Missing.UNKNOWN},
        {"shown_when": "at_the_door"},
    ],
)
def test_a_way_of_not_knowing_and_an_ordinary_answer_raise_no_flag(told):
    assert paper_type(entry("papers", **READ, **told)).flags == ()


def test_type_and_manner_of_a_paper_are_separate_facts():
    blank = entry("papers", **READ, form_number="i_200", filled_in="filled_in_at_the_scene", person_named="no_name")

    found = paper_type(blank)

    assert found == Derived(
        "admin_arrest_i200",
        ("filled_in_at_scene", "blank_name"),
        ("form_number = i_200", "filled_in = filled_in_at_the_scene", "person_named = no_name"),
    )


def test_the_sentence_for_members_says_what_it_looks_like_why_and_who_must_check():
    found = paper_type(entry("papers", **READ, form_number="i_200", header="homeland_security"))

    assert sentence(found) == (
        "Looks like an immigration warrant (I-200). What was told: Was there a form number in a corner? I-200; "
        "What was at the top of the paper? Department of Homeland Security. A lawyer must check."
    )


def test_the_sentence_says_a_way_of_not_knowing_in_its_own_words():
    assert "I don't know" in sentence(paper_type(entry("papers", shown=Missing.UNKNOWN)))


@given(st.fixed_dictionaries({}, optional={item.key: strategies.answer_to(item) for item in section("papers").items}))
def test_every_paper_has_a_type_with_reasons_and_a_sentence_that_leaves_the_verdict_to_a_lawyer(told):
    filed = Answers.from_json({"report": 1, "sections": {"papers": [{"answers": told}]}})

    found = paper_type(filed.only("papers"))

    assert found.type in SENTENCES
    assert found.reasons
    assert sentence(found).endswith("A lawyer must check.")


def test_a_type_of_a_later_version_reads_as_its_code():
    assert looks_like("admin_kind_of_tomorrow") == "admin_kind_of_tomorrow"


@given(st.lists(strategies.answers(), max_size=2))
def test_nothing_is_derived_without_a_reason(reports):
    found = [*methods(reports), *(paper_type(paper) for filed in reports for paper in filed.entries("papers"))]
    factors = [factor for factor in illinois(reports) if factor.state != "not_known"]

    assert all(value.reasons for value in (*found, *factors))
    assert 0 <= completeness(reports) <= 100
