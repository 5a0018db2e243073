"""Find where a picture ends, and name what stands behind it: a second picture, a clip, or bytes of another kind."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from incidents.media.boxes import boxes
from incidents.media.facts import Warned
from incidents.media.pictures import MARKER

_JPEG_START, _PNG_START = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_END_OF_IMAGE = 0xD9
_PICTURES_LIMIT = 16
_CLIP = re.compile(rb"....ftyp", re.DOTALL)
_SAMSUNG_CLIP = b"MotionPhoto_Data"
_CLIP_SEARCH_BYTES = 64 << 10
_HEIF_BOXES = frozenset(b"ftyp meta mdat idat moov free skip wide uuid jumb C2PA iloc mini".split())
_MOTION_BOX = b"mpvd"
_PNG_HEAD_BYTES, _PNG_AROUND_BYTES = 8, 12


def after_end(data: bytes) -> Iterator[Warned]:
    """Yield a warning for each thing behind the end of the picture; none where its end cannot be found."""
    if data.startswith(_JPEG_START):
        yield from _after_jpeg(data)
    elif data.startswith(_PNG_START):
        yield from _rest(data, _png_end(data))
    elif data.startswith(b"RIFF"):
        yield from _rest(data, 8 + int.from_bytes(data[4:8], "little") + data[4] % 2)
    elif data[4:8] == b"ftyp":
        yield from _after_heif(data)


def _after_jpeg(data: bytes) -> Iterator[Warned]:
    at = _jpeg_end(data, 0)
    for _ in range(_PICTURES_LIMIT):
        if at is None or not data.startswith(_JPEG_START, at):
            break
        yield "second_picture"
        at = _jpeg_end(data, at)
    if at is not None:
        yield from _rest(data, at)


def _jpeg_end(data: bytes, start: int) -> int | None:
    """Return where one JPEG ends, walking its segments; None where it breaks off."""
    at = start + 2
    while marker := MARKER.search(data, at):
        if marker[1][0] == _END_OF_IMAGE:
            return marker.end()
        at = marker.end() + max(2, int.from_bytes(data[marker.end() : marker.end() + 2], "big"))
    return None


def _png_end(data: bytes) -> int:
    at = len(_PNG_START)
    while at + _PNG_HEAD_BYTES <= len(data):
        name = data[at + 4 : at + 8]
        at += _PNG_AROUND_BYTES + int.from_bytes(data[at : at + 4], "big")
        if name == b"IEND":
            break
    return at


def _after_heif(data: bytes) -> Iterator[Warned]:
    end = 0
    for box in boxes(io.BytesIO(data), 0, len(data)):
        if box.name == _MOTION_BOX:
            yield "motion_clip"
        elif box.name not in _HEIF_BOXES:
            break
        end = box.end
    yield from _rest(data, end)


def _rest(data: bytes, end: int) -> Iterator[Warned]:
    """Name what follows. Zeros are padding: cameras fill up to a whole block."""
    rest = memoryview(data)[end:]
    beginning = bytes(rest[:_CLIP_SEARCH_BYTES])
    if not beginning.strip(b"\0") and not bytes(rest).strip(b"\0"):
        return
    if _CLIP.match(beginning) or _SAMSUNG_CLIP in beginning:
        yield "motion_clip"
    else:
        yield "bytes_after_end"
