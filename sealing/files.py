"""Seal one part of a file, open one part, hash both.

A part counts only with the hashes its manifest gives, and the manifest alone says how many parts make the whole: an
upload cut short leaves a shorter age file that opens well.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field

from sealing import wraps
from sealing.keys import Identity, Tampered
from sealing.types import Recipient, Wrapped

PART_BYTES = wraps.LIMIT_BYTES
"""The most one part holds; it may hold less, so offsets come from the manifest."""

SEALED_PART_SLACK = wraps.SLACK_BYTES
"""A sealed part is at most this much larger than `PART_BYTES`."""


@dataclass(frozen=True, slots=True)
class SealedPart:
    """One part as it is stored, and the four facts its manifest keeps of it. Hashes in hexadecimal."""

    sealed: Wrapped = field(repr=False)
    plain_sha256: str
    sealed_sha256: str
    plain_bytes: int
    sealed_bytes: int


def seal_part(plain: bytes, to: Recipient) -> SealedPart:
    """Seal 1 byte to 8 MiB of a file; ValueError for none or more."""
    if not 0 < len(plain) <= PART_BYTES:
        raise ValueError("a part is 1 byte to 8 MiB")
    sealed = wraps.seal(plain, to)
    return SealedPart(
        sealed=sealed,
        plain_sha256=hashlib.sha256(plain).hexdigest(),
        sealed_sha256=hashlib.sha256(sealed).hexdigest(),
        plain_bytes=len(plain),
        sealed_bytes=len(sealed),
    )


def open_part(sealed: bytes, using: Identity, *, plain_sha256: str, sealed_sha256: str) -> bytes:
    """Open one part whose hashes, in hexadecimal, stand in its manifest.

    Raises:
        Tampered: the stored bytes are not the ones sealed, or not of this file; said before they are opened.
    """
    if hashlib.sha256(sealed).hexdigest() != sealed_sha256:
        raise Tampered("a part is not the one that was stored")
    plain = wraps.unseal(sealed, using)
    if hashlib.sha256(plain).hexdigest() != plain_sha256:
        raise Tampered("a part does not hold what its manifest says")
    return plain


class Digests:
    """The whole file's numbers, as its manifest writes them, taken while its bytes pass."""

    __slots__ = ("_sha256", "_sha512", "crc32", "size")

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._sha512 = hashlib.sha512()
        self.crc32 = 0
        self.size = 0

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        self._sha256.update(data)
        self._sha512.update(data)
        self.crc32 = zlib.crc32(data, self.crc32)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """Hexadecimal."""
        return self._sha256.hexdigest()

    @property
    def sha512(self) -> str:
        """Hexadecimal."""
        return self._sha512.hexdigest()
