"""The site as a process of its own, with the variables an operator would set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECRETS = {  # in bytes
    "TESTIGO_SECRET_KEY_FILE": 32,
    "TESTIGO_RECEIPT_SALT_FILE": 16,
    "TESTIGO_LEDGER_KEY_FILE": 32,
    "TESTIGO_TOTP_KEY_FILE": 32,
}
HOST = "reports.example.org"


def variables(folder, **more):
    """Return an environment that knows this site and no other."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    return {**kept, "TESTIGO_DATA": str(folder / "data"), "RUNTIME_DIRECTORY": str(runtime), **more}


def manage(folder, *arguments, **more):
    """Run manage.py, and return what it said and whether it went well."""
    return _run(folder, "manage.py", *arguments, **more)


def load(folder, **more):
    """Load the site as a web server does, and return what it said and whether it went well."""
    return _run(folder, "-c", "import config.wsgi; print('serves')", **more)


def _run(folder, *arguments, **more):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=variables(folder, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def migrated(folder):
    for arguments in (
        ("migrate", "--verbosity", "0"),
        ("migrate", "--database", "transient", "--verbosity", "0"),
        ("createcachetable", "--database", "transient"),
    ):
        made = manage(folder, *arguments)
        assert made.returncode == 0, made.stderr
