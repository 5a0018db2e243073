"""The states of an incident at a desk and the moves between them; draws its diagram."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(StrEnum):
    """Where an incident stands at one desk."""

    NEW = "new"
    SCREENING = "screening"
    NEED_INFO = "need_info"
    CONFLICT_CHECK = "conflict_check"
    ACCEPTED = "accepted"
    REFERRED = "referred"
    CLASS_CANDIDATE = "class_candidate"
    CLOSED = "closed"

    @property
    def label(self) -> Promise:
        """What a page calls it."""
        return LABELS[self]


LABELS: Mapping[State, Promise] = {
    State.NEW: _("New"),
    State.SCREENING: _("Being screened"),
    State.NEED_INFO: _("Needs information"),
    State.CONFLICT_CHECK: _("Conflict check"),
    State.ACCEPTED: _("Accepted"),
    State.REFERRED: _("Referred"),
    State.CLASS_CANDIDATE: _("Candidate for a class case"),
    State.CLOSED: _("Closed"),
}

# Where an incident may go from each state. Nothing is final: a closed one can be screened again.
MOVES: Mapping[State, frozenset[State]] = {
    State.NEW: frozenset({State.SCREENING, State.CONFLICT_CHECK, State.CLOSED}),
    State.SCREENING: frozenset({State.NEED_INFO, State.CONFLICT_CHECK, State.CLOSED}),
    State.NEED_INFO: frozenset({State.SCREENING, State.CONFLICT_CHECK, State.CLOSED}),
    State.CONFLICT_CHECK: frozenset(
        {State.SCREENING, State.ACCEPTED, State.REFERRED, State.CLASS_CANDIDATE, State.CLOSED}
    ),
    State.ACCEPTED: frozenset({State.NEED_INFO, State.REFERRED, State.CLASS_CANDIDATE, State.CLOSED}),
    State.REFERRED: frozenset({State.SCREENING, State.CLOSED}),
    State.CLASS_CANDIDATE: frozenset({State.ACCEPTED, State.REFERRED, State.CLOSED}),
    State.CLOSED: frozenset({State.SCREENING}),
}

# What only a lawyer or lead decides; a reviewer proposes it in words.
DECISIONS = frozenset({State.ACCEPTED, State.REFERRED, State.CLASS_CANDIDATE, State.CLOSED})


class ClosedReason(StrEnum):
    """Why a desk closed an incident; every desk picks from the same list."""

    NOT_OUR_AREA = "not_our_area"
    NO_CLAIM_SEEN = "no_claim_seen"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    REPORTER_ASKED = "reporter_asked"
    NO_ANSWER = "no_answer"
    DONE = "done"

    @property
    def label(self) -> Promise:
        """What a page calls it."""
        return REASONS[self]


REASONS: Mapping[ClosedReason, Promise] = {
    ClosedReason.NOT_OUR_AREA: _("Not our area or kind of work"),
    ClosedReason.NO_CLAIM_SEEN: _("We see no claim we can bring"),
    ClosedReason.CONFLICT: _("We have a conflict"),
    ClosedReason.DUPLICATE: _("Filed twice"),
    ClosedReason.REPORTER_ASKED: _("The reporter asked us to"),
    ClosedReason.NO_ANSWER: _("We asked and heard nothing"),
    ClosedReason.DONE: _("The work is done"),
}


def as_markdown() -> str:
    """Return the page docs/review-states.md: the diagram and the table of moves."""
    arrows = [f"    {state} --> {to}" for state in State for to in State if to in MOVES[state]]
    lines = [
        "# States of an incident at a desk",
        "",
        "Written from `incidents/casework/states.py` by `script/fix`. Each move is one event of the desk's ledger by a",
        "named seat. Moves to "
        + ", ".join(f"`{state}`" for state in State if state in DECISIONS)
        + " are decided by a",
        "lawyer or lead; closing takes a reason.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> new",
        *arrows,
        "```",
        "",
        "Reasons for closing: " + ", ".join(f"`{reason}`" for reason in ClosedReason) + ".",
    ]
    return "\n".join(lines) + "\n"
