"""The sandbox: what a worker may do, and what becomes of one that does not end well."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from incidents.media import limits, sandbox
from incidents.media.probe import LITTER
from incidents.media.protocol import FRAME_HEAD_BYTES, Frame, Status, frame_ahead, pack

ORDER = {"job": "probe", "memory_bytes": 768 << 20, "cpu_seconds": 4, "unguarded": False, "told": {}}
ORDERED = pack(b'{"size_bytes": 0, "parameters": {}}')
ACTS = [
    *("open", "write", "list", "memfd", "socket", "local socket", "fork", "execute", "signal", "trace"),
    *("raise a limit", "memory"),
]
# Start what follows as if this machine had neither Landlock nor seccomp: with 16 rulesets, the most a process may have,
# so that ours is refused; and with the name of a processor for which there is no filter.
BARE_MACHINE = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
libc.personality(8)
for _ in range(16):
    rules = struct.pack("Q", 1 << 11)
    libc.syscall(446, libc.syscall(444, rules, len(rules), 0), 0)
os.execv(sys.executable, [sys.executable, "-I", *sys.argv[1:]])
"""


@pytest.fixture(scope="module")
def modules() -> bytearray:
    """What the worker had loaded, as it told."""
    return bytearray()


@pytest.fixture(scope="module")
def probed(modules) -> sandbox.Outcome:
    return sandbox.run("probe", sandbox.order_over(into=lambda _number, chunk: modules.extend(chunk)))


@pytest.fixture
def wholly_locked() -> None:
    missing = sandbox.degraded()
    if missing:
        pytest.skip(f"on this machine these do not hold: {', '.join(missing)}")


def run_worker(*before: str, order: dict[str, object]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-I", *before, str(sandbox.WORKER), json.dumps(order)]
    return subprocess.run(command, input=ORDERED, capture_output=True, env={}, cwd="/", check=False)


def frames(said: bytes) -> list[tuple[Frame, bytes]]:
    told = []
    while said:
        kind, length = frame_ahead(said)
        told.append((kind, said[FRAME_HEAD_BYTES : FRAME_HEAD_BYTES + length]))
        said = said[FRAME_HEAD_BYTES + length :]
    return told


@pytest.mark.usefixtures("wholly_locked")
@pytest.mark.parametrize("act", ACTS)
def test_a_worker_cannot(probed, act):
    assert probed.particulars is not None
    assert act not in probed.particulars["answered"]


@pytest.mark.usefixtures("wholly_locked")
def test_a_worker_can_start_threads_and_says_what_holds_it(probed):
    assert probed.particulars == {"answered": [], "threads": True}
    assert probed.held == ("rlimits", "landlock", "seccomp")


def test_a_worker_leaves_nothing_on_the_machine(probed):
    assert probed.status is Status.MADE
    assert not LITTER.exists()


@pytest.mark.usefixtures("probed")
def test_a_worker_knows_no_django_and_nothing_of_ours_but_media(modules):
    loaded = json.loads(modules)

    ours = [name for name in loaded if name.partition(".")[0] in {"incidents", "accounts", "sealing", "config"}]
    assert not [name for name in loaded if name.partition(".")[0] in {"django", "cryptography", "pyrage", "argon2"}]
    assert ours == [
        "incidents",
        "incidents.media",
        "incidents.media.lockdown",
        "incidents.media.probe",
        "incidents.media.protocol",
        "incidents.media.ranges",
    ]


def test_the_measure_of_this_machine_names_locks_and_acts_only():
    assert set(sandbox.degraded()) <= {"rlimits", "landlock", "seccomp", *ACTS}


@pytest.mark.skipif(sys.platform != "linux", reason="another system's locks")
def test_without_landlock_and_seccomp_nothing_is_made_unless_that_was_accepted():
    refused = run_worker("-c", BARE_MACHINE, order=ORDER)
    accepted = run_worker("-c", BARE_MACHINE, order=ORDER | {"unguarded": True})

    assert refused.returncode == Status.UNGUARDED.value
    assert frames(refused.stdout) == [(Frame.HELD, b'["rlimits"]')]
    assert accepted.returncode == 0
    assert {"open", "write", "socket"} <= set(json.loads(frames(accepted.stdout)[-1][1])["answered"])
    assert not LITTER.exists()


def test_what_is_larger_than_is_looked_at_is_said_to_be(monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "pictures", replace(limits.LIMITS["pictures"], data_bytes=10))

    assert sandbox.run("pictures", sandbox.order_over(b"x" * 11)) == sandbox.Outcome(Status.TOO_LARGE)


def test_a_worker_that_is_late_is_killed(monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "probe", replace(limits.LIMITS["probe"], wall_seconds=0))

    assert sandbox.run("probe", sandbox.order_over()) == sandbox.Outcome(Status.STOPPED)


# What a worker would say that was taken over: after a sound beginning, something that makes no sense or never ends.
SAYING = """
import os, sys, time
def frame(kind, body): return kind + len(body).to_bytes(4, "big") + body
def say(*said): sys.stdout.buffer.write(b"".join(said)); sys.stdout.buffer.flush()
HELD, END, ASK = frame(b"h", b"[]"), frame(b"e", b"{}"), lambda at, size: frame(b"a", at.to_bytes(8) + size.to_bytes(8))
OUT = lambda number, chunk=b"x": frame(b"o", number.to_bytes(4, "big") + chunk)
"""
TAKEN_OVER = {
    "nothing": "pass",
    "death": "os.abort()",
    "another status": "say(HELD, END); sys.exit(77)",
    "words": "say(b'not frames')",
    "a frame without end": "say(b'h' + b'\\xff' * 4)",
    "a frame of no kind": "say(HELD, frame(b'z', b''))",
    "a frame that is cut off": "say(HELD, END[:-1])",
    "no locks": "say(END)",
    "locks that are no list": "say(frame(b'h', b'{}'), END)",
    "locks twice": "say(HELD, HELD, END)",
    "no end": "say(HELD)",
    "an end that is no object": "say(HELD, frame(b'e', b'[]'))",
    "an end with no number": "say(HELD, frame(b'e', b'{\"a\": NaN}'))",
    "an end that is deep": "say(HELD, frame(b'e', b'[' * 100000))",
    "words after the end": "say(HELD, END, OUT(0))",
    "a failure that made something": "say(HELD, END); sys.exit(4)",
    "outputs out of order": "say(HELD, OUT(0), OUT(2), END)",
    "an output taken up again": "say(HELD, OUT(0), OUT(1), OUT(0), END)",
    "an empty output": "say(HELD, OUT(0, b''), END)",
    "outputs without end": "say(HELD)\nfor n in range(99): say(OUT(n))\nsay(END)",
    "more than is listened to": "say(HELD)\nwhile True: say(OUT(0, b'x' * 100000))",
    "a flood of small frames": "say(HELD)\nwhile True: say(frame(b'p', b'a'))",
    "a range beyond the end": "say(HELD, ASK(999_999, 2))",
    "a range that is too long": "say(HELD, ASK(0, 2_000_000))",
    "two questions at once": "say(HELD, ASK(0, 1_000_000), ASK(0, 1_000_000))",
    "questions without end": "say(HELD)\nwhile True: say(ASK(0, 1_000_000)); sys.stdin.buffer.read(1_000_008)",
    "a closed mouth": "os.close(1); time.sleep(60)",
    "a long sleep": "time.sleep(60)",
}


@pytest.mark.parametrize("program", TAKEN_OVER.values(), ids=TAKEN_OVER)
def test_a_worker_taken_over_by_its_file_gives_no_more_than_a_bad_answer(monkeypatch, tmp_path, program):
    taken_over = tmp_path / "worker.py"
    taken_over.write_text(SAYING + program)
    monkeypatch.setattr(sandbox, "WORKER", taken_over)
    fast = replace(limits.LIMITS["pictures"], wall_seconds=1, answer_bytes=1 << 20)
    monkeypatch.setitem(limits.LIMITS, "pictures", fast)

    outcome = sandbox.run("pictures", sandbox.order_over(b"x" * 1_000_000))

    assert outcome == sandbox.Outcome(Status.STOPPED)


def test_the_next_job_is_done_after_one_that_died(monkeypatch, tmp_path):
    dying = tmp_path / "worker.py"
    dying.write_text("import os; os.abort()")
    with monkeypatch.context() as patched:
        patched.setattr(sandbox, "WORKER", dying)
        first = sandbox.run("probe", sandbox.order_over())

    second = sandbox.run("probe", sandbox.order_over())

    assert (first.status, second.status) == (Status.STOPPED, Status.MADE)


def test_when_all_workers_are_taken_it_says_busy(monkeypatch, tmp_path):
    sleeping = tmp_path / "worker.py"
    sleeping.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(sandbox, "WORKER", sleeping)
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 0)
    monkeypatch.setitem(limits.LIMITS, "pictures", replace(limits.LIMITS["pictures"], wall_seconds=1))
    running = [
        threading.Thread(target=sandbox.run, args=("pictures", sandbox.order_over())) for _ in range(sandbox.AT_ONCE)
    ]
    for thread in running:
        thread.start()
    time.sleep(0.2)

    with pytest.raises(sandbox.Busy):
        sandbox.run("pictures", sandbox.order_over())

    for thread in running:
        thread.join()
    assert sandbox.run("pictures", sandbox.order_over()).status is Status.STOPPED
