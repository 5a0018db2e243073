"""What the sandbox and its worker say to each other: frames, ranges asked and given, and one status."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

BLOCK_BYTES = 1 << 20  # no frame carries more, and no more is asked for at once
FRAME_HEAD_BYTES = 5

_LENGTH_BYTES = 8
_NUMBER_BYTES = 4


class Status(Enum):
    """How a job ended. The value is the worker's exit status; whatever else that is means `STOPPED`."""

    MADE = 0
    TOO_LARGE = 3
    NOT_DECODABLE = 4
    NOT_COPYABLE = 5  # sound and pictures are there, in a coding that no recipe copies
    UNGUARDED = 6  # neither Landlock nor seccomp holds here, and nobody accepted that
    LOCKED = 7  # a paper that wants a password, or another one
    STOPPED = -1


class Frame(Enum):
    """What a worker may say. The value is the byte in front of the length."""

    HELD = b"h"  # JSON: the locks that hold
    ASK = b"a"  # an offset and a length: the answer is a part, shorter only at the end of the source
    OUTPUT = b"o"  # the number of an output, and its next bytes
    PROGRESS = b"p"  # how many hundredths are done
    END = b"e"  # JSON: the particulars


class TooLarge(Exception):
    """More pixels, scans or bytes than are decoded here."""


class NotCopyable(Exception):
    """A clip in a coding that no recipe copies."""


class Locked(Exception):
    """A paper that wants a password, or another one."""


class Broken(ValueError):
    """These bytes are not what the protocol allows."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a job gets behind the lock.

    Attributes:
        source: the foreign file, seekable; a mebibyte at a time comes from the parent.
        put: takes the next bytes of an output. Outputs are numbered from 0 and made one after the other.
        progress: takes the fraction that is done.
    """

    source: BinaryIO
    parameters: Mapping[str, object]
    put: Callable[[int, bytes], None]
    progress: Callable[[float], None]


# What a job does behind the lock: outputs go out as they are made, particulars come back at the end.
Work = Callable[[Task], dict[str, object]]


def head(length_bytes: int) -> bytes:
    """Return what stands in front of a part: its length, most significant byte first."""
    return length_bytes.to_bytes(_LENGTH_BYTES, "big")


def pack(*parts: bytes) -> bytes:
    """Return the parts in one string, each behind its head."""
    return b"".join(piece for part in parts for piece in (head(len(part)), part))


def take(stream: BinaryIO) -> bytes:
    """Return the next part from a stream, without holding anything twice."""
    return stream.read(int.from_bytes(stream.read(_LENGTH_BYTES), "big"))


def unpack(packed: bytes) -> list[bytes]:
    """Return the parts in their order.

    Raises:
        Broken: a length is cut off, or names more bytes than follow.
    """
    parts, at = [], 0
    while at < len(packed):
        start = at + _LENGTH_BYTES
        end = start + int.from_bytes(packed[at:start], "big")
        if start > len(packed) or end > len(packed):
            raise Broken
        parts.append(packed[start:end])
        at = end
    return parts


def frame(kind: Frame, *body: bytes) -> bytes:
    """Return one frame: its kind, its length, its body."""
    return b"".join((kind.value, sum(map(len, body)).to_bytes(_NUMBER_BYTES, "big"), *body))


def frame_ahead(heard: bytes | bytearray) -> tuple[Frame, int]:
    """Return the kind of the frame that begins here and the length of its body.

    Raises:
        Broken: there is no such kind, or it is longer than a frame may be.
    """
    length = int.from_bytes(heard[1:FRAME_HEAD_BYTES], "big")
    if length > BLOCK_BYTES + _NUMBER_BYTES:
        raise Broken
    try:
        return Frame(bytes(heard[:1])), length
    except ValueError:
        raise Broken from None


def numbered(number: int, chunk: bytes) -> tuple[bytes, bytes]:
    """Return the body of an output's frame."""
    return number.to_bytes(_NUMBER_BYTES, "big"), chunk


def number_of(body: bytes) -> tuple[int, bytes]:
    """Return the number and the bytes of an output's frame."""
    return int.from_bytes(body[:_NUMBER_BYTES], "big"), body[_NUMBER_BYTES:]


def span(offset: int, length: int) -> bytes:
    """Return the body of a question for bytes of the source."""
    return head(offset) + head(length)


def span_of(body: bytes) -> tuple[int, int]:
    """Return the offset and the length that are asked for."""
    return int.from_bytes(body[:_LENGTH_BYTES], "big"), int.from_bytes(body[_LENGTH_BYTES:], "big")
