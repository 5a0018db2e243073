"""Kill the server 200 times at random moments while files are sent, and look for what was lost or left over.

Every file must be there byte for byte, every object named by a row and every row's object there; the audit and the walk
over the ledger must find nothing. Arguments: how often (200), a number to draw the moments from.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"

import django  # the settings are named first

django.setup()

from tests.sending.killing import Phone, Server, founded, read, send_while_killed  # noqa: E402 # the same

KILLS = 200


def main(*said: str) -> None:
    """Kill, and print what is there afterwards."""
    kills = int(said[0]) if said else KILLS
    seed = int(said[1]) if len(said) > 1 else time.time_ns()
    with tempfile.TemporaryDirectory() as folder:
        site, desk = founded(Path(folder))
        server = Server(site, Path(folder))
        try:
            server.until_up()
            began = time.monotonic()
            sent = send_while_killed(server, Phone(server, desk), kills=kills, part_bytes=200_000, parts=8, seed=seed)
            seconds = time.monotonic() - began
        finally:
            server.stop()
        found = read(site, desk)
        objects = {f"exhibits/{path.parent.name}/{path.name}" for path in site.folder.rglob("exhibits/*/*.age")}
        expected = {str(file.id): hashlib.sha256(file.data).hexdigest() for file in sent}
        print(f"killed {kills} times in {seconds:.0f} s (moments drawn from {seed})")
        print(f"files sent {len(sent)}, whole {sum(found['files'].get(key) == sha for key, sha in expected.items())}")
        print(f"objects without a row {len(objects - set(found['named']))}, rows without an object ", end="")
        print(len(set(found["named"]) - objects))
        print(found["audit"].strip())
        assert found["files"] == expected
        assert objects == set(found["named"])


if __name__ == "__main__":
    main(*sys.argv[1:])
