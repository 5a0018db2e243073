"""What a card says of the answers: facts, derived values, keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import get_language_info

from incidents.checklist.answers import Answers, Line
from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.compare import with_office
from incidents.checklist.derived import (
    RULES,
    agencies_of,
    completeness,
    first_hand,
    illinois,
    looks_like,
    methods,
    paper_type,
    protected_place,
    where,
)
from incidents.checklist.items import Catalogue, Item, JsonObject, Reach
from incidents.checklist.kinds import Moment, Place
from incidents.checklist.kinds.base import label_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CARD = 1
LONGEST = 80  # longer values never leave the Report
IMPLIED = "legal_help"  # sending to a desk says yes to this, and the page says so
FACT_NAMES = {"agencies": "agency", "papers.type": "papers", "papers.flags": "paper_flags"}
OF_THE_DAY = frozenset({"about_day", "month_only"})  # what the day itself is not sure of; a card has no minutes


def card(
    reports: Sequence[Answers],
    *,
    reference: str,
    exhibits: Sequence[Mapping[str, object]] = (),
    received_on: date,
    desk: str = "",
) -> dict[str, object]:
    """Return one incident's card for a desk; the desk adds its own part, "review".

    Args:
        reports: in the order they were filed.
        exhibits: manifests of the files: name, type, size, sha256.
        desk: its address; what was allowed to it alone counts for no other.

    What nobody said is left out: a way of not knowing is no value here.
    """
    lines = [(line, report) for report in reports for line in report.lines() if _travels(line)]
    parts = {
        "head": _head(reports, reference=reference, exhibits=exhibits, received_on=received_on),
        "where": _where(reports),
        "what": _what(reports),
        "keys": _keys(lines, exhibits),
        "reporter": _reporter(reports, desk=desk),
    }
    for line, _report in lines:
        _put(parts, line)
    return {"card": CARD} | {name: {key: value for key, value in part.items() if value} for name, part in parts.items()}


def facts_of(document: Mapping[str, object], *, of: Container[str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield a card's facts as rows for an index: ("force", "taser"), ("badge.full", "4471B"), ("papers", "unclear").

    Args:
        of: only those under these names; all where it is None.
    """
    for name, part in document.items():
        if name == "review" or not isinstance(part, Mapping):
            continue
        for key, value in part.items():
            if of is None or FACT_NAMES.get(key, key) in of:
                yield from ((FACT_NAMES.get(fact, fact), said) for fact, said in _rows(key, value))


def counts(document: Mapping[str, object]) -> tuple[int, int]:
    """Return from how many Reports and files a card was made."""
    head = _part(document, "head")
    reports = head.get("reports", 0)
    return (reports if isinstance(reports, int) else 0), sum(
        n for n in _part(head, "exhibits").values() if isinstance(n, int)
    )


def headline(document: Mapping[str, object], *, catalogue: Catalogue = CATALOGUE) -> dict[str, str]:
    """Return what a desk's list shows of a card, in the language in force; an empty text for what nobody said.

    Returns:
        `happened` (the day, with how exact it is), `place`, `paper` (what it looks like, never what it is), `agencies`,
        `files` (how many) and `language`.
    """
    at, what, reporter = (_part(document, name) for name in ("where", "what", "reporter"))
    precision = str(at.get("day_precision", ""))
    day: JsonObject = {"day": str(at.get("day", "")), "precision": precision if precision in OF_THE_DAY else ""}
    place: JsonObject = {key: str(at.get(key, "")) for key in ("state", "county")}
    papers = (str(paper["type"]) for paper in _list(what, "papers") if isinstance(paper, Mapping))
    names = _agency_names(catalogue)
    return {
        "happened": Moment().read(day) if day["day"] else "",
        "place": Place().read(place),
        "paper": " ".join(dict.fromkeys(looks_like(paper) for paper in papers)),
        "agencies": ", ".join(label_of(str(code), names) for code in _list(what, "agencies")),
        "files": str(counts(document)[1]),
        "language": language_name(str(reporter.get("language", ""))),
    }


def worded(name: str, value: str, *, catalogue: Catalogue = CATALOGUE) -> str:
    """Return the value of one of a card's facts as people read it, in the language in force."""
    readers: Mapping[str, Callable[[str], str]] = {
        "state": lambda code: Place().read({"state": code}),
        "agency": lambda code: label_of(code, _agency_names(catalogue)),
        "papers": looks_like,
        "language": language_name,
    }
    return readers.get(name, str)(value)


def _agency_names(catalogue: Catalogue) -> Mapping[str, StrOrPromise]:
    return {code: label for item in _put_at("what.agencies", catalogue) for code, label in item.kind.codes.items()}


def _part(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}


def _list(part: Mapping[str, object], name: str) -> Sequence[object]:
    held = part.get(name)
    return held if isinstance(held, list) else []


def _place_of(item: Item) -> str:
    """Return where a card holds the answers to an item."""
    return item.on_card or f"what.{item.key}"


def _put_at(place: str, catalogue: Catalogue) -> Iterator[Item]:
    return (item for _section, item in catalogue.items() if item.reach is Reach.CARD and _place_of(item) == place)


def language_name(code: str) -> str:
    """Return the name of a language in the language in force, or its code where Django does not know it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _travels(line: Line) -> bool:
    """Whether an answer may leave the Report: its item says so, its kind is short, and so is what was written."""
    if not line.known or line.missing or line.item.reach < Reach.CARD or not line.item.kind.short:
        return False
    return all(len(fact) <= LONGEST for fact in line.item.kind.facts(line.answer.value))


def _put(parts: dict[str, dict[str, object]], line: Line) -> None:
    """Add what one answer says to its part of the card; keys go to the keys, not here."""
    if line.item.reach >= Reach.KEY:
        return
    part, _dot, name = _place_of(line.item).partition(".")
    held = parts[part].setdefault(name, [])
    if isinstance(held, list):
        held.extend(fact for fact in line.item.kind.facts(line.answer.value) if fact not in held)


def _head(
    reports: Sequence[Answers],
    *,
    reference: str,
    exhibits: Sequence[Mapping[str, object]],
    received_on: date,
) -> dict[str, object]:
    sizes = (size for manifest in exhibits if isinstance(size := manifest.get("size"), int))
    kinds = Counter(str(manifest.get("type", "")).partition("/")[0] or "file" for manifest in exhibits)
    return {
        "catalogue": next(iter(reports), Answers.start()).catalogue.version,
        "rules": RULES,
        "reference": reference,
        "reports": len(reports),
        "exhibits": dict(sorted(kinds.items())),
        "bytes": sum(sizes),
        "received_on": received_on.isoformat(),
        "completeness": completeness(reports),
    }


def _where(reports: Sequence[Answers]) -> dict[str, object]:
    found = where(reports)
    return {
        "day": found.day,
        "day_precision": found.day_precision,
        "hour": found.hour,
        "state": found.state,
        "county": found.county,
        "district": found.district.type.split(),
        "circuit": found.circuit,
        "protected_place": protected_place(reports) is not None,
    }


def _what(reports: Sequence[Answers]) -> dict[str, object]:
    papers = [paper_type(entry) for report in reports for entry in report.entries("papers")]
    entries = [(report, entry) for report in reports for entries in report.sections.values() for entry in entries]
    told = [(report, entry) for report, entry in entries if any(not a.missing for a in entry.answers.values())]
    return {
        "methods": [method.type for method in methods(reports)],
        "papers": [{"type": paper.type, "flags": list(paper.flags)} for paper in papers],
        "illinois": {factor.factor: factor.state for factor in illinois(reports) if factor.state != "not_known"},
        "first_hand": any(first_hand(report, entry) for report, entry in told),
    }


def _keys(lines: Sequence[tuple[Line, Answers]], exhibits: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return the keys by list, each with what goes beside it: an agent's agency, a plate's state."""
    found: dict[str, object] = {}
    for line, report in lines:
        if line.item.reach < Reach.KEY or not (keys := line.item.kind.keys(line.answer.value)):
            continue
        held = found.setdefault(line.item.kind.group or line.item.key, [])
        if isinstance(held, list) and (key := keys | _beside(line, report)) not in held:
            held.append(key)
    hashes = [str(manifest["sha256"])[:32] for manifest in exhibits if manifest.get("sha256")]
    return found | {"files": hashes}


def _beside(line: Line, report: Answers) -> dict[str, str]:
    state, office = (line.entry.answers.get(key) for key in ("plate_state", "local_agency"))
    named, at = str(office.value or "") if office else "", where([report]).state
    agencies = (with_office(agency, office=named, state=at) for agency in agencies_of(line.entry))
    beside = {
        "agency": " ".join(agencies),
        "state": str(state.value) if state and state.value else "",
        "from": " ".join(_codes(line, "name_from")) if line.item.kind.group == "name" else "",
    }
    return {key: value for key, value in beside.items() if value}


def _codes(line: Line, key: str) -> tuple[str, ...]:
    answer = line.entry.answers.get(key)
    return tuple(str(code) for code in answer.value) if answer and isinstance(answer.value, list) else ()


def _reporter(reports: Sequence[Answers], *, desk: str) -> dict[str, object]:
    first = next(iter(reports), Answers.start())
    return {
        "language": first.language,
        "form": first.form,
        "uses": uses(reports, desk=desk),
        "third_party": sum(_named_without_a_yes(report) for report in reports),
    }


def uses(reports: Iterable[Answers], *, desk: str = "") -> list[str]:
    """Return the uses now in force at a desk: the last answer of each, whichever Report it stands in."""
    said = (row for report in reports for row in uses_said(report) if row["desk"] in {"", desk})
    return _in_force({IMPLIED}, said)


def with_uses(document: Mapping[str, object], said: Iterable[Mapping[str, str]]) -> dict[str, object]:
    """Return a card with later answers to uses laid over it."""
    reporter = _part(document, "reporter")
    before = {str(use) for use in _list(reporter, "uses")}
    return {**document, "reporter": {**reporter, "uses": _in_force(before, said)}}


def uses_said(report: Answers) -> list[dict[str, str]]:
    """Return each answer to a use in one Report; one that names no desk is said to all of them."""
    said = report.only("permission").answers.get("uses")
    rows = said.value if said and isinstance(said.value, list) else []
    names = ("use", "answer", "desk")
    return [{name: str(row.get(name, "")) for name in names} for row in rows if isinstance(row, dict)]


def _in_force(before: Collection[str], said: Iterable[Mapping[str, str]]) -> list[str]:
    last = dict.fromkeys(before, "yes") | {row["use"]: row["answer"] for row in said}
    return sorted(use for use, answer in last.items() if answer == "yes")


def _named_without_a_yes(report: Answers) -> int:
    """Return how many people are named, or can be reached, who did not say yes to that."""
    named = {(line.section.key, line.entry.id) for line in report.lines() if line.is_unagreed}
    return len(named)


def _rows(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _rows(f"{name}.{key}", inner)
    elif isinstance(value, list):
        for member in value:
            yield from _rows(name, member)
    elif isinstance(value, bool):
        yield name, "yes" if value else "no"
    else:
        yield name, str(value)
