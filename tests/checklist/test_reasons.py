"""What follows says why, in words."""

from __future__ import annotations

import pytest

from incidents.checklist.derived import worded


def test_a_reason_reads_as_question_and_answer():
    assert worded("R-0001/agents-1: face = full_face_mask") == "R-0001/agents-1: Was the face covered? Full face mask"
    assert worded("header = homeland_security", section="papers").endswith("? Department of Homeland Security")
    assert worded("R-0002/entry-1: entered = not_seen").endswith("I could not see or hear it")


@pytest.mark.parametrize("reason", ["order = N.D. Ill. 1:25", "R-0001/0: face = full_face_mask", "nonsense", ""])
def test_a_reason_about_nothing_that_is_asked_stays_as_it_is(reason):
    assert worded(reason) == reason
