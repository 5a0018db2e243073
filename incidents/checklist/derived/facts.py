"""A derived value with its reasons, and how one is looked up in the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from incidents.checklist.answers import Answers, Entry
from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.items import Form, Missing

RULES = 1  # the version of the rules in this package; a card names the one it was made with

FIRST_HAND = frozenset({"happened_to_me", "saw_myself", "heard_myself", "on_my_recording", "read_on_paper"})


@dataclass(frozen=True, slots=True)
class Derived:
    """A value that follows from the answers, never a verdict.

    Each reason is an answer, such as "header = homeland_security".
    """

    type: str
    flags: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry of one of an incident's Reports, numbered as the Reports are."""

    report: int
    answers: Answers
    entry: Entry

    def among(self, key: str, codes: Iterable[str]) -> tuple[str, ...]:
        """Return a reason for each of these codes that was answered, naming the entry: "R-0001/agents-1: face = …"."""
        return tuple(f"R-{self.report:04d}/{self.entry.id}: {reason}" for reason in among(self.entry, key, codes))


def codes_of(entry: Entry, key: str) -> tuple[str, ...]:
    """Return the codes answered under one key; a way of not knowing gives none."""
    answer = entry.answers.get(key)
    value = answer.value if answer else None
    return tuple(str(code) for code in value) if isinstance(value, list) else (str(value),) if value else ()


def among(entry: Entry, key: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Return a reason for each of these codes that was answered: "header = homeland_security"."""
    wanted = set(codes)
    return tuple(f"{key} = {code}" for code in codes_of(entry, key) if code in wanted)


def seen(reports: Sequence[Answers], section: str) -> Iterator[Seen]:
    """Yield the entries of one section in every Report, in order."""
    for number, answers in enumerate(reports, 1):
        for entry in answers.entries(section):
            yield Seen(number, answers, entry)


def first_hand(answers: Answers, entry: Entry) -> Derived | None:
    """Return how an entry is known first hand, or None; only such entries enter a witness's declaration draft."""
    basis, reason = answers.basis_of(entry)
    return Derived("first_hand", reasons=(reason,)) if basis in FIRST_HAND else None


def worded(reason: str, *, section: str = "") -> str:
    """Return a reason as people read it, in the language in force: where it stands, the question and the answer.

    Args:
        section: of reasons that name no entry, as those of a paper.
    """
    place, _colon, told = reason.rpartition(": ")
    key, _equals, code = told.partition(" = ")
    asked = CATALOGUE.item(f"{place.partition('/')[2].rpartition('-')[0] or section}.{key}")
    if asked is None:
        return reason
    answer = Missing(code).label if code in set(Missing) else asked.kind.codes.get(code, code)
    return ": ".join(filter(None, (place, f"{asked.label} {answer}")))


def completeness(reports: Sequence[Answers]) -> int:
    """Return how many of a hundred questions of the full form have a value: a guide for questions, not for worth.

    A question counts once however many entries answer it, and not at all where it "does not fit".
    """
    applicable = answered = 0
    for section, item in next(iter(reports), Answers.start()).catalogue.items():
        if not item.on & Form.FULL or item.retired or not item.kind.kept:
            continue
        entries = [one.entry.answers for one in seen(reports, section.key)]
        given = [answers[item.key] for answers in entries if item.key in answers]
        if given and all(answer.missing is Missing.NOT_APPLICABLE for answer in given):
            continue
        applicable += 1
        answered += any(answer.missing is None for answer in given)
    return round(100 * answered / applicable) if applicable else 0
