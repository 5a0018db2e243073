"""Draw what is scanned instead of typed, as the path of one stroke."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET_ZONE = 4
MASK = 2  # any of the eight is valid; looking for the best takes five times as long, and readers read all of them


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: the path of a stroke one unit wide, and the side of its square."""

    path: str
    size: int


def code(text: str) -> Code:
    """Return a text as a QR code."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False, mask=MASK).matrix]
    runs = [
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}.5h1" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    ]
    return Code("".join(runs), len(rows) + 2 * QUIET_ZONE)
