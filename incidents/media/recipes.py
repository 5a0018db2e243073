"""The one door to all work on files: what can be made of an exhibit, and how it went."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, cast

from incidents.media import sandbox
from incidents.media.conversation import Order
from incidents.media.protocol import Broken, Status

JPEG, MP4, SOUND = "image/jpeg", "video/mp4", "audio/mp4"

_WORDS_CHARS = 200  # a recipe's name, a tool's
_FIRST_BYTES = 8  # enough to tell the media types that we make from one another


class Recipe(StrEnum):
    """What can be made of a file."""

    PARTICULARS = "particulars"
    CLEAN = "clean"
    CLIP_COPY = "clip-copy"
    VIEWING_COPY = "viewing-copy"
    STILL = "still"
    WAVEFORM = "waveform"
    PAGES = "pages"
    REDACTED_PICTURE = "redacted-picture"
    REDACTED_CLIP = "redacted-clip"


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a recipe. Outputs count only when MADE; `held` are the locks around the worker.

    `particulars` then hold `recipe` (its name and version), `tool` (names and versions), `outputs` (in their order,
    each with `name`, `media_type` and, where it has them, `width` and `height`), and what else the recipe tells.
    """

    status: Status
    particulars: Mapping[str, object] = field(default_factory=dict)
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """The job that makes it, and what its outputs may be."""

    job: str
    media_types: tuple[str, ...] = ()


_PLANS = {
    Recipe.PARTICULARS: _Plan("particulars"),
    Recipe.CLEAN: _Plan("pictures", (JPEG,)),
    Recipe.CLIP_COPY: _Plan("clips", (MP4, SOUND)),
    Recipe.VIEWING_COPY: _Plan("reencoding", (MP4, SOUND)),
    Recipe.STILL: _Plan("stills", (JPEG,)),
    Recipe.WAVEFORM: _Plan("waveforms", (JPEG,)),
    Recipe.PAGES: _Plan("papers", (JPEG,)),
    Recipe.REDACTED_PICTURE: _Plan("redactions", (JPEG,)),
    Recipe.REDACTED_CLIP: _Plan("clip_redactions", (MP4, SOUND)),
}


def make(  # noqa: PLR0913 - the contract of this package: one call says all
    recipe: Recipe,
    source: BinaryIO,
    *,
    size_bytes: int,
    parameters: Mapping[str, object] | None = None,
    into: Callable[[int, bytes], None],
    progress: Callable[[float], None] | None = None,
    accept_degraded: bool = False,
) -> Made:
    """Make something of a file in a worker of its own, and wait for it.

    Args:
        source: seekable; ranges of it are read as they are needed, a mebibyte at most.
        parameters: what this recipe wants to know.
        into: takes the number of an output, from 0, and its next bytes; one output comes after the other. What it was
            given counts only when the status is MADE. If it raises, the worker is killed, and that comes out here.
        progress: takes a fraction, now and then.
        accept_degraded: work even where neither Landlock nor seccomp holds.

    Raises:
        Busy: as in `sandbox.run`.
    """
    plan = _PLANS[recipe]
    beginnings: list[str] = []

    def passed_on(number: int, chunk: bytes) -> None:
        if number == len(beginnings):
            beginnings.append(_media_type_of(chunk))
        into(number, chunk)

    order = Order(source, size_bytes, parameters or {}, passed_on, progress or _unheard)
    outcome = sandbox.run(plan.job, order, accept_degraded=accept_degraded)
    if outcome.status is not Status.MADE:
        return Made(outcome.status, held=outcome.held)
    try:
        return Made(Status.MADE, _understood(outcome.particulars or {}, recipe, beginnings), outcome.held)
    except Broken:
        return Made(Status.STOPPED)


def gathered(
    recipe: Recipe,
    data: bytes,
    *,
    parameters: Mapping[str, object] | None = None,
    accept_degraded: bool = False,
) -> tuple[Made, tuple[bytes, ...]]:
    """Return what was made of bytes that are in memory, for what is small enough to be there; else no outputs.

    Raises:
        Busy: as in `sandbox.run`.
    """
    outputs: list[bytearray] = []

    def into(number: int, chunk: bytes) -> None:
        if number == len(outputs):
            outputs.append(bytearray())
        outputs[number] += chunk

    source = io.BytesIO(data)
    made = make(recipe, source, size_bytes=len(data), parameters=parameters, into=into, accept_degraded=accept_degraded)
    return made, tuple(map(bytes, outputs)) if made.status is Status.MADE else ()


def _unheard(_fraction: float) -> None:
    """Take what nobody asked for."""


def _media_type_of(chunk: bytes) -> str:
    if chunk.startswith(b"\xff\xd8\xff"):
        return JPEG
    return MP4 if chunk[4:_FIRST_BYTES] == b"ftyp" else ""


def _understood(told: Mapping[str, object], recipe: Recipe, beginnings: list[str]) -> dict[str, object]:
    """Return the particulars, with nothing in the words we rely on but what we would have said ourselves.

    Raises:
        Broken: they name another recipe, or other outputs than came.
    """
    name, tool, outputs = told.get("recipe"), told.get("tool"), told.get("outputs", [])
    if not (isinstance(name, str) and isinstance(tool, str) and isinstance(outputs, list)):
        raise Broken
    if name.partition("/")[0] != recipe or max(len(name), len(tool)) > _WORDS_CHARS or len(outputs) != len(beginnings):
        raise Broken
    allowed = _PLANS[recipe].media_types
    described = [_described(one, begun, allowed) for one, begun in zip(outputs, beginnings, strict=True)]
    return {**told, "outputs": described}


def _described(told: object, begun: str, allowed: tuple[str, ...]) -> dict[str, object]:
    if not isinstance(told, dict):
        raise Broken
    one = cast("dict[str, object]", told)
    name, media_type = one.get("name"), one.get("media_type")
    if not isinstance(name, str) or len(name) > _WORDS_CHARS or media_type not in allowed:
        raise Broken
    if {SOUND: MP4}.get(str(media_type), media_type) != begun:
        raise Broken
    described: dict[str, object] = {key: one[key] for key in ("name", "media_type", "width", "height") if key in one}
    if not all(type(described.get(key, 1)) is int for key in ("width", "height")):
        raise Broken
    return described
