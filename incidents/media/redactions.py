"""Burn boxes into a picture: what lies under them is in no byte of the new file. Runs inside the worker.

A softened picture is another thing, for the comfort of whoever must look: faces and words can be recovered from it, so
nobody may take it for hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from PIL import Image, ImageDraw

from incidents.media import pictures
from incidents.media.protocol import Task, Work

RECIPE = "redacted-picture/1"
GROWN_PIXELS = 16  # JPEG smears what it hides over its block, and with halved colours that is 16 pixels wide
COLOUR = (0, 0, 0)
BOX_LIMIT = 500

_SOFT_CELLS = 6


class NoBox(ValueError):
    """What was drawn is no list of boxes, or not one of them touches the picture."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box in pixels of the upright picture; right and bottom are the first that are not in it."""

    left: int
    top: int
    right: int
    bottom: int


def prepare(told: Mapping[str, object]) -> Work:
    """Load all that the pictures need, and return what burns."""
    pictures.prepare(told)
    return _redacted


def grown(drawn: object, *, width: int, height: int) -> Box:
    """Return a drawn box, grown by 16 pixels to each side and cut at the edges.

    Args:
        drawn: left, top, width and height, numbers of any kind.

    Raises:
        NoBox: it is no box, or lies outside.
    """
    try:
        left, top, wide, high = (float(side) for side in cast("Iterable[float]", drawn))
        box = Box(
            max(0, int(left) - GROWN_PIXELS),
            max(0, int(top) - GROWN_PIXELS),
            min(width, int(left + wide + 1) + GROWN_PIXELS),
            min(height, int(top + high + 1) + GROWN_PIXELS),
        )
    except (TypeError, ValueError, OverflowError):
        raise NoBox from None
    if wide <= 0 or high <= 0 or box.left >= box.right or box.top >= box.bottom:
        raise NoBox
    return box


def drawn_in(parameters: Mapping[str, object]) -> list[object]:
    """Return the boxes as they were drawn.

    Raises:
        NoBox: there is none, or more than anybody draws.
    """
    drawn = parameters.get("boxes")
    if not isinstance(drawn, list) or not 0 < len(drawn) <= BOX_LIMIT:
        raise NoBox
    return drawn


def _redacted(task: Task) -> dict[str, object]:
    """Put out the picture with its boxes and its thumb, and return how they are described.

    Every box counts: one that cannot be burned stops the work, for whoever drew it relies on it.

    Raises:
        NoBox: as above.
        TooLarge: as for a clean copy.
    """
    picture, _, _ = pictures.opened(task.source.read())
    plain = pictures.plain_copy(pictures.upright(picture))
    softened = task.parameters.get("softened") is True
    for drawn in drawn_in(task.parameters):
        box = grown(drawn, width=plain.width, height=plain.height)
        if softened:
            _soften(plain, box)
        else:
            ImageDraw.Draw(plain).rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=COLOUR)
    return {
        "recipe": RECIPE,
        "tool": pictures.TOOL,
        "softened": softened,
        "outputs": pictures.put_pictures(task, plain, name="softened" if softened else "redacted"),
    }


def _soften(plain: Image.Image, box: Box) -> None:
    """Lay a mosaic over a box, of six cells across its longer side at most."""
    part = plain.crop((box.left, box.top, box.right, box.bottom))
    shrink = max(part.size) / _SOFT_CELLS
    cells = (max(1, round(part.width / shrink)), max(1, round(part.height / shrink)))
    mosaic = part.resize(cells, Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)
    plain.paste(mosaic, (box.left, box.top))
