"""Take parts in any order, again and again; seal those the browser could not; refuse files elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from incidents.models import Exhibit
from incidents.vault.exhibits import Sealer, StoredFile
from sealing.slots import Busy
from sealing.types import Recipient

# Each upload under way holds a part in memory, plain and sealed, and a thread for as long as a phone needs to send it:
# half of the threads that script/server starts stay free for pages, and for reports without a file.
AT_ONCE = 8
_slots = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Hold one of the turns of this process while a part is in memory.

    Raises:
        Busy: as many uploads as may be are under way.
    """
    if not _slots.acquire(timeout=2):
        raise Busy
    try:
        yield
    finally:
        _slots.release()


class SealedUpload(UploadedFile):  # type: ignore[type-arg] # generic in the stubs only
    """What a form receives for a file: its sealed parts, or why it is not kept."""

    def __init__(self, *, name: str, size: int, stored: StoredFile | None) -> None:
        super().__init__(file=None, name=name, size=size)
        self.stored = stored  # None: empty, or over the limit; nothing of it was kept


class Sealing(FileUploadHandler):
    """Seal each file of one post while its bytes arrive. No plaintext rests anywhere."""

    def __init__(self, request: HttpRequest, *, to: Recipient) -> None:
        super().__init__(request)
        self._to = to
        self._sealers: list[Sealer] = []
        self._size = 0
        self._has_slot = False

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *_: Any, **__: Any) -> None:  # noqa: ANN401, N803 # Django's signature
        """Cut off at once what is far over the limit; a little over is read to its end, so that the page can say so."""
        del input_data, META
        if content_length > 4 * settings.POST_LIMIT_BYTES:
            raise StopUpload(connection_reset=True)

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # Django's signature
        """Begin one file.

        Raises:
            Busy: as many uploads as may be are under way in this process.
        """
        if not self._has_slot and not _slots.acquire(timeout=2):
            raise Busy
        self._has_slot = True
        super().new_file(*args, **kwargs)
        self._size = 0
        self._sealers.append(Sealer(to=self._to))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Seal on; over the limit what was sealed goes, and the rest is read and dropped."""
        del start
        self._size += len(raw_data)
        sealer = self._sealers[-1]
        if self._size > self._limit_bytes:
            sealer.discard()
        else:
            sealer.write(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload:
        """Return what the form gets."""
        del file_size
        kept = 0 < self._size <= self._limit_bytes
        name, media_type = self.file_name or "", self.content_type or ""
        stored = self._sealers[-1].close(name=name, media_type=media_type) if kept else None
        return SealedUpload(name=name, size=self._size, stored=stored)

    @property
    def _limit_bytes(self) -> int:
        """The most of one file that a post may carry: larger ones need a browser that sends them part by part."""
        return min(settings.FILE_LIMIT_BYTES, settings.POST_LIMIT_BYTES)

    def sweep(self) -> None:
        """Remove every file of this post that no row names: what was filed stays, whatever went wrong after it."""
        if self._has_slot:
            self._has_slot = False
            _slots.release()
        ids = [sealer.id for sealer in self._sealers]
        filed = set(Exhibit.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
        for sealer in self._sealers:
            if sealer.id not in filed:
                sealer.discard()
        self._sealers.clear()


class RefuseFiles(FileUploadHandler):
    """The site's default: a file sent to any other page is dropped before a byte of it is kept."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # Django's signature
        """Refuse."""
        del args, kwargs
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Refuse."""
        del raw_data, start
        raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> None:
        """Nothing came."""
        del file_size


@contextmanager
def sealing(request: HttpRequest, *, to: Recipient) -> Iterator[None]:
    """Install the sealing handler for one post, and leave nothing half-kept behind.

    Used around everything that touches the body: Django tells a handler neither of a broken connection nor of a view
    that raises, so this cleans up for all of them.
    """
    handler = Sealing(request, to=to)
    request.upload_handlers = [handler]
    try:
        yield
    finally:
        handler.sweep()
