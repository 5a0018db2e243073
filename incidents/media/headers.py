"""Blank what a clip's header may carry beside what a decoder needs, without moving a byte behind it.

FFmpeg copies the header of a stream as it came: the SEI of HEVC in `hvcC`, the metadata of AV1 in `av1C`, a colour
profile that may name its maker. Each such box is written shorter, and an empty `free` box fills the gap. A box that is
not known here becomes one. What is not as the standards say is refused, never guessed at.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

_PARAMETER_SETS = frozenset({32, 33, 34})  # of HEVC: video, sequence, picture
_HEVC_FIXED_BYTES, _AV1_FIXED_BYTES = 23, 4
_SEQUENCE_HEADER, _OBU_EXTENSION, _OBU_HAS_SIZE = 1, 0x04, 0x02
_BOX_HEAD_BYTES = 8
_PATH = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_ENTRY_BYTES = 8 + 78  # a visual sample entry: the head of its box and its fixed fields
_ENTRY_NAME = slice(50, 82)  # in it: the name of whatever encoded
_DESCRIPTION_BYTES = 8  # version and count in front of the entries
_KEPT = frozenset({b"avcC", b"vpcC", b"pasp", b"clap", b"fiel", b"btrt", b"free"})
_VISUAL = frozenset({b"avc1", b"hvc1", b"hev1", b"vp09", b"av01"})


class Unexpected(ValueError):
    """A header that is not as the standard says."""


def blanked(header: bytes) -> bytes:
    """Return the boxes in front of the first fragment with nothing left that no decoder needs; of the same length.

    Raises:
        Unexpected: a box is not as the standard says, or leaves a gap too small for another.
    """
    data = bytearray(header)
    for start, end in _descriptions(header, 0, len(header), _PATH):
        for entry, entry_end, name in _boxes(header, start + _DESCRIPTION_BYTES, end):
            if name in _VISUAL:
                data[entry:entry_end] = _entry(header[entry:entry_end])
    return bytes(data)


def _entry(entry: bytes) -> bytes:
    """Return a visual sample entry with what a decoder needs."""
    data = bytearray(entry)
    data[_ENTRY_NAME] = bytes(_ENTRY_NAME.stop - _ENTRY_NAME.start)
    for at, end, name in _boxes(entry, _ENTRY_BYTES, len(entry)):
        if name not in _KEPT:
            shorter = _SHORTER.get(name, _nothing)(entry[at + _BOX_HEAD_BYTES : end])
            data[at:end] = _filled(name, shorter, end - at)
    return bytes(data)


def _descriptions(data: bytes, start: int, end: int, path: tuple[bytes, ...]) -> Iterator[tuple[int, int]]:
    """Yield where the boxes at this path lie, without their heads. Those of sound hold nothing to blank."""
    if not path:
        yield start, end
        return
    for at, box_end, name in _boxes(data, start, end):
        if name == path[0]:
            yield from _descriptions(data, at + _BOX_HEAD_BYTES, box_end, path[1:])


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield start, end and name of each box that lies here, as far as they make sense: the muxer wrote them."""
    while start + _BOX_HEAD_BYTES <= end:
        size = int.from_bytes(data[start : start + 4], "big")
        if size < _BOX_HEAD_BYTES or start + size > end:
            return
        yield start, start + size, data[start + 4 : start + _BOX_HEAD_BYTES]
        start += size


def _filled(name: bytes, body: bytes | None, size: int) -> bytes:
    if body is None:
        return struct.pack(">I4s", size, b"free") + bytes(size - _BOX_HEAD_BYTES)
    gap = size - _BOX_HEAD_BYTES - len(body)
    if 0 < gap < _BOX_HEAD_BYTES or gap < 0:
        raise Unexpected
    free = struct.pack(">I4s", gap, b"free") + bytes(gap - _BOX_HEAD_BYTES) if gap else b""
    return struct.pack(">I4s", _BOX_HEAD_BYTES + len(body), name) + body + free


def _nothing(_body: bytes) -> None:
    """Keep nothing of a box that is not known here."""


def _colour(body: bytes) -> bytes | None:
    """Return the body of a `colr` that tells its colours by number; a profile is dropped."""
    return body if body.startswith(b"nclx") else None


def _hevc(body: bytes) -> bytes:
    """Return the body of an `hvcC` with the arrays of parameter sets alone."""
    if len(body) < _HEVC_FIXED_BYTES or body[0] != 1:
        raise Unexpected
    kept, at = [], _HEVC_FIXED_BYTES
    for _ in range(body[_HEVC_FIXED_BYTES - 1]):
        end, units = at + 3, int.from_bytes(body[at + 1 : at + 3], "big")
        for _ in range(units):
            end += 2 + int.from_bytes(body[end : end + 2], "big")
        if end > len(body):
            raise Unexpected
        if body[at] & 0x3F in _PARAMETER_SETS:
            kept.append(body[at:end])
        at = end
    return body[: _HEVC_FIXED_BYTES - 1] + bytes([len(kept)]) + b"".join(kept)


def _av1(body: bytes) -> bytes:
    """Return the body of an `av1C` with the sequence header alone."""
    kept, at = [], _AV1_FIXED_BYTES
    while at < len(body):
        head = body[at]
        if not head & _OBU_HAS_SIZE:
            raise Unexpected
        size, sized_at = _leb128(body, at + (2 if head & _OBU_EXTENSION else 1))
        end = sized_at + size
        if end > len(body):
            raise Unexpected
        if head >> 3 & 0xF == _SEQUENCE_HEADER:
            kept.append(body[at:end])
        at = end
    return body[:_AV1_FIXED_BYTES] + b"".join(kept)


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """Return a number in groups of seven bits, and where it ends."""
    value = 0
    for shift, byte in enumerate(data[at : at + 8]):
        value |= (byte & 0x7F) << (7 * shift)
        if not byte & 0x80:
            return value, at + shift + 1
    raise Unexpected


_SHORTER: Mapping[bytes, Callable[[bytes], bytes | None]] = {b"hvcC": _hevc, b"av1C": _av1, b"colr": _colour}
