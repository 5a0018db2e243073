"""Adding a question touches one file: the section it stands in. Every page, card and file has it from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django import forms
from jsonschema import Draft202012Validator

from incidents.checklist import summary
from incidents.checklist.answers import Answers, search_text
from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.codebook import as_markdown, codebook, report_schema
from incidents.checklist.items import Form, Grade, Item, Missing, Page, Reach
from incidents.checklist.kinds import Many, WrongType
from tests.checklist.accounts import report

WEATHER = Item(
    key="weather",
    label="What was the weather like?",
    help="As far as you could see.",
    kind=Many({"rain": "Rain", "snow": "Snow", "sun": "Sun", "other": "Other"}),
    on=Form.FULL | Form.CALL,
    reach=Reach.CARD,
    shown_at=Grade.PUBLIC,
    may_not_see=True,
)


@pytest.fixture(scope="module")
def catalogue():
    """The shipped checklist with one question more, in its first section."""
    first, *others = CATALOGUE.sections
    grown = replace(first, items=(*first.items, WEATHER))
    return replace(CATALOGUE, sections=(grown, *others))


@pytest.fixture
def told(catalogue):
    """A Report that answers it."""
    return report(catalogue=catalogue, event={"weather": ["rain", "snow"]})


def test_a_page_asks_it_and_understands_the_answer(catalogue):
    item = catalogue.item("event.weather")
    page = type("Page", (forms.Form,), item.fields(Page(Form.FULL)))(
        {"weather": ["rain", "other"], "weather-other": "Hail"}
    )

    assert page.is_valid()
    assert page.fields["weather"].label == WEATHER.label
    assert item.answer(page.cleaned_data).to_json() == {"value": ["rain", "other"], "other": "Hail"}


def test_it_is_asked_on_the_forms_it_names(catalogue):
    asked = catalogue.section("event").asked_on(Form.FULL)

    assert WEATHER in asked
    assert WEATHER in [item for _section, item in catalogue.call()]
    assert WEATHER not in [item for _section, item in catalogue.quick()]


def test_an_answer_to_it_is_checked_on_its_way_in(catalogue, told):
    wrong = report(catalogue=catalogue, event={"weather": "rain"}).to_json()

    assert Answers.checked(told.to_json(), catalogue=catalogue).unknown == ()
    with pytest.raises(WrongType) as found:
        Answers.checked(wrong, catalogue=catalogue)
    assert found.value.path == "sections.event[0].answers.weather.value"


def test_it_reads_back_in_words_and_cells_and_returns_the_same_json(catalogue, told):
    (line,) = [line for line in told.lines() if line.item.key == "weather"]

    assert (line.label, line.text, line.known) == ("What was the weather like?", "Rain; Snow", True)
    assert line.cells() == {"event.weather": "rain; snow"}
    assert line.at(Grade.PUBLIC) == line
    assert Answers.from_json(told.to_json(), catalogue=catalogue).to_json() == told.to_json()


def test_left_blank_it_says_so(catalogue):
    silent = report(catalogue=catalogue, event={"light": "dark"})

    assert [line.missing for line in silent.lines() if line.item.key == "weather"] == [Missing.BLANK]


def test_the_codebook_the_schema_and_the_docs_explain_it(catalogue, told):
    rows = [row for row in codebook(catalogue) if row["key"] == "event.weather"]
    schema = Draft202012Validator(report_schema(catalogue))
    wrong = report(catalogue=catalogue, event={"weather": "rain"})

    assert {("rain", "Rain"), ("not_seen", "I could not see or hear it")} <= {
        (row["code"], row["code_label"]) for row in rows
    }
    assert schema.is_valid(told.to_json())
    assert not schema.is_valid(wrong.to_json())
    assert "| weather | many° | F C | What was the weather like? |" in as_markdown(catalogue)


def test_a_search_finds_it(told):
    assert "rain; snow" in search_text(told)


def test_a_card_holds_it_and_an_index_finds_it(told):
    card = summary.card([told], reference="K7M-2QX", received_on=date(2026, 1, 15))

    assert card["what"]["weather"] == ["rain", "snow"]
    assert {("weather", "rain"), ("weather", "snow")} <= set(summary.facts_of(card))


def test_a_version_that_does_not_know_it_keeps_it_and_shows_it_last(told):
    older = Answers.from_json(told.to_json())

    *_others, last = older.lines()

    assert older.to_json() == told.to_json()
    assert (last.label, last.known, last.item.shown_at) == ("weather", False, Grade.FULL)
    assert "rain" in last.text
