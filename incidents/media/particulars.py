"""Read from an original what it says of itself, before any copy is made: a job for every kind of file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from importlib.metadata import version

from incidents.media import clip_facts, demuxing, kinds, likeness, paper_facts, photo_facts, pictures, provenance
from incidents.media.facts import Sheet
from incidents.media.kinds import Kind
from incidents.media.protocol import Task, Work

RECIPE = "particulars/1"

_LIBRARIES = ("pillow", "pi-heif", "av", "pypdfium2", "c2pa-python", "dhash")
_TOOL = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
_WHOLE_LIMIT_BYTES = 128 << 20  # of a photo or a paper; a clip is read by ranges


def prepare(told: Mapping[str, object]) -> Work:
    """Load every library while files can still be opened, and return what reads."""
    pictures.prepare(told)
    demuxing.warm_up()
    paper_facts.warm_up()
    provenance.warm_up()
    return _particulars


def _particulars(task: Task) -> dict[str, object]:
    """Return `kind`, `facts`, `warnings`, `provenance` and `likeness`, and what the kind tells beside.

    Nothing in the file stops this: what one reader cannot make sense of is missing, and the others go on.
    """
    source, sheet = task.source, Sheet()
    size_bytes = source.seek(0, io.SEEK_END)
    source.seek(0)
    found = kinds.find(source.read(kinds.HEAD_BYTES))
    said: dict[str, object] = {"likeness": None}
    kind = found.kind
    source.seek(0)
    if kind is Kind.PHOTO:
        data = source.read(_WHOLE_LIMIT_BYTES)
        said |= photo_facts.read(data, sheet)
        said["likeness"] = _likeness(data, sheet)
    elif kind in {Kind.VIDEO, Kind.AUDIO}:
        said |= clip_facts.read(source, sheet, size_bytes=size_bytes)
        kind = Kind(str(said.pop("kind", kind)))
    elif kind is Kind.PAPER:
        said |= paper_facts.read(source.read(_WHOLE_LIMIT_BYTES), sheet)
    return {
        "recipe": RECIPE,
        "tool": _TOOL,
        "kind": kind.value,
        "facts": sheet.facts,
        "warnings": sheet.warnings,
        "provenance": provenance.look(source, found.media_type),
        **said,
    }


def _likeness(data: bytes, sheet: Sheet) -> str | None:
    """Return the bits of a photo, or None where it is not decoded; say what the decoding met."""
    try:
        picture, reduced, damaged = pictures.opened(data)
        bits = likeness.of(pictures.upright(picture))
    except Exception:  # noqa: BLE001 - a codec raises anything over foreign bytes; the facts stand all the same
        return None
    if reduced > 1:
        sheet.warn("reduced")
    if damaged:
        sheet.warn("damaged")
    return bits
