"""Keep sealed objects: created once, whole or absent, durable before anybody hears that they are stored."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage


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

    def _save(self, name: str, content: File[bytes]) -> str:
        """Write aside, sync, and link into place, which fails where the name is taken.

        Raises:
            FileExistsError: an object of this name is there already.
        """
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
        try:
            with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                out.write(content.read())
                out.flush()
                os.fsync(out.fileno())
            os.link(aside, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                aside.unlink()
        _sync_folder(path.parent)
        return name


def put(name: str, sealed: bytes) -> None:
    """Store one sealed object under a name of ours."""
    default_storage.save(name, ContentFile(sealed))


def get(name: str) -> bytes:
    """Return one sealed object whole: a part is 8 MiB at most.

    Raises:
        FileNotFoundError: it is not there.
    """
    with default_storage.open(name) as held:
        return bytes(held.read())


def remove(name: str) -> None:
    """Remove one object; gone is gone."""
    default_storage.delete(name)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
