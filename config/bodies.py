"""Refuse a body that broke off: half a report must not be filed as a whole one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import LimitedStream
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Whole(LimitedStream):
    """A request's body that ends in an error where fewer bytes came than were announced."""

    limit: int
    _pos: int

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on.

        Raises:
            OSError: the line broke; Django makes an UnreadablePostError of it.
        """
        rest = self.limit - self._pos
        data: bytes = super().read(size)
        if len(data) < (rest if size is None or size < 0 else min(size, rest)):
            raise OSError("The body broke off.")
        return data


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Hold every body against its announced length: neither Django nor gunicorn does."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        held: Any = request  # Any: Django offers no public place to stand before its parser; nothing was read yet
        if isinstance(getattr(held, "_stream", None), LimitedStream):
            held._stream = Whole(held.environ["wsgi.input"], held._stream.limit)  # noqa: SLF001 # the same
        request.encoding = "utf-8"  # in a charset of the sender's a form could hold half a character: no page shows it
        return get_response(request)

    return handle
