"""Store sealed parts; hand back any range of the whole to one reader."""

from __future__ import annotations

import bisect
import contextlib
import io
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING
from uuid import UUID

from incidents.media import kinds
from incidents.media.kinds import Found
from incidents.models import Part
from incidents.vault import storage
from sealing import files
from sealing.keys import Identity, Tampered
from sealing.types import Recipient

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE_BYTES = 1 << 18
MISSING, OTHER = "missing", "other"  # what was found where a part should lie


@dataclass(frozen=True, slots=True)
class PartNumbers:
    """What a manifest and the open table keep of one part; hashes in hex."""

    plain_sha256: str
    sealed_sha256: str
    plain_bytes: int
    sealed_bytes: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose parts are sealed and durable; no row names it yet."""

    id: UUID
    manifest: Mapping[str, object]
    parts: tuple[PartNumbers, ...]
    to: Recipient | None = None  # what its parts are sealed to; a re-key may change the incident's meanwhile


class NotAsStored(Tampered):
    """What lies in storage for one part of a file is not what was stored there."""

    def __init__(self, part: int, *, found: str) -> None:
        what = "is missing in storage" if found == MISSING else "is not the one that was stored"
        super().__init__(f"Part {part} of a file {what}.")
        self.part, self.found = part, found


@dataclass(slots=True)
class Sealer:
    """Take a file's bytes as they come; seal and store a part whenever one is full."""

    to: Recipient
    folder: str = "exhibits"
    part_bytes: int = files.PART_BYTES
    id: UUID = field(default_factory=uuid.uuid4)
    parts: list[PartNumbers] = field(default_factory=list)
    digests: files.Digests = field(default_factory=files.Digests)
    _held: bytearray = field(default_factory=bytearray)
    _head: bytes = b""

    def write(self, data: bytes) -> None:
        """Take some bytes."""
        if len(self._head) < kinds.HEAD_BYTES:
            self._head += data[: kinds.HEAD_BYTES]
        self._held += data
        while len(self._held) >= self.part_bytes:
            self._seal(bytes(memoryview(self._held)[: self.part_bytes]))
            del self._held[: self.part_bytes]

    def close(self, *, name: str, media_type: str) -> StoredFile:
        """Seal what is left, and return the file with its manifest.

        Args:
            name: as the sender's device calls it; it may hold a person's name and rests sealed.
            media_type: what the sender claims; never believed.
        """
        if self._held:
            self._seal(bytes(self._held))
            self._held.clear()
        manifest = {
            "manifest": 1,
            "name": name,
            "type": media_type,
            "size": self.digests.size,
            "parts": [list(astuple(part)) for part in self.parts],
            "sha256": self.digests.sha256,
            "sha512": self.digests.sha512,
            "crc32": self.digests.crc32,
            "kind": kind_of(kinds.find(self._head)),
        }
        return StoredFile(self.id, manifest, tuple(self.parts), self.to)

    def discard(self) -> None:
        """Remove every part: nothing half-kept stays behind. Where storage is away, `expire` sweeps them later."""
        with contextlib.suppress(storage.Unavailable):
            for number in range(1, len(self.parts) + 1):
                storage.remove(part_name(self.id, number, folder=self.folder))
        self.parts.clear()
        self._held.clear()

    def _seal(self, plain: bytes) -> None:
        self.digests.update(plain)
        part = files.seal_part(plain, self.to)
        storage.put(part_name(self.id, len(self.parts) + 1, folder=self.folder), part.sealed)
        self.parts.append(PartNumbers(part.plain_sha256, part.sealed_sha256, part.plain_bytes, part.sealed_bytes))


class Reader(io.RawIOBase):
    """A sealed file as a seekable one: a range opens only the parts it touches.

    Args:
        version: of the row that its manifest stands in; it says how its parts are named.
        tell: hears of each part that is not as it was stored, before the error is raised.

    Raises, while reading:
        NotAsStored: a part is missing, or is not the one that the manifest names.
        Unavailable: storage does not answer.
    """

    def __init__(
        self,
        exhibit_id: UUID,
        manifest: Mapping[str, object],
        using: Identity,
        *,
        folder: str = "exhibits",
        version: int = 1,
        tell: Callable[[NotAsStored], None] = lambda _what: None,
    ) -> None:
        self._tell = tell
        self._exhibit_id, self._using, self._folder, self._version = exhibit_id, using, folder, version
        self._parts: list[list[object]] = list(manifest["parts"])  # type: ignore[call-overload] # checked below
        self._starts = [0, *accumulate(int(str(part[2])) for part in self._parts)]
        self._at = 0
        self._opened: tuple[int, bytes] = (-1, b"")
        if self._starts[-1] != manifest["size"]:
            raise Tampered("The parts of this file are not as long as the file.")

    @property
    def size_bytes(self) -> int:
        """How long the whole is."""
        return self._starts[-1]

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; nothing is opened yet."""
        self._at = max(0, offset + (0, self._at, self.size_bytes)[whence])
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read on, at most to the end of the part at hand."""
        view = memoryview(buffer).cast("B")
        if self._at >= self.size_bytes or not view:
            return 0
        index = bisect.bisect_right(self._starts, self._at) - 1
        offset = self._at - self._starts[index]
        piece = self._part(index)[offset : offset + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def chunks(self) -> Iterator[bytes]:
        """Yield the whole in pieces, and let go of each part before the next is opened."""
        for index in range(len(self._parts)):
            plain = self._part(index)
            for at in range(0, len(plain), PIECE_BYTES):
                yield plain[at : at + PIECE_BYTES]
            self._opened, plain = (-1, b""), b""

    def part(self, number: int) -> bytes:
        """Return one part whole, the first is 1."""
        return self._part(number - 1)

    def _part(self, index: int) -> bytes:
        if self._opened[0] != index:
            plain_sha256, sealed_sha256 = str(self._parts[index][0]), str(self._parts[index][1])
            try:
                sealed = storage.get(self._name(index + 1, sealed_sha256))
                plain = files.open_part(sealed, self._using, plain_sha256=plain_sha256, sealed_sha256=sealed_sha256)
            except (FileNotFoundError, Tampered) as why:
                found = MISSING if isinstance(why, FileNotFoundError) else OTHER
                wrong = NotAsStored(index + 1, found=found)
                self._tell(wrong)
                raise wrong from None
            self._opened = (index, plain)
        return self._opened[1]

    def _name(self, number: int, sealed_sha256: str) -> str:
        if self._version == 1:
            return part_name(self._exhibit_id, number, folder=self._folder)
        return rekeyed_name(self._exhibit_id, number, sealed_sha256)


def kind_of(found: Found) -> Mapping[str, str]:
    """Return what a manifest keeps of what a file is, found in its first bytes."""
    return {"kind": str(found.kind), "extension": found.extension, "media_type": found.media_type}


def remove(stored: StoredFile) -> None:
    """Remove every part of a file that no row names."""
    with contextlib.suppress(storage.Unavailable):  # then `expire` sweeps them
        for number in range(1, len(stored.parts) + 1):
            storage.remove(part_name(stored.id, number))


def part_name(exhibit_id: UUID, number: int, *, folder: str = "exhibits") -> str:
    """Return where a part lies in storage; the name says nothing."""
    return f"{folder}/{exhibit_id}/{number}.age"


def rekeyed_name(exhibit_id: UUID, number: int, sealed_sha256: str) -> str:
    """Return where a part lies that a re-key sealed anew: two runs at once, or one that was cut off, never meet."""
    return f"exhibits/{exhibit_id}/{number}-{sealed_sha256[:16]}.age"


def name_of(part: Part) -> str:
    """Return where the part of a row lies."""
    if part.exhibit.version == 1:
        return part_name(part.exhibit_id, part.number)
    return rekeyed_name(part.exhibit_id, part.number, part.sealed_sha256)
