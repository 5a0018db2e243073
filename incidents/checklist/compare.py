"""Fold badges, names, plates into keys; none for what says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache

from incidents.checklist.reference import fold, placeholders, table, words

LOOKALIKE = str.maketrans("OIL", "011")
PLATE_LOOKALIKE = str.maketrans("OIBSZ", "01852")
NO_KEY: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Same:
    """How a kind compares: `keys` folds what was written, `group` is the list of a card it goes to."""

    group: str
    keys: Callable[[str], dict[str, str]]


class Level(IntEnum):
    """How alike two badges, or two plates, are; the ladder in casework decides what that is worth."""

    NO = 0
    WEAK = 1
    MEDIUM = 2
    STRONG = 3


class NameLevel(StrEnum):
    """In which way two names are alike."""

    FULL = "full"
    INITIAL = "initial"
    SURNAME = "surname"
    NEAR = "near"


def _says_nothing(folded: str) -> bool:
    """Return whether a folded line is empty, only signs, or what people write when they do not know."""
    bare = re.sub(r"[^\w\s/]", "", folded).strip()
    return not re.search(r"[^\W_]", folded) or folded in placeholders() or bare in placeholders()


@cache
def _leading(subject: str, *groups: str) -> re.Pattern[str]:
    """Return a pattern for one listed word, the longest first, at the start of a line and before a digit.

    Up to three letters may stand between ("badge A12", "badge no. HSI #12"); Chinese labels touch their number.
    """
    listed = sorted({word for group in groups for word in words(subject, group)}, key=len, reverse=True)
    return re.compile(rf"^(?:{'|'.join(map(re.escape, listed))})[\s.:#°º-]*(?=[a-z]{{0,3}}[\s.:#-]*\d)")


def badge_keys(seen: str) -> dict[str, str]:
    """Return `full`, `core` and `look` of a badge as read, or nothing.

    `core` is without a letter prefix or suffix and leading zeros; `look` takes letters for the digits they look like.
    A badge with an unread character has no key: it is for searching only.
    """
    rest = fold(seen).replace("*", "?")
    if _says_nothing(rest):
        return NO_KEY
    while found := _leading("badge", "labels", "agencies").match(rest):
        rest = rest[found.end() :]
    full = re.sub(r"[^0-9A-Z?]", "", rest.upper())
    digits = re.sub(r"\D", "", full)
    filler = full in words("badge", "runs") or (len(full) > 2 and len(set(full)) == 1)
    if "?" in full or not digits or not 2 <= len(full) <= 12 or filler:
        return NO_KEY
    core = re.sub(r"^[A-Z]{1,3}(?=\d)|(?<=\d)[A-Z]{1,2}$", "", full, count=1).lstrip("0")
    return {"full": full, "core": core or full, "look": full.translate(LOOKALIKE)}


def plate_keys(seen: str) -> dict[str, str]:
    """Return `full` and `look` of a plate as read, or nothing."""
    folded = fold(seen).replace("*", "?")
    full = re.sub(r"[^0-9A-Z?]", "", folded.upper())
    if "?" in full or not 3 <= len(full) <= 8 or _says_nothing(folded) or len(set(full)) == 1:
        return NO_KEY
    return {"full": full, "look": full.translate(PLATE_LOOKALIKE)}


def name_keys(text: str) -> dict[str, str]:
    """Return `surname` and `given` (either may be missing) of a name as written or heard, or nothing.

    "Surname, given" goes by the comma; else the last word is the surname, unless it is one letter.
    """
    folded = fold(text)
    if _says_nothing(folded):
        return NO_KEY
    pieces = [tokens for piece in re.split(r"[,،，]", folded) if (tokens := _name_tokens(piece))]  # noqa: RUF001 - commas of other scripts
    if len(pieces) > 1 and set(pieces[-1]) <= words("name", "jobs"):
        pieces.pop()
    if not pieces or _says_nothing(" ".join(pieces[0])):
        return NO_KEY
    if len(pieces) > 1:
        surname, given = pieces[0], [token for piece in pieces[1:] for token in piece]
    else:
        surname, given = _split_name(pieces[0])
    return {key: " ".join(tokens) for key, tokens in (("surname", surname), ("given", given)) if tokens}


def _name_tokens(piece: str) -> list[str]:
    """Return the words of a name: no numbers, no titles; apostrophes dropped, hyphens and particles joined."""
    text = re.sub(r"['’ʼ`´]", "", piece)  # noqa: RUF001 - apostrophes as phones type them
    for title in sorted(words("name", "titles"), key=len, reverse=True):
        text = re.sub(rf"^\s*{re.escape(title)}(?:\.\s*|\s+|$)", "", text)
    text = re.sub(r"[^\w\s-]", " ", text).replace("_", " ")
    tokens = [token.replace("-", "") for token in text.split() if not re.search(r"\d", token) and token.strip("-")]
    joined: list[str] = []
    open_ended = False  # the last word was a particle, or several: "de la Cruz"
    for token in tokens:
        if open_ended:
            joined[-1] += token
        else:
            joined.append(token)
        open_ended = len(token) > 1 and token in words("name", "particles")
    return joined


def _split_name(tokens: list[str]) -> tuple[list[str], list[str]]:
    """Return surname and given names of words without a comma; one letter at the end is an initial."""
    if len(tokens) > 1 and len(tokens[-1]) == 1:
        return tokens[:1], tokens[1:]
    return tokens[-1:], tokens[:-1]


def vest_keys(text: str) -> dict[str, str]:
    """Return the words of a vest, patch or team without those that every agent wears, sorted, or nothing."""
    folded = fold(text)
    found = {token for token in re.findall(r"[^\W_]+", folded) if token not in words("vest", "common")}
    if _says_nothing(folded) or not found or _says_nothing(" ".join(sorted(found))):
        return NO_KEY
    return {"words": " ".join(sorted(found)).upper()}


def operation_keys(text: str) -> dict[str, str]:
    """Return the name of an operation without that word, or nothing."""
    rest = fold(text)
    for label in sorted(words("operation", "labels"), key=len, reverse=True):
        rest = re.sub(rf"^{re.escape(label)}(?:[\s:.-]+|$|(?<=[^\x00-\x7f]))", "", rest)
    name = " ".join(re.sub(r"[^\w\s]", " ", rest).split())
    return NO_KEY if _says_nothing(rest) or _says_nothing(name) else {"name": name}


BADGE = Same("badge", badge_keys)
PLATE = Same("plate", plate_keys)
NAME = Same("name", name_keys)
UNIT = Same("unit", vest_keys)
OPERATION = Same("operation", operation_keys)


def with_office(agency: str, *, office: str, state: str) -> str:
    """Return the code of a local agency with its office and state, for only these tell one sheriff from another."""
    local = table("agencies")["agencies"].get(agency, {}).get("local")
    named = fold(office).replace(" ", "_")
    return f"{agency}:{state}:{named}" if local and named and state else agency


def agency_level(a: Iterable[str], b: Iterable[str]) -> Level:
    """Return how far two entries' agencies agree: one code the same, kin, one unknown, or NO where they differ.

    A local agency whose office nobody named is unknown: it may be any of many.
    """
    rows: Mapping[str, Mapping[str, object]] = table("agencies")["agencies"]
    unknown = {code for code, row in rows.items() if row.get("unknown") or row.get("local")}
    known_a, known_b = ({*codes} - unknown for codes in (a, b))
    if known_a & known_b:
        return Level.STRONG
    if not known_a or not known_b:
        return Level.WEAK
    kin = {relative for code in known_a for relative in table("agencies")["agencies"].get(code, {}).get("kin", ())}
    return Level.MEDIUM if kin & known_b else Level.NO


def same_badge(a: str, b: str, *, agency_a: Iterable[str] = (), agency_b: Iterable[str] = ()) -> Level:
    """Return how alike two badges are, given the codes of their agencies.

    Full numbers are worth what the agencies allow; a core or a look alike is weak, and nothing if both carry a
    different letter.
    """
    one, other = badge_keys(a), badge_keys(b)
    agencies = agency_level(agency_a, agency_b)
    if not one or not other or agencies is Level.NO:
        return Level.NO
    if one["full"] == other["full"]:
        return agencies
    letters = {re.sub(r"\d", "", keys["full"].translate(LOOKALIKE)) for keys in (one, other)}
    if len(letters - {""}) > 1:
        return Level.NO
    cores = one["core"] == other["core"] and len(one["core"]) >= 3
    return Level.WEAK if cores or one["look"] == other["look"] else Level.NO


def same_name(a: str, b: str) -> NameLevel | None:
    """Return in which way two names are alike, or None."""
    return same_name_keys(name_keys(a), name_keys(b))


def same_name_keys(a: Mapping[str, str], b: Mapping[str, str]) -> NameLevel | None:
    """Return in which way two names are alike by their keys, or None; two different given names never are."""
    if not a or not b:
        return None
    tokens_a, tokens_b = ({token for text in keys.values() for token in text.split()} for keys in (a, b))
    if tokens_a == tokens_b or "".join(a.values()) == "".join(b.values()):
        long = all(len(keys.get("given", "").replace(" ", "")) > 1 for keys in (a, b))
        return NameLevel.FULL if long else NameLevel.INITIAL
    given = _same_given(a.get("given", ""), b.get("given", ""))
    if a.get("surname") == b.get("surname"):
        return given
    return NameLevel.NEAR if given and _near(a.get("surname", ""), b.get("surname", "")) else None


def _same_given(a: str, b: str) -> NameLevel | None:
    """Return what two given names make of one surname."""
    if not a or not b:
        return NameLevel.SURNAME
    if a == b:
        return NameLevel.FULL if len(a) > 1 else NameLevel.INITIAL
    short, long = sorted((a, b), key=len)
    return NameLevel.INITIAL if len(short) == 1 and long.startswith(short) else None


def _near(a: str, b: str) -> bool:
    """Return whether two surnames of five letters or more, with one first letter, are one edit (or Mc, Mac) apart."""
    a, b = (re.sub(r"^mac(?=\w{3})", "mc", surname) for surname in (a, b))
    if min(len(a), len(b)) < 5 or a[0] != b[0]:
        return False
    return a == b or _one_edit(a, b)


def _one_edit(a: str, b: str) -> bool:
    """Return whether one letter put in, left out or changed makes one of the other."""
    short, long = sorted((a, b), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
