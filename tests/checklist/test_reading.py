"""What a Report's JSON holds beyond what this version expects."""

from __future__ import annotations

import pytest

from incidents.checklist.answers import Answers
from incidents.checklist.kinds import WrongType

BADGE = {"value": {"seen": "44?1", "reading": "partial"}}
NONCE = "0f" * 16


def report(sections):
    return {"report": 1, "catalogue": 1, "form": "full", "channel": "web", "sections": sections}


def test_what_is_new_in_an_entry_or_beside_an_answer_is_kept_and_shown():
    answer = {**BADGE, "angle": "side"}
    stored = report({"agents": [{"id": "agents-1", "drawn_by": "hand", "answers": {"badge": answer}}]})

    answers = Answers.checked(stored)

    assert answers.unknown == ("sections.agents[0].drawn_by", "sections.agents[0].answers.badge.angle")
    later = [(line.label, line.text) for line in answers.lines() if not line.known]
    assert later == [("drawn_by", "hand"), ("badge.angle", "side")]


def test_two_entries_under_one_id_are_told():
    stored = report({"agents": [{"id": "agents-1", "answers": {}}, {"id": "agents-1", "answers": {}}]})

    assert Answers.from_json(stored).troubles == ("sections.agents[1].id: another entry has this id",)
    with pytest.raises(WrongType, match="another entry has this id"):
        Answers.checked(stored)


@pytest.mark.parametrize("sections", ["none", {"agents": "none"}])
def test_a_report_without_entries_to_number_is_sealed_as_it_came(sections):
    sealed = Answers.from_json(report(sections)).received(at="2026-01-14T12:40:07Z", nonce=NONCE, first=True)

    assert sealed["sections"] == sections
