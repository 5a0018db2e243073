"""Start a worker that opens no file, reaches no network and is killed in time.

One process a job: bytes go in and come out over pipes, nothing rests anywhere. A worker is not trusted with more than
its answer, for the bytes it works on may have taken it over: the answer is bounded, read leniently, and late is never.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, cast

from incidents.media import lockdown
from incidents.media.conversation import Heard, Order, Talk
from incidents.media.limits import LIMITS
from incidents.media.protocol import BLOCK_BYTES, Broken, Status

WORKER = Path(__file__).with_name("worker.py")
AT_ONCE = 2
WAIT_SECONDS = 10
_SLOTS = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many workers as may run here are running, and none ended within the wait."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one job: particulars and a number of outputs only when MADE; `held` are the locks around it."""

    status: Status
    particulars: Mapping[str, object] | None = None
    held: tuple[str, ...] = ()
    outputs: int = 0


def _unheard(_said: object, _more: object = None) -> None:
    """Take what nobody asked for."""


def run(
    job: str,
    order: Order,
    *,
    told: Mapping[str, object] | None = None,
    accept_degraded: bool = False,
) -> Outcome:
    """Do one job over foreign bytes in a worker of its own, and wait for it.

    What the order's `into` was given counts only when the outcome is MADE. What `into` or the source raises comes out
    here, and the worker is dead by then.

    Args:
        job: a module beside this one, with a row in `LIMITS`.
        told: what it must know before the lock, such as where fonts are; other users of the machine may see it.
        accept_degraded: work even where neither Landlock nor seccomp holds.

    Raises:
        Busy: no worker could be started within 10 seconds.
    """
    limits = LIMITS[job]
    if order.size_bytes > limits.data_bytes:
        return Outcome(Status.TOO_LARGE)
    begin = {
        "job": job,
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
        "unguarded": accept_degraded,
        "told": dict(told or {}),
    }
    with _slot(), _started(json.dumps(begin)) as worker:
        talk = Talk(worker, order, limits)
        try:
            heard = talk.hear_out()
            ended = worker.wait(max(0, talk.seconds_left))
        except (Broken, subprocess.TimeoutExpired):
            return Outcome(Status.STOPPED)
    return _understood(heard, ended)


def order_over(
    data: bytes = b"",
    *,
    parameters: Mapping[str, object] | None = None,
    into: Callable[[int, bytes], None] = _unheard,
) -> Order:
    """Return an order over bytes that are in memory."""
    return Order(io.BytesIO(data), len(data), parameters or {}, into, _unheard)


@cache
def degraded() -> tuple[str, ...]:
    """Return what does not hold on this machine, measured once by a worker that tries: locks, then acts that worked.

    Empty where all is well. With both `landlock` and `seccomp` in it, `run` makes nothing unless told to accept that.
    """
    outcome = run("probe", order_over(), accept_degraded=True)
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
        bufsize=0,
        pipesize=BLOCK_BYTES,
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


def _understood(heard: Heard, ended: int) -> Outcome:
    """Read an answer as one reads a stranger's: what does not make sense is no answer."""
    try:
        status = Status(ended)
    except ValueError:
        return Outcome(Status.STOPPED)
    held, made = heard.held, heard.particulars is not None
    if held is None or made is not (status is Status.MADE):
        return Outcome(Status.STOPPED)
    return Outcome(status, heard.particulars, held, heard.outputs if made else 0)
