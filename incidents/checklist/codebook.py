"""The checklist written out: a Report's JSON Schema, the codebook of its tables, and docs/checklist.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils import translation

from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.items import (
    Catalogue,
    Form,
    Grade,
    Item,
    JsonObject,
    JsonValue,
    Missing,
    Reach,
    Section,
    named,
)
from incidents.checklist.kinds.base import code_schema, text_schema
from incidents.checklist.lists import BASIS, CERTAINTY

LETTERS: Mapping[Form, str] = {Form.QUICK: "Q", Form.FULL: "F", Form.CALL: "C", Form.DESK: "D"}
COLUMNS = ("column", "key", "kind", "label", "code", "code_label")


def report_schema(catalogue: Catalogue = CATALOGUE) -> JsonObject:
    """Return the JSON Schema of a Report; keys and codes of other versions fit it too."""
    text: JsonObject = {"type": "string"}
    sections: JsonObject = {section.key: _section_schema(section) for section in catalogue.sections}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "testigo-report/1",
        "type": "object",
        "required": ["report", "sections"],
        "properties": {
            "report": {"const": 1},
            "catalogue": {"type": "integer"},
            "form": {"type": "string", "examples": ["quick", "full", "call_taker", "paper", "question_set"]},
            "channel": {"type": "string", "examples": ["web", "offline_file", "paper_entered", "phone", "imported"]},
            "language": text,
            "statement": text,
            "first": {"type": "boolean"},
            "asked_by_desk": {"type": "boolean"},
            "received_at": {"type": "string", "format": "date-time"},
            "nonce": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "sections": {"type": "object", "properties": sections},
        },
    }


def _section_schema(section: Section) -> JsonObject:
    answers: JsonObject = {item.key: _answer_schema(item) for item in section.items}
    entry: JsonObject = {
        "type": "object",
        "properties": {
            "id": text_schema(),
            "basis": code_schema(BASIS),
            "certainty": code_schema(CERTAINTY),
            "about": {"type": ["string", "null"]},
            "answers": {"type": "object", "properties": answers},
        },
    }
    return {"type": "array", "maxItems": section.at_most, "items": entry}


def _answer_schema(item: Item) -> JsonObject:
    states: JsonValue = [str(state) for state in Missing]
    return {
        "type": "object",
        "oneOf": [{"required": ["value"]}, {"required": ["missing"]}],
        "properties": {
            "value": item.kind.schema(),
            "missing": {"enum": states},
            "basis": code_schema(BASIS),
            "certainty": code_schema(CERTAINTY),
            "other": text_schema(),
        },
    }


def codebook(catalogue: Catalogue = CATALOGUE) -> Iterator[dict[str, str]]:
    """Yield the rows that explain a table of answers: one for each column and code, with the columns of `COLUMNS`."""
    for section, item in catalogue.items():
        path = f"{section.key}.{item.key}"
        row = {"key": path, "kind": item.kind.name, "label": str(item.label)}
        for suffix in item.kind.columns:
            codes = item.kind.codes or {"": ""}
            for code, label in codes.items():
                yield {"column": named(path, suffix), **row, "code": code, "code_label": str(label)}
        yield {"column": named(path, "other"), **row, "code": "", "code_label": ""}
        for state in Missing:
            yield {"column": named(path, "missing"), **row, "code": str(state), "code_label": str(state.label)}


def as_markdown(catalogue: Catalogue = CATALOGUE) -> str:
    """Return docs/checklist.md: every question in English, where it is asked and how far its answer travels."""
    with translation.override("en"):
        return "\n".join(_page(catalogue))


def _page(catalogue: Catalogue) -> Iterator[str]:
    yield "# Checklist"
    yield ""
    yield f"Version {catalogue.version}. Written by `script/fix` from `incidents/checklist/`; change it there."
    yield ""
    yield "- *on*: Q short form, with its number there; F full form; C call form; D members of the desk only."
    yield '- Every question also takes "I don\'t know" and "I\'d rather not say". ° adds "I could not see or hear it",'
    yield '  ^ adds "This does not fit".'
    yield "- *reach*: how far an answer travels inside the seal. *shown at*: the widest packet that may hold it."
    for section in catalogue.sections:
        yield ""
        yield f"## `{section.key}`: {section.title} (at most {section.at_most})"
        yield ""
        yield "| key | kind | on | question | choices and help | reach | shown at |"
        yield "|---|---|---|---|---|---|---|"
        for item in section.items:
            yield f"| {' | '.join(_cells(item))} |"
    yield ""


def _cells(item: Item) -> tuple[str, ...]:
    marks = "°" * item.may_not_see + "^" * item.may_not_fit
    choices = ", ".join(f"`{code}` {label}" for code, label in item.kind.codes.items())
    told = "; ".join(filter(None, (choices, str(item.help) and f"Help: {item.help}")))
    return (
        item.key + (" (retired)" if item.retired else ""),
        item.kind.name + marks,
        _on(item),
        str(item.label),
        told,
        Reach(item.reach).name.lower(),
        Grade(item.shown_at).name.lower(),
    )


def _on(item: Item) -> str:
    letters = (letter for form, letter in LETTERS.items() if item.on & form)
    return " ".join(f"Q{item.quick_order}" if letter == "Q" else letter for letter in letters)
