"""What the tests do to stored bytes: flip each bit, cut each length."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest


def every_bit_flipped(data: bytes) -> Iterator[bytes]:
    for bit in range(8 * len(data)):
        yield flipped(data, bit)


def drawn_bits_flipped(data: bytes, *, count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield flipped(data, secrets.randbelow(8 * len(data)))


def every_truncation(data: bytes) -> Iterator[bytes]:
    for length in range(len(data)):
        yield data[:length]


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def need(found: object, what: str) -> None:
    """Skip aloud what cannot be judged here; where everything must be, fail."""
    if not found:
        (pytest.fail if "CI" in os.environ else pytest.skip)(what)
