"""The same, offline and fast."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# One folder a run: a second import of these settings, by a tool or a subprocess, is the same site. Workers that share
# the tests out inherit it, and each has a folder of its own in it.
FOLDER = Path(os.environ.setdefault("TEST_SITE", tempfile.mkdtemp(prefix="site-")))
if _worker := os.environ.get("PYTEST_XDIST_WORKER"):
    FOLDER = FOLDER / _worker
    FOLDER.mkdir(exist_ok=True)
for _name in [name for name in os.environ if name in {"DATABASE_URL", "RUNTIME_DIRECTORY", "TESTIGO_HOSTS"}]:
    del os.environ[_name]
os.environ["TESTIGO_DATA"] = str(FOLDER / "data")
os.environ["RUNTIME_DIRECTORY"] = str(FOLDER / "run")
os.environ["TESTIGO_STORAGE"] = os.environ.get("TEST_STORAGE", "")

from config.settings import *  # noqa: E402 # the folder is chosen first

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
LANGUAGES = [*LANGUAGES, ("ar", "Arabic")]  # type: ignore[list-item] # looked at here; not offered yet
for _database in DATABASES.values():
    # A file, not memory: parallel requests of a live server share one connection there and find it locked.
    _database["TEST"] = {"NAME": FOLDER / f"test-{Path(str(_database['NAME'])).name}"}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
