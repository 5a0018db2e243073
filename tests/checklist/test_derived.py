"""What follows from the answers, and why: never a verdict, never without a reason."""

from __future__ import annotations

import pytest

from incidents.checklist.derived import (
    Derived,
    Factor,
    agencies_of,
    completeness,
    district,
    first_hand,
    illinois,
    methods,
    protected_place,
    where,
)
from incidents.checklist.items import Missing
from incidents.checklist.lists import BASIS
from tests.checklist.accounts import ILLINOIS, entry, report

READ = {"shown": "read_it"}


# Each act: the sections that tell it, and its reasons.
METHODS = [
    (
        "arrest_no_paper_shown",
        {"event": {"activity": ["arresting"]}, "papers": {"shown": "asked_and_refused"}},
        ["R-0001/event-1: activity = arresting", "R-0001/papers-1: shown = asked_and_refused"],
    ),
    (
        "filled_in_at_scene",
        {"papers": {**READ, "filled_in": "filled_in_at_the_scene"}},
        ["R-0001/papers-1: filled_in = filled_in_at_the_scene"],
    ),
    ("collateral", {"event": {"targeted": "took_others_too"}}, ["R-0001/event-1: targeted = took_others_too"]),
    (
        "collateral",
        {"event": {"targeted": "person_named_was_not_there"}},
        ["R-0001/event-1: targeted = person_named_was_not_there"],
    ),
    *(
        ("forced_entry", {"entry": {"how": [how]}}, [f"R-0001/entry-1: how = {how}"])
        for how in (
            "door_opened_then_pushed",
            "broke_a_door",
            "broke_a_window",
            "opened_a_car",
            "ordered_people_out",
        )
    ),
    (
        "entry_without_yes",
        {"entry": {"entered": "yes", "asked_to_enter": "no"}},
        ["R-0001/entry-1: entered = yes", "R-0001/entry-1: asked_to_enter = no"],
    ),
    (
        "entry_without_yes",
        {"entry": {"entered": "yes", "who_agreed": "nobody"}},
        ["R-0001/entry-1: entered = yes", "R-0001/entry-1: who_agreed = nobody"],
    ),
    (
        "entry_on_admin_paper",
        {"entry": {"entered": "yes"}, "papers": {**READ, "form_number": "i_200"}},
        ["R-0001/entry-1: entered = yes", "R-0001/papers-1: form_number = i_200"],
    ),
    ("ruse", {"entry": {"trick": ["said_police_case"]}}, ["R-0001/entry-1: trick = said_police_case"]),
    ("ruse", {"agents": {"agency_said": ["false_story"]}}, ["R-0001/agents-1: agency_said = false_story"]),
    ("masked", {"agents": {"face": "mask_or_neck_gaiter"}}, ["R-0001/agents-1: face = mask_or_neck_gaiter"]),
    ("masked", {"agents": {"face": "full_face_mask"}}, ["R-0001/agents-1: face = full_face_mask"]),
    ("no_identification", {"agents": {"when_asked": "refused"}}, ["R-0001/agents-1: when_asked = refused"]),
    (
        "no_identification",
        {"agents": {"agency_said": ["said_nothing"], "visible_id": "neither"}},
        ["R-0001/agents-1: agency_said = said_nothing", "R-0001/agents-1: visible_id = neither"],
    ),
    ("unmarked_car", {"vehicles": {"markings": "no_markings"}}, ["R-0001/vehicles-1: markings = no_markings"]),
    (
        "force_used",
        {"force": {"kind": ["taser", "dog"]}},
        ["R-0001/force-1: kind = taser", "R-0001/force-1: kind = dog"],
    ),
    (
        "filming_stopped",
        {"event": {"activity": ["stopping_people_from_filming"]}},
        ["R-0001/event-1: activity = stopping_people_from_filming"],
    ),
    ("filming_stopped", {"harm": {"kind": ["filming_stopped"]}}, ["R-0001/harm-1: kind = filming_stopped"]),
    ("phone_searched", {"event": {"activity": ["searching_phone"]}}, ["R-0001/event-1: activity = searching_phone"]),
    (
        "phone_searched",
        {"entry": {"searched": ["phone_or_computer"]}},
        ["R-0001/entry-1: searched = phone_or_computer"],
    ),
    (
        "face_scan",
        {"event": {"activity": ["scanning_face_or_finger"]}},
        ["R-0001/event-1: activity = scanning_face_or_finger"],
    ),
    ("face_scan", {"stop": {"scan": ["face"]}}, ["R-0001/stop-1: scan = face"]),
    *(
        ("id_ignored", {"stop": {"id_response": code}}, [f"R-0001/stop-1: id_response = {code}"])
        for code in ("would_not_look", "said_it_was_fake", "kept_it")
    ),
]


@pytest.mark.parametrize(("act", "told", "reasons"), METHODS)
def test_an_act_is_told_by_answers_that_stand_beside_it(act, told, reasons):
    found = methods([report(**told)])

    assert found == (Derived(act, reasons=tuple(reasons)),)


def test_all_the_acts_of_the_data_dictionary_are_tried_here():
    assert {act for act, _, _ in METHODS} == {
        "arrest_no_paper_shown",
        "collateral",
        "entry_on_admin_paper",
        "entry_without_yes",
        "face_scan",
        "filled_in_at_scene",
        "filming_stopped",
        "force_used",
        "forced_entry",
        "id_ignored",
        "masked",
        "no_identification",
        "phone_searched",
        "ruse",
        "unmarked_car",
    }


@pytest.mark.parametrize(
    "told",
    [
        {"event": {"activity": ["arresting"]}},
        {"event": {"activity": ["arresting"]}, "papers": {"shown": Missing.NOT_ASKED}},
        {"papers": {"shown": "none_not_asked"}},
        {"entry": {"entered": "no", "asked_to_enter": "no"}},
        {"entry": {"entered": "yes", "asked_to_enter": Missing.UNKNOWN}},
        {"entry": {"entered": "yes"}, "papers": {**READ, "form_number": "ao_93"}},
        {"entry": {"trick": ["none"]}},
        {"agents": {"agency_said": ["said_nothing"]}},
        {"agents": {"visible_id": "neither"}},
        {"agents": {"face": "sunglasses_and_hat"}},
        {"force": {"kind": ["none"]}},
        {"force": {"kind": Missing.NOT_SEEN}},
        {"stop": {"scan": ["finger"]}},
    ],
)
def test_half_an_act_and_a_way_of_not_knowing_tell_nothing(told):
    assert methods([report(**told)]) == ()


def test_a_court_paper_beside_an_agency_paper_leaves_the_entry_open():
    papers = [{**READ, "form_number": "i_200"}, {**READ, "form_number": "ao_93"}]

    assert methods([report(entry={"entered": "yes"}, papers=papers)]) == ()


def test_acts_of_several_reports_are_gathered_and_each_reason_names_its_report():
    first, added = report(agents={"face": "full_face_mask"}), report(agents=[{}, {"face": "full_face_mask"}])

    (masked,) = methods([first, added])

    assert masked.reasons == ("R-0001/agents-1: face = full_face_mask", "R-0002/agents-2: face = full_face_mask")


def test_an_agency_seen_comes_before_an_agency_said():
    assert agencies_of(entry("agents", agency_seen=["ice_ero"], agency_said=["fbi"])) == ("ice_ero",)
    assert agencies_of(entry("agents", agency_seen=Missing.NOT_SEEN, agency_said=["fbi"])) == ("fbi",)
    assert agencies_of(entry("agents")) == ()


@pytest.mark.parametrize("basis", BASIS)
def test_what_someone_met_themselves_is_first_hand(basis):
    filed = report(basis=basis, agents={"face": "not_covered"})
    own = {"happened_to_me", "saw_myself", "heard_myself", "on_my_recording", "read_on_paper"}

    found = first_hand(filed, filed.only("agents"))

    assert found == (Derived("first_hand", reasons=(f"basis = {basis}",)) if basis in own else None)


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        ("person_affected", "reporter.role = person_affected"),
        ("eyewitness", "reporter.role = eyewitness"),
        ("neighbor", None),
    ],
)
def test_on_the_short_form_first_hand_follows_from_who_is_telling(role, reason):
    filed = report(form="quick", basis="", reporter={"role": role}, event={"still_happening": "no"})

    found = first_hand(filed, filed.only("event"))

    assert found == (Derived("first_hand", reasons=(reason,)) if reason else None)


@pytest.mark.parametrize(
    "place_type",
    ["courthouse", "near_courthouse", "school", "child_care", "hospital_or_clinic", "place_of_worship", "shelter"],
)
def test_a_place_of_a_protected_kind_is_only_described(place_type):
    found = protected_place([report(event={"place_type": place_type})])

    assert found == Derived("protected_place", reasons=(f"place_type = {place_type}",))


def test_no_other_place_is_of_a_protected_kind():
    assert protected_place([report(event={"place_type": "street"}), report()]) is None


@pytest.mark.parametrize(
    ("place", "code", "flags"),
    [
        (ILLINOIS, "ilnd", set()),
        ({"state": "IL", "town": "Cook County"}, "ilnd", set()),
        ({"state": "IL"}, "", set()),
        ({"state": "ME"}, "med", set()),
        ({"state": "CT", "county": "09001"}, "ctd", set()),
        ({"state": "CT", "county": "09190"}, "ctd", set()),
        ({"state": "NC", "county": "37063"}, "nced ncmd", {"ambiguous"}),
        ({}, "", set()),
    ],
)
def test_a_place_lies_in_a_district_as_far_as_that_is_certain(place, code, flags):
    found = district(place)

    assert " ".join(sorted(found.type.split())) == code
    assert set(found.flags) - {"unverified"} == flags
    assert bool(found.reasons) == bool(place)


def test_two_districts_of_one_county_are_both_named_with_the_statute():
    found = district({"state": "NC", "county": "37063"})

    assert any("28 U.S.C. 113" in reason for reason in found.reasons)
    assert found.reasons[0] == "county = 37063 (Durham County)"


def test_when_and_where_are_what_the_first_report_says_of_them():
    silent = report(event={"place_type": "street"})
    telling = report(event={"place": ILLINOIS, "started": {"day": "2026-01-14", "time": "06:10"}})
    later = report(event={"place": {"state": "IN"}, "started": {"day": "2026-02-01"}})

    found = where([silent, telling, later])

    assert (found.day, found.hour, found.day_precision) == ("2026-01-14", "06", "day")
    assert (found.state, found.county, found.district.type, found.circuit) == ("IL", "17031", "ilnd", "7")


def told_in_illinois(**sections):
    return report(event={"place": ILLINOIS}, **sections)


ACTING = {"role": ["gave_orders"]}
ILLINOIS_FACTORS = [
    (
        "face_covering",
        {"agents": {**ACTING, "face": "mask_or_neck_gaiter"}},
        "reported",
        ["face = mask_or_neck_gaiter"],
    ),
    ("face_covering", {"agents": {**ACTING, "face": "full_face_mask"}}, "reported", ["face = full_face_mask"]),
    ("face_covering", {"agents": {**ACTING, "face": "not_covered"}}, "reported_otherwise", ["face = not_covered"]),
    ("face_covering", {"agents": {"role": ["only_there"], "face": "full_face_mask"}}, "not_known", []),
    ("face_covering", {"agents": {**ACTING, "face": "helmet_visor"}}, "not_known", []),
    ("face_covering", {"agents": {**ACTING, "face": Missing.NOT_SEEN}}, "not_known", []),
    ("no_identification", {"agents": {"when_asked": "refused"}}, "reported", ["when_asked = refused"]),
    ("no_identification", {"agents": {"when_asked": "ignored_it"}}, "reported", ["when_asked = ignored_it"]),
    ("no_identification", {"agents": {"when_asked": "hid_it"}}, "reported", ["when_asked = hid_it"]),
    (
        "no_identification",
        {"agents": {"agency_said": ["said_nothing"], "visible_id": "neither"}},
        "reported",
        ["agency_said = said_nothing", "visible_id = neither"],
    ),
    (
        "no_identification",
        {"agents": {"visible_id": "agency_and_name_or_number"}},
        "reported_otherwise",
        ["visible_id = agency_and_name_or_number"],
    ),
    (
        "no_identification",
        {"agents": {"when_asked": "gave_name_and_badge"}},
        "reported_otherwise",
        ["when_asked = gave_name_and_badge"],
    ),
    ("no_identification", {"agents": {"when_asked": "nobody_asked"}}, "not_known", []),
    ("no_body_camera", {"agents": {"body_camera": "none_seen"}}, "reported", ["body_camera = none_seen"]),
    ("no_body_camera", {"agents": {"body_camera": "worn"}}, "reported_otherwise", ["body_camera = worn"]),
    (
        "no_body_camera",
        {"agents": {"body_camera": "light_was_on"}},
        "reported_otherwise",
        ["body_camera = light_was_on"],
    ),
    ("plate", {"vehicles": {"plate_kind": "no_plate"}}, "reported", ["plate_kind = no_plate"]),
    ("plate", {"vehicles": {"plate_kind": "covered_up"}}, "reported", ["plate_kind = covered_up"]),
    ("plate", {"vehicles": {"plate_state": "IN"}}, "reported", ["plate_state = IN"]),
    ("plate", {"vehicles": {"plate_state": "us_government"}}, "not_known", []),
    (
        "plate",
        {"vehicles": {"plate_state": "IL", "plate_kind": "regular"}},
        "reported_otherwise",
        ["plate_state = IL", "plate_kind = regular"],
    ),
    ("plate", {"vehicles": {"plate_state": "IL"}}, "not_known", []),
    ("crowd_control", {"force": {"kind": ["pepper_spray"]}}, "reported", ["kind = pepper_spray"]),
    (
        "crowd_control",
        {"force": {"kind": ["tear_gas_or_crowd_control"]}},
        "reported",
        ["kind = tear_gas_or_crowd_control"],
    ),
    ("crowd_control", {"force": {"kind": ["rubber_or_other_rounds"]}}, "reported", ["kind = rubber_or_other_rounds"]),
    ("crowd_control", {"agents": {"weapons": ["launcher"]}}, "not_known", []),
    ("order_violated", {}, "not_known", []),
]


@pytest.mark.parametrize(("name", "told", "state", "reasons"), ILLINOIS_FACTORS)
def test_a_factor_of_illinois_is_reported_reported_otherwise_or_not_known(name, told, state, reasons):
    found = {factor.factor: factor for factor in illinois([told_in_illinois(**told)])}
    where_said = f"R-0001/{next(iter(told), '')}-1"

    assert found[name].state == state
    assert found[name].reasons == tuple(f"{where_said}: {reason}" for reason in reasons)


def test_reports_that_disagree_make_a_factor_mixed_and_keep_both_reasons():
    covered = told_in_illinois(agents={**ACTING, "face": "full_face_mask"})
    bare = told_in_illinois(agents={**ACTING, "face": "not_covered"})

    face, *_rest = illinois([covered, bare])

    assert face == Factor(
        "face_covering", "mixed", ("R-0001/agents-1: face = full_face_mask", "R-0002/agents-1: face = not_covered")
    )


def test_faces_are_bare_only_where_every_acting_agent_had_a_bare_face():
    agents = [{**ACTING, "face": "not_covered"}, {**ACTING, "face": Missing.NOT_SEEN}]

    face, *_rest = illinois([told_in_illinois(agents=agents)])

    assert face.state == "not_known"


@pytest.mark.parametrize(
    ("name", "told", "notes"),
    [
        ("face_covering", {"agents": {**ACTING, "face": "helmet_visor"}}, ("visor_or_sunglasses",)),
        ("face_covering", {"agents": {"face": "full_face_mask"}}, ("role_not_told",)),
        ("no_body_camera", {"agents": {"body_camera": "none_seen"}}, ("whether_one_was_required",)),
        ("plate", {"vehicles": {"plate_state": "us_government"}}, ("us_government_plate",)),
        ("plate", {"vehicles": {"plate_kind": "us_government"}}, ("us_government_plate",)),
        ("plate", {"vehicles": {"plate_state": "other_country"}}, ("plate_of_another_country",)),
        ("crowd_control", {"agents": {"weapons": ["launcher"]}}, ("carried_only",)),
    ],
)
def test_a_factor_carries_what_counsel_has_to_know_of_it(name, told, notes):
    found = {factor.factor: factor for factor in illinois([told_in_illinois(**told)])}

    assert found[name].notes == notes


def test_only_a_member_can_say_that_an_order_may_have_been_violated():
    found = {factor.factor: factor for factor in illinois([told_in_illinois()], orders=["Castañon Nava 2025-10-07"])}

    assert found["order_violated"] == Factor("order_violated", "reported", ("order = Castañon Nava 2025-10-07",))


def test_the_factors_are_for_illinois_alone():
    elsewhere = report(event={"place": {"state": "IN"}}, agents={**ACTING, "face": "full_face_mask"})

    assert illinois([elsewhere]) == illinois([]) == ()


def test_completeness_counts_questions_with_a_value_and_leaves_out_what_does_not_fit():
    nothing, little = report(), report(event={"light": "dark", "view": "clear_view"})
    unknown = report(event={"light": Missing.UNKNOWN, "view": Missing.PREFER_NOT_TO_SAY})

    assert completeness([]) == completeness([nothing]) == completeness([unknown]) == 0
    assert 0 < completeness([little]) < 5
    assert completeness([little, little]) == completeness([little])
