"""What a page's script sends: files that the browser sealed, part by part. No cookie is asked; answers are codes."""

from __future__ import annotations

import errno
import hashlib
import re
from base64 import b64decode
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from incidents.intake import token
from incidents.vault import arriving, storage, uploads
from incidents.vault.arriving import Arrival, Finished, Held, Missing, NoSuchPart, Over
from incidents.vault.deposits import Gone
from sealing import wraps as sealed_bytes
from sealing.keys import Tampered
from sealing.slots import Busy

if TYPE_CHECKING:
    from django.http import HttpRequest

    from incidents.vault.arriving import Sender

BEGINNING_LIMIT_BYTES = (16 << 10) + sealed_bytes.SLACK_BYTES
MANIFEST_LIMIT_BYTES = (1 << 20) + sealed_bytes.SLACK_BYTES
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):", re.ASCII)


class Refused(Exception):
    """The request itself is not as it must be: a status and its code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


def _answering(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Take these methods from anybody, and answer every error with its status and code."""

    def wrapped(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @csrf_exempt  # no cookie opens anything here, and no other site's page can send the token
        @wraps(view)
        def answering(request: HttpRequest, incident: UUID, **where: object) -> HttpResponse:
            if request.method not in methods:
                return JsonResponse({"error": "method"}, status=405, headers={"Allow": ", ".join(methods)})
            try:
                return view(request, _sender(request, incident), **where)
            except Exception as error:
                answer = _answer(error)
                if answer is None:
                    raise
                return answer

        return answering

    return wrapped


@_answering("PUT", "GET", "DELETE")
def exhibit(request: HttpRequest, sender: Sender, *, exhibit: UUID) -> HttpResponse:
    """Begin a file, ask how far it is, or take it back while it is under way."""
    if request.method == "GET":
        return _standing(arriving.standing(sender, exhibit))
    if request.method == "DELETE":
        arriving.take_back(sender, exhibit)
        return HttpResponse(status=204)
    beginning = _body(request, limit_bytes=BEGINNING_LIMIT_BYTES)
    is_new = arriving.begin(sender, exhibit, beginning, parts=_parts(request), on=timezone.now().date())
    return JsonResponse({"state": "open"}, status=201 if is_new else 200)


@_answering("PUT")
def part(request: HttpRequest, sender: Sender, *, exhibit: UUID, number: int) -> HttpResponse:
    """Take one part. It is read only where it would be kept, and one at a time is in memory."""
    size_bytes = _announced(request, limit_bytes=arriving.SEALED_PART_LIMIT_BYTES)
    arriving.expect_part(sender, exhibit, number, size_bytes=size_bytes)
    with uploads.turn():
        came = _body(request, limit_bytes=arriving.SEALED_PART_LIMIT_BYTES)
        is_new = arriving.put_part(sender, exhibit, number, came, on=timezone.now().date())
    return JsonResponse({"state": "held"}, status=201 if is_new else 200)


@_answering("POST")
def finish(request: HttpRequest, sender: Sender, *, exhibit: UUID) -> HttpResponse:
    """Take the manifest: from now on the file is an exhibit."""
    manifest = _body(request, limit_bytes=MANIFEST_LIMIT_BYTES)
    arriving.finish(sender, exhibit, manifest, at=timezone.now())
    return JsonResponse({"state": "finished"})


def _sender(request: HttpRequest, incident: UUID) -> Sender:
    """Return who holds the token; none, a false one and one for another incident look alike."""
    kind, _, said = request.headers.get("Authorization", "").partition(" ")
    found = token.sender(said, on=timezone.now().date()) if kind.lower() == "bearer" else None
    if found is None or found.incident_id != incident:
        raise Gone
    return found


def _standing(found: arriving.Standing) -> HttpResponse:
    if found.finished:
        return JsonResponse({"state": "finished"})
    held = found.held or {}
    return JsonResponse(
        {
            "state": "open",
            "parts": found.parts_said,
            "held": {str(number): sha256 for number, (sha256, _size) in held.items()},
            "bytes": {str(number): size for number, (_sha256, size) in held.items()},
        }
    )


def _parts(request: HttpRequest) -> int | None:
    said = request.headers.get("Testigo-Parts")
    if said is None:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 10 and int(said)):
        raise Refused(422, "parts")
    return int(said)


def _announced(request: HttpRequest, *, limit_bytes: int) -> int:
    said = request.META.get("CONTENT_LENGTH") or ""
    if not (said.isascii() and said.isdigit()):
        raise Refused(411, "length")
    if int(said) > limit_bytes:
        raise Refused(413, "too_large")
    return int(said)


def _body(request: HttpRequest, *, limit_bytes: int) -> Arrival:
    """Return a body as it was announced and sealed: whole, an age file, with the digest that goes with it."""
    size_bytes = _announced(request, limit_bytes=limit_bytes)
    said = _DIGEST.search(request.headers.get("Content-Digest", ""))
    if said is None:
        raise Refused(422, "digest")
    sealed = request.read(size_bytes)
    sealed_bytes.check_header(sealed)
    if hashlib.sha256(sealed).digest() != b64decode(said[1]):
        raise Tampered("A body is not the one that its digest was taken of.")
    return Arrival(sealed, b64decode(said[1]).hex())


def _answer(error: Exception) -> HttpResponse | None:
    """Return the answer for an error that has one. Nothing here says what exists and is somebody else's."""
    if isinstance(error, Refused):
        return _said(error.status, error.code)
    if isinstance(error, Held):
        return _said(409, "held", sha256=error.sha256, bytes=error.size_bytes)
    if isinstance(error, Missing):
        return _said(409, "missing", missing=list(error.numbers))
    if isinstance(error, Over):
        return _said(413, error.limit)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return _said(507, "full")
    return next((_said(status, code) for kind, status, code in _PLAIN if isinstance(error, kind)), None)


def _said(status: int, code: str, **more: object) -> HttpResponse:
    retry = {"Retry-After": str(Busy.retry_after_seconds)} if status == 503 else {}
    return JsonResponse({"error": code, **more}, status=status, headers=retry)


_PLAIN: tuple[tuple[type[Exception], int, str], ...] = (
    (Gone, 404, "gone"),
    (Finished, 409, "finished"),
    (NoSuchPart, 422, "number"),
    (Tampered, 422, "damaged"),
    (UnreadablePostError, 400, "cut_off"),
    (Busy, 503, "busy"),
    (OperationalError, 503, "unavailable"),
    (OSError, 503, "unavailable"),
    (storage.Unavailable, 503, "unavailable"),
)
