"""Walk the boxes of an ISO media file by their heads; what is not asked for is passed over and never read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_HEAD_BYTES, _LONG_HEAD_BYTES = 8, 16
_COUNT_LIMIT = 4096  # children of one box; a real file has some dozens


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its four letters, where its content begins and ends, and whether it claims to end later than it can."""

    name: bytes
    start: int
    end: int
    cut: bool

    def content(self, source: BinaryIO, *, limit_bytes: int) -> bytes:
        """Return the first bytes of what is inside."""
        source.seek(self.start)
        return source.read(min(limit_bytes, self.end - self.start))


def boxes(source: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places, until one of them makes no sense.

    A box may claim more bytes than there are, and is cut there. One that claims fewer than its own head ends the walk.
    """
    for _ in range(_COUNT_LIMIT):
        if start + _HEAD_BYTES > end:
            return
        source.seek(start)
        head = source.read(_LONG_HEAD_BYTES)
        size, content = int.from_bytes(head[:4], "big"), start + _HEAD_BYTES
        if size == 1:
            size, content = int.from_bytes(head[8:16], "big"), start + _LONG_HEAD_BYTES
        size = size or end - start  # zero: to the end of what holds it
        if len(head) < _HEAD_BYTES or size < content - start:
            return
        yield Box(head[4:8], content, min(start + size, end), start + size > end)
        start += size


def find(source: BinaryIO, start: int, end: int, *path: bytes) -> Iterator[Box]:
    """Yield every box on a path of names, such as b"moov", b"udta"."""
    for box in boxes(source, start, end):
        if box.name == path[0]:
            if len(path) == 1:
                yield box
            else:
                yield from find(source, box.start, box.end, *path[1:])
