"""Lay the files out as a BagIt bag.

RFC 8493, version 1.0: every file under `data/` stands in both manifests, every file beside it in the tagmanifest. Only
`seal/` stands in none, because it speaks about the tagmanifest. Nothing is read here: all four numbers of a file are
known beforehand.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_NAME_LIMIT = 120
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a packet: its name, its four numbers (digests in hex), and a way to read it, again and again.

    `origin` names where its bytes lie when they are not made for the packet: an exhibit goes along as it came.

    Raises:
        ValueError: the name is not one that every system can keep.
    """

    name: str
    size_bytes: int
    crc32: int
    sha256: str
    sha512: str
    chunks: Callable[[], Iterable[bytes]]
    origin: str = ""

    def __post_init__(self) -> None:
        if len(self.name) > _NAME_LIMIT or not _SAFE_NAME.fullmatch(self.name):
            raise ValueError(f"not a packet name: {self.name!r}")


def member(name: str, data: bytes) -> Member:
    """Return a file that is small enough to be held whole."""
    sha256, sha512 = hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest()
    return Member(name, len(data), zlib.crc32(data), sha256, sha512, lambda: (data,))


def lay_out(
    payload: Iterable[Member],
    *,
    information: Sequence[tuple[str, str]],
    documents: Mapping[str, bytes],
    seal: Callable[[bytes], Mapping[str, bytes]],
) -> list[Member]:
    """Return every file of the bag in the order in which it is sent: tag files, `seal/`, then `data/` by name.

    Args:
        payload: named from `data/`, without it.
        information: lines of bag-info.txt; Payload-Oxum is added.
        documents: further tag files, such as README.txt.
        seal: is given the exact bytes of tagmanifest-sha256.txt, which signature and time stamp speak about, and
            returns the files of `seal/` by name.

    Raises:
        ValueError: two names are one where case is folded, or a line of information is not one line.
    """
    held = sorted((replace(one, name=f"data/{one.name}") for one in payload), key=lambda one: one.name)
    tags = [
        member("bagit.txt", _DECLARATION),
        member("bag-info.txt", _information(information, held)),
        member("manifest-sha256.txt", _manifest((one.sha256, one.name) for one in held)),
        member("manifest-sha512.txt", _manifest((one.sha512, one.name) for one in held)),
        *(member(name, data) for name, data in documents.items()),
    ]
    tagmanifest = _manifest((one.sha256, one.name) for one in tags)
    tags.append(member("tagmanifest-sha256.txt", tagmanifest))
    tags += [member(f"seal/{name}", data) for name, data in seal(tagmanifest).items()]
    members = [*tags, *held]
    if len({one.name.casefold() for one in members}) != len(members):
        raise ValueError("two files of the bag have one name")
    return members


def _information(lines: Sequence[tuple[str, str]], held: Sequence[Member]) -> bytes:
    oxum = f"{sum(one.size_bytes for one in held)}.{len(held)}"
    texts = [f"{label}: {value}" for label, value in (*lines, ("Payload-Oxum", oxum))]
    if any(len(text.splitlines()) != 1 for text in texts):
        raise ValueError("a line of bag-info.txt is not one line")
    return "".join(f"{text}\n" for text in texts).encode()


def _manifest(files: Iterable[tuple[str, str]]) -> bytes:
    """Return a manifest, sorted by path. The two blanks are what `sha256sum -c` expects."""
    return "".join(f"{digest}  {name}\n" for digest, name in sorted(files, key=lambda file: file[1])).encode()
