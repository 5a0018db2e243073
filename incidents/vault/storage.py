"""Keep sealed objects: created once, whole or absent, durable before anybody hears that they are stored."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, default_storage

ASIDE = ".new"  # ends the name of what is being written
READ_BYTES = 1 << 20


class Full(OSError):
    """There is no room for it; nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__(errno.ENOSPC, "There is no room for this object.")


class Unavailable(Exception):
    """Storage does not answer, refuses, or broke off: what was to be stored may be there, but nobody was told so."""


@dataclass(frozen=True, slots=True)
class Object:
    """One object as a listing shows it."""

    name: str
    size_bytes: int
    changed_at: datetime

    @property
    def whole(self) -> bool:
        """Whether it stands under its own name: what a killed process was writing does not."""
        return not self.name.endswith(ASIDE)


class Place(Protocol):
    """What a folder and a bucket do beside Django's own: both are gone through the same way."""

    def listing(self, folder: str) -> Iterator[Object]:
        """Yield what lies two levels below a folder, in any order."""


class Folder(FileSystemStorage):
    """A local folder that never invents a second name and never overwrites the first."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name as it is: Django would make up another where it is taken."""
        del max_length
        return name

    def delete(self, name: str) -> None:
        """Remove an object, and its folder with the last one in it."""
        super().delete(name)
        with contextlib.suppress(OSError):  # there are others, or none ever was
            Path(self.path(name)).parent.rmdir()

    def listing(self, folder: str) -> Iterator[Object]:
        """Yield what lies two levels below a folder; what goes meanwhile is left out."""
        for path in Path(self.path(folder)).glob("*/*"):
            with contextlib.suppress(FileNotFoundError):
                held = path.stat()
                changed_at = datetime.fromtimestamp(held.st_mtime, tz=UTC)
                yield Object(f"{folder}/{path.parent.name}/{path.name}", held.st_size, changed_at)

    def _save(self, name: str, content: File[bytes]) -> str:
        """Write aside, sync, read back, and link into place, which fails where the name is taken.

        Raises:
            FileExistsError: an object of this name is there already.
        """
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}{ASIDE}")
        sealed = content.read()
        try:
            with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as out:
                out.write(sealed)
                out.flush()
                os.fsync(out.fileno())
                _insist_that_it_reads(out, sealed)
            os.link(aside, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                aside.unlink()
        _sync_folder(path.parent)
        return name


def put(name: str, sealed: bytes, *, at: Storage = default_storage) -> None:
    """Store one sealed object under a name of ours, and come back when it is confirmed.

    Raises:
        FileExistsError: the name is taken.
        Full: there is no room.
        Unavailable: it could not be stored, or not be confirmed.
    """
    try:
        at.save(name, ContentFile(sealed))
    except (FileExistsError, Full):
        raise
    except OSError as problem:
        raise _meant(problem) from problem


def get(name: str, *, at: Storage = default_storage) -> bytes:
    """Return one sealed object whole: a part is 8 MiB at most. Whether it is the right one its reader must know.

    Raises:
        FileNotFoundError: it is not there.
        Unavailable: it could not be read.
    """
    try:
        with at.open(name) as held:
            return bytes(held.read())
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise _meant(problem) from problem


def digest(name: str, *, at: Storage = default_storage) -> tuple[int, str]:
    """Return how long an object is and its SHA-256 in hex, read piece by piece.

    Raises:
        FileNotFoundError: it is not there.
        Unavailable: it could not be read.
    """
    try:
        with at.open(name) as held:
            found = hashlib.file_digest(held, "sha256")
            return held.tell(), found.hexdigest()
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise _meant(problem) from problem


def remove(name: str, *, at: Storage = default_storage) -> None:
    """Remove one object; gone is gone.

    Raises:
        Unavailable: it may still be there.
    """
    try:
        at.delete(name)
    except OSError as problem:
        raise _meant(problem) from problem


def size(name: str, *, at: Storage = default_storage) -> int:
    """Return how long an object is, in bytes.

    Raises:
        FileNotFoundError: it is not there.
        Unavailable: it could not be asked for.
    """
    try:
        return int(at.size(name))
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise _meant(problem) from problem


def names(folder: str, *, at: Storage = default_storage) -> Iterator[str]:
    """Yield the name of each whole object below a folder."""
    return (found.name for found in listing(folder, at=at) if found.whole)


def listing(folder: str, *, at: Storage = default_storage) -> Iterator[Object]:
    """Yield each object below a folder, and what a killed process was still writing there.

    Raises:
        Unavailable: it could not be listed to its end.
    """
    try:
        yield from cast("Place", at).listing(folder)
    except OSError as problem:
        raise _meant(problem) from problem


def _meant(problem: OSError) -> Full | Unavailable:
    return Full() if problem.errno in {errno.ENOSPC, errno.EDQUOT} else Unavailable("Storage does not answer.")


def _insist_that_it_reads(held: BinaryIO, sealed: bytes) -> None:
    """Read back what was just synced: from the disk, where the system can be told to forget what it holds in memory."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(held.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    held.seek(0)
    wanted = memoryview(sealed)
    for at in range(0, len(sealed) + 1, READ_BYTES):
        if held.read(READ_BYTES) != wanted[at : at + READ_BYTES]:
            raise Unavailable("What was just stored does not read back as it was.")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
