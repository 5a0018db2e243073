"""What every test may lean on."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import settings as drawing

from tests.logged import Kept, wrong_with

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in this thread
drawing.register_profile("testigo", deadline=None)  # speed lives in bench/: a busy machine is no failure
drawing.load_profile("testigo")

_outbound: list[str] = []
_WAYS_OUT = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"}
_HERE = ("127.", "::1", "localhost")


def _keep_in(event, arguments):
    """Refuse and note each way off this machine, by name or by number. What a test starts is not seen from here."""
    if event not in _WAYS_OUT or getattr(arguments[0], "family", None) == socket.AF_UNIX:
        return
    to = arguments[0] if event == "socket.getaddrinfo" else arguments[1] and arguments[1][0]
    if to and not str(to).startswith(_HERE):
        _outbound.append(f"{event} {to}")
        raise ConnectionRefusedError(f"Nothing here asks another machine: {to}")


sys.addaudithook(_keep_in)


@pytest.fixture(autouse=True)
def outbound():
    """Fail a test in which something asked another machine, even where the refusal was caught."""
    _outbound.clear()
    yield _outbound
    assert _outbound == []


@pytest.fixture(autouse=True)
def logged():
    """Fail a test in which a line was logged that tells of a person, a path or an answer."""
    kept = Kept()
    logging.getLogger().addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)
    assert [(line, wrong) for line, message in kept.lines if (wrong := wrong_with(line, message))] == []


@pytest.fixture(autouse=True)
def language():
    """Begin each test in English: a request leaves its language active in the thread."""
    translation.activate("en")


def pytest_collection_modifyitems(items):
    """Sessions lie in a second database, so every test that uses one uses both."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and "databases" not in marker.kwargs:
            item.add_marker(
                pytest.mark.django_db(databases="__all__", transaction=marker.kwargs.get("transaction", False))
            )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium, quiet: it looks nothing up by itself."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("TESTIGO_CHROMIUM") or shutil.which("chromium"),
        "args": [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


APPEND_ONLY = import_module("incidents.migrations.0002_append_only")


def put_triggers_back():
    """A journey takes them away at its end."""
    APPEND_ONLY.add(None, connection.schema_editor())


@pytest.fixture
def site(db, tmp_path, settings):  # noqa: ARG001 # a database comes with it
    """An empty site of its own: objects and pins in a folder that goes with the test."""
    put_triggers_back()
    settings.DESK_PINS = tmp_path / "desk_pins"
    storage = {**settings.STORAGES}
    storage["default"] = {
        **storage["default"],
        "OPTIONS": {**storage["default"]["OPTIONS"], "location": tmp_path / "objects"},
    }
    settings.STORAGES = storage
    return tmp_path


@pytest.fixture
def real_data() -> Path:
    """The folder of real files that this machine holds."""
    named = os.environ.get("TESTIGO_REAL_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("TESTIGO_REAL_DATA names no folder: real photos, clips and documents were not tried")
    return Path(named)
