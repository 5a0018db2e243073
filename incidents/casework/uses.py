"""Which uses the reporter allows, to whom, since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from incidents.checklist import summary
from incidents.checklist.answers import Answers
from incidents.checklist.summary import IMPLIED


@dataclass(frozen=True, slots=True)
class Said:
    """One answer to one use, as it stands in a Report."""

    use: str
    yes: bool
    desk: str  # its address; empty: every desk that reads the report
    on: date | None  # the day the Report came
    statement: str  # the version of what the reporter was told


def said(reports: Sequence[Answers]) -> list[Said]:
    """Return every answer in the order it was given; sending said yes to legal help first."""
    found = [_said(IMPLIED, report, yes=True) for report in reports[:1]]
    for report in reports:
        rows = summary.uses_said(report)
        found += [_said(row["use"], report, yes=row["answer"] == "yes", desk=row["desk"]) for row in rows]
    return found


def standing(answers: Iterable[Said], *, desk: str) -> Mapping[str, Said]:
    """Return the last answer to each use that speaks of a desk: it decides."""
    return {one.use: one for one in answers if one.desk in {"", desk}}


def allowed(answers: Iterable[Said], use: str, *, desk: str) -> bool:
    """Tell whether a desk may use the report for this: nobody's answer is no."""
    held = standing(answers, desk=desk).get(use)
    return held is not None and held.yes


def allowed_at(reports: Sequence[Answers], *, desk: str) -> frozenset[str]:
    """Return the uses that a desk may make of what these Reports tell."""
    return frozenset(summary.uses(reports, desk=desk))


def _said(use: str, report: Answers, *, yes: bool, desk: str = "") -> Said:
    head = report.document
    received = str(head.get("received_at", ""))[:10]
    return Said(use, yes, desk, date.fromisoformat(received) if received else None, str(head.get("statement", "")))
