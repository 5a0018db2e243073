"""From JSON to entries: strict for what comes in, lenient for what is stored; what is not understood is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from incidents.checklist.items import Answer, Catalogue, Item, JsonObject, JsonValue, Missing, Section
from incidents.checklist.kinds import WrongType
from incidents.checklist.kinds.base import Check, a_code, a_flag, a_number, a_text, inside

HEAD: Mapping[str, Check] = {
    "report": a_number,
    "catalogue": a_number,
    "form": a_code,
    "channel": a_code,
    "language": a_code,
    "statement": a_text(),
    "first": a_flag,
    "asked_by_desk": a_flag,
    "received_at": a_text(),
    "nonce": a_text(),
}
ENTRY_TEXTS = ("id", "basis", "certainty", "about")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a section: an agent, a car, a paper.

    Args:
        id: permanent and unique in the Report, such as "agents-1"; empty until it is filed.
        about: "<report>/<entry>" where this says more of an earlier entry.
        rest: what this version does not understand, by its path in the entry.
    """

    id: str = ""
    basis: str = ""
    certainty: str = ""
    about: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    rest: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def is_filled(self) -> bool:
        """Whether anything was answered, be it "I don't know"."""
        return bool(self.answers or self.rest)

    def lacks_yes(self, item: Item) -> bool:
        """Whether this answer is about a person who would have to say yes to it, and did not."""
        agreed = self.answers.get(item.needs_yes)
        return bool(item.needs_yes) and not (agreed and agreed.value == "yes")

    def to_json(self) -> JsonObject:
        """Return a new entry as it is stored."""
        said = {"id": self.id, "basis": self.basis, "certainty": self.certainty, "about": self.about}
        answers: JsonObject = {key: answer.to_json() for key, answer in self.answers.items()}
        return {key: text for key, text in said.items() if text} | {"answers": answers}


@dataclass(slots=True)
class Reader:
    """Walks one Report's JSON, gathering what is wrong (`troubles`), unknown, and not understood (`rest`)."""

    catalogue: Catalogue
    strict: bool = False
    troubles: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    rest: dict[str, JsonValue] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)

    def sections(self, document: JsonObject) -> dict[str, tuple[Entry, ...]]:
        """Return the entries by section, those of the catalogue first and in its order."""
        for key, value in document.items():
            if key in HEAD:
                self._checked(key, HEAD[key], value)
            elif key != "sections":
                self.unknown.append(key)
                self.rest[key] = value
        found = document.get("sections", {})
        if not isinstance(found, dict):
            self._trouble(WrongType("sections", "an object in {} belongs here"), found)
            return {}
        known = [section.key for section in self.catalogue.sections if section.key in found]
        return {key: self._section(key, found[key]) for key in (*known, *(key for key in found if key not in known))}

    def _section(self, key: str, entries: JsonValue) -> tuple[Entry, ...]:
        path = f"sections.{key}"
        section = self.catalogue.section(key)
        if not section:
            self.unknown.append(path)
        if not isinstance(entries, list):
            self._trouble(WrongType(path, "a list in [] belongs here"), entries)
            return ()
        if section and len(entries) > section.at_most:
            self._trouble(WrongType(path, f"at most {section.at_most} fit here, and these are {len(entries)}"))
        return tuple(
            self._entry(f"{path}[{number}]", entry, section or Section(key, key))
            for number, entry in enumerate(entries)
        )

    def _entry(self, path: str, entry: JsonValue, section: Section) -> Entry:
        if not isinstance(entry, dict):
            self._trouble(WrongType(path, "an object in {} belongs here"), entry)
            return Entry()
        rest: dict[str, JsonValue] = {}
        head = {key: self._text(f"{path}.{key}", entry, a_text(), rest) for key in ENTRY_TEXTS}
        if head["id"] and head["id"] in self._ids:
            self._trouble(WrongType(f"{path}.id", "another entry has this id"))
        self._ids.add(head["id"])
        for key in sorted(entry.keys() - {*head, "answers"}):
            self.unknown.append(f"{path}.{key}")
            rest[key] = entry[key]
        answers = self._answers(f"{path}.answers", entry.get("answers", {}), section, rest)
        return Entry(**head, answers=answers, rest=rest)

    def _answers(self, path: str, given: JsonValue, section: Section, rest: dict[str, JsonValue]) -> dict[str, Answer]:
        if not isinstance(given, dict):
            self._trouble(WrongType(path, "an object in {} belongs here"))
            rest["answers"] = given
            return {}
        found = {}
        for key, raw in given.items():
            item = section.item(key)
            if not item:
                self.unknown.append(f"{path}.{key}")
            answer = self._answer(f"{path}.{key}", raw, item, rest) if item else None
            if answer:
                found[key] = answer
            else:
                rest[key] = raw
        return found

    def _answer(self, path: str, raw: JsonValue, item: Item, rest: dict[str, JsonValue]) -> Answer | None:
        """Return the answer, or None after noting why it is none."""
        if not isinstance(raw, dict) or ("value" in raw) == ("missing" in raw):
            self._trouble(WrongType(path, 'an object with either "value" or "missing" belongs here'))
            return None
        beside = Answer(
            basis=self._text(f"{path}.basis", raw, a_code, rest),
            certainty=self._text(f"{path}.certainty", raw, a_code, rest),
            other=self._text(f"{path}.other", raw, a_text(), rest),
        )
        for key in sorted(raw.keys() - {"value", "missing", "basis", "certainty", "other"}):
            self.unknown.append(f"{path}.{key}")
            rest[f"{item.key}.{key}"] = raw[key]
        if "missing" in raw:
            if raw["missing"] not in list(Missing):
                self._trouble(WrongType(f"{path}.missing", f"one of these belongs here: {', '.join(Missing)}"))
                return None
            return replace(beside, missing=Missing(str(raw["missing"])))
        if not self._checked(f"{path}.value", item.kind.check, raw["value"]):
            return None
        self.unknown.extend(f"{path}.value: {part}" for part in item.kind.unknown(raw["value"]))
        return replace(beside, value=raw["value"])

    def _text(self, path: str, given: JsonObject, check: Check, rest: dict[str, JsonValue]) -> str:
        """Return the text at the end of the path; `"about": null` says the same as no key."""
        text = given.get(path.rpartition(".")[2])
        if text is None:
            return ""
        if self._checked(path, check, text):
            return str(text)
        rest[path.rpartition("answers.")[2]] = text
        return ""

    def _checked(self, path: str, check: Check, value: object) -> bool:
        try:
            inside(path, check, value)
        except WrongType as wrong:
            self._trouble(wrong)
            return False
        return True

    def _trouble(self, wrong: WrongType, kept: JsonValue = None) -> None:
        """Raise where reading is strict; else note it, and keep what belongs nowhere."""
        if self.strict:
            raise wrong
        self.troubles.append(str(wrong))
        if kept is not None:
            self.rest[wrong.path] = kept
