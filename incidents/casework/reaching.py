"""Whether a reporter may be mailed that something waits, and where: what they said last decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from incidents.checklist.answers import Answer, Answers


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a reporter may be mailed; it is read from the open reports each time and kept nowhere."""

    address: str
    language: str  # of the report that gave the address; may be empty


def mailbox(reports: Sequence[Answers]) -> Mailbox | None:
    """Return where the reporter may be mailed, or None: they did not say yes, or gave no mail address.

    Args:
        reports: in the order they were filed.
    """
    agreed = [answer for _report, answer in _said(reports, "permission", "notify")]
    if not agreed or agreed[-1].missing or agreed[-1].value != "yes":
        return None
    reached = [(report, answer) for report, answer in _said(reports, "reporter", "contact") if _names_a_place(answer)]
    if not reached:
        return None
    report, answer = reached[-1]
    address = _address(answer)
    return Mailbox(address, report.language) if address else None


def _said(reports: Sequence[Answers], section: str, item: str) -> Iterator[tuple[Answers, Answer]]:
    for report in reports:
        for entry in report.entries(section):
            if answer := entry.answers.get(item):
                yield report, answer


def _names_a_place(answer: Answer) -> bool:
    """Whether this says anew where: hours alone change no address; "I would rather not say" takes it back."""
    return bool(answer.missing) or (isinstance(answer.value, dict) and bool(answer.value.get("to")))


def _address(answer: Answer) -> str:
    held = answer.value if isinstance(answer.value, dict) and not answer.missing else {}
    to = str(held.get("to", "")).strip()
    if held.get("way", "email") != "email":
        return ""
    try:
        validate_email(to)
    except ValidationError:
        return ""
    return to
