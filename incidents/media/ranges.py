"""The worker's end of the talk: a source that is asked for piece by piece, and outputs that leave as they are made."""

from __future__ import annotations

import io
import json
import os
from collections import OrderedDict
from typing import TYPE_CHECKING, BinaryIO

from incidents.media.protocol import BLOCK_BYTES, Frame, Task, frame, numbered, span, take

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCKS_KEPT = 8  # with fewer, a clip whose sound and pictures lie apart is read many times over
_BUFFER_BYTES = 64 << 10


class Line:
    """The two pipes to the parent."""

    def __init__(self, heard: BinaryIO, said: BinaryIO) -> None:
        self._heard, self._said = heard, said
        self._hundredths = -1

    def say(self, kind: Frame, *body: bytes) -> None:
        """Send one frame."""
        self._said.write(frame(kind, *body))
        self._said.flush()

    def ask(self, offset: int, length: int) -> bytes:
        """Return bytes of the source."""
        self.say(Frame.ASK, span(offset, length))
        return take(self._heard)

    def put(self, number: int, chunk: bytes) -> None:
        """Send the next bytes of an output, of any length."""
        for at in range(0, len(chunk), BLOCK_BYTES):
            self.say(Frame.OUTPUT, *numbered(number, chunk[at : at + BLOCK_BYTES]))

    def progress(self, fraction: float) -> None:
        """Say how much is done, when that is a hundredth more than was said before."""
        hundredths = int(100 * max(0.0, min(1.0, fraction)))
        if hundredths > self._hundredths:
            self._hundredths = hundredths
            self.say(Frame.PROGRESS, bytes([hundredths]))

    def task(self) -> Task:
        """Take the order: what the parent says first."""
        order = json.loads(take(self._heard))
        source = io.BufferedReader(Ranges(self, order["size_bytes"]), _BUFFER_BYTES)
        return Task(source, order["parameters"], self.put, self.progress)


class Ranges(io.RawIOBase):
    """A file whose bytes are with the parent, who alone can open them; the last blocks are kept."""

    def __init__(self, line: Line, size_bytes: int) -> None:
        super().__init__()
        self._line, self._size_bytes, self._at = line, size_bytes, 0
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that this can be read from anywhere."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to an offset.

        Raises:
            ValueError: it lies before the beginning.
        """
        at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size_bytes}[whence]
        if at < 0:
            raise ValueError
        self._at = at
        return at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer as far as the file goes."""
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and self._at < self._size_bytes:
            number, skipped = divmod(self._at, BLOCK_BYTES)
            piece = self._block(number)[skipped : skipped + len(view) - filled]
            if not piece:  # the file ends before it should
                break
            view[filled : filled + len(piece)] = piece
            filled += len(piece)
            self._at += len(piece)
        return filled

    def readall(self) -> bytes:
        """Return the rest of the file, without keeping blocks that nobody asks for again."""
        pieces = []
        while self._at < self._size_bytes:
            piece = self._line.ask(self._at, min(BLOCK_BYTES, self._size_bytes - self._at))
            if not piece:
                break
            pieces.append(piece)
            self._at += len(piece)
        return b"".join(pieces)

    def _block(self, number: int) -> bytes:
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        if len(self._kept) == _BLOCKS_KEPT:
            self._kept.popitem(last=False)
        start = number * BLOCK_BYTES
        self._kept[number] = block = self._line.ask(start, min(BLOCK_BYTES, self._size_bytes - start))
        return block
