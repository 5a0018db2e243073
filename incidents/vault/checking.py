"""Open a file that came sealed, part by part, and hold every hash against what its sender said of it."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from uuid import UUID

from incidents.media import kinds
from incidents.models import Exhibit, Part
from incidents.vault import exhibits, storage
from incidents.vault.exhibits import PartNumbers
from sealing import files, wraps
from sealing.keys import Identity, Tampered

NAME_LIMIT, WORD_LIMIT = 1000, 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Damaged(Exception):
    """A file is damaged, or not what was sent: which part, or 0 where it is what the sender said of it."""

    def __init__(self, part: int) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A file that waits: nothing of it counts yet. Its name is what its sender said, and may be anything."""

    id: UUID
    number: int
    file_name: str
    size_bytes: int
    sealed_bytes: int
    is_damaged: bool = False  # it was opened, and is not what was sent; it stays as it came

    @property
    def name(self) -> str:
        """How it is called on pages, never by its own name."""
        return f"EX-{self.number:04d}"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a sender's manifest says, as far as it can be right: it fits the parts that lie here."""

    file_name: str
    media_type: str
    modified: int | str | None
    parts: Sequence[PartNumbers]

    @property
    def size_bytes(self) -> int:
        """How long the whole would be."""
        return sum(part.plain_bytes for part in self.parts)

    def document(self, digests: files.Digests, head: bytes) -> Mapping[str, object]:
        """Return the manifest as it is kept: the sender's words, and our own hashes of what was opened."""
        found = kinds.find(head)
        said = {} if self.modified is None else {"modified": self.modified}
        return {
            "manifest": 1,
            "name": self.file_name,
            "type": self.media_type,
            **said,
            "size": digests.size,
            "parts": [list(astuple(part)) for part in self.parts],
            "sha256": digests.sha256,
            "sha512": digests.sha512,
            "crc32": digests.crc32,
            "kind": exhibits.kind_of(found),
        }


def claimed(sealed: bytes, held: Sequence[Part], *, identities: Sequence[Identity]) -> Claimed:
    """Open a manifest as it came. Whoever may add to an incident wrote it: it is read as anybody's words.

    Args:
        held: the rows of the parts that arrived, in order.

    Raises:
        Damaged: it does not open, or does not fit the parts.
    """
    try:
        said = json.loads(unsealed(sealed, identities))
        parts = [_part(entry) for entry in said["parts"]]
    except (Tampered, ValueError, TypeError, LookupError, RecursionError):
        raise Damaged(0) from None
    if [(part.sealed_sha256, part.sealed_bytes) for part in parts] != [
        (part.sealed_sha256, part.sealed_bytes) for part in held
    ]:
        raise Damaged(0)
    modified = said.get("modified")
    is_kept = (type(modified) is int and abs(modified) < 1 << 53) or (
        isinstance(modified, str) and modified.isascii() and len(modified) < 40
    )
    return Claimed(
        file_name=text(said.get("name"), NAME_LIMIT),
        media_type=text(said.get("type"), WORD_LIMIT),
        modified=modified if is_kept else None,
        parts=parts,
    )


def check(exhibit: Exhibit, said: Claimed, using: Identity) -> Mapping[str, object]:
    """Open every part and return the manifest as it is kept.

    Raises:
        Damaged: a part is missing, does not open, or is not the one that the manifest names.
    """
    digests, head = files.Digests(), b""
    for number, part in enumerate(said.parts, 1):
        try:
            sealed = storage.get(exhibits.part_name(exhibit.pk, number))
            hashes = {"plain_sha256": part.plain_sha256, "sealed_sha256": part.sealed_sha256}
            plain = files.open_part(sealed, using, **hashes)
        except (Tampered, FileNotFoundError):
            raise Damaged(number) from None
        if len(plain) != part.plain_bytes:
            raise Damaged(number)
        digests.update(plain)
        head = head if len(head) >= kinds.HEAD_BYTES else head + plain[: kinds.HEAD_BYTES]
    return said.document(digests, head)


def unsealed(sealed: bytes, identities: Sequence[Identity]) -> bytes:
    """Open an age file with a key of its time, the present one first.

    Raises:
        Tampered: none opens it.
    """
    for identity in identities[:-1]:
        with contextlib.suppress(Tampered):
            return wraps.unseal(sealed, identity)
    return wraps.unseal(sealed, identities[-1])


def text(said: object, limit: int) -> str:
    """Return a stranger's text, or none: cut where it is too long, without half a character, which no page can hold."""
    return said[:limit].encode(errors="replace").decode() if isinstance(said, str) else ""


def _part(entry: Sequence[object]) -> PartNumbers:
    plain_sha256, sealed_sha256, plain_bytes, sealed_bytes = entry
    hashes = [each for each in (plain_sha256, sealed_sha256) if isinstance(each, str) and _SHA256.fullmatch(each)]
    sizes = [each for each in (plain_bytes, sealed_bytes) if type(each) is int and 0 < each <= 2 * files.PART_BYTES]
    return PartNumbers(hashes[0], hashes[1], sizes[0], sizes[1])
