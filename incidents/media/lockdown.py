"""Take every power from a process but thinking: rlimits, Landlock, seccomp, by ctypes alone.

Call `lock` after all imports and warm-ups and before the first foreign byte is read. From then on the process may use
its open pipes, its memory and its threads. It cannot open a file, make a socket, start a process or signal one.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

RLIMITS, LANDLOCK, SECCOMP = "rlimits", "landlock", "seccomp"

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _SECCOMP_MODE_FILTER = 22, 38, 2
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT, _LANDLOCK_ASK_VERSION = 444, 446, 1
_LANDLOCK_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many bits each version of the interface knows
_LANDLOCK_ALL_TCP, _LANDLOCK_ALL_SCOPES = 0b11, 0b11

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _GIVE = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_DENY, _ABSENT = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_CALL_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where the filter finds them in struct seccomp_data
_CLONE3, _CLONE_THREAD, _X32_CALLS = 435, 0x00010000, 0x40000000


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of one processor family: its audit code, `clone`, and the calls that stay open."""

    audit: int
    clone: int
    allowed: tuple[int, ...]


# read write readv writev pread64 close fstat newfstatat lseek mmap munmap mprotect mremap brk madvise futex
# rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack set_robust_list rseq gettid getpid exit exit_group sched_yield
# sched_getaffinity clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday getrandom getrusage
# getcwd (typst asks where it is)
_X86_64 = """0 1 19 20 17 3 5 262 8 9 11 10 25 12 28 202 13 14 15 131 273 334 186 39 60 231 24 204 228 229 230 35 96
318 98 79"""
_AARCH64 = """63 64 65 66 67 57 80 79 62 222 215 226 216 214 233 98 134 135 139 132 99 293 178 172 93 94 124 123 113
114 115 101 169 278 165 17"""
_MACHINES = {
    "x86_64": _Machine(audit=0xC000003E, clone=56, allowed=tuple(map(int, _X86_64.split()))),
    "aarch64": _Machine(audit=0xC00000B7, clone=220, allowed=tuple(map(int, _AARCH64.split()))),
}


def lock(*, memory_bytes: int, cpu_seconds: int) -> tuple[str, ...]:
    """Lock this process for good and return the locks that hold, some of `RLIMITS`, `LANDLOCK`, `SECCOMP`.

    Whether that is enough is the caller's to decide. A machine without one of them gets the others.
    """
    os.chdir("/")  # typst resolves its working folder link by link; "/" needs no call that is refused
    holding = [RLIMITS] if _limit(memory_bytes, cpu_seconds) else []
    if platform.system() == "Linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        holding += [LANDLOCK] if _landlock(libc) else []
        holding += [SECCOMP] if _seccomp(libc) else []
    return tuple(holding)


def _limit(memory_bytes: int, cpu_seconds: int) -> bool:
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    set_so_far = 0
    for name, value in limits.items():
        with suppress(ValueError, OSError):  # macOS takes no limit on address space
            resource.setrlimit(name, (value, value))
            set_so_far += 1
    return set_so_far == len(limits)


def _landlock(libc: ctypes.CDLL) -> bool:
    """Handle every right over files, TCP and other processes that this kernel knows, and grant none."""
    version = libc.syscall(_LANDLOCK_CREATE, None, 0, _LANDLOCK_ASK_VERSION)
    if version < 1:
        return False
    rights = [(1 << _LANDLOCK_FILE_RIGHTS[min(version, 5)]) - 1]
    rights += [_LANDLOCK_ALL_TCP] if version >= 4 else []
    rights += [_LANDLOCK_ALL_SCOPES] if version >= 6 else []
    attributes = struct.pack(f"{len(rights)}Q", *rights)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    holds = libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return bool(holds)


def _seccomp(libc: ctypes.CDLL) -> bool:
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    steps = list(_filter(machine))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(program), 0, 0) == 0)


def _filter(machine: _Machine) -> Iterator[tuple[int, int, int, int]]:
    """Yield the filter as (operation, skip if true, skip if false, value): the calls above; all else is refused.

    Threads come only through `clone` with CLONE_THREAD in its flags. `clone3` passes its flags by pointer, where no
    filter can read them, so it "does not exist" and libc falls back to `clone`.
    """
    yield from ((_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, machine.audit), (_GIVE, 0, 0, _KILL))
    yield (_LOAD, 0, 0, _CALL_NUMBER)
    yield from ((_AT_LEAST, 0, 1, _X32_CALLS), (_GIVE, 0, 0, _KILL))  # x32 shares the architecture of x86_64
    yield from ((_EQUAL, 0, 1, _CLONE3), (_GIVE, 0, 0, _ABSENT))
    yield from ((_EQUAL, 0, 4, machine.clone), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_ANY_BIT, 0, 1, _CLONE_THREAD))
    yield from ((_GIVE, 0, 0, _ALLOW), (_GIVE, 0, 0, _DENY))
    for number in machine.allowed:
        yield from ((_EQUAL, 0, 1, number), (_GIVE, 0, 0, _ALLOW))
    yield (_GIVE, 0, 0, _DENY)
