"""The parent's end of the talk: give the ranges that are asked for, pass outputs on, and believe nothing else.

The bytes a worker works on may have taken it over. So every frame is bounded, its questions are counted, its outputs
come in order or not at all, and what does not make sense ends the talk.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, BinaryIO, NoReturn, cast

from incidents.media.limits import Limits
from incidents.media.protocol import (
    BLOCK_BYTES,
    FRAME_HEAD_BYTES,
    Broken,
    Frame,
    frame_ahead,
    number_of,
    pack,
    span_of,
)

_OUTPUTS = 16  # a run makes ten pages at most
_LEAST_FRAME_BYTES = 1 << 10  # what a frame is counted as, so that a flood of small ones ends too
_LEAST_ASK_BYTES = 4 << 10
_ASKED_TIMES, _ASKED_BESIDE_BYTES = 32, 256 << 20  # how often a source may be asked for; real clips need twice


@dataclass(frozen=True, slots=True)
class Order:
    """What one job works on, and who hears of it.

    Attributes:
        into: takes the number of an output and its next bytes; if it raises, the worker is killed.
        progress: takes a fraction.
    """

    source: BinaryIO
    size_bytes: int
    parameters: Mapping[str, object]
    into: Callable[[int, bytes], None]
    progress: Callable[[float], None]


@dataclass(slots=True)
class Heard:
    """What a worker said; `particulars` are None until it said that it was done."""

    held: tuple[str, ...] | None = None
    particulars: Mapping[str, object] | None = None
    outputs: int = 0


@dataclass(slots=True)
class Talk:
    """One talk with one worker, until it closes its mouth or its time is over."""

    worker: subprocess.Popen[bytes]
    order: Order
    limits: Limits
    heard: Heard = field(default_factory=Heard)
    seconds_left: float = 0
    _unsent: memoryview = field(default_factory=lambda: memoryview(b""))
    _waiting: bytearray = field(default_factory=bytearray)
    _answer_left: int = 0
    _asking_left: int = 0

    def hear_out(self) -> Heard:
        """Return what was said.

        Raises:
            Broken: it made no sense, or took too long.
        """
        size_bytes = self.order.size_bytes
        self.seconds_left = self.limits.wall_seconds
        self._answer_left = self.limits.answer_to(size_bytes)
        self._asking_left = _ASKED_TIMES * size_bytes + _ASKED_BESIDE_BYTES
        told = {"size_bytes": size_bytes, "parameters": dict(self.order.parameters)}
        self._unsent = memoryview(pack(json.dumps(told).encode()))
        mouth, ear = cast("IO[bytes]", self.worker.stdout), cast("IO[bytes]", self.worker.stdin)
        os.set_blocking(ear.fileno(), False)
        with selectors.DefaultSelector() as ready:
            ready.register(mouth, selectors.EVENT_READ)
            ready.register(ear, selectors.EVENT_WRITE)
            while self._wait(ready, mouth, ear):
                pass
        if self._waiting:
            raise Broken
        return self.heard

    def _wait(self, ready: selectors.BaseSelector, mouth: IO[bytes], ear: IO[bytes]) -> bool:
        """Do what the pipes are ready for, and tell whether the worker may say more."""
        started = time.monotonic()
        events = ready.select(max(0, self.seconds_left))
        self.seconds_left -= time.monotonic() - started
        if not events or self.seconds_left <= 0:
            raise Broken
        open_ = True
        for key, _ in events:
            if key.fileobj is mouth:
                open_ = self._listen(mouth)
            else:
                self._send(ear)
        if ear in ready.get_map() and not self._unsent:
            ready.unregister(ear)
        elif ear not in ready.get_map() and self._unsent:
            ready.register(ear, selectors.EVENT_WRITE)
        return open_

    def _send(self, ear: IO[bytes]) -> None:
        try:
            self._unsent = self._unsent[os.write(ear.fileno(), self._unsent) :]
        except BlockingIOError:
            return
        except OSError:  # a worker may end before it has taken everything
            self._unsent = memoryview(b"")

    def _listen(self, mouth: IO[bytes]) -> bool:
        chunk = os.read(mouth.fileno(), BLOCK_BYTES)
        self._waiting += chunk
        while len(self._waiting) >= FRAME_HEAD_BYTES:
            kind, length = frame_ahead(self._waiting)
            end = FRAME_HEAD_BYTES + length
            if len(self._waiting) < end:
                break
            body = bytes(self._waiting[FRAME_HEAD_BYTES:end])
            del self._waiting[:end]
            self._take(kind, body)
        return bool(chunk)

    def _take(self, kind: Frame, body: bytes) -> None:
        self._answer_left -= max(len(body), _LEAST_FRAME_BYTES) if kind is not Frame.ASK else 0
        if self._answer_left < 0 or self.heard.particulars is not None:
            raise Broken
        takers = {
            Frame.HELD: self._take_held,
            Frame.ASK: self._take_question,
            Frame.OUTPUT: self._take_output,
            Frame.PROGRESS: self._take_progress,
            Frame.END: self._take_end,
        }
        if (kind is Frame.HELD) is not (self.heard.held is None):
            raise Broken  # its locks come first, and once
        takers[kind](body)

    def _take_held(self, body: bytes) -> None:
        self.heard.held = tuple(map(str, cast("list[object]", _json(body, list))))

    def _take_question(self, body: bytes) -> None:
        offset, length = span_of(body)
        self._asking_left -= max(length, _LEAST_ASK_BYTES)
        if self._unsent or length > BLOCK_BYTES or offset + length > self.order.size_bytes or self._asking_left < 0:
            raise Broken
        self.order.source.seek(offset)
        self._unsent = memoryview(pack(_whole(self.order.source, length)))

    def _take_output(self, body: bytes) -> None:
        number, chunk = number_of(body)
        if not chunk or number >= _OUTPUTS or number not in {self.heard.outputs, self.heard.outputs - 1}:
            raise Broken
        self.heard.outputs = number + 1
        self.order.into(number, chunk)

    def _take_progress(self, body: bytes) -> None:
        self.order.progress(min(1.0, int.from_bytes(body[:1], "big") / 100))

    def _take_end(self, body: bytes) -> None:
        self.heard.particulars = cast("dict[str, object]", _json(body, dict))


def _whole(source: BinaryIO, length: int) -> bytes:
    """Return as many bytes as a source has of those asked for, however few it gives at a time."""
    pieces: list[bytes] = []
    while length and (piece := source.read(length)):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def _json(body: bytes, kind: type[list[object] | dict[str, object]]) -> object:
    try:
        value = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Broken from None
    if not isinstance(value, kind):
        raise Broken
    return value


def _refuse(_name: str) -> NoReturn:
    raise Broken
