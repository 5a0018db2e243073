"""What the sandbox and its worker say to each other: parts in, parts out, and one status."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import BinaryIO

_LENGTH_BYTES = 8

# What a job does behind the lock: foreign bytes and parameters in, particulars and the result out.
Work = Callable[[bytes, Mapping[str, object]], tuple[dict[str, object], bytes]]


class Status(Enum):
    """How a job ended. The value is the worker's exit status; whatever else that is means `STOPPED`."""

    MADE = 0
    TOO_LARGE = 3
    NOT_DECODABLE = 4
    UNGUARDED = 6  # neither Landlock nor seccomp holds here, and nobody accepted that
    STOPPED = -1


class TooLarge(Exception):
    """More pixels, scans or bytes than are decoded here."""


class Broken(ValueError):
    """These bytes are not whole parts, one after the other."""


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
