"""Start a worker that opens no file, reaches no network and is killed in time.

One process a job: bytes go in and come out over pipes, nothing rests anywhere. A worker is not trusted with more than
its answer, for the bytes it works on may have taken it over: the answer is bounded, read leniently, and late is never.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TypeVar, cast

from incidents.media import kinds, lockdown
from incidents.media.protocol import Broken, Status, head, unpack

_Json = TypeVar("_Json", list[object], dict[str, object], int)

_MIB = 1 << 20
_CHUNK_BYTES = _MIB
WORKER = Path(__file__).with_name("worker.py")
AT_ONCE = 2
WAIT_SECONDS = 10
_SLOTS = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many workers as may run here are running, and none ended within the wait."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one job: result and particulars only when MADE; `held` names the locks that held around it."""

    status: Status
    result: bytes = b""
    particulars: Mapping[str, object] | None = None
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """What came of a photo: two JPEGs only when MADE, `clean` of this width and height, and `thumb`, grey and small.

    `particulars` are those of `pictures`: what was decoded, by which recipe and tool, and what could not be shown.
    """

    status: Status
    clean: bytes = b""
    thumb: bytes = b""
    width: int = 0
    height: int = 0
    particulars: Mapping[str, object] | None = None
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use; `answer_bytes` bounds what is taken from a worker that somebody else may be driving."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
    data_bytes: int
    answer_bytes: int


LIMITS = {
    "pictures": Limits(768 * _MIB, cpu_seconds=4, wall_seconds=5, data_bytes=128 * _MIB, answer_bytes=64 * _MIB),
    "typeset": Limits(4096 * _MIB, cpu_seconds=60, wall_seconds=120, data_bytes=1024 * _MIB, answer_bytes=512 * _MIB),
    "probe": Limits(768 * _MIB, cpu_seconds=4, wall_seconds=5, data_bytes=0, answer_bytes=_MIB),
}


def run(
    job: str,
    data: bytes,
    *,
    parameters: Mapping[str, object] | None = None,
    told: Mapping[str, object] | None = None,
    accept_degraded: bool = False,
) -> Outcome:
    """Do one job over foreign bytes in a worker of its own, and wait for it.

    Args:
        job: a module beside this one: `pictures` or `typeset`.
        parameters: what the job must know; goes over a pipe, after the lock.
        told: what it must know before the lock, such as where fonts are; other users of the machine may see it.
        accept_degraded: work even where neither Landlock nor seccomp holds.

    Raises:
        Busy: no worker could be started within 10 seconds.
    """
    limits = LIMITS[job]
    if len(data) > limits.data_bytes:
        return Outcome(Status.TOO_LARGE)
    order = {
        "job": job,
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
        "unguarded": accept_degraded,
        "told": dict(told or {}),
    }
    with _slot(), _started(json.dumps(order)) as worker:
        return _converse(worker, (json.dumps(parameters or {}).encode(), data), limits=limits)


def picture(data: bytes, *, accept_degraded: bool = False) -> Picture:
    """Return clean copies of a photo, whatever it claims to be.

    Raises:
        Busy: as in `run`.
    """
    outcome = run("pictures", data, accept_degraded=accept_degraded)
    if outcome.status is not Status.MADE:
        return Picture(outcome.status, held=outcome.held)
    told = outcome.particulars or {}
    try:
        clean, thumb = unpack(outcome.result)
        width, height = _only(int, told.get("width")), _only(int, told.get("height"))
    except ValueError:
        return Picture(Status.STOPPED)
    if {kinds.find(clean), kinds.find(thumb)} != {kinds.JPEG}:
        return Picture(Status.STOPPED)
    return Picture(Status.MADE, clean, thumb, width, height, told, outcome.held)


@cache
def degraded() -> tuple[str, ...]:
    """Return what does not hold on this machine, measured once by a worker that tries: locks, then acts that worked.

    Empty where all is well. With both `landlock` and `seccomp` in it, `run` makes nothing unless told to accept that.
    """
    outcome = run("probe", b"", accept_degraded=True)
    wanted = (lockdown.RLIMITS, lockdown.LANDLOCK, lockdown.SECCOMP)
    answered = cast("list[str]", (outcome.particulars or {}).get("answered", ["probe"]))
    return (*(lock for lock in wanted if lock not in outcome.held), *answered)


@contextmanager
def _slot() -> Iterator[None]:
    if not _SLOTS.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _SLOTS.release()


@contextmanager
def _started(order: str) -> Iterator[subprocess.Popen[bytes]]:
    """Hand out a worker that is dead, and its pipes closed, when the block ends."""
    worker = subprocess.Popen(  # noqa: S603 - our own interpreter and file; the order is ours too
        [sys.executable, "-I", str(WORKER), order],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            with suppress(OSError):  # a pipe to a worker that died may still hold what was meant for it
                cast("IO[bytes]", pipe).close()


def _converse(worker: subprocess.Popen[bytes], message: tuple[bytes, ...], *, limits: Limits) -> Outcome:
    deadline = time.monotonic() + limits.wall_seconds
    feeder = threading.Thread(target=_feed, args=(worker, message), daemon=True)
    feeder.start()
    answer = _heard(worker, limit_bytes=limits.answer_bytes, deadline=deadline)
    try:
        ended = worker.wait(max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        ended = Status.STOPPED.value
    worker.kill()  # so that a feeder whose worker does not read comes to an end
    feeder.join()
    return _understood(answer, ended)


def _feed(worker: subprocess.Popen[bytes], message: tuple[bytes, ...]) -> None:
    with suppress(OSError), cast("IO[bytes]", worker.stdin) as pipe:  # a worker may end before it has taken everything
        for part in message:
            pipe.write(head(len(part)))
            pipe.write(part)


def _heard(worker: subprocess.Popen[bytes], *, limit_bytes: int, deadline: float) -> bytes:
    """Return all that the worker says until it closes its mouth; nothing of what is too long or too late."""
    answer, pipe = bytearray(), cast("IO[bytes]", worker.stdout)
    with selectors.DefaultSelector() as ready:
        ready.register(pipe, selectors.EVENT_READ)
        while len(answer) <= limit_bytes and ready.select(max(0, deadline - time.monotonic())):
            chunk = os.read(pipe.fileno(), _CHUNK_BYTES)
            if not chunk:
                return bytes(answer)
            answer += chunk
    worker.kill()
    return b""


def _understood(answer: bytes, ended: int) -> Outcome:
    """Read an answer as one reads a stranger's: what does not make sense is no answer."""
    try:
        status = Status(ended)
        parts = unpack(answer)
        held = tuple(map(str, _only(list, json.loads(parts[0]))))
        if status is not Status.MADE:
            return Outcome(status, held=held)
        _, particulars, result = parts
        return Outcome(status, result, _only(dict, json.loads(particulars)), held)
    except (ValueError, IndexError, RecursionError):
        return Outcome(Status.STOPPED)


def _only(kind: type[_Json], value: object) -> _Json:
    if not isinstance(value, kind):
        raise Broken
    return value
