"""Make any text printable: what no font can show, and what could turn a line around, becomes a visible [U+XXXX].

In PDF/A one glyph that no font has stops the whole document, so one odd character in one report would stop a packet.
Only the typeset copy passes through here; the exact text stays in the files beside it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

_KEPT = frozenset("\n \u00a0\u200c\u200d")  # the last two join and part letters in Arabic and Indic scripts
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_FONT_FILES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
_COLLECTION_HEAD_BYTES = 12


@cache
def coverage(folders: tuple[str, ...]) -> frozenset[int]:
    """Return the code points that at least one font file in these folders can draw. Read once a process."""
    files = (path for folder in folders for path in Path(folder).rglob("*") if path.suffix.lower() in _FONT_FILES)
    return frozenset(point for path in files for face in _faces(path) for point in face.getBestCmap() or ())


def visible(text: str, *, covered: frozenset[int]) -> str:
    """Return the text as it can be printed: NFC, lines ended by LF alone, every other odd character named."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(char if _printable(char, covered) else f"[U+{ord(char):04X}]" for char in lines)


def visible_throughout(value: object, *, covered: frozenset[int]) -> object:
    """Return a JSON value with every string in it made visible; keys are ours and stay."""
    if isinstance(value, str):
        return visible(value, covered=covered)
    if isinstance(value, Mapping):
        return {key: visible_throughout(item, covered=covered) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [visible_throughout(item, covered=covered) for item in value]
    return value


def _faces(path: Path) -> Iterator[TTFont]:
    with path.open("rb") as file:
        start = file.read(_COLLECTION_HEAD_BYTES)
    count = int.from_bytes(start[8:], "big") if start.startswith(b"ttcf") else 1
    return (TTFont(path, fontNumber=number, lazy=True) for number in range(count))


def _printable(char: str, covered: frozenset[int]) -> bool:
    return char in _KEPT or (ord(char) in covered and unicodedata.category(char) not in _REFUSED)
