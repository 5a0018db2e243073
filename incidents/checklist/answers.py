"""What one witness answered, and the walk every reader of it takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack, cast

from django.utils.translation import gettext_lazy as _

from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.items import (
    Answer,
    Catalogue,
    Form,
    Grade,
    Item,
    JsonObject,
    JsonValue,
    Missing,
    Section,
    named,
)
from incidents.checklist.kinds import Unknown, WrongType
from incidents.checklist.kinds.base import label_of
from incidents.checklist.lists import BASIS, CERTAINTY
from incidents.checklist.reading import Entry, Reader
from incidents.checklist.reference import fold

__all__ = ["Answer", "Answers", "Entry", "Head", "Line", "search_text"]

FORMS: Mapping[str, Form] = {
    "quick": Form.QUICK,
    "full": Form.FULL,
    "call_taker": Form.CALL,
    "paper": Form.FULL,
    "question_set": Form(0),
}
IN_ONE_PIECE = frozenset({"quick", "call_taker", "paper"})  # on these a section without an entry was asked all the same
DEEPEST = 32
QUICK_BASIS = {"person_affected": "happened_to_me", "eyewitness": "saw_myself"}


class Head(TypedDict, total=False):
    """What a Report says of itself; `form` and `channel` as in the data dictionary, `received_at` in UTC."""

    form: str
    channel: str
    language: str
    statement: str
    first: bool
    asked_by_desk: bool
    received_at: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Line:
    """One answer in its place, as a page draws it.

    Args:
        known: False for what this version does not know; that comes with the closed limits.
        language: of the words as typed; empty where the answer reads in the language of the page.
        basis_code: how it is known, the answer's own or that of its entry.
        basis_implied: nobody asked: it follows from who is telling.
        certainty_code: how sure the witness is, likewise.
    """

    section: Section
    entry: Entry
    item: Item
    answer: Answer
    known: bool = True
    language: str = ""
    basis_code: str = ""
    basis_implied: bool = False
    certainty_code: str = ""

    @property
    def label(self) -> str:
        """The question as asked."""
        return str(self.item.label)

    @property
    def missing(self) -> Missing | None:
        """The way of not knowing, or None where there is a value."""
        return self.answer.missing

    @property
    def text(self) -> str:
        """The answer as people read it, in the language in force."""
        missing = self.answer.missing
        said = str(missing.label) if missing else self.item.kind.read(self.answer.value)
        return f"{said}: {self.answer.other}" if self.answer.other else said

    @property
    def basis(self) -> str:
        """How it is known, in words."""
        label = label_of(self.basis_code, BASIS)
        return str(_("%(basis)s (taken from their part in this)") % {"basis": label}) if self.basis_implied else label

    @property
    def certainty(self) -> str:
        """How sure the witness is, in words."""
        return label_of(self.certainty_code, CERTAINTY)

    @property
    def is_unagreed(self) -> bool:
        """Whether this names a person who did not say yes to that; no packet holds it."""
        return (self.missing is None or bool(self.answer.other)) and self.entry.lacks_yes(self.item)

    def at(self, grade: Grade) -> Line | None:
        """Return the line as a packet of this grade may hold it, or None.

        A way of not knowing goes as far as a value; the line written beside a code is prose and stays out of public.
        """
        if self.item.shown_at < grade or self.is_unagreed:
            return None
        other = "" if grade is Grade.PUBLIC else self.answer.other
        if self.answer.missing:
            return replace(self, answer=replace(self.answer, other=other))
        shown = self.item.kind.shown(self.answer.value, grade)
        return None if shown is None else replace(self, answer=replace(self.answer, value=shown, other=other))

    def cells(self) -> dict[str, str]:
        """Return the answer as cells of a table, by column; what a column may hold is in the codebook."""
        path = f"{self.section.key}.{self.item.key}"
        found = (
            {"missing": str(self.answer.missing)} if self.answer.missing else self.item.kind.cells(self.answer.value)
        )
        other = {"other": self.answer.other} if self.answer.other else {}
        return {named(path, suffix): cell for suffix, cell in (found | other).items()}


@dataclass(frozen=True, slots=True)
class Answers:
    """One Report: its JSON exactly as it came (`document`), and what was understood of it.

    Args:
        sections: the entries by section, those of the catalogue first and in its order.
        troubles: sentences naming the path of what is not as it should be; a reviewer sees them.
        unknown: the paths of keys and codes this version does not know.
        rest: what could not be placed in any entry, by path.
    """

    document: JsonObject
    catalogue: Catalogue = field(default=CATALOGUE, repr=False)
    sections: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    rest: Mapping[str, JsonValue] = field(default_factory=dict)

    @classmethod
    def start(cls, *, catalogue: Catalogue = CATALOGUE, **head: Unpack[Head]) -> Answers:
        """Return an empty Report with this head."""
        defaults: Head = {"form": "full", "channel": "web"}
        said = cast("JsonObject", {**defaults, **head})
        return cls({"report": 1, "catalogue": catalogue.version, **said, "sections": {}}, catalogue)

    @classmethod
    def from_json(cls, document: object, *, catalogue: Catalogue = CATALOGUE) -> Answers:
        """Return a stored Report, whatever shape it is in; what breaks today's limits is in `troubles`."""
        return cls._read(document, Reader(catalogue))

    @classmethod
    def checked(cls, document: object, *, catalogue: Catalogue = CATALOGUE) -> Answers:
        """Return a Report that comes in; what only the server can know may be missing.

        Raises:
            WrongType: a value is not of its kind; the path leads to it. Unknown keys and codes are kept instead.
        """
        if not _is_flat(document):
            raise WrongType("", f"at most {DEEPEST} levels of [] and {{}} fit here")
        answers = cls._read(document, Reader(catalogue, strict=True))
        try:
            json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError):
            raise WrongType("", "a part that this version does not know cannot be kept as JSON") from None
        return answers

    @classmethod
    def _read(cls, document: object, reader: Reader) -> Answers:
        if not isinstance(document, dict):
            if reader.strict:
                raise WrongType("", "a Report is an object in {}")
            found = cast("JsonValue", document)
            troubles = ("a Report is an object in {}",)
            return cls({"not_a_report": found}, reader.catalogue, troubles=troubles, rest={"not_a_report": found})
        sections = reader.sections(document)
        return cls(document, reader.catalogue, sections, tuple(reader.troubles), tuple(reader.unknown), reader.rest)

    def to_json(self) -> JsonObject:
        """Return exactly what went in; do not change it."""
        return self.document

    def received(self, *, at: str, nonce: str, first: bool) -> JsonObject:
        """Return the Report as it is sealed: with what the server knows, and an id for each entry.

        Args:
            at: the moment it arrived, UTC, to the second.
            nonce: 32 hex digits, so that the hash of the document cannot be guessed.
        """
        version = self.catalogue.version
        defaults: JsonObject = {"report": 1, "catalogue": version, "form": "full", "channel": "imported"}
        known: JsonObject = {"received_at": at, "nonce": nonce, "first": first}
        return {**defaults, **self.document, **known, "sections": self._with_ids()}

    def _with_ids(self) -> JsonValue:
        sections = self.document.get("sections", {})
        if not isinstance(sections, dict):
            return sections
        taken = _ids(sections)
        return {key: _numbered(key, entries, taken=taken) for key, entries in sections.items()}

    def with_entry(
        self, section: str, answers: Mapping[str, Answer], *, basis: str = "", certainty: str = "", about: str = ""
    ) -> Answers:
        """Return this Report with one more entry under the next free id.

        Args:
            answers: by item key.
            about: "<report>/<entry>" where this says more of an earlier entry.
        """
        sections = self.document.get("sections")
        held = sections if isinstance(sections, dict) else {}
        entries = held.get(section, [])
        entry = Entry(basis=basis, certainty=certainty, about=about, answers=answers)
        more: JsonValue = [*(entries if isinstance(entries, list) else []), entry.to_json()]
        grown = _numbered(section, more, taken=_ids(held))
        return self.from_json({**self.document, "sections": {**held, section: grown}}, catalogue=self.catalogue)

    @property
    def is_filled(self) -> bool:
        """Whether anything at all was answered."""
        return bool(self.rest) or any(entry.is_filled for entries in self.sections.values() for entry in entries)

    @property
    def form(self) -> str:
        """The form it was given on, by code."""
        return str(self.document.get("form", "full"))

    @property
    def language(self) -> str:
        """The language it was written in, or an empty text."""
        return str(self.document.get("language", ""))

    def entries(self, section: str) -> tuple[Entry, ...]:
        """Return the entries of one section."""
        return self.sections.get(section, ())

    def only(self, section: str) -> Entry:
        """Return the entry of a section that has one, or an empty entry."""
        return next(iter(self.entries(section)), Entry())

    def basis_of(self, entry: Entry) -> tuple[str, str]:
        """Return how an entry is known and the reason; on the short form it follows from who is telling."""
        if entry.basis or self.form != "quick":
            return entry.basis, f"basis = {entry.basis}" if entry.basis else ""
        role = self.only("reporter").answers.get("role")
        basis = QUICK_BASIS.get(str(role.value), "") if role else ""
        return basis, f"reporter.role = {role.value}" if role and basis else ""

    def title_of(self, section: Section, entry: Entry) -> str:
        """Return what an entry is called: the name the witness gave it, else "Agent 1"; nothing where there is one."""
        name = entry.answers.get(section.label_from)
        if name and isinstance(name.value, str):
            return name.value
        return f"{section.one} {entry.id.rpartition('-')[2]}".strip() if section.at_most > 1 else ""

    def lines(self) -> Iterator[Line]:
        """Yield every answer in its place, what was asked and left blank, and last what this version does not know.

        This is the only walk: pages, cards and every file of a packet read what it yields.
        """
        form = FORMS.get(self.form, Form(0))
        later: list[Line] = []
        for section in self.catalogue.sections:
            for entry in self.entries(section.key):
                yield from self._entry_lines(section, entry, form)
                later.extend(_unknown(section, entry, entry.rest))
            if not self.entries(section.key) and self.form in IN_ONE_PIECE:
                blank = Answer(missing=Missing.BLANK)
                asked = (item for item in section.asked_on(form) if item.kind.kept)
                yield from (self._line(section, Entry(), item, blank) for item in asked)
        yield from later
        for key, entries in self.sections.items():
            if not self.catalogue.section(key):
                for entry in entries:
                    yield from _unknown(Section(key, key), entry, entry.rest)
        yield from _unknown(Section("report", _("About this report")), Entry(), self.rest)

    def _entry_lines(self, section: Section, entry: Entry, form: Form) -> Iterator[Line]:
        for item in section.items:
            answer = entry.answers.get(item.key)
            expected = item.kind.kept and not item.retired and item.on != Form.DESK
            if answer is None and (item.key in entry.rest or not expected):
                continue
            unasked = Missing.BLANK if item.on & form else Missing.NOT_ASKED
            yield self._line(section, entry, item, answer or Answer(missing=unasked))

    def _line(self, section: Section, entry: Entry, item: Item, answer: Answer) -> Line:
        """Return one answer with its language and how it is known; nobody knows a blank from anywhere."""
        said = answer.missing is None
        basis = answer.basis or (self.basis_of(entry)[0] if said else "")
        return Line(
            section,
            entry,
            item,
            answer,
            language=self.language if said and item.kind.typed else "",
            basis_code=basis,
            basis_implied=bool(basis) and not (answer.basis or entry.basis),
            certainty_code=answer.certainty or (entry.certainty if said else ""),
        )


def _unknown(section: Section, entry: Entry, rest: Mapping[str, JsonValue]) -> Iterator[Line]:
    """Yield what was not understood, under its own name and with the closed limits."""
    for path, value in rest.items():
        item = section.item(path)
        label = item.label if item else path
        beside = section.item(path.partition(".")[0])
        needs = beside.needs_yes if beside else ""
        asked = Item(key=path, label=label, kind=Unknown(), needs_yes=needs)
        yield Line(section, entry, asked, Answer(value=value), known=False)


def _is_flat(value: object) -> bool:
    """Whether nothing lies deeper than whoever reads it later can follow."""
    level = [value]
    for _level in range(DEEPEST):
        level = [part for one in level for part in _parts(one)]
    return not level


def _parts(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _ids(sections: JsonObject) -> frozenset[str]:
    """Return the ids that are taken anywhere in a Report."""
    entries = (entry for listed in sections.values() if isinstance(listed, list) for entry in listed)
    return frozenset(str(entry["id"]) for entry in entries if isinstance(entry, dict) and entry.get("id"))


def _numbered(section: str, entries: JsonValue, *, taken: frozenset[str]) -> JsonValue:
    """Return the entries of a section, each without an id under the next free one."""
    if not isinstance(entries, list):
        return entries
    numbers = (f"{section}-{number}" for number in range(1, len(entries) + len(taken) + 1))
    free = (id_ for id_ in numbers if id_ not in taken)
    return [
        {**entry, "id": next(free)} if isinstance(entry, dict) and not entry.get("id") else entry for entry in entries
    ]


def search_text(answers: Answers) -> str:
    """Return all that was answered, folded, for searching inside an open Report."""
    return fold(" ".join(line.text for line in answers.lines() if not line.missing or line.answer.other))
