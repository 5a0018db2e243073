"""Try what a hostile codec would try, and say what was refused: how the sandbox is measured on this machine."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from incidents.media.protocol import Task, Work

LITTER = Path("/dev/shm/testigo-probe")  # noqa: S108 - nobody can be tricked by a file that must not be made

_LIBC = ctypes.CDLL(None, use_errno=True)
_REFUSALS = {errno.EPERM, errno.EACCES}
_MORE_THAN_ALLOWED_BYTES = 2 << 30


def prepare(_told: Mapping[str, object]) -> Work:
    """Load nothing: every act below must be refused as it stands."""
    return _tried


def _tried(task: Task) -> dict[str, object]:
    """Return, as `answered`, the acts that were not refused, and whether a thread still starts.

    The one output is the JSON list of modules this worker had loaded when foreign bytes would have come.
    """
    task.put(0, json.dumps(sorted(sys.modules)).encode())
    answered = [name for name, act in _ACTS.items() if not _refused(act)]
    return {"answered": answered, "threads": not _refused(_thread)}


def _refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except MemoryError:
        return True
    except OSError as answer:
        return answer.errno in _REFUSALS
    except (ValueError, RuntimeError):  # how Python says that a limit or a thread was refused
        return True
    return False


def _open() -> None:
    Path("/etc/passwd").read_bytes()


def _write() -> None:
    LITTER.touch()
    LITTER.unlink()


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def _execute() -> None:
    """Name a program that is not there: where nothing refuses it, the probe lives to say so."""
    os.execv("/nonexistent", ["nonexistent"])  # noqa: S606 - must be refused


def _signal() -> None:
    os.kill(os.getppid(), signal.SIG_DFL)


def _raise_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft + 1, hard + 1))


def _trace() -> None:
    if _LIBC.ptrace(0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def _thread() -> None:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()


_ACTS: Mapping[str, Callable[[], object]] = {
    "open": _open,
    "write": _write,
    "list": lambda: list(Path("/").iterdir()),
    "memfd": lambda: os.memfd_create("x"),
    "socket": lambda: socket.socket(socket.AF_INET),
    "local socket": lambda: socket.socket(socket.AF_UNIX),
    "fork": _fork,
    "execute": _execute,
    "signal": _signal,
    "trace": _trace,
    "raise a limit": _raise_limit,
    "memory": lambda: bytearray(_MORE_THAN_ALLOWED_BYTES),
}
