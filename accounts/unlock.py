"""Hold a member's key for one session: cookie half, boot half, sealed rest."""

from __future__ import annotations

import contextlib
import os
import secrets
from abc import ABC, abstractmethod
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts import keyring, queries
from accounts.keyring import OpenDesk
from accounts.models import Member
from sealing import keys
from sealing.keys import Secret, Tampered
from sealing.types import Key, Sealed

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
DRIFT_SECONDS = 60  # a stamp from farther ahead was written while the clock was wrong
HALF_BYTES = 32


_on_lock: list[Callable[[Sequence[UUID]], None]] = []


def when_locked(forget: Callable[[Sequence[UUID]], None]) -> None:
    """Hand over, once, at start, what forgets the open cards of desks: accounts knows no cards."""
    _on_lock[:] = [forget]


class Locked(Exception):
    """Signed in, or once let in, and the key is not in this session."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """One thing that is kept in three parts: the cookie with its half, the session slot with the sealed rest."""

    cookie: str
    slot: str


MEMBER = Keeping(cookie="__Host-unlock", slot="unlock")
WORDS = Keeping(cookie="__Host-receipt", slot="words")
RECEIPT = Keeping(cookie="__Host-back", slot="receipt")


def boot_half() -> bytes:
    """Return the 32 bytes that vanish with the power, the same in every worker of this site."""
    return _boot_half(settings.RUNTIME / "boot")


@lru_cache(maxsize=1)
def _boot_half(path: Path) -> bytes:
    """Written aside and linked into place, so that no worker reads a file that is not yet whole."""
    aside = path.with_name(f"boot.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o400)
    try:
        os.write(descriptor, secrets.token_bytes(HALF_BYTES))
        os.close(descriptor)
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()
    half = path.read_bytes()
    if len(half) != HALF_BYTES:
        raise ImproperlyConfigured(
            "The boot half is not 32 bytes. Remove the runtime folder's boot file and start again."
        )
    return half


def is_over(began: float, *, longest: timedelta, at: datetime) -> bool:
    """Tell whether what began at a stamp is over; a stamp from the future counts as long ago.

    With a clock that was a day fast and is right again, a session would otherwise last a day longer.
    """
    return not -DRIFT_SECONDS <= at.timestamp() - began < longest.total_seconds()


class Held:
    """A document that rests in three parts, none of which opens anything alone."""

    def __init__(self, keeping: Keeping, *, session: SessionBase, half: bytes | None) -> None:
        self._keeping, self._session = keeping, session
        self._half = half
        self._fresh_half: bytes | None = None
        self._dropped = False

    def hold(self, document: Mapping[str, object], *, subject: str) -> None:
        """Keep a document from now on; its cookie half leaves with this response."""
        half = self._fresh_half = secrets.token_bytes(HALF_BYTES)
        sealed = keys.seal(_key(half, subject), document, ("unlock", subject))
        self._session[self._keeping.slot] = urlsafe_b64encode(sealed).decode()
        self.use(at=timezone.now())
        self._half, self._dropped = half, False

    def read(self, *, subject: str) -> Mapping[str, object]:
        """Return the document.

        Raises:
            Locked: a part is missing or belongs to another time, subject or browser.
        """
        rest = self._session.get(self._keeping.slot)
        if not rest or self._half is None:
            raise Locked
        try:
            return keys.unseal(_key(self._half, subject), Sealed(urlsafe_b64decode(rest)), ("unlock", subject))
        except (Tampered, ValueError):
            raise Locked from None

    def use(self, *, at: datetime) -> None:
        """Move the idle clock on. Written at most once a minute: a session row is a write."""
        last = self._session.get(self._used, 0)
        if int(at.timestamp()) - last >= 60:
            self._session[self._used] = int(at.timestamp())

    def lock_if_idle(self, *, at: datetime) -> None:
        """Drop what was not used for a while."""
        last = self._session.get(self._used)
        if last is not None and is_over(last, longest=IDLE, at=at):
            self.drop()

    def drop(self) -> None:
        """Forget both parts that this site holds; the browser is told to forget its own."""
        for name in (self._keeping.slot, self._used):
            self._session.pop(name, None)
        self._half = self._fresh_half = None
        self._dropped = True

    @property
    def is_held(self) -> bool:
        """Whether the session's part is there; the others may still be missing."""
        return self._keeping.slot in self._session

    @property
    def was_dropped(self) -> bool:
        """Whether this request locked it."""
        return self._dropped

    def finish(self, response: HttpResponseBase) -> None:
        """Set or remove the cookie half."""
        if self._fresh_half is not None:
            response.set_cookie(
                self._keeping.cookie,
                urlsafe_b64encode(self._fresh_half).decode(),
                secure=True,
                httponly=True,
                samesite="Strict",
            )
        elif self._dropped:
            response.delete_cookie(self._keeping.cookie, samesite="Strict")
            response.cookies[self._keeping.cookie]["secure"] = True  # __Host- needs it

    @property
    def _used(self) -> str:
        return f"{self._keeping.slot}_used_at"


class Keys(ABC):
    """A member's key, and what it opens."""

    @property
    @abstractmethod
    def member(self) -> Member:
        """The member whose key this is."""

    @property
    @abstractmethod
    def secret(self) -> Secret:
        """The member's secret."""

    @abstractmethod
    def first_today(self, thing_id: UUID, *, at: datetime) -> bool:
        """Tell whether this thing is opened for the first time today: one event each."""

    def desks(self) -> Iterator[OpenDesk]:
        """Open each desk where this member is seated, by name; a seat that waits opens nothing."""
        secret = self.secret
        for seat in queries.seats_of(self.member):
            if not seat.waits:
                yield keyring.open_desk(seat, secret)

    def desk(self, slug: str) -> OpenDesk | None:
        """Open one desk, or None where this member has no seat, or one that waits."""
        secret = self.secret
        seat = queries.seat_at(self.member, slug=slug)
        return keyring.open_desk(seat, secret) if seat and not seat.waits else None


class WordsGiven(Keys):
    """A member's key for one command: the words were just given, and nothing is kept."""

    def __init__(self, member: Member, secret: Secret) -> None:
        self._member, self._secret = member, secret

    @classmethod
    def by(cls, email: str, words: str) -> Self | None:
        """Return what these words open, or None where they are not this member's."""
        member = Member.objects.filter(email__iexact=email).first()
        if member is None or not member.check_password(words):
            return None
        return cls(member, keyring.open_member(member))

    @property
    def member(self) -> Member:
        """The member whose key this is."""
        return self._member

    @property
    def secret(self) -> Secret:
        """The member's secret."""
        return self._secret

    def first_today(self, thing_id: UUID, *, at: datetime) -> bool:  # noqa: ARG002 # each command is an opening
        """Yes."""
        return True


class Unlock(Keys):
    """A member's key for one request, and what it opens."""

    def __init__(self, request: HttpRequest, held: Held) -> None:
        self._request, self._held = request, held
        self._secret: Secret | None = None

    def hold(self, member: Member, secret: Secret) -> None:
        """Keep a member's secret for this session."""
        self._secret = secret
        self._held.hold({"key": secret.key_file}, subject=str(member.pk))

    def drop(self) -> None:
        """Lock: signed in, and no key; what was opened of the member's desks is forgotten too."""
        self._secret = None
        self._held.drop()
        user = getattr(self._request, "user", None)
        if isinstance(user, Member):
            for forget in _on_lock:
                forget([seat.desk_id for seat in queries.seats_of(user)])

    @property
    def member(self) -> Member:
        """The member who is signed in.

        Raises:
            Locked: nobody is.
        """
        user = getattr(self._request, "user", None)
        if not isinstance(user, Member):
            raise Locked
        return user

    @property
    def secret(self) -> Secret:
        """The member's secret.

        Raises:
            Locked: it is not in this session.
        """
        member = self.member
        if self._secret is None:
            document = self._held.read(subject=str(member.pk))
            self._secret = Secret.from_key_file(str(document["key"]))
            if self._secret.recipient != member.recipient:
                self.drop()  # the words were changed elsewhere
                raise Locked
        return self._secret

    def first_today(self, thing_id: UUID, *, at: datetime) -> bool:
        """Tell whether this session opens this thing for the first time today: one event each."""
        session = self._request.session
        day, seen = session.get("opened", ["", []])
        if day != at.date().isoformat():
            seen = []
        if str(thing_id) in seen:
            return False
        session["opened"] = [at.date().isoformat(), [*seen, str(thing_id)]]
        return True


class ReceiptSession:
    """A reporter who came back with the receipt: the incident's secret for 15 minutes."""

    def __init__(self, held: Held) -> None:
        self._held = held

    def hold(self, incident_id: UUID, secret: Secret) -> None:
        """Keep the incident's secret for this session."""
        self._held.hold({"incident": str(incident_id), "key": secret.key_file}, subject="receipt")

    def drop(self) -> None:
        """Forget it."""
        self._held.drop()

    @property
    def opened(self) -> tuple[UUID, Secret]:
        """The incident and its secret.

        Raises:
            Locked: no receipt was given in this session, or too long ago.
        """
        document = self._held.read(subject="receipt")
        return UUID(str(document["incident"])), Secret.from_key_file(str(document["key"]))


class ShownWords:
    """A new receipt's words, until they are written down: they survive a reload and nothing else."""

    def __init__(self, held: Held) -> None:
        self._held = held

    def show(self, words: str, *, at: datetime) -> None:
        """Keep the words for a quarter of an hour."""
        self._held.hold({"words": words, "until": int((at + IDLE).timestamp())}, subject="words")

    def forget(self) -> None:
        """The witness wrote them down."""
        self._held.drop()

    def read(self, *, at: datetime) -> str | None:
        """Return the words while they may be shown."""
        try:
            document = self._held.read(subject="words")
        except Locked:
            return None
        if at.timestamp() >= int(str(document["until"])):
            self.forget()
            return None
        return str(document["words"])


class SiteRequest(HttpRequest):
    """What every view gets: the request, and what is held open for it."""

    unlock: Unlock
    receipt: ReceiptSession
    words: ShownWords


def _key(half: bytes, subject: str) -> Key:
    return keys.session_key(cookie_half=half, boot_half=boot_half(), subject=subject)
