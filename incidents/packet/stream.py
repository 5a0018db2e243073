"""Send it as a ZIP of known length, never held whole.

Stored, ZIP64, the same bytes every time: no clock, no compression, no data descriptor. The receiver's progress bar is
true, and a download that breaks off is seen as such.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

import stream_zip

from incidents.packet.bag import Member

_LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)  # the first moment a ZIP can say; it tells nobody anything
_FILE_MODE = 0o100644
_CHUNK_BYTES = 1 << 18

_LOCAL_HEAD, _LOCAL_EXTRA, _CENTRAL_HEAD, _CENTRAL_EXTRA = 30, 20, 46, 28
_ENDS = 56 + 20 + 22  # the ZIP64 end, its locator, and the old end


class Mismatch(Exception):
    """A file is no longer what it was when the packet was frozen. `name` says which: `data/…`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Sized(Protocol):
    """What has a name and a length, be it open or only remembered."""

    @property
    def name(self) -> str:
        """Its name in the packet's folder."""

    @property
    def size_bytes(self) -> int:
        """How long it is."""


def length_bytes(folder: str, members: Iterable[Sized]) -> int:
    """Return the exact length of what `stream` sends."""
    heads = _LOCAL_HEAD + _LOCAL_EXTRA + _CENTRAL_HEAD + _CENTRAL_EXTRA
    names = ((len(f"{folder}/{one.name}".encode()), one.size_bytes) for one in members)
    return sum(heads + 2 * name_bytes + size_bytes for name_bytes, size_bytes in names) + _ENDS


def stream(folder: str, members: Sequence[Member]) -> Iterator[bytes]:
    """Yield the ZIP, every file inside one folder, in the order given.

    Raises:
        Mismatch: what one file holds is not what was promised; its last chunk was not sent, so no ZIP came of it.
    """
    files = (
        (
            f"{folder}/{one.name}",
            _LONG_AGO,
            _FILE_MODE,
            stream_zip.NO_COMPRESSION_64(one.size_bytes, one.crc32),
            _checked(one),
        )
        for one in members
    )
    yield from stream_zip.stream_zip(files, chunk_size=_CHUNK_BYTES, extended_timestamps=False)


def _checked(one: Member) -> Iterator[bytes]:
    """Pass a file's bytes on, and hold its last chunk back until length and SHA-256 agree."""
    digest, size, held = hashlib.sha256(), 0, b""
    for chunk in one.chunks():
        digest.update(chunk)
        size += len(chunk)
        if size > one.size_bytes:
            raise Mismatch(one.name)
        yield held
        held = chunk
    if size != one.size_bytes or digest.hexdigest() != one.sha256:
        raise Mismatch(one.name)
    yield held
