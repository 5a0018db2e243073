"""A site whose transactions are real."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.conftest import APPEND_ONLY, put_triggers_back
from tests.journeys.conftest import open_site  # noqa: F401 # a fixture


@pytest.fixture
def real_site(transactional_db, tmp_path, settings):  # noqa: ARG001 # commits and locks as in real life
    """Like `site`; afterwards its triggers go, for Django empties every table."""
    put_triggers_back()
    settings.DESK_PINS = tmp_path / "desk_pins"
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": tmp_path / "objects"}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    yield tmp_path
    APPEND_ONLY.drop(None, connection.schema_editor())
