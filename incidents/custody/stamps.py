"""Have outside clocks sign the head of the log and a packet's list of files; pending is normal, and nothing waits."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from incidents.custody import checkpoints
from incidents.models import Checkpoint, Stamp
from sealing import stamps
from sealing.stamps import NotStamped

log = logging.getLogger(__name__)

MOST = 2**63 - 1  # what a column of numbers holds
DAILY_SECONDS = 30  # for each clock: nobody waits
TRIED_FOR = timedelta(days=30)  # a packet's stamps; of heads only the newest is worth one


class State(StrEnum):
    """How it stands with one stamp."""

    PENDING = "pending"  # no clock answered yet
    OBTAINED = "obtained"
    FAILED = "failed"  # one answered, and what it said does not hold


class Subject(StrEnum):
    """What a stamp speaks about."""

    CHECKPOINT = "checkpoint"
    TAGMANIFEST = "tagmanifest"


FILES = {Subject.CHECKPOINT: "checkpoint.tsr", Subject.TAGMANIFEST: "tagmanifest-sha256.tsr"}  # as in packets


@dataclass(frozen=True, slots=True)
class Server:
    """An outside clock, and the file of the certificates that are trusted for it."""

    url: str
    chain: Path

    @property
    def name(self) -> str:
        """Its host, which is how pages call it."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking one clock; `reply` as it came, where one came."""

    state: State
    reply: bytes | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking the clocks, one after the other until one stamped."""

    subject: Subject
    digest: bytes
    answers: Mapping[str, Answer] = field(default_factory=dict)  # by address

    @property
    def token(self) -> Answer | None:
        """The stamp, where there is one."""
        return next((one for one in self.answers.values() if one.state is State.OBTAINED), None)


@dataclass(frozen=True, slots=True)
class Stamped:
    """One stamp as pages tell of it."""

    id: int
    subject: Subject
    server: str
    state: State
    size: int | None  # of the log, where it speaks about a head of its own
    obtained_on: date | None


def servers() -> list[Server]:
    """Return the clocks that the settings name."""
    return [Server(url, chain) for url, chain in settings.TIME_SERVERS]


def chains() -> bytes:
    """Return the certificates that are trusted for the clocks, one file after the other."""
    return b"".join(dict.fromkeys(server.chain.read_bytes().strip() + b"\n" for server in servers()))


def ask_now(subject: Subject, stamped: bytes, *, seconds: float) -> Asked:
    """Ask each clock in turn until one stamps, for no longer than this all together; nothing is stored."""
    digest, until = hashlib.sha256(stamped).digest(), time.monotonic() + seconds
    answers: dict[str, Answer] = {}
    for server in servers():
        left = until - time.monotonic()
        if left <= 0:
            break
        answers[server.url] = ask(server, digest, seconds=left)
        if answers[server.url].state is State.OBTAINED:
            break
    return Asked(subject, digest, answers)


def ask(server: Server, digest: bytes, *, seconds: float) -> Answer:
    """Ask one clock about one SHA-256, and check what it says."""
    asked = stamps.request(digest)
    try:
        chain = server.chain.read_bytes()
        reply = _posted(server.url, asked.der, seconds=seconds)
    except (OSError, http.client.HTTPException, ValueError) as why:
        log.warning("A time server does not answer.", exc_info=why)
        return Answer(State.PENDING)
    try:
        stamps.check(reply, asked, chain=chain)
    except NotStamped as why:
        log.warning("A time server's answer does not hold.", exc_info=why)
        return Answer(State.FAILED, reply[: stamps.LIMIT_BYTES])
    return Answer(State.OBTAINED, reply)


def want(asked: Asked, *, packet_id: UUID, on: date) -> None:
    """Note what a packet still wants from each clock; where one stamped it already, nothing."""
    if asked.token:
        return
    for server in servers():
        answer = asked.answers.get(server.url, Answer(State.PENDING))
        Stamp.objects.get_or_create(
            digest=asked.digest.hex(),
            server=server.url,
            packet_id=packet_id,
            defaults={"subject": asked.subject, "state": answer.state, "reply": answer.reply, "wanted_on": on},
        )


def daily(*, at: datetime) -> Iterator[tuple[Stamped, State]]:
    """Sign a head, ask every clock about it, and try again for packets that still want a stamp; yield each result."""
    head = checkpoints.sign(at=at)
    row = Checkpoint.objects.filter(size=head.size, note=head.note).latest("pk")
    for server in servers():
        digest = hashlib.sha256(head.note.encode()).hexdigest()
        defaults = {"subject": Subject.CHECKPOINT, "wanted_on": at.date()}
        Stamp.objects.get_or_create(digest=digest, server=server.url, checkpoint=row, defaults=defaults)
    known = {server.url: server for server in servers()}
    wanted = Q(checkpoint=row) | Q(packet__isnull=False, wanted_on__gte=at.date() - TRIED_FOR)
    for stamp in Stamp.objects.filter(wanted, server__in=known).exclude(state=State.OBTAINED).order_by("pk"):
        answer = ask(known[stamp.server], bytes.fromhex(stamp.digest), seconds=DAILY_SECONDS)
        stamp.state = answer.state if answer.reply or not stamp.reply else stamp.state
        stamp.reply = answer.reply or stamp.reply
        stamp.obtained_on = at.date() if answer.state is State.OBTAINED else None
        stamp.save()
        yield _stamped(stamp), answer.state


def newest_head() -> Sequence[Stamped]:
    """Return the stamps of the newest head that has one."""
    rows = Stamp.objects.filter(checkpoint__isnull=False, state=State.OBTAINED).select_related("checkpoint")
    newest = rows.order_by("-checkpoint__size", "-checkpoint").first()
    return [_stamped(row) for row in rows.filter(checkpoint=newest.checkpoint).order_by("pk")] if newest else []


def waiting() -> int:
    """Return how many stamps are wanted and did not come yet: of the newest head that was asked about, and packets."""
    heads = Stamp.objects.filter(checkpoint__isnull=False)
    newest = heads.order_by("-checkpoint__size", "-checkpoint").values_list("checkpoint", flat=True).first()
    wanted = Q(checkpoint=newest) if newest else Q(pk=None)
    return Stamp.objects.filter(wanted | Q(packet__isnull=False)).exclude(state=State.OBTAINED).count()


def of_packet(packet_id: UUID) -> Sequence[Stamped]:
    """Return what a packet wanted of clocks after it was frozen, and how that stands."""
    return [_stamped(row) for row in Stamp.objects.filter(packet_id=packet_id).order_by("pk")]


@dataclass(frozen=True, slots=True)
class Held:
    """A stamp as the clock sent it, how its file is called, and the head it speaks about, where it does."""

    reply: bytes
    file: str
    head: str
    size: int


def reply_of(stamp_id: int, *, packet_id: UUID | None = None) -> Held | None:
    """Return a stamp that was obtained, or None.

    Args:
        packet_id: whose it must be; None: a head's.
    """
    whose = Q(packet=packet_id) if packet_id else Q(packet=None)
    rows = Stamp.objects.filter(whose, pk=min(stamp_id, MOST), state=State.OBTAINED)
    row = rows.select_related("checkpoint").first()
    if row is None:
        return None
    head, size = (row.checkpoint.note, row.checkpoint.size) if row.checkpoint else ("", 0)
    return Held(bytes(row.reply or b""), FILES[Subject(row.subject)], head, size)


def _stamped(row: Stamp) -> Stamped:
    return Stamped(
        id=row.pk,
        subject=Subject(row.subject),
        server=urlsplit(row.server).hostname or "",
        state=State(row.state),
        size=row.checkpoint.size if row.checkpoint else None,
        obtained_on=row.obtained_on,
    )


def _posted(url: str, body: bytes, *, seconds: float) -> bytes:
    """Send a request and return the reply, cut off after one byte too many.

    No proxy and no other address is followed: the site reaches what the settings name. A timer closes the connection of
    a clock that answers byte by byte.

    Raises:
        OSError, HTTPException: nothing usable came.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    connection.connect()
    assert connection.sock is not None  # noqa: S101 # it is connected
    ends = threading.Timer(seconds, _break_off, [connection.sock])  # the response may take the socket away from it
    ends.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/timestamp-query", "User-Agent": "Testigo"}
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            raise http.client.HTTPException(f"status {response.status}")
        reply = response.read(stamps.LIMIT_BYTES + 1)
        if len(reply) <= stamps.LIMIT_BYTES and response.length:
            raise http.client.IncompleteRead(reply, response.length)
        return reply  # the connection is closed either way
    finally:
        ends.cancel()
        connection.close()


def _break_off(held: socket.socket) -> None:
    with contextlib.suppress(OSError):
        held.shutdown(socket.SHUT_RDWR)
