"""What the tests of the checklist share."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def naughty_strings():
    """Other people's list of strings that broke programs."""
    return _shared("text/big-list-of-naught__blns.json")


@pytest.fixture(scope="module")
def variants():
    """Pairs of badges and names with what they should come out as, and what says nothing."""
    return _shared("text/agent_badge_variants.json")


def _shared(name):
    folder = os.environ.get("TESTIGO_REAL_DATA")
    if not folder or not (Path(folder) / name).is_file():
        pytest.skip(f"TESTIGO_REAL_DATA names no folder with {name}: the shared strings were not tried")
    return json.loads((Path(folder) / name).read_text(encoding="utf-8"))
