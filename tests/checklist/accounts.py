"""Reports as a witness would give them, in short."""

from __future__ import annotations

from incidents.checklist.answers import Answers
from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.items import Missing

ILLINOIS = {"state": "IL", "county": "17031"}


def report(*, form="full", language="en", catalogue=CATALOGUE, basis="saw_myself", **sections):
    """A Report of these sections; each entry is a dict of values, a way of not knowing stands for one."""
    filed = {
        key: [
            {"id": f"{key}-{number}", "basis": basis, "answers": {k: _answer(v) for k, v in entry.items()}}
            for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1)
        ]
        for key, entries in sections.items()
    }
    head = {"report": 1, "catalogue": catalogue.version, "form": form, "language": language}
    return Answers.from_json({**head, "sections": filed}, catalogue=catalogue)


def entry(section, **values):
    """One entry of a section."""
    return report(**{section: values}).entries(section)[0]


def _answer(value):
    return {"missing": str(value)} if isinstance(value, Missing) else {"value": value}
