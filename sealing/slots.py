"""Let few stretches run at once, one queue per purpose; say Busy, not slow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from threading import BoundedSemaphore


class Busy(Exception):
    """No slot came free within the wait."""

    retry_after_seconds = 5


class Purpose(Enum):
    """Why a phrase is stretched: a flood of one purpose leaves the others their turn."""

    RECEIPT = "receipt"
    FILING = "filing"
    SIGN_IN = "sign_in"


# One stretch of each purpose in a process: its memory is bounded by 19 + 19 + 64 MiB.
_FREE = {purpose: BoundedSemaphore(1) for purpose in Purpose}


@contextmanager
def slot(purpose: Purpose, *, wait_seconds: float = 2.0) -> Iterator[None]:
    """Hold the one slot of this purpose.

    Raises:
        Busy: it did not come free within the wait.
    """
    if not _FREE[purpose].acquire(timeout=wait_seconds):
        raise Busy
    try:
        yield
    finally:
        _FREE[purpose].release()
