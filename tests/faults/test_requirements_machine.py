"""What a release is made of, and what it refuses to start as."""

from __future__ import annotations

import logging
import re
import secrets
from pathlib import Path

import pytest

from tests.config.site_process import ROOT, manage

KEYS = {"SECRET_KEY": 32, "RECEIPT_SALT": 16, "LEDGER_KEY": 32, "TOTP_KEY": 32}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_to_one_version_and_by_hash(name):
    lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pinned = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]

    assert len(pinned) > 10
    for line in pinned:
        assert re.match(
            r"[\w.\-]+(\[[\w,\-]+\])?==[\w.!+]+( ;[^#]+?)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+(#.*)?$", line
        ), line


def test_every_package_that_is_asked_for_is_pinned():
    asked = re.findall(r"^([\w.\-]+)", (ROOT / "requirements.in").read_text(encoding="utf-8"), re.MULTILINE)
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8").lower()

    assert asked
    assert [name for name in asked if f"\n{name.lower().replace('_', '-')}" not in f"\n{pinned}"] == []


def test_a_real_installation_passes_djangos_own_checks(tmp_path):
    named = {}
    for name, length_bytes in KEYS.items():
        path = tmp_path / name
        path.write_text(secrets.token_hex(length_bytes))
        named[f"TESTIGO_{name}_FILE"] = str(path)
    tags = [word for tag in ("security", "models", "urls", "templates") for word in ("--tag", tag)]

    said = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", *tags, TESTIGO_HOSTS="example.org", **named)

    assert said.returncode == 0, said.stderr


def test_no_error_is_mailed():
    handlers = {
        handler.__class__.__name__
        for logger in (logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict))
        for handler in logger.handlers
    }
    sources = [
        path for name in ("config", "accounts", "incidents", "sealing") for path in Path(ROOT / name).rglob("*.py")
    ]

    assert "AdminEmailHandler" not in handlers
    assert not any("AdminEmailHandler" in path.read_text(encoding="utf-8") for path in sources)
