"""What an exporter is: a dossier in, files of the bag out.

An exporter names no question: it reads the lines it is given, so a new question appears by itself. It sees the dossier
and nothing behind it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TypeAlias

from django.conf import settings
from django.utils import translation

from incidents.checklist.answers import Line
from incidents.checklist.items import JsonObject, JsonValue
from incidents.packet.bag import Member
from incidents.packet.dossier import Dossier

SAFE_INTEGER = 2**53
TAG = re.compile("[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}")
TORN = re.compile("[\ud800-\udfff]")


Exporter: TypeAlias = Callable[[Dossier], Iterator[Member]]  # names stand without `data/`


def canonical(value: Mapping[str, object]) -> bytes:
    """Return canonical JSON with one LF, as `packet.md` has it: keys sorted, no blank, no `null`, no float.

    Raises:
        ValueError: the value cannot be written that way; `plainly` mends what witnesses' devices may send.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_no)
    return f"{text}\n".encode()


def plainly(value: JsonValue) -> JsonValue:
    """Return a value that canonical JSON can hold: texts as typed, but for halves of a character, which are named."""
    if isinstance(value, str):
        return TORN.sub(lambda half: f"[U+{ord(half[0]):04X}]", value)
    if isinstance(value, dict):
        return {str(plainly(key)): plainly(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [plainly(part) for part in value if part is not None]
    is_exact = isinstance(value, bool) or (isinstance(value, int) and abs(value) < SAFE_INTEGER)
    return value if is_exact else str(value)


def value_of(line: Line) -> JsonObject:
    """Return an answer as packets write it: a value or a way of not knowing, and what stands beside it."""
    answer = line.answer
    if answer.missing:
        said: JsonObject = {"missing": str(answer.missing)}
    elif line.known:
        said = {"value": plainly(answer.value)}
    else:  # what this version does not know goes along as the text of its JSON
        said = {"value": json.dumps(answer.value, sort_keys=True)}
    beside = {"other": answer.other, "basis": line.basis_code, "certainty": line.certainty_code}
    return said | {key: plainly(text) for key, text in beside.items() if text}


def spoken(language: str) -> AbstractContextManager[None]:
    """Word questions and codes in a report's language where it is offered here, else in English."""
    offered = {code for code, _name in settings.LANGUAGES}
    return translation.override(language if language in offered else "en")


def tag(language: str) -> str:
    """Return a language as names of files and Typst take it, such as "es" or "zh-hans"; `und` where it is none."""
    found = language.lower().replace("_", "-")
    return found if TAG.fullmatch(found) else "und"


def moment(at: datetime) -> str:
    """Return a moment as packets write it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def filled(pairs: Mapping[str, object]) -> dict[str, object]:
    """Return the pairs that say something: absent things are left out, never `null`."""
    return {key: value for key, value in pairs.items() if value not in ("", None, [], {}, ())}


def by_entry(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each entry together, in the order in which they came."""
    grouped: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        grouped.setdefault((line.section.key, line.entry.id), []).append(line)
    yield from grouped.values()


def _no(value: object) -> object:
    raise ValueError(f"not for a packet: {type(value).__name__}")
