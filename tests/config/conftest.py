"""An installation as an operator sets it up."""

from __future__ import annotations

import secrets

import pytest

from tests.config.site_process import HOST, SECRETS


@pytest.fixture
def production(tmp_path):
    """The variables of an installation that has all it needs."""
    kept = tmp_path / "keys"
    kept.mkdir(mode=0o700)
    named = {}
    for name, length_bytes in SECRETS.items():
        path = kept / name.lower()
        path.write_text(secrets.token_hex(length_bytes))
        named[name] = str(path)
    return {"TESTIGO_HOSTS": HOST, **named}
