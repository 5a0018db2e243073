"""A store that speaks S3, on loopback: begun once a run, whichever workers share its tests out."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

SCRIPT = settings.BASE_DIR / "script" / "s3-server"
KEY = "test:tester\ntesting\n"


@dataclass(frozen=True)
class Store:
    """A running store, and the file with its key."""

    address: str
    key: Path

    def url(self, bucket, *, at=None, wait=20):
        """Return what TESTIGO_STORAGE would be."""
        return f"s3+{at or self.address}/{bucket}/kept?wait={wait}"

    def place(self, bucket, **ways):
        """Return what Django's STORAGES would hold."""
        from incidents.vault.places import place  # noqa: PLC0415 # the settings are read by now

        return place(self.url(bucket, **ways), key=self.key, default=Path("/nowhere"))

    def new_bucket(self, name):
        """Make a bucket."""
        from incidents.vault.bucket import Bucket  # noqa: PLC0415 # the same

        made = Bucket(**self.place(name)["OPTIONS"])
        made.ask("create_bucket")
        return made


@pytest.fixture(scope="session")
def s3(tmp_path_factory, worker_id):
    """A running store. Workers of one run share it: the first begins it, the last one ends it."""
    if not (settings.BASE_DIR / ".s3-server" / "venv").exists():
        pytest.skip("script/s3-server install was not run: no bucket was tried")
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "s3"
    with _held(folder) as said:
        if not said:
            said.update(_begun(folder))
        said["users"] = said.get("users", 0) + 1
    key = tmp_path_factory.mktemp("key") / "key"
    key.write_text(KEY)
    yield Store(said["address"], key)
    with _held(folder) as said:
        said["users"] -= 1
        if not said["users"]:
            os.kill(said.pop("process"), signal.SIGTERM)
            said.clear()


@contextmanager
def _held(folder):
    """Hold what the workers of this run know of the store, one of them at a time."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = folder / "said.json"
        said = json.loads(file.read_text()) if file.exists() else {}
        yield said
        file.write_text(json.dumps(said))


def _begun(folder):
    log = folder / f"log-{time.monotonic()}"
    with log.open("w") as out:
        process = subprocess.Popen([SCRIPT, "serve", folder / "store"], stdout=out, stderr=out)
    until = time.monotonic() + 60
    while not (address := log.read_text()).startswith("http"):
        assert process.poll() is None, address
        assert time.monotonic() < until
        time.sleep(0.05)
    return {"address": address.strip(), "process": process.pid}
