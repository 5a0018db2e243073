"""Draw a phrase, forgive its typing, spell a recipient's check words.

Two lists a language. Accepted: every word ever drawn; it may grow, never shrink, or codes on paper would stop to open.
Drawn: the accepted words without those that nobody should have to read in fear (data/withheld); it may shrink.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from enum import Enum
from importlib import resources
from types import MappingProxyType

from sealing.types import Recipient

_FILES = MappingProxyType(
    {
        "en": "wordlist_en_eff.txt",
        "es": "wordlist_es.txt",
        "fr": "wordlist_fr.txt",
        "pt-br": "wordlist_pt-br.txt",
    }
)
LANGUAGES = tuple(_FILES)
"""The languages that have a list; in every other a code is made of digits."""

_PHRASE_WORDS = 5
_CHECK_WORDS = 6
_CHECK_DIGITS = 24
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})  # French telephones write them by themselves


class Reason(Enum):
    """Why what was typed cannot be a code or a key; a page has a sentence for each."""

    COUNT = "count"
    WORD = "word"
    CHECK_DIGIT = "check_digit"
    KEY = "key"


class Misspelt(ValueError):
    """What was typed cannot be right, whatever is stored.

    `word` is the first word not known, for the person who typed it: it is not in the error's text, for it may be part
    of a secret.
    """

    def __init__(self, reason: Reason, *, word: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.word = word


@functools.cache
def accepted(language: str) -> tuple[str, ...]:
    """Return, sorted, what may be typed.

    Words of small letters only: a hyphen separates words when typed, so "yo-yo" could never be entered.
    """
    lines = resources.files("diceware.wordlists").joinpath(_FILES[language]).read_text("utf-8").splitlines()
    found = {line.split()[-1] for line in lines if line.strip()}
    return tuple(sorted(word for word in found if word.isalpha() and word.islower()))


@functools.cache
def withheld(language: str) -> frozenset[str]:
    """Return the accepted words that are not drawn."""
    text = resources.files("sealing").joinpath("data", "withheld", f"{language}.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@functools.cache
def drawn(language: str) -> tuple[str, ...]:
    """Return, sorted, what codes are made of: at least 7,000 words, 12.77 bits each."""
    return tuple(word for word in accepted(language) if word not in withheld(language))


def draw(language: str, *, count: int) -> str:
    """Draw words of one language, parted by single blanks."""
    return " ".join(secrets.choice(drawn(language)) for _ in range(count))


def draw_phrase() -> str:
    """Draw a member's phrase: five English words, 64 bits. Drawn, never chosen: the weakest seat guards the desk."""
    return draw("en", count=_PHRASE_WORDS)


def forgive(text: str) -> str:
    """Return the one spelling of what was typed.

    Case, accents, the script of digits and every kind of separator fall away; what is left are letters and ASCII
    digits, parted by single blanks.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(map(_plain_character, plain.translate(_LIGATURES))).split())


def _plain_character(character: str) -> str:
    if unicodedata.category(character) == "Mn":
        return ""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return character if character.isalnum() else " "


def check_spelling(typed: Sequence[str]) -> None:
    """Refuse words that are not all of one language.

    Raises:
        Misspelt: names the first word that is not in the list most of the others are in.
    """
    known = max(map(_accepted_set, LANGUAGES), key=lambda accepted: sum(word in accepted for word in typed))
    for word in typed:
        if word not in known:
            raise Misspelt(Reason.WORD, word=word)


@functools.cache
def _accepted_set(language: str) -> frozenset[str]:
    return frozenset(accepted(language))


def check_words(recipient: Recipient) -> str:
    """Return the six words two people read to each other to know that they mean the same recipient."""
    number, known = _check_number(recipient), accepted("en")
    return " ".join(known[number // len(known) ** place % len(known)] for place in range(_CHECK_WORDS))


def check_digits(recipient: Recipient) -> str:
    """Return the same assurance as 24 digits, for links and for languages without a list."""
    return group(f"{_check_number(recipient) % 10**_CHECK_DIGITS:0{_CHECK_DIGITS}d}")


def group(digits: str) -> str:
    """Part digits into groups of four, as people read them aloud."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _check_number(recipient: Recipient) -> int:
    return int.from_bytes(hashlib.sha256(b"testigo/1/check/" + recipient.encode()).digest()[:16], "big")
