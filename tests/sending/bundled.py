"""The bundle that script/setup made, and its worker run by node as a browser would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.sealing.tampering import need

ROOT = Path(settings.BASE_DIR)
MADE = ROOT / "static-made" / "js"


def node():
    """Return the node that built the bundle: the system's, else the environment's."""
    found = shutil.which("node", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
    need(found, "no node here: run script/setup --dev")
    return found


class Worker:
    """Asks the worker one thing after another."""

    def __init__(self, **environment):
        need((MADE / "seal.js").is_file(), "no bundle here: run script/setup")
        need((ROOT / "node_modules" / "age-encryption").is_dir(), "no node_modules here: run script/setup")
        command = [node(), ROOT / "tests" / "sending" / "worker.mjs", MADE / "seal.js"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, **pipes, text=True, env={**os.environ, **environment})

    def ask(self, op, **values):
        self._process.stdin.write(json.dumps({"op": op, **values}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
