"""The sandbox: what a worker may do, and what becomes of one that does not end well."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from incidents.media import sandbox
from incidents.media.probe import LITTER
from incidents.media.protocol import Status, pack, unpack

ORDER = {"job": "probe", "memory_bytes": 768 << 20, "cpu_seconds": 4, "unguarded": False, "told": {}}
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
def probed() -> sandbox.Outcome:
    return sandbox.run("probe", b"")


@pytest.fixture
def wholly_locked() -> None:
    missing = sandbox.degraded()
    if missing:
        pytest.skip(f"on this machine these do not hold: {', '.join(missing)}")


def run_worker(*before: str, order: dict[str, object]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-I", *before, str(sandbox.WORKER), json.dumps(order)]
    return subprocess.run(command, input=pack(b"{}", b""), capture_output=True, env={}, cwd="/", check=False)


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


def test_a_worker_knows_no_django_and_nothing_of_ours_but_media(probed):
    loaded = json.loads(probed.result)

    ours = [name for name in loaded if name.partition(".")[0] in {"incidents", "accounts", "sealing", "config"}]
    assert not [name for name in loaded if name.partition(".")[0] in {"django", "cryptography", "pyrage", "argon2"}]
    assert ours == [
        "incidents",
        "incidents.media",
        "incidents.media.lockdown",
        "incidents.media.probe",
        "incidents.media.protocol",
    ]


def test_the_measure_of_this_machine_names_locks_and_acts_only():
    assert set(sandbox.degraded()) <= {"rlimits", "landlock", "seccomp", *ACTS}


@pytest.mark.skipif(sys.platform != "linux", reason="another system's locks")
def test_without_landlock_and_seccomp_nothing_is_made_unless_that_was_accepted():
    refused = run_worker("-c", BARE_MACHINE, order=ORDER)
    accepted = run_worker("-c", BARE_MACHINE, order=ORDER | {"unguarded": True})

    assert refused.returncode == Status.UNGUARDED.value
    assert [json.loads(part) for part in unpack(refused.stdout)] == [["rlimits"]]
    assert accepted.returncode == 0
    assert {"open", "write", "socket"} <= set(json.loads(unpack(accepted.stdout)[1])["answered"])
    assert not LITTER.exists()


def test_what_is_larger_than_is_looked_at_is_said_to_be(monkeypatch):
    monkeypatch.setitem(sandbox.LIMITS, "pictures", replace(sandbox.LIMITS["pictures"], data_bytes=10))

    assert sandbox.run("pictures", b"x" * 11) == sandbox.Outcome(Status.TOO_LARGE)


def test_a_worker_that_is_late_is_killed(monkeypatch):
    monkeypatch.setitem(sandbox.LIMITS, "probe", replace(sandbox.LIMITS["probe"], wall_seconds=0))

    assert sandbox.run("probe", b"") == sandbox.Outcome(Status.STOPPED)


@pytest.mark.parametrize(
    "program",
    [
        "pass",
        "import os; os.abort()",
        "import sys; sys.exit(77)",
        "import sys; sys.stdout.write('not parts')",
        "import sys; sys.stdout.buffer.write(b'\\xff' * 8)",
        "import sys; sys.stdout.buffer.write(bytes(7) + b'\\2[]')",
        "import sys; sys.stdout.buffer.write((bytes(7) + b'\\2[]') * 3)",
        "import sys; sys.stdout.buffer.write((bytes(7) + b'\\2{}') * 4)",
        "import sys; sys.stdout.buffer.write(bytes(5) + b'\\1\\x86\\xa0' + b'[' * 100000 + (bytes(7) + b'\\2{}') * 2)",
        "import sys\nwhile True: sys.stdout.buffer.write(b'x' * 100000)",
        "import sys, os, time; os.close(1); time.sleep(60)",
        "import time; time.sleep(60)",
    ],
)
def test_a_worker_taken_over_by_its_file_gives_no_more_than_a_bad_answer(monkeypatch, tmp_path, program):
    taken_over = tmp_path / "worker.py"
    taken_over.write_text(program)
    monkeypatch.setattr(sandbox, "WORKER", taken_over)
    monkeypatch.setitem(sandbox.LIMITS, "pictures", replace(sandbox.LIMITS["pictures"], wall_seconds=1))

    outcome = sandbox.run("pictures", b"x" * 1_000_000)

    assert outcome == sandbox.Outcome(Status.STOPPED)


def test_the_next_job_is_done_after_one_that_died(monkeypatch, tmp_path):
    dying = tmp_path / "worker.py"
    dying.write_text("import os; os.abort()")
    with monkeypatch.context() as patched:
        patched.setattr(sandbox, "WORKER", dying)
        first = sandbox.run("probe", b"")

    second = sandbox.run("probe", b"")

    assert (first.status, second.status) == (Status.STOPPED, Status.MADE)


def test_when_all_workers_are_taken_it_says_busy(monkeypatch, tmp_path):
    sleeping = tmp_path / "worker.py"
    sleeping.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(sandbox, "WORKER", sleeping)
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 0)
    monkeypatch.setitem(sandbox.LIMITS, "pictures", replace(sandbox.LIMITS["pictures"], wall_seconds=1))
    running = [threading.Thread(target=sandbox.run, args=("pictures", b"")) for _ in range(sandbox.AT_ONCE)]
    for thread in running:
        thread.start()
    time.sleep(0.2)

    with pytest.raises(sandbox.Busy):
        sandbox.run("pictures", b"")

    for thread in running:
        thread.join()
    assert sandbox.run("pictures", b"").status is Status.STOPPED
