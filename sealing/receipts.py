"""From a reporter's words to a handle that finds and a key that opens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sealing import words
from sealing.keys import Guarded, Identity, stretch_root
from sealing.keys import derive as derive_key
from sealing.slots import Purpose
from sealing.words import Misspelt, Reason

DIGITS = "digits"
"""Asks `draw` for digits in any language."""

_WORDS = 6
_DIGITS = 24
_HANDLE_BYTES = 16

# Damm's table: one wrong digit, or two neighbours swapped, never end at 0.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Receipt(Guarded):
    """What the words stand for: 16 bytes that find the grant and open nothing, and the identity that opens it."""

    handle: bytes
    identity: Identity


def draw(language: str) -> str:
    """Draw a code as it is shown: six words where the language has a list, else 24 digits in groups of four."""
    if language in words.LANGUAGES:
        return words.draw(language, count=_WORDS)
    digits = f"{secrets.randbelow(10 ** (_DIGITS - 1)):0{_DIGITS - 1}d}"
    return words.group(f"{digits}{_check_digit(digits)}")


def normalise(text: str) -> str:
    """Return the one spelling of a typed code: words parted by single blanks, or the bare digits.

    Raises:
        Misspelt: it can be nobody's code; refused before anything is stretched, it tells nothing of codes that exist.
    """
    spelling = words.forgive(text)
    digits = spelling.replace(" ", "")
    if digits.isascii() and digits.isdecimal():
        if len(digits) != _DIGITS:
            raise Misspelt(Reason.COUNT)
        if _check_digit(digits) != 0:
            raise Misspelt(Reason.CHECK_DIGIT)
        return digits
    typed = spelling.split()
    if len(typed) != _WORDS:
        raise Misspelt(Reason.COUNT)
    words.check_spelling(typed)
    return spelling


def derive(text: str, *, salt: bytes, purpose: Purpose) -> Receipt:
    """Stretch a code as typed.

    Args:
        salt: the site's 16 bytes, kept outside the database; lost, every receipt is lost.
        purpose: RECEIPT for who comes back, FILING for a code just drawn.

    Raises:
        Misspelt: as `normalise`.
        Busy: the slot of this purpose did not come free.
    """
    root = stretch_root(normalise(text), salt=salt, purpose=purpose)
    return Receipt(
        handle=derive_key(root, "receipt/handle")[:_HANDLE_BYTES],
        identity=Identity(derive_key(root, "receipt/age")),
    )


def _check_digit(digits: str) -> int:
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state
