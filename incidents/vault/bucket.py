"""Keep sealed objects in a bucket that speaks S3: created once, confirmed, asked for in bounded time."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from functools import cached_property, partial
from http import HTTPStatus
from typing import Any, TypeVar

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from incidents.vault.storage import Full, Object, Unavailable

log = logging.getLogger(__name__)

Found = TypeVar("Found")
PAUSES_SECONDS = (0.2, 0.8)  # before the second try, and before the third
CONNECT_SECONDS = 5
LONGEST_WAITS = 6  # one object may take so many times the wait for its next bytes
READ_BYTES = 1 << 14
MOST_BYTES = 16 << 20  # what is longer is nothing that we stored; its hash will say so
NO_ROOM = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.INSUFFICIENT_STORAGE}  # over quota; its disks are full
AGAIN = {HTTPStatus.CONFLICT, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
AGAIN_CODES = {"BadDigest", "IncompleteBody", "RequestTimeout"}
ABSENT = {"NoSuchKey", "404"}  # an answer without a body has no better code
# Some stores look whether a name is taken only as a write begins: two at once would both be told that it is free.
_WRITERS = tuple(threading.Lock() for _ in range(64))


class _Unclear(Unavailable):
    """Worth another try. A write that ended so may have taken place."""


class Bucket(S3Storage):
    """A bucket in which no name changes and nothing is overwritten, of which no address is ever handed out.

    Args:
        wait_seconds: for the next bytes of an answer.
        options: of S3Storage; whatever else the machine's own settings for AWS say counts for nothing.
    """

    access_key: str
    secret_key: str
    bucket_name: str
    location: str
    region_name: str
    endpoint_url: str
    verify: bool | str
    client_config: Config

    def __init__(self, *, wait_seconds: int, **options: Any) -> None:  # noqa: ANN401 # storages' own
        self._wait_seconds = wait_seconds
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=wait_seconds,
            retries={"total_max_attempts": 1},  # a second write would find its own first: tried again here
            max_pool_connections=16,
            proxies={},
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            s3={"addressing_style": options["addressing_style"]},
        )
        theirs = {"security_token": None, "session_profile": None, "default_acl": None, "file_overwrite": False}
        super().__init__(**options, **theirs, client_config=config)  # type: ignore[no-untyped-call] # storages ships no types

    @cached_property
    def client(self) -> Any:  # noqa: ANN401 # botocore makes it at run time
        """One for all threads, which it is made for; django-storages would load a resource in each."""
        nothing = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
        session = botocore.session.Session(session_vars={"profile": (None, None, None, None), **nothing})
        return session.create_client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=self.client_config,
            verify=self.verify,
        )

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name as it is: S3Storage would make up another where it is taken."""
        del max_length
        return name

    def exists(self, name: str) -> bool:
        """Return whether an object has this name."""
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        """Return how long an object is."""
        return int(self._asked("head_object", name)["ContentLength"])

    def delete(self, name: str) -> None:
        """Remove an object; one that is not there is gone."""
        with contextlib.suppress(FileNotFoundError):
            self._asked("delete_object", name)

    def listing(self, folder: str) -> Iterator[Object]:
        """Yield what lies below a folder, a thousand a request."""
        more: dict[str, str] = {}
        while True:
            page = self._tried(partial(self.ask, "list_objects_v2", Prefix=self._key(f"{folder}/"), **more))
            for held in page.get("Contents", ()):
                yield Object(held["Key"][len(self._key("")) :], int(held["Size"]), held["LastModified"])
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """Refuse: `listing` asks once for all."""
        raise NotImplementedError

    def get_modified_time(self, name: str) -> datetime:
        """Return when an object was stored."""
        stored_at: datetime = self._asked("head_object", name)["LastModified"]
        return stored_at

    def url(self, name: str | None, *_: object, **__: object) -> str:
        """Refuse: nobody reads an object but through this site."""
        raise NotImplementedError

    def ask(self, what: str, **said: object) -> Mapping[str, Any]:  # Any: each answer has a shape of its own
        """Ask the bucket once.

        Raises:
            FileNotFoundError: there is no such object.
            FileExistsError: the name is taken.
            Full: there is no room.
            Unavailable: it answers nothing, or something else.
        """
        try:
            answer: Mapping[str, Any] = getattr(self.client, what)(Bucket=self.bucket_name, **said)
        except ClientError as refused:
            raise _meant(refused) from refused
        except BotoCoreError as problem:
            raise _Unclear("The bucket does not answer.") from problem
        return answer

    def _open(self, name: str, mode: str = "rb") -> ContentFile[bytes]:
        del mode
        return ContentFile(self._tried(partial(self._read, name)), name=name)

    def _save(self, name: str, content: File[bytes]) -> str:
        """Create an object, which the store refuses where the name is taken, and have its hash confirmed.

        An object that does not read back right stays where it is until `expire` sweeps it: no row names it, and a
        store that lets two write at once may be showing another's.

        Raises:
            FileExistsError: an object of this name is there already.
        """
        sealed, tries = content.read(), iter((False, True, True))
        wanted = base64.b64encode(hashlib.sha256(sealed).digest()).decode()

        def once() -> None:
            again = next(tries)
            how = {"ContentType": "application/octet-stream", "IfNoneMatch": "*", "ChecksumSHA256": wanted}
            try:
                answer = self.ask("put_object", Key=self._key(name), Body=sealed, **how)
            except FileExistsError:
                if again and self._holds(name, wanted):  # the try before took place, and its answer was lost
                    return
                raise
            if answer.get("ChecksumSHA256") != wanted and not self._holds(name, wanted):
                raise Unavailable("What was just stored does not read back as it was.")

        with _WRITERS[hash(name) % len(_WRITERS)]:
            self._tried(once)
        return name

    def _holds(self, name: str, wanted: str) -> bool:
        try:
            return base64.b64encode(hashlib.sha256(self._read(name)).digest()).decode() == wanted
        except FileNotFoundError:
            return False

    def _read(self, name: str) -> bytes:
        ends, held, size = time.monotonic() + LONGEST_WAITS * self._wait_seconds, [], 0
        with closing(self.ask("get_object", Key=self._key(name))["Body"]) as body:
            try:
                while size <= MOST_BYTES and (chunk := body.read(READ_BYTES)):
                    held.append(chunk)
                    size += len(chunk)
                    if time.monotonic() > ends:
                        raise _Unclear("The bucket answers too slowly.")
            except BotoCoreError as problem:
                raise _Unclear("The bucket broke off.") from problem
        return b"".join(held)

    def _asked(self, what: str, name: str) -> Mapping[str, Any]:
        return self._tried(partial(self.ask, what, Key=self._key(name)))

    def _key(self, name: str) -> str:
        return f"{self.location}/{name}" if self.location else name

    def _tried(self, once: Callable[[], Found]) -> Found:
        """Try three times, while the wait is not over: a page stands behind it."""
        ends = time.monotonic() + self._wait_seconds
        for pause_seconds in PAUSES_SECONDS:
            try:
                return once()
            except _Unclear:
                if time.monotonic() > ends:
                    raise
            time.sleep(pause_seconds)
        return once()


def _meant(refused: ClientError) -> Exception:
    """Return what a refusal means; what the operator must mend is logged."""
    status, code = refused.response["ResponseMetadata"].get("HTTPStatusCode", 0), refused.response["Error"]["Code"]
    if status == HTTPStatus.PRECONDITION_FAILED:
        return FileExistsError("An object of this name is there already.")
    if status == HTTPStatus.NOT_FOUND and code in ABSENT:
        return FileNotFoundError("There is no object of this name.")
    if status in NO_ROOM:
        return Full()
    if status in AGAIN or code in AGAIN_CODES or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _Unclear("The bucket does not answer.")
    log.error("The bucket refuses what the site asks.", extra={"status": status})
    return Unavailable("The bucket refuses what the site asks.")
