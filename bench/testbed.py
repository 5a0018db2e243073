"""The real site for one bench: gunicorn as script/server runs it, in a folder that goes, measured from /proc."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from visitor import Visitor

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30
LEAD = "lead@example.org"
DESK_PAGE = {
    "area": "Cook County, Illinois",
    "languages": ["English"],
    "phone": "+1 312 555 0100",
    "what_next": "A member reads it within three days.",
    "not_done": "We do not send anybody to you.",
}


@dataclass(frozen=True, slots=True)
class Founded:
    """A desk of the bench, and what its lead signs in with."""

    slug: str
    email: str
    words: str


@dataclass(slots=True)
class Used:
    """What the server took between two moments; whole only when its block has ended."""

    cpu_seconds: float = 0.0
    grown_bytes: int = 0
    seconds: float = 0.0


class Site:
    """A site in a folder of its own, with its sessions in memory.

    Args:
        settings: TESTIGO_ variables beside those that every bench has.
    """

    def __init__(self, folder: Path, runtime: Path, settings: Mapping[str, str]) -> None:
        self._log = folder / "server.log"
        self._server: subprocess.Popen[bytes] | None = None
        self.folder = folder
        self.address = ("127.0.0.1", _free_port())
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("TESTIGO_")} | {
            "TESTIGO_DATA": str(folder / "data"),
            "RUNTIME_DIRECTORY": str(runtime),
            "MALLOC_ARENA_MAX": "1",
            "MALLOC_MMAP_THRESHOLD_": "33554432",
            "MALLOC_TRIM_THRESHOLD_": "67108864",
            **settings,
        }

    def manage(self, *words: str) -> str:
        """Run one command of the site, and return what it printed; modules of this folder may be imported there."""
        command = [sys.executable, "manage.py", *words]
        env = {**self.env, "PYTHONPATH": f"{Path(__file__).parent}:{ROOT}"}
        return subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout

    def found_desk(self, name: str = "Bench", *, lead: str = LEAD) -> Founded:
        """Found a desk that receives here."""
        page = self.folder / "page.json"
        page.write_text(json.dumps(DESK_PAGE), encoding="utf-8")
        said = json.loads(self.manage("create_desk", name, "--lead", lead, "--page", str(page), "--json"))
        return Founded(slug=said["slug"], email=lead, words=said["words"])

    def spare_code(self, desk: Founded) -> str:
        """Return a code of the lead's second step that was not used yet."""
        call = f"from tests.spare_code import spare_code; print(spare_code({desk.email!r}))"
        return self.manage("shell", "--no-imports", "-c", call).split()[-1]

    def sign_in(self, desk: Founded) -> Visitor:
        """Return a browser's habits, signed in as a desk's lead; the list was not read yet."""
        return self.give(desk, self.spare_code(desk))

    def give(self, desk: Founded, code: str) -> Visitor:
        """Give words and second step."""
        member = Visitor(self.address)
        form = member.get("/member/sign-in/").form(holding="login")
        step = member.send(form, {"login": desk.email, "password": desk.words})
        if member.send(step.form(holding="code"), {"code": code}, follow=False).path != "/desk/":
            raise SystemExit(f"The lead could not sign in.\n{self.said()}")
        return member

    def start(self) -> None:
        """Serve, with the flags of script/server; come back when the first page was answered."""
        host, port = self.address
        command = [
            *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{host}:{port}"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "16", "--timeout", "300"),
            *("--worker-tmp-dir", self.env["RUNTIME_DIRECTORY"], "--log-level", "warning"),
        ]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(command, cwd=ROOT, env=self.env, stderr=log)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > until or self._server.poll() is not None:
                raise SystemExit(f"The site did not start. Was script/setup run?\n{self.said()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait()
            self._server = None

    def said(self) -> str:
        """Return what the server wrote to its log."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @contextmanager
    def measured(self) -> Iterator[Used]:
        """Measure all processes of the server: processor time, and how far their memory rose above where it was.

        The kernel keeps the peak of each process, so that none is missed between two looks. A process that comes and
        goes within the block counts with its processor time only.
        """
        used, before = Used(), self._processes()
        for process in before:
            (process / "clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        idle, spent, began = _memory(before, "VmRSS"), _cpu_seconds(before), time.monotonic()
        yield used
        used.seconds = time.monotonic() - began
        after = self._processes()
        used.cpu_seconds = _cpu_seconds(after) - spent
        used.grown_bytes = max(0, _memory(after, "VmHWM") - idle)

    def _processes(self) -> list[Path]:
        """Return the /proc folders of the server and of all that it started."""
        assert self._server is not None
        children: dict[str, list[str]] = {}
        for process in Path("/proc").glob("[0-9]*"):
            if stat := _stat(process):
                children.setdefault(stat[1], []).append(process.name)
        found, ask = [], [str(self._server.pid)]
        while ask:
            found.append(ask.pop())
            ask.extend(children.get(found[-1], ()))
        return [Path("/proc") / name for name in found]

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(*self.address, timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


@contextmanager
def empty_site(**settings: str) -> Iterator[Site]:
    """Make an empty site that is not started yet; afterwards nothing of it is left."""
    memory = Path("/dev/shm")  # noqa: S108 # where script/server keeps sessions too
    folder = Path(tempfile.mkdtemp(prefix="testigo-bench-"))
    runtime = Path(tempfile.mkdtemp(prefix="testigo-bench-", dir=memory if os.access(memory, os.W_OK) else None))
    site = Site(folder, runtime, settings)
    try:
        site.manage("migrate", "--verbosity", "0")
        site.manage("migrate", "--database", "transient", "--verbosity", "0")
        site.manage("createcachetable", "--database", "transient")
        yield site
    finally:
        site.stop()
        shutil.rmtree(folder)
        shutil.rmtree(runtime)


class Figures:
    """Prints a line a figure, and remembers whether one missed its aim."""

    def __init__(self, *, aims: bool) -> None:
        self._aims, self._missed = aims, False

    def show(
        self, name: str, value: float, unit: str, *, at_most: float | None = None, at_least: float | None = None
    ) -> None:
        """Print one figure beside its aim, where it has one."""
        line = f"{name:<58} {value:>10.3f} {unit:<8}"
        if self._aims and not at_most is at_least is None:
            ok = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
            self._missed |= not ok
            line += f" aim {'<=' if at_most is not None else '>='} {at_most if at_most is not None else at_least:g}"
            line += "  ok" if ok else "  over"
        print(line.rstrip(), flush=True)

    @property
    def exit_code(self) -> int:
        """1 where an aim was missed."""
        return int(self._missed)


def asked(about: str | None) -> argparse.ArgumentParser:
    """Return a parser with what every bench takes."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-aims", action="store_true", help="only measure")
    return parser


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _stat(process: Path) -> list[str]:
    """Return the fields of a process behind its name, which may hold blanks; none where it has ended."""
    try:
        return (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _cpu_seconds(processes: list[Path]) -> float:
    """Return the time in user and kernel mode, with that of children that have ended."""
    return sum(int(ticks) for process in processes for ticks in _stat(process)[11:15]) / TICKS


def _memory(processes: list[Path], field: str) -> int:
    """Return the sum of one field of /proc/PID/status in bytes."""
    lines = [line for process in processes for line in (process / "status").read_text(encoding="utf-8").splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) * 1024
