"""How each kind of answer is asked, checked and read back."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from incidents.checklist import kinds
from incidents.checklist.catalogue import CATALOGUE, section
from incidents.checklist.items import Answer, Form, Grade, Item, Missing, Page
from incidents.checklist.kinds import KINDS, WrongType
from tests import strategies

CHICAGO = datetime(2026, 1, 14, 18, 30, tzinfo=ZoneInfo("America/Chicago"))
ASKED = [item.kind for _, item in CATALOGUE.items()] + [kinds.Unknown()]
ONE_OF_EACH = [pytest.param(next(k for k in ASKED if type(k) is kind), id=kind.name) for kind in KINDS]
PLAIN = kinds.One({"a": "A", "b": "B"})
SOME = kinds.Many({"a": "A", "b": "B", "other": "Other"})


def asked(kind, posted, *, missing=tuple(Missing), page=None):
    """Post a page that asks one question of this kind, and return its answer; raise what the page would say."""
    item = Item(key="it", label="What was it?", kind=kind)
    fields = kind.fields(item, missing=missing, page=page or Page())
    named = {f"it-{suffix}" if suffix else "it": field for suffix, field in fields.items()}
    form = type("Asking", (forms.Form,), named)(
        MultiValueDict({k: v if isinstance(v, list) else [v] for k, v in posted.items()})
    )
    if not form.is_valid():
        raise forms.ValidationError([error for errors in form.errors.values() for error in errors])
    return item.answer(form.cleaned_data, now=CHICAGO)


def test_every_kind_has_a_strategy():
    assert set(strategies.VALUES) == set(KINDS)


@pytest.mark.parametrize("kind", ONE_OF_EACH)
@given(data=st.data())
def test_a_value_passes_its_own_check_and_reads_back_in_every_way(kind, data):
    value = data.draw(strategies.values(kind))

    assert kind.check(value) == value
    assert isinstance(kind.read(value), str)
    assert set(kind.cells(value)) <= set(kind.columns)
    assert all(isinstance(cell, str) for cell in kind.cells(value).values())
    assert all(isinstance(fact, str) for fact in kind.facts(value))
    assert list(kind.unknown(value)) == []
    assert all(isinstance(key, str) for key in kind.keys(value).values())
    assert kind.shown(value, Grade.FULL) == value
    Draft202012Validator(kind.schema()).validate(value)


@pytest.mark.parametrize("kind", ONE_OF_EACH)
@given(value=strategies.json_values())
def test_what_passes_a_check_can_be_read_whatever_came(kind, value):
    try:
        checked = kind.check(value)
    except WrongType:
        return

    assert isinstance(kind.read(checked), str)
    assert kind.cells(checked)
    assert isinstance(list(kind.unknown(checked)), list)
    assert isinstance(kind.facts(checked), tuple)


@pytest.mark.parametrize(
    ("kind", "value", "path"),
    [
        (kinds.Mark(), {"seen": 4471}, "seen: "),
        (kinds.Mark(), {"reading": "full"}, "seen: "),
        (kinds.Count(), {"n": True}, "n: "),
        (kinds.Count(), {"n": "4"}, "n: "),
        (kinds.Count(), {"n": 4, "about": "yes"}, "about: "),
        (kinds.Moment(), {"day": "14 January"}, "day: "),
        (kinds.Moment(), {"time": "6:10"}, "time: "),
        (kinds.Place(), {"lat": 41.87}, "lat: "),
        (kinds.Place(), {"lat": "north"}, "lat: "),
        (kinds.Place(), {"county": "Cook"}, "county: "),
        (kinds.Many({"a": "A"}), ["a", 4], "[1]: "),
        (kinds.Moments(), [{"at": 4}], "[0].at: "),
        (kinds.Uses(), [{"use": "counts"}], "[0].answer: "),
        (kinds.Text(), "x" * 201, "at most 200"),
        (kinds.Long(), "x" * 4001, "at most 4,000"),
        (kinds.Text(), "\ud800", "half a character"),
        (kinds.One({"a": "A"}), "two words", "a code"),
    ],
)
def test_a_wrong_type_names_its_part(kind, value, path):
    with pytest.raises(WrongType) as wrong:
        kind.check(value)

    assert str(wrong.value).startswith(path) or path in str(wrong.value)


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_nothing_posted_is_left_blank(kind):
    assert asked(kind, {}) is None


@pytest.mark.parametrize("kind", [param for param in ONE_OF_EACH if param.id not in {"unknown"}])
@pytest.mark.parametrize("state", [Missing.UNKNOWN, Missing.PREFER_NOT_TO_SAY, Missing.NOT_SEEN])
def test_not_knowing_is_an_answer_of_every_kind(kind, state):
    in_the_list = isinstance(kind, kinds.One | kinds.Many | kinds.Link)

    answer = asked(kind, {"it" if in_the_list else "it-missing": str(state)})

    assert answer == Answer(missing=state)


@pytest.mark.parametrize(
    ("kind", "posted"),
    [
        (kinds.Text(), {"it": "words", "it-missing": "unknown"}),
        (kinds.Mark(), {"it": "44?1", "it-missing": "not_seen"}),
        (kinds.Count(), {"it": "4", "it-missing": "unknown"}),
        (SOME, {"it": ["a", "unknown"]}),
        (SOME, {"it": ["not_seen", "unknown"]}),
    ],
)
def test_an_answer_together_with_not_knowing_is_kindly_asked_about(kind, posted):
    with pytest.raises(forms.ValidationError, match="Please keep only one of them"):
        asked(kind, posted)


@pytest.mark.parametrize(
    ("kind", "posted", "value"),
    [
        (PLAIN, {"it": "b"}, "b"),
        (SOME, {"it": ["b", "a"]}, ["b", "a"]),
        (kinds.YesNo(), {"it": "no"}, "no"),
        (kinds.Text(), {"it": "  as typed \r\n\0 "}, "  as typed \r\n\0 "),
        (kinds.Count(), {"it": "15"}, {"n": 15, "about": True}),
        (kinds.Count(), {"it": "٣", "it-about": "exact"}, {"n": 3, "about": False}),
        (kinds.Mark(), {"it": "44?1"}, {"seen": "44?1", "reading": "partial"}),
        (kinds.Mark(), {"it": "4471", "it-reading": "unsure"}, {"seen": "4471", "reading": "unsure"}),
        (kinds.Words(), {"it": "Open up", "it-quality": "close"}, {"said": "Open up", "quality": "close"}),
        (kinds.Link(to=("agents",)), {"it-other": "the tall one"}, "other"),
        (kinds.Contact(), {"it": "555-0100", "it-way": "signal"}, {"way": "signal", "to": "555-0100"}),
        (
            kinds.Uses(),
            {"it-counts": "yes", "it-legal_help": "no"},
            [
                {"use": "legal_help", "answer": "no"},
                {"use": "counts", "answer": "yes"},
            ],
        ),
        (
            kinds.Moments(),
            {"it": "0:10", "it-what1": "A knock", "it-what3": "A shout"},
            [
                {"at": "0:10", "what": "A knock"},
                {"what": "A shout"},
            ],
        ),
        (kinds.Place(), {"it": "IL", "it-town": "Cook"}, {"state": "IL", "town": "Cook"}),
    ],
)
def test_what_was_posted_is_what_is_stored(kind, posted, value):
    assert asked(kind, posted).value == value


def test_a_line_without_a_choice_says_other_by_itself():
    assert asked(SOME, {"it-other": "a drone"}) == Answer(value=["other"], other="a drone")
    assert asked(kinds.One({"a": "A", "other": "Other"}), {"it-other": "x"}) == Answer(value="other", other="x")


def test_a_line_beside_another_choice_is_kept():
    assert asked(SOME, {"it": ["a"], "it-other": "and a drone"}) == Answer(value=["a"], other="and a drone")


def test_a_line_where_no_choice_opens_it_asks_for_one():
    with pytest.raises(forms.ValidationError, match="Please also pick an answer"):
        asked(kinds.One({"a": "A"}, line="Where?"), {"it-other": "here"})


@pytest.mark.parametrize(
    ("posted", "value"),
    [
        ({"it": "today"}, {"day": "2026-01-14", "zone": "America/Chicago"}),
        ({"it": "yesterday", "it-time": "06:10"}, {"day": "2026-01-13", "time": "06:10", "zone": "America/Chicago"}),
        ({"it": "another_day", "it-day": "2026-01-02"}, {"day": "2026-01-02", "zone": "America/Chicago"}),
        (
            {"it-day": "01/02/2026", "it-precision": "about_day"},
            {"day": "2026-01-02", "zone": "America/Chicago", "precision": "about_day"},
        ),
        ({"it-time": "18:05"}, {"time": "18:05", "zone": "America/Chicago"}),
        ({"it": "today", "it-day": "2026-01-14"}, {"day": "2026-01-14", "zone": "America/Chicago"}),
    ],
)
def test_a_day_is_taken_on_the_calendar_where_it_happened(posted, value):
    assert asked(kinds.Moment(), posted).value == value


def test_a_moment_without_a_day_says_nothing_by_its_precision_alone():
    assert asked(kinds.Moment(), {"it": "another_day", "it-precision": "about_day"}) is None


def test_two_different_days_are_asked_about():
    with pytest.raises(forms.ValidationError, match="wrote another"):
        asked(kinds.Moment(), {"it": "today", "it-day": "2026-01-02"})


def test_today_without_a_clock_is_not_guessed():
    with pytest.raises(forms.ValidationError, match="write the date"):
        kinds.Moment().answer({"": "today"})


def test_a_moment_without_a_clock_has_no_zone():
    posted = {"day": date(2026, 1, 2), "time": time(6, 10)}

    assert kinds.Moment().answer(posted).value == {"day": "2026-01-02", "time": "06:10"}


def test_the_short_form_asks_for_no_street():
    place = section("event").item("place")

    assert set(place.fields(Page(Form.QUICK))) == {"place", "place-town", "place-missing"}
    assert "place-where" in place.fields(Page(Form.FULL))


def test_a_link_offers_the_entries_a_page_knows():
    page = Page(entries=(("agents-1", "Tall one"), ("papers-1", "Paper 1")))
    answer = asked(kinds.Link(to=("agents",)), {"it": "agents-1"}, page=page)

    offered = kinds.Link(to=("agents",)).fields(Item(key="x", label="x", kind=PLAIN), missing=(), page=page)[""].choices

    assert answer == Answer(value="agents-1")
    assert ("agents-1", "Tall one") in offered
    assert "papers-1" not in dict(offered)


def test_files_come_in_any_number_and_are_no_answer():
    field = kinds.File().fields(Item(key="f", label="f", kind=PLAIN), missing=())[""]

    cleaned = field.clean([SimpleUploadedFile("a.jpg", b""), SimpleUploadedFile("b.heic", b"x")])

    assert [file.name for file in cleaned] == ["a.jpg", "b.heic"]
    assert field.clean(None) == []
    assert kinds.File().answer({"": cleaned}) is None


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (kinds.Count(), {"n": 4, "about": True}, "about 4"),
        (kinds.Count(), {"n": 4, "about": False}, "4"),
        (
            kinds.Moment(),
            {"day": "2026-01-14", "time": "06:10", "precision": "about_15_min"},
            "Jan. 14, 2026, 6:10 a.m. (Give or take 15 minutes)",
        ),
        (kinds.Moment(), {"day": "2026-01-14", "precision": "month_only"}, "January 2026 (Only the month)"),
        (
            kinds.Place(),
            {"state": "IL", "county": "17031", "town": "Cicero", "where": "35th St", "precision": "town"},
            "35th St, Cicero, Cook County, Illinois (Only the town)",
        ),
        (kinds.Words(), {"said": "Open", "quality": "exact_words", "language": "es"}, "Open (Yes, these words; es)"),
        (
            kinds.Contact(),
            {"way": "phone", "to": "555-0100", "hours": "after 6", "message_ok": "no"},
            "Phone: 555-0100; Hours: after 6; Message is fine: No",
        ),
        (
            kinds.Uses(),
            [{"use": "counts", "answer": "yes", "on": "2026-01-14"}],
            "Numbers without names: Yes, 2026-01-14",
        ),
        (SOME, ["a", "newer_code"], "A; newer_code"),
    ],
)
def test_an_answer_reads_back_as_people_say_it(kind, value, read):
    with translation.override("en"):
        assert kind.read(kind.check(value)) == read


@pytest.mark.parametrize(
    ("kind", "value", "unknown"),
    [
        (PLAIN, "z", ["z"]),
        (SOME, ["a", "z"], ["z"]),
        (kinds.Mark(), {"seen": "1", "angle": 4}, ["angle"]),
        (kinds.Uses(), [{"use": "tv", "answer": "yes"}], ["tv"]),
    ],
)
def test_codes_and_parts_of_tomorrow_are_kept_and_named(kind, value, unknown):
    assert kind.check(value) == value
    assert list(kind.unknown(value)) == unknown


def test_a_place_and_a_moment_grow_vaguer_as_a_packet_grows_wider():
    place = {"state": "IL", "county": "17031", "town": "Cicero", "where": "35th St", "lat": "41.87"}
    moment = {"day": "2026-01-14", "time": "06:10", "precision": "exact_minute"}

    assert kinds.Place().shown(place, Grade.PROTECTIVE_ORDER) == place
    assert kinds.Place().shown(place, Grade.PSEUDONYMOUS) == {"state": "IL", "county": "17031"}
    assert kinds.Place().shown(place, Grade.PUBLIC) == {"state": "IL"}
    assert kinds.Place().shown({"town": "Cicero"}, Grade.PUBLIC) is None
    assert kinds.Moment().shown(moment, Grade.PSEUDONYMOUS) == moment
    assert kinds.Moment().shown(moment, Grade.PUBLIC) == {"day": "2026-01-01", "precision": "month_only"}
    assert kinds.Moment().shown({"time": "06:10"}, Grade.PUBLIC) is None


@pytest.mark.parametrize(("number", "bucket"), [(0, "0"), (1, "1"), (2, "2-5"), (5, "2-5"), (20, "6-20"), (21, "21+")])
def test_counts_go_to_a_card_as_ranges(number, bucket):
    assert kinds.Count().facts({"n": number}) == (bucket,)


def test_the_last_answer_about_a_use_is_in_force():
    rows = [
        {"use": "counts", "answer": "yes"},
        {"use": "class_case", "answer": "yes"},
        {"use": "counts", "answer": "no"},
    ]

    assert kinds.Uses().facts(rows) == ("class_case",)


def test_every_naughty_string_stays_as_typed_in_every_kind_of_text(naughty_strings):
    for text in naughty_strings:
        if not text.strip():
            continue
        assert asked(kinds.Text(), {"it": text[:200]}).value == text[:200]
        assert asked(kinds.Long(), {"it": text}).value == text
        assert asked(kinds.Mark(), {"it": text[:200]}).value["seen"] == text[:200]
        assert asked(kinds.Words(), {"it": text}).value["said"] == text
        assert asked(kinds.Contact(), {"it": text[:200]}).value["to"] == text[:200]
        assert asked(kinds.Place(), {"it-town": text[:200]}).value["town"] == text[:200]
        assert asked(kinds.Moments(), {"it": text[:200]}).value == [{"at": text[:200]}]


def test_a_text_too_long_for_its_line_is_told_so_and_not_cut():
    with pytest.raises(forms.ValidationError, match="at most 4000 letters"):
        asked(kinds.Long(), {"it": "x" * 200_000})
    assert "maxlength" not in str(
        kinds.Text().fields(Item(key="t", label="t", kind=PLAIN), missing=())[""].widget.attrs
    )
