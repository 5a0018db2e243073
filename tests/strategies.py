"""Answers of every kind and whole Reports, for tests that hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from incidents.checklist import kinds, lists
from incidents.checklist.answers import Answers
from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.items import Missing
from incidents.checklist.kinds.base import LONG_LIMIT, TEXT_LIMIT
from incidents.checklist.kinds.people import USES, WAYS
from incidents.checklist.reference import counties

LINE = st.text(max_size=40)
STORY = st.text(max_size=300)
DAY = st.dates().map(lambda day: day.isoformat())
CLOCK = st.times().map(lambda time: time.strftime("%H:%M"))
DEGREES = st.integers(-1800, 1800).map(lambda tenths: f"{tenths / 10}")


def json_values():
    """Return anything that JSON can hold."""
    plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        plain | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    )


def code(choices):
    return st.sampled_from(sorted(choices))


def some(**parts):
    """Return objects that hold any of these parts."""
    return st.fixed_dictionaries({}, optional=parts)


def moments():
    return st.lists(some(at=LINE, what=LINE, link=LINE), max_size=3)


def uses():
    row = st.fixed_dictionaries(
        {"use": code(USES), "answer": code(lists.YES_NO)}, optional={"desk": LINE, "on": DAY, "statement": LINE}
    )
    return st.lists(row, max_size=4)


VALUES = {
    kinds.One: lambda kind: code(kind.codes),
    kinds.YesNo: lambda kind: code(kind.codes),
    kinds.Many: lambda kind: st.lists(code(kind.codes), min_size=1, max_size=4, unique=True),
    kinds.Text: lambda _kind: st.text(max_size=TEXT_LIMIT),
    kinds.Long: lambda _kind: st.text(max_size=LONG_LIMIT // 10),
    kinds.Count: lambda _kind: st.fixed_dictionaries({"n": st.integers(0, 2**53 - 1), "about": st.booleans()}),
    kinds.Moment: lambda _kind: some(day=DAY, time=CLOCK, zone=LINE, precision=code(lists.MOMENT_PRECISION)),
    kinds.Moments: lambda _kind: moments(),
    kinds.Place: lambda _kind: some(
        state=code(lists.STATES),
        county=code(counties()),
        town=LINE,
        where=LINE,
        lat=DEGREES,
        lon=DEGREES,
        precision=code(lists.PLACE_PRECISION),
    ),
    kinds.Mark: lambda _kind: st.fixed_dictionaries({"seen": LINE}, optional={"reading": code(lists.READING)}),
    kinds.Words: lambda _kind: st.fixed_dictionaries(
        {"said": STORY}, optional={"quality": code(lists.QUALITY), "language": LINE}
    ),
    kinds.Link: lambda kind: st.just("agents-1") | (code(kind.codes) if kind.codes else st.nothing()),
    kinds.File: lambda _kind: LINE,
    kinds.Contact: lambda _kind: some(
        way=code(WAYS), to=LINE, hours=LINE, language=LINE, who_may_answer=LINE, message_ok=code(lists.YES_NO)
    ),
    kinds.Uses: lambda _kind: uses(),
    kinds.Unknown: lambda _kind: json_values(),
}


def values(kind):
    """Return values of one kind as they are stored."""
    return VALUES[type(kind)](kind)


def answer_to(item):
    """Return stored answers to one item: a value or a way of not knowing, perhaps with a line or a basis of its own."""
    beside = {"other": LINE.filter(bool), "basis": code(lists.BASIS), "certainty": code(lists.CERTAINTY)}
    states = st.sampled_from([str(state) for state in Missing if state is not Missing.BLANK])
    return st.fixed_dictionaries({"value": values(item.kind)}, optional=beside) | st.fixed_dictionaries(
        {"missing": states}
    )


@st.composite
def documents(draw, catalogue=CATALOGUE):
    """Draw the JSON of a whole Report as it is sealed, with some entries in some sections."""
    sections = {}
    for section in draw(st.lists(st.sampled_from(catalogue.sections), max_size=4, unique_by=lambda one: one.key)):
        entries = []
        for number in range(1, draw(st.integers(1, min(section.at_most, 3))) + 1):
            items = draw(st.lists(st.sampled_from(section.items), max_size=4, unique_by=lambda item: item.key))
            answers = {item.key: draw(answer_to(item)) for item in items}
            known = draw(some(basis=code(lists.BASIS), certainty=code(lists.CERTAINTY), about=st.none() | LINE))
            entries.append({"id": f"{section.key}-{number}", **known, "answers": answers})
        sections[section.key] = entries
    return {
        "report": 1,
        "catalogue": catalogue.version,
        "form": draw(st.sampled_from(["quick", "full", "call_taker", "paper", "question_set"])),
        "channel": draw(st.sampled_from(["web", "offline_file", "paper_entered", "phone", "imported"])),
        "language": draw(st.sampled_from(["en", "es", "ht"])),
        "statement": "2026-03/2",
        "first": draw(st.booleans()),
        "received_at": "2026-01-14T12:40:07Z",
        "nonce": draw(st.binary(min_size=16, max_size=16)).hex(),
        "sections": sections,
    }


def answers(catalogue=CATALOGUE):
    """Return whole Reports, opened."""
    return documents(catalogue).map(lambda document: Answers.from_json(document, catalogue=catalogue))
