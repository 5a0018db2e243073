"""Send a copy, or one range of it, as a player asks for it; originals play nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from incidents.vault.exhibits import PIECE_BYTES, Reader
from incidents.vault.openings import OpenExhibit, OpenIncident

# What is shown, under the type that we give it: no file says itself what a browser takes it for.
TYPES = {"image/jpeg": "jpg", "video/mp4": "mp4", "audio/mp4": "m4a"}
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class NotShown(Http404):
    """This is nothing that a page shows: words stand in the page, and an original is a download."""


def answer(opened: OpenIncident, copy: OpenExhibit, *, asked: str) -> HttpResponseBase:
    """Return a copy, or the range of it that was asked for; parts are opened as they are sent, and not before.

    Args:
        asked: the `Range` header; several ranges, or what is no range, get the whole.

    Raises:
        NotShown: it is of no type that a page shows.
        Tampered: its first part is missing, or not the one that was stored.
    """
    if copy.media_type not in TYPES:
        raise NotShown
    reader = opened.reader(copy)
    span = _span(asked, reader.size_bytes)
    if span is not None and not span:
        beyond = {"Content-Range": f"bytes */{reader.size_bytes}"}
        return _headed(HttpResponse(status=416, headers=beyond), opened, copy)
    wanted = span or range(reader.size_bytes)
    pieces = _pieces(reader, wanted)
    first = next(pieces, b"")  # so that a part that is not what was stored is an error page, not a broken answer
    response = StreamingHttpResponse(_after(first, pieces), status=206 if span else 200)
    response["Content-Length"] = len(wanted)
    if span:
        response["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{reader.size_bytes}"
    return _headed(response, opened, copy)


def _span(asked: str, size_bytes: int) -> range | None:
    """Return the one range that was asked for, an empty one where it lies beyond the end; None: the whole."""
    match = _RANGE.fullmatch(asked.strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:  # so many from the end
        return range(max(0, size_bytes - int(last)), size_bytes)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size_bytes, int(last) + 1) if last else size_bytes)


def _pieces(reader: Reader, wanted: range) -> Iterator[bytes]:
    reader.seek(wanted.start)
    left = len(wanted)
    while left and (piece := reader.read(min(left, PIECE_BYTES))):
        left -= len(piece)
        yield piece


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _headed(response: HttpResponseBase, opened: OpenIncident, copy: OpenExhibit) -> HttpResponseBase:
    name = f"{opened.reference}-{copy.name}.{TYPES[copy.media_type]}"
    response["Content-Type"] = copy.media_type
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
