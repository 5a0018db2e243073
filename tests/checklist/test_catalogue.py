"""What is declared once holds together."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import textstat
from django import forms
from django.conf import settings
from django.core import validators
from django.utils import translation
from django.utils.functional import Promise

from incidents.checklist import kinds, summary
from incidents.checklist.answers import Answers, search_text
from incidents.checklist.catalogue import ABOUT_ENTRY, CATALOGUE, QUICK, SECTIONS, STEPS, quick_items, section
from incidents.checklist.codebook import as_markdown, codebook, report_schema
from incidents.checklist.items import Form, Grade, Item, Missing, Page, Reach
from incidents.checklist.kinds import WrongType
from incidents.checklist.lists import AGENCY, STATES
from incidents.checklist.reference import table

KEYS = Path(__file__).with_name("keys.json")
ITEMS = [pytest.param(s, item, id=f"{s.key}.{item.key}") for s, item in CATALOGUE.items()]


def asked_texts():
    """Every English sentence a witness is asked or advised with, once."""
    items = [item for _, item in CATALOGUE.items() if item.on != Form.DESK] + list(ABOUT_ENTRY)
    fields = [field for item in items for field in item.fields(Page(Form.FULL | Form.CALL)).values()]
    advice = [CATALOGUE.step_help, *(s.help for s in SECTIONS)]
    with translation.override("en"):
        texts = [str(text) for text in advice] + [str(text) for f in fields for text in (f.label, f.help_text)]
        texts += [str(text) for item in items for text in (item.label, item.help)]
    return sorted({sentence for text in texts for sentence in re.split(r"(?<=[.?!])\s+", text) if sentence})


@pytest.mark.filterwarnings("ignore:pkg_resources")
@pytest.mark.parametrize("sentence", asked_texts())
def test_every_question_and_help_reads_at_sixth_grade(sentence):
    textstat.set_lang("en_US")
    if len(sentence.split()) > 1:  # a grade of one word says only how long it is
        assert textstat.flesch_kincaid_grade(sentence) <= 6

    assert len(sentence.split()) <= 18


def test_no_key_and_no_code_ever_disappears_or_changes_kind():
    now = {
        f"{s.key}.{item.key}": {"kind": item.kind.name, "codes": sorted(item.kind.codes)}
        for s, item in CATALOGUE.items()
    }

    kept = json.loads(KEYS.read_text(encoding="utf-8"))

    assert {key: now.get(key, {}).get("kind") for key in kept} == {key: row["kind"] for key, row in kept.items()}
    gone = {key: set(row["codes"]) - set(now[key]["codes"]) for key, row in kept.items()}
    assert {key: codes for key, codes in gone.items() if codes} == {}
    assert sorted(now) == sorted(kept), "write the new keys to tests/checklist/keys.json: from now on they are for ever"


def test_the_page_of_the_checklist_in_the_docs_is_the_checklist():
    page = (Path(settings.BASE_DIR) / "docs" / "checklist.md").read_text(encoding="utf-8")

    assert page == as_markdown()


def test_the_short_form_asks_its_eleven_questions_in_order():
    asked = [f"{s.key}.{item.key}" for s, item in CATALOGUE.quick()]

    assert asked == [
        "event.still_happening",
        "reporter.role",
        "event.place",
        "event.place_type",
        "event.started",
        "event.activity",
        "agents.agency_seen",
        "agents.badge",
        "agents.name",
        "papers.shown",
        "exhibit.file",
    ]


def test_the_fields_of_the_short_form_have_names_of_their_own():
    names = [name for _section, item in quick_items() for name in item.fields(Page(Form.QUICK))]

    assert len(names) == len(set(names))
    assert [f"{s.key}.{item.key}" for s, item in quick_items()] == [*QUICK]


def test_the_stylesheet_knows_the_names_and_codes_it_hangs_on():
    sheet = (Path(settings.BASE_DIR) / "static" / "css" / "app.css").read_text(encoding="utf-8")
    happening, started = section("event").item("still_happening"), section("event").item("started")

    assert "[name$=still_happening][value=yes]" in sheet
    assert "yes" in dict(happening.fields()["still_happening"].choices)
    assert "[value=another_day]" in sheet
    assert "another_day" in dict(started.fields()["started"].choices)


def test_only_six_answers_are_ever_compared_by_a_key():
    keys = {f"{s.key}.{item.key}" for s, item in CATALOGUE.items() if item.reach is Reach.KEY}

    assert keys == {
        "agents.badge",
        "vehicles.plate",
        "agents.name",
        "agents.vest_text",
        "agents.unit_mark",
        "event.operation_name",
    }


def test_nothing_of_the_witness_and_no_contact_leaves_the_full_packet():
    wide = {
        (s.key, item.kind.name)
        for s, item in CATALOGUE.items()
        if item.shown_at > Grade.FULL or item.reach > Reach.CARD
    }

    assert not {key for key, _kind in wide} & {"reporter", "permission", "leads"}
    assert "contact" not in {kind for _key, kind in wide}


def test_what_may_be_public_is_coded_counted_or_made_vague():
    public = {item.kind.name for _section, item in CATALOGUE.items() if item.shown_at is Grade.PUBLIC}

    assert public <= {"one", "many", "yes_no", "count", "moment", "place"}


@pytest.mark.parametrize(("section_", "item"), ITEMS)
def test_every_word_on_a_page_can_be_translated(section_, item):
    words = [section_.title, section_.one, section_.another, section_.more, section_.help]
    words += [item.label, item.help, item.topic]
    words += [label for code, label in item.kind.codes.items() if code not in STATES]

    assert [text for text in words if text and not isinstance(text, Promise)] == []


def test_the_call_form_asks_first_what_cannot_wait_and_last_how_to_reach_someone():
    asked = [f"{s.key}.{item.key}" for s, item in CATALOGUE.call()]

    assert asked[:10] == list(CATALOGUE.call_order)
    assert asked[-1] == "reporter.contact"
    assert len(asked) == len(set(asked))


def test_the_seven_steps_hold_every_section_once():
    assert len(STEPS) == 7
    assert [key for step in STEPS for key in step.sections] == [s.key for s in SECTIONS]


def test_a_section_page_opens_with_the_questions_of_the_shorter_forms():
    opening = [item.key for item in section("agents").asked_on(Form.FULL)][:3]

    assert opening == ["agency_seen", "badge", "name"]


def test_agencies_have_the_same_codes_on_screen_and_in_the_table():
    seen, said = section("agents").item("agency_seen"), section("agents").item("agency_said")

    assert {*seen.kind.codes, *said.kind.codes} == set(table("agencies")["agencies"])
    assert set(AGENCY) < set(seen.kind.codes)


@pytest.mark.parametrize(("section_", "item"), ITEMS)
def test_an_item_keeps_within_its_limits(section_, item):
    assert re.fullmatch(r"[a-z0-9_]+", item.key)
    assert item.reach is Reach.REPORT or item.kind.short
    assert item.reach is not Reach.KEY or item.kind.group
    assert not set(item.kind.codes) & set(Missing)
    assert (item.on & Form.QUICK == Form.QUICK) == bool(item.quick_order)
    assert section_.at_most == 1 or section_.another
    assert not item.on_card or item.on_card.partition(".")[0] in {"head", "where", "what", "reporter"}


@pytest.mark.parametrize(("section_", "item"), ITEMS)
def test_a_question_is_asked_without_demands_and_outside_autofill(section_, item):
    fields = item.fields(Page(item.on))

    for name, field in fields.items():
        assert not field.required
        assert field.label
        assert field.widget.attrs["autocomplete"] == "off", name
    assert all(name.partition("-")[0] == item.key for name in fields)
    assert section_.item(item.key) is item


def djangos_words():
    """The sentences that Django would say where a field has none of its own."""
    classes = [c for c in vars(forms.fields).values() if isinstance(c, type) and issubclass(c, forms.Field)]
    said = {str(text) for c in classes for text in getattr(c, "default_error_messages", {}).values()}
    return said | {str(c.message) for c in vars(validators).values() if isinstance(c, type) and hasattr(c, "message")}


@pytest.mark.parametrize("item", [item for _section, item in CATALOGUE.items()], ids=lambda item: item.key)
def test_what_goes_wrong_is_said_in_our_own_words(item):
    said = []

    for field in item.fields(Page(Form.FULL | Form.CALL)).values():
        for odd in ("nonsense", ["nonsense"], "\x00" * 9000, "-1", str(10**9)):
            try:
                field.clean(odd)
            except forms.ValidationError as error:
                said += [str(one.message) for one in error.error_list]
            except (AttributeError, TypeError):
                continue  # no browser sends this field such a thing

    assert not set(said) & djangos_words()


def test_a_question_is_added_in_one_place():
    hats = Item(
        key="hats",
        label="What hat did they wear?",
        kind=kinds.One({"cap": "A cap", "helmet": "A helmet"}),
        on=Form.FULL | Form.CALL,
        reach=Reach.CARD,
        may_not_see=True,
    )
    agents = replace(section("agents"), items=(*section("agents").items, hats))
    catalogue = replace(CATALOGUE, sections=tuple(agents if s.key == "agents" else s for s in SECTIONS))

    page = type("Page", (forms.Form,), dict(catalogue.section("agents").item("hats").fields()))({"hats": "cap"})
    posted = hats.answer(page.cleaned_data) if page.is_valid() else None
    document = {"sections": {"agents": [{"answers": {"hats": posted.to_json()}}]}}
    report = Answers.checked(document, catalogue=catalogue)
    card = summary.card([report], reference="TEST", received_on=date(2026, 1, 14))

    line = next(line for line in report.lines() if line.item.key == "hats")
    assert (line.label, line.text, line.known) == ("What hat did they wear?", "A cap", True)
    assert line.cells() == {"agents.hats": "cap"}
    assert report.to_json() == document
    assert "a cap" in search_text(report)
    assert card["what"]["hats"] == ["cap"]
    assert ("hats", "cap") in set(summary.facts_of(card))
    assert {row["code"] for row in codebook(catalogue) if row["column"] == "agents.hats"} == {"cap", "helmet"}
    schema = report_schema(catalogue)["properties"]["sections"]["properties"]["agents"]["items"]
    assert "hats" in schema["properties"]["answers"]["properties"]
    assert "What hat did they wear?" in as_markdown(catalogue)
    with pytest.raises(WrongType, match=r"sections\.agents\[0\]\.answers\.hats\.value"):
        Answers.checked({"sections": {"agents": [{"answers": {"hats": {"value": 4}}}]}}, catalogue=catalogue)
    assert Answers.from_json(document).unknown == ("sections.agents[0].answers.hats",)


def test_a_list_to_pick_one_from_takes_one_whatever_was_drawn_before_it():
    drawn = [field for _s, item in [*CATALOGUE.items(), *CATALOGUE.items()] for field in item.fields().values()]

    selects = [field.widget for field in drawn if type(field.widget) is forms.Select]
    assert selects
    assert not [widget for widget in selects if "multiple" in widget.attrs]
