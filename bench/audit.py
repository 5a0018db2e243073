"""Read all that is stored again, and measure how fast beside what bounds it: SHA-256 alone, and reading alone.

The objects are of 8 MiB as parts are, and lie in memory's cache when they are read: what counts is what the pass itself
costs. It runs as `manage.py audit` does.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from pathlib import Path

from testbed import Figures, asked, empty_site

MEGABYTE = 10**6
PART_BYTES = 8 << 20
LEAST_SHARE = 0.5
FILL = """
import hashlib, os
from uuid import uuid4
from django.utils.timezone import now
from incidents.models import Exhibit, Incident, Part
from incidents.vault import exhibits, storage
incident = Incident.objects.create(
    reference="BENCH", recipient="", received_on=now().date(), keyring=b"")
for number in range(1, {parts} + 1):
    sealed = os.urandom({part_bytes})
    exhibit = Exhibit.objects.create(incident=incident, number=number, sealed=b"a")
    storage.put(exhibits.part_name(exhibit.pk, 1), sealed)
    Part.objects.create(exhibit=exhibit, number=1, sealed_bytes=len(sealed),
                        sealed_sha256=hashlib.sha256(sealed).hexdigest())
"""
WORK = """
import json, re, time
from pathlib import Path
from django.utils.timezone import now
from incidents.custody import fixity
from incidents.vault.promised import Stored

def memory(field):
    return int(re.search(field + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

Path("/proc/self/clear_refs").write_text("5")
idle, began, spent = memory("VmRSS"), time.monotonic(), time.process_time()
passed = fixity.go_on(Stored(), clock=now)
print(json.dumps(dict(seconds=time.monotonic() - began, cpu=time.process_time() - spent,
                      grown=memory("VmHWM") - idle, bytes=passed.size_bytes, objects=passed.objects)))
"""


def main() -> int:
    """Measure, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--size", type=int, default=2000, metavar="MB", help="of the objects together (2000)")
    given = parser.parse_args()
    figures = Figures(aims=not given.no_aims)
    parts = max(1, given.size * MEGABYTE // PART_BYTES)
    with empty_site() as site:
        site.manage("shell", "-v", "0", "-c", FILL.format(parts=parts, part_bytes=PART_BYTES))
        paths = sorted((site.folder / "data/objects").rglob("*.age"))
        reading, hashing = _read(paths), _hashed(parts)
        took = json.loads(site.manage("shell", "-v", "0", "-c", WORK))
    speed = took["bytes"] / took["seconds"] / 10**9
    figures.show("objects", took["objects"], "")
    figures.show("size of the objects", took["bytes"] / MEGABYTE, "MB")
    figures.show("SHA-256 alone, one thread", hashing, "GB/s")
    figures.show("reading alone, one thread", reading, "GB/s")
    figures.show("a pass", speed, "GB/s")
    figures.show("a pass beside SHA-256 alone", speed / hashing, "", at_least=LEAST_SHARE)
    figures.show("processor time of 1 GB", took["cpu"] / took["bytes"] * 10**9, "s")
    figures.show("memory above idle", took["grown"] / MEGABYTE, "MB")
    return figures.exit_code


def _read(paths: list[Path]) -> float:
    began, size = time.monotonic(), 0
    for path in paths:
        size += len(path.read_bytes())
    return size / (time.monotonic() - began) / 10**9


def _hashed(parts: int) -> float:
    data, began = os.urandom(PART_BYTES), time.monotonic()
    for _ in range(parts):
        hashlib.sha256(data).digest()
    return parts * PART_BYTES / (time.monotonic() - began) / 10**9


if __name__ == "__main__":
    sys.exit(main())
