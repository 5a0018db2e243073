"""Burn boxes into a clip for spans of time, and silence spans of its sound. Runs inside the worker.

Always a new encoding: what lay under a box was never in it. A frame is covered when any of the time it is shown lies in
the span, and sound is silenced to the sample.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from incidents.media import redactions, reencoding
from incidents.media.protocol import Task, Work
from incidents.media.redactions import BOX_LIMIT, Box, NoBox
from incidents.media.reencoding import Changes, Shape

RECIPE = "redacted-clip/1"

_BLACK = (16, 128, 128)  # of luma and both colours
_BEFORE_SECONDS = 0.05  # for a person's finger, and for players that round
_SAMPLE_BYTES = 4


class NoSpan(ValueError):
    """What was chosen is no span of time."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, in seconds of the clip."""

    start: float
    end: float

    def touches(self, start: float, end: float) -> bool:
        """Tell whether any of another span lies in it."""
        return start < self.end and self.start < end


def prepare(_told: Mapping[str, object]) -> Work:
    """Load all that the re-encoding needs, and return what burns."""
    reencoding.warm_up()
    return _redacted


def _redacted(task: Task) -> dict[str, object]:
    """Put out the new clip, and return how it is described.

    The parameters are `boxes`, each with `x`, `y`, `w`, `h` in pixels of the upright picture and `from` and `to` in
    seconds; `mute`, spans of two numbers; `drop_sound`. One that makes no sense stops the work, for whoever chose it
    relies on it. A softened clip is not made: it would be taken for a redacted one.

    Raises:
        NoBox, NoSpan: as above, or there is nothing to do.
        NoClip, TooLarge: as in `reencoded`.
    """
    asked = task.parameters
    drawn = cast("list[object]", asked["boxes"]) if asked.get("boxes") else []
    silent = [_span(one) for one in cast("list[object]", asked.get("mute") or [])]
    drop_sound = asked.get("drop_sound") is True
    if asked.get("softened") or not (drawn or silent or drop_sound) or len(drawn) + len(silent) > BOX_LIMIT:
        raise NoBox

    def changes_for(shape: Shape | None) -> Changes:
        if drawn and shape is None:
            raise NoBox
        boxes = [_timed(one, shape) for one in drawn] if shape else []
        return Changes(
            picture=_burning(boxes) if boxes else None,
            sound=_silencing(silent) if silent else None,
            drop_sound=drop_sound,
        )

    return {"recipe": RECIPE, **reencoding.reencoded(task, changes_for, name="redacted")}


def _span(chosen: object) -> Span:
    try:
        start, end = (float(moment) for moment in cast("list[float]", chosen))
    except (TypeError, ValueError):
        raise NoSpan from None
    if not (math.isfinite(start) and math.isfinite(end) and start < end):
        raise NoSpan
    return Span(start - _BEFORE_SECONDS, end + _BEFORE_SECONDS)


def _timed(drawn: object, shape: Shape) -> tuple[Box, Span]:
    if not isinstance(drawn, dict):
        raise NoBox
    sides = [drawn.get(side) for side in ("x", "y", "w", "h")]
    box = redactions.grown(sides, width=shape.width, height=shape.height)
    return box, _span([drawn.get("from"), drawn.get("to")])


def _burning(boxes: list[tuple[Box, Span]]) -> Callable[[VideoFrame, float, float], None]:
    def burn(frame: VideoFrame, start: float, end: float) -> None:
        for box, span in boxes:
            if span.touches(start, end):
                fill(frame, box)

    return burn


def fill(frame: VideoFrame, box: Box) -> None:
    """Fill a box in all three planes of a frame in yuv420p, with every colour that one of its pixels shares."""
    for plane, value, shift in zip(frame.planes, _BLACK, (0, 1, 1), strict=True):
        left, top = box.left >> shift, box.top >> shift
        right, bottom = -(-box.right >> shift), -(-box.bottom >> shift)
        pixels = memoryview(plane).cast("B")
        row = bytes([value]) * (min(right, plane.width) - left)
        for line in range(top, min(bottom, plane.height)):
            at = line * plane.line_size + left
            pixels[at : at + len(row)] = row


def _silencing(spans: list[Span]) -> Callable[[AudioFrame, float], None]:
    def silence(frame: AudioFrame, start: float) -> None:
        for span in spans:
            first = max(0, math.floor((span.start - start) * frame.sample_rate))
            last = min(frame.samples, math.ceil((span.end - start) * frame.sample_rate))
            if first < last:
                for plane in frame.planes:
                    samples = memoryview(plane).cast("B")
                    samples[first * _SAMPLE_BYTES : last * _SAMPLE_BYTES] = bytes((last - first) * _SAMPLE_BYTES)

    return silence
