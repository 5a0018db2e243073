"""What explains the answers to others: the schema, the codebook, the page in the docs, and the text for searching."""

from __future__ import annotations

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from incidents.checklist.answers import search_text
from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.codebook import COLUMNS, as_markdown, codebook, report_schema
from incidents.checklist.items import Missing
from incidents.checklist.reference import fold
from tests import strategies
from tests.checklist.accounts import report

SCHEMA = Draft202012Validator(report_schema())


@given(strategies.answers())
def test_every_report_fits_the_schema(answers):
    SCHEMA.validate(answers.to_json())


def test_the_schema_is_one():
    Draft202012Validator.check_schema(report_schema())


@pytest.mark.parametrize(
    "answer",
    [
        {"value": "yes", "missing": "unknown"},
        {},
        {"missing": "no idea"},
        {"value": 4},
        {"value": {"seen": "yes"}},
    ],
)
def test_the_schema_refuses_what_is_no_answer(answer):
    filed = report(event={"still_happening": "yes"}).to_json()
    filed["sections"]["event"][0]["answers"]["still_happening"] = answer

    assert not SCHEMA.is_valid(filed)


def test_the_schema_takes_keys_and_codes_of_other_versions():
    filed = report(event={"still_happening": "perhaps", "weather": "rain"}, drones={"seen": "yes"}).to_json()

    assert SCHEMA.is_valid(filed)


@given(strategies.answers())
def test_the_codebook_explains_every_cell_of_every_report(answers):
    explained = {row["column"] for row in codebook()}

    cells = {column for line in answers.lines() if line.known for column in line.cells()}

    assert cells <= explained


def test_the_codebook_explains_every_code_and_every_way_of_not_knowing():
    rows = list(codebook())
    told = {(row["key"], row["code"]): row["code_label"] for row in rows}

    assert all(tuple(row) == COLUMNS for row in rows)
    for section, item in CATALOGUE.items():
        path = f"{section.key}.{item.key}"
        assert all(told[path, code] == str(label) for code, label in item.kind.codes.items())
        assert all(told[path, state.value] == str(state.label) for state in Missing)


def test_no_row_of_the_codebook_stands_twice():
    rows = [(row["column"], row["code"]) for row in codebook()]

    assert len(rows) == len(set(rows))


def test_the_page_tells_every_section_key_kind_question_and_choice():
    page = as_markdown()

    for section, item in CATALOGUE.items():
        (row,) = [
            line for line in _rows_of(page, section.key) if line.startswith((f"| {item.key} |", f"| {item.key} ("))
        ]
        assert f"| {item.kind.name}" in row
        assert str(item.label) in row
        assert all(f"`{code}` {label}" in row for code, label in item.kind.codes.items())


def _rows_of(page, key):
    """The lines of one section."""
    return page.partition(f"\n## `{key}`: ")[2].partition("\n## ")[0].splitlines()


def test_the_text_for_searching_holds_every_answer_folded_and_nothing_unsaid():
    filed = report(
        event={"place_type": "courthouse", "light": Missing.UNKNOWN},
        agents={"badge": {"seen": "ICE-4471"}, "name": "José Ramírez"},
        story={"text": "Le quitaron el TELÉFONO."},
    )

    found = search_text(filed)

    assert all(fold(words) in found for words in ("courthouse", "ICE-4471", "José Ramírez", "telefono"))
    assert fold(str(Missing.UNKNOWN.label)) not in found


def test_the_text_for_searching_holds_what_this_version_does_not_know():
    filed = report(event={"weather": "heavy rain"})

    assert "heavy rain" in search_text(filed)
