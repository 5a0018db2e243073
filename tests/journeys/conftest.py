"""A site behind a real port."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.conftest import APPEND_ONLY, put_triggers_back


@pytest.fixture
def open_site(transactional_db, live_server, tmp_path, settings):  # noqa: ARG001 # a database that threads share
    """An empty site on a port. Afterwards its triggers go, for Django empties every table; the next test has them."""
    put_triggers_back()
    settings.DESK_PINS = tmp_path / "desk_pins"
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": tmp_path / "objects"}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    yield live_server.url.replace("localhost", "127.0.0.1")
    APPEND_ONLY.drop(None, connection.schema_editor())
