"""What the tests of the vault share."""

from __future__ import annotations

import pytest

from tests.s3 import s3  # noqa: F401 # a fixture of theirs
from tests.vault.own_site import Site


@pytest.fixture
def own_site(tmp_path):
    made = Site(tmp_path / "site")
    made.folder.mkdir()
    made.manage("migrate", "-v0")
    return made
