"""The site as script/server serves it, in a process that can be killed and started again at its address."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

from django.core.management import call_command

from tests.config.site_process import ROOT, manage, variables
from tests.factories import PAGE


def found(page):
    """Run in a site of its own: its tables, and a desk whose words are printed."""
    call_command("migrate", verbosity=0)
    call_command("migrate", database="transient", verbosity=0)
    call_command("createcachetable", database="transient")
    call_command("create_desk", "Northside", "--lead", "lead@example.org", "--page", page, "--json")


class Server:
    """One process after the other serves the same site.

    Args:
        certificate: its file and its key's, for a site on https.
    """

    def __init__(self, folder, *, certificate=()):
        self.folder = folder
        self._certificate = ("--certfile", certificate[0], "--keyfile", certificate[1]) if certificate else ()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http{'s' if certificate else ''}://127.0.0.1:{self.port}"
        self._process = None

    def found_desk(self):
        """Make the tables and a desk, in one process: each costs seconds."""
        page = self.folder / "page.json"
        page.write_text(json.dumps(PAGE))
        told = self._shell(f"from tests.sending.own_server import found; found({str(page)!r})")
        return json.loads(told)

    def start(self):
        command = (
            *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "16", "--timeout", "300"),
            *("--worker-tmp-dir", str(self.folder / "run"), "--log-level", "warning"),
            *self._certificate,
        )
        self._process = subprocess.Popen(command, cwd=ROOT, env=variables(self.folder), start_new_session=True)
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            time.sleep(0.05)
        raise AssertionError("The site did not start.")

    def kill(self):
        """End it and its worker in the middle of whatever they do."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        self._process = None

    def files_of(self, desk):
        """Return what the desk gets out: each file's name and hash."""
        call = f"print(json.dumps(files_of({desk['slug']!r}, {desk['words']!r})))"
        return json.loads(self._shell(f"import json; from tests.sending.opened import files_of; {call}"))

    def _shell(self, call):
        told = manage(self.folder, "shell", "--no-imports", "-c", call)
        assert told.returncode == 0, told.stderr
        return told.stdout

    def __enter__(self):
        return self.start()

    def __exit__(self, *_error):
        if self._process:
            self.kill()
