"""What a line of the log may look like, and what tells of a person wherever it stands."""

from __future__ import annotations

import json
import logging
import re
from functools import cache

from config.logs import COUNTS, OURS, QuietFormatter
from sealing import words

SHAPE = {
    "at": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}",
    "level": r"DEBUG|INFO|WARNING|ERROR|CRITICAL",
    "from": r"[\w.]+",
    "error": r"[\w.]+",
}
PLACE = re.compile(r"[^/@?]+:\d+ \S+")  # file, line, function
TELLS = {
    "a mail address": re.compile(r"[^\s@\"]+@[^\s@\"]+\.\w"),
    "an address of a machine": re.compile(
        r"\b(?!127\.0\.0\.1\b)\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,}"
    ),
    "a query": re.compile(r"[?&][\w%+.-]+="),
    "a receipt or a code in digits": re.compile(r"\b\d{4}(?:[ -]?\d{4}){5}\b"),
    "a key": re.compile(r"AGE-SECRET-KEY|\bage1[0-9a-z]{20}|\b[0-9a-f]{32,}\b", re.IGNORECASE),
}
DRAWN_IN_A_ROW = 5  # of a member; a receipt has six


class Kept(logging.Handler):
    """Keeps each record as the site's own handler would write it, and the text of ours as it was meant."""

    def __init__(self):
        super().__init__()
        self.setFormatter(QuietFormatter())
        self.lines = []

    def emit(self, record):
        ours = record.name.split(".")[0] in OURS
        self.lines.append((self.format(record), record.getMessage() if ours else ""))


def wrong_with(line, message=""):
    """Return what a line and the text behind it should not say; nothing is the rule."""
    said = json.loads(line)
    found = [f"{name} is in no line" for name in said.keys() - {*SHAPE, *COUNTS, "what", "place"}]
    found += [f"{name} is not as it should be" for name, shape in SHAPE.items() if not _fits(shape, said.get(name))]
    found += [f"{name} is no number" for name in COUNTS if not isinstance(said.get(name, 0), int | float)]
    found += ["a place is none" for place in said.get("place", []) if not PLACE.fullmatch(place)]
    if "what" in said and said["from"].split(".")[0] not in OURS:
        found.append("a text that is not ours")
    text = " ".join([str(value) for name, value in said.items() if name not in {"at", "place"}] + [message])
    found += [what for what, telling in TELLS.items() if telling.search(text)]
    return found + (["drawn words"] if _has_drawn_words(text) else [])


def _fits(shape, value):
    return value is None or bool(re.fullmatch(shape, value))


@cache
def _drawn():
    return frozenset(word for language in words.LANGUAGES for word in words.accepted(language))


def _has_drawn_words(text):
    in_a_row = 0
    for token in re.split(r"[\s.,;:'\"(){}\[\]-]+", text):
        in_a_row = in_a_row + 1 if token in _drawn() else 0
        if in_a_row == DRAWN_IN_A_ROW:
            return True
    return False
