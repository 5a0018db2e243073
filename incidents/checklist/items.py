"""The shape: items in sections; where each is asked, how far it travels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Flag, IntEnum, StrEnum, auto
from typing import TYPE_CHECKING, Protocol, TypeAlias

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"


class Form(Flag):
    """Where an item is asked."""

    QUICK = auto()
    FULL = auto()
    CALL = auto()
    DESK = auto()


class Reach(IntEnum):
    """How far an answer travels inside the seal."""

    REPORT = 0
    CARD = 1
    KEY = 2


class Grade(IntEnum):
    """The packets, from narrow to wide."""

    FULL = 0
    PROTECTIVE_ORDER = 1
    PSEUDONYMOUS = 2
    PUBLIC = 3


class Missing(StrEnum):
    """Six ways of not knowing; none of them is a "no"."""

    UNKNOWN = "unknown"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_SEEN = "not_seen"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASKED = "not_asked"
    BLANK = "blank"

    @property
    def label(self) -> StrOrPromise:
        """The wording on every page and paper."""
        return MISSING_LABELS[self]


MISSING_LABELS: Mapping[Missing, StrOrPromise] = {
    Missing.UNKNOWN: _("I don't know"),
    Missing.PREFER_NOT_TO_SAY: _("I'd rather not say"),
    Missing.NOT_SEEN: _("I could not see or hear it"),
    Missing.NOT_APPLICABLE: _("This does not fit"),
    Missing.NOT_ASKED: _("Not asked"),
    Missing.BLANK: _("Left blank"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands under one item: a value or a way of not knowing, never both.

    `basis` and `certainty` are empty where they are those of the entry; `other` is the line that a choice opened.
    """

    value: JsonValue = None
    missing: Missing | None = None
    basis: str = ""
    certainty: str = ""
    other: str = ""

    def to_json(self) -> JsonObject:
        """Return the answer as it is stored."""
        said: JsonObject = {"missing": str(self.missing)} if self.missing else {"value": self.value}
        beside = {"basis": self.basis, "certainty": self.certainty, "other": self.other}
        return said | {key: text for key, text in beside.items() if text}


@dataclass(frozen=True, slots=True)
class Page:
    """What a kind must know of the page that asks: the form, and the entries a link may point to (id, title)."""

    form: Form = Form.FULL
    entries: tuple[tuple[str, StrOrPromise], ...] = ()


FULL_PAGE = Page()


class Kind(Protocol):
    """How one kind of answer is asked, checked, compared and read back. The kinds are in `kinds`."""

    @property
    def name(self) -> str:
        """The word for this kind in the codebook, such as "mark"."""

    @property
    def short(self) -> bool:
        """Whether an answer may leave the Report at all: stories, quotes, addresses and contacts never do."""

    @property
    def kept(self) -> bool:
        """Whether answers stand in the Report: files go their own way, so a blank there says nothing."""

    @property
    def typed(self) -> bool:
        """Whether all of an answer is in the witness's own words, and so in the language of the Report."""

    @property
    def codes(self) -> Mapping[str, StrOrPromise]:
        """The codes it stores, with their labels; empty for what people write themselves."""

    def fields(self, item: Item, *, missing: tuple[Missing, ...], page: Page = FULL_PAGE) -> dict[str, forms.Field]:
        """Return the form fields by suffix; "" is the main one."""

    def answer(self, cleaned: Mapping[str, object], *, now: datetime | None = None) -> Answer | None:
        """Return the answer in the cleaned fields (by suffix), or None where all were left blank.

        Args:
            now: the moment of asking on the clock where it happened; without it "today" has no date.

        Raises:
            ValidationError: the fields contradict each other.
        """

    def check(self, value: object, /) -> JsonValue:
        """Return the value, or raise WrongType naming the part that is not of this kind."""

    def unknown(self, value: JsonValue, /) -> Iterator[str]:
        """Yield the parts and codes of a checked value that this version does not know."""

    def read(self, value: JsonValue, /) -> str:
        """Return a checked value as people read it, in the language in force."""

    def cells(self, value: JsonValue, /) -> dict[str, str]:
        """Return a checked value as cells of a table, by suffix; the columns are `columns`."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The suffixes of the cells, "" first where there is one."""

    def facts(self, value: JsonValue, /) -> tuple[str, ...]:
        """Return what a card says of a checked value."""

    def keys(self, value: JsonValue, /) -> dict[str, str]:
        """Return what a checked value is compared by; empty for what says nothing."""

    @property
    def group(self) -> str:
        """The list of keys on a card that `keys` go to, such as "badge"; empty where nothing is compared."""

    def shown(self, value: JsonValue, grade: Grade, /) -> JsonValue:
        """Return the part of a checked value that a packet of this grade may hold, or None."""

    def schema(self) -> JsonObject:
        """Return the JSON Schema of a value."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    Args:
        key: permanent; never renamed, never reused.
        may_not_see: offers "I could not see or hear it".
        may_not_fit: offers "This does not fit".
        topic: the heading it is folded under on a section page; without one it stands open.
        quick_order: its place on the short form, from 1.
        on_card: where a card holds it, such as "what.force"; by default "what.<key>".
        shown_at: the widest packet that may hold it.
        needs_yes: the item of the same entry where that person says yes; without it no packet holds this answer.
    """

    key: str
    label: StrOrPromise
    kind: Kind
    on: Form = Form.FULL
    help: StrOrPromise = ""
    reach: Reach = Reach.REPORT
    shown_at: Grade = Grade.FULL
    needs_yes: str = ""
    may_not_see: bool = False
    may_not_fit: bool = False
    topic: StrOrPromise = ""
    retired: bool = False
    quick_order: int = 0
    on_card: str = ""

    def missing_on(self, form: Form) -> tuple[Missing, ...]:
        """Return the ways of not knowing that are offered on a form."""
        states = [Missing.UNKNOWN, Missing.PREFER_NOT_TO_SAY]
        if self.may_not_see:
            states.append(Missing.NOT_SEEN)
        if self.may_not_fit:
            states.append(Missing.NOT_APPLICABLE)
        if form & Form.CALL:
            states.append(Missing.NOT_ASKED)
        return tuple(states)

    def fields(self, page: Page = FULL_PAGE) -> dict[str, forms.Field]:
        """Return the fields of this question by their names on a page: "badge", "badge-reading"."""
        asked = self.kind.fields(self, missing=self.missing_on(page.form), page=page)
        return {named(self.key, suffix): form_field for suffix, form_field in asked.items()}

    def answer(self, cleaned: Mapping[str, object], *, now: datetime | None = None) -> Answer | None:
        """Return the answer in a page's cleaned data; as `Kind.answer`, with names as on the page."""
        start = f"{self.key}-"
        mine = {name.removeprefix(start): value for name, value in cleaned.items() if name.startswith(start)}
        return self.kind.answer(mine | {"": cleaned.get(self.key)}, now=now)


def named(key: str, suffix: str) -> str:
    """Return the name of a field or column: the item's key, with the suffix of the part."""
    return f"{key}-{suffix}" if suffix else key


MORE = _("More questions (you can skip this)")


@dataclass(frozen=True, slots=True)
class Section:
    """One topic: a list of entries, each with an answer per item.

    Args:
        one: what one entry is called ("Agent"); entries without a name of their own are numbered.
        more: the fold over the rest of a long page.
        another: the button that saves and opens a new entry; empty where there is at most one.
        label_from: the item whose answer is the name of an entry.
    """

    key: str
    title: StrOrPromise
    items: tuple[Item, ...] = ()
    at_most: int = 1
    one: StrOrPromise = ""
    more: StrOrPromise = MORE
    another: StrOrPromise = ""
    label_from: str = ""
    help: StrOrPromise = ""

    def item(self, key: str) -> Item | None:
        """Return the item with this key, or None."""
        return next((item for item in self.items if item.key == key), None)

    def asked_on(self, form: Form) -> tuple[Item, ...]:
        """Return the items a form asks, those of the shorter forms first."""
        asked = [item for item in self.items if item.on & form and not item.retired]
        return tuple(sorted(asked, key=lambda item: (not item.on & Form.QUICK, not item.on & Form.CALL)))


@dataclass(frozen=True, slots=True)
class Step:
    """Some sections under one heading of the full form."""

    key: str
    title: StrOrPromise
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that is asked, in order, under one version.

    Args:
        about_entry: what is asked once about each entry: its basis and certainty.
        call_order: the "section.item" paths a call-taker asks first, in order; `call_last` those that end the call.
    """

    version: int
    sections: tuple[Section, ...]
    steps: tuple[Step, ...] = ()
    about_entry: tuple[Item, ...] = ()
    call_order: tuple[str, ...] = ()
    call_last: tuple[str, ...] = ()
    step_help: StrOrPromise = ""
    by_key: Mapping[str, Section] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {section.key: section for section in self.sections})

    def section(self, key: str) -> Section | None:
        """Return the section with this key, or None."""
        return self.by_key.get(key)

    def item(self, path: str) -> Item | None:
        """Return the item at "section.item", or None."""
        section, _dot, key = path.partition(".")
        found = self.section(section)
        return found.item(key) if found else None

    def items(self) -> Iterator[tuple[Section, Item]]:
        """Yield every item with its section, retired ones included."""
        for section in self.sections:
            for item in section.items:
                yield section, item

    def quick(self) -> tuple[tuple[Section, Item], ...]:
        """Return the short form: its items in the order they are asked."""
        asked = [(section, item) for section, item in self.items() if item.on & Form.QUICK and not item.retired]
        return tuple(sorted(asked, key=lambda pair: pair[1].quick_order))

    def call(self) -> tuple[tuple[Section, Item], ...]:
        """Return the call form: what is asked in order, the rest as the caller offers it, then how to reach them."""
        asked = [(section, item) for section, item in self.items() if item.on & Form.CALL and not item.retired]
        place = {path: number for number, path in enumerate((*self.call_order, "", *self.call_last))}
        return tuple(sorted(asked, key=lambda pair: place.get(f"{pair[0].key}.{pair[1].key}", place[""])))
