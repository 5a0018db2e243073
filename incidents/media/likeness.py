"""Tell whether two pictures may show the same, by 256 bits that stay when a picture is shrunk or saved again.

Each bit says whether one of 16 x 16 patches is darker than the patch to its right. A cut, a mirror or a turn makes
another picture of it. The bits describe the picture to whoever reads them, so they are kept sealed, like it.
"""

from __future__ import annotations

import dhash
from PIL import Image

BITS = 256
_SIDE = 16
_CONTRAST = 16  # of 256 steps of grey; below that noise decides the bits, and every blank page is alike
_ALIKE = 28


def of(picture: Image.Image) -> str | None:
    """Return the bits of an upright picture as 64 hex digits, or None for one that shows next to nothing."""
    wide = _SIDE + 1
    greys = list(picture.convert("L").resize((wide, wide), Image.Resampling.LANCZOS, reducing_gap=3).tobytes())
    if max(greys) - min(greys) < _CONTRAST:
        return None
    rows, _ = dhash.dhash_row_col(greys, size=_SIDE)  # type: ignore[no-untyped-call]  # it has no types
    return f"{rows:0{BITS // 4}x}"


def distance(one: str, other: str) -> int:
    """Return how many of the 256 bits differ."""
    bits = dhash.get_num_bits_different(int(one, 16), int(other, 16))  # type: ignore[no-untyped-call]  # as above
    return int(bits)


def alike(one: str, other: str) -> bool:
    """Return whether two pictures may show the same: a reason to look at both, no more."""
    return distance(one, other) <= _ALIKE
