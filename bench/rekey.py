"""Give an incident with large files another key, and measure what that takes.

It runs inside the site, as the press on the page does. Memory is the peak of the process above where it stood before.
Every file is read before and afterwards, by the former key and by the new one, and must be the same.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from testbed import Figures, Founded, Site, asked, empty_site
from visitor import Attached

MEGABYTE = 10**6
CPU_SECONDS_OF_1_GB = 8
GROWN_MB = 64
ANSWERS = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "They waited by the door."}}}]}}
WORK = """
import hashlib, json, re, resource, time
from pathlib import Path
from django.utils.timezone import now
from accounts.unlock import WordsGiven
from incidents.vault import openings, rekey
using = WordsGiven.by("{email}", "{words}")

def opened():
    return openings.incident("{reference}", slug="{slug}", using=using, at=now())

def hash_of(chunks):
    found = hashlib.sha256()
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()

def hashes(held):
    return [hash_of(held.reader(one).chunks()) for one in held.exhibits]

def memory(field):
    return int(re.search(field + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

before, held = hashes(opened()), opened()
Path("/proc/self/clear_refs").write_text("5")
idle, began, spent = memory("VmRSS"), time.monotonic(), time.process_time()
presses = 1
while not rekey.go_on(held, at=now(), seconds=10).finished:
    presses, held = presses + 1, opened()
said = dict(cpu=time.process_time() - spent, seconds=time.monotonic() - began, grown=memory("VmHWM") - idle)
print(json.dumps(said | dict(presses=presses, same=hashes(opened()) == before)))
"""


def main() -> int:
    """Measure, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--size", type=int, default=1000, metavar="MB", help="of the files together (1000)")
    parser.add_argument("--files", type=int, default=2, help="that they are (2)")
    given = parser.parse_args()
    figures = Figures(aims=not given.no_aims)
    with empty_site() as site:
        desk = site.found_desk()
        paths = [_made(site, number, size_bytes=given.size * MEGABYTE // given.files) for number in range(given.files)]
        reference = _deposited(site, desk, paths)
        work = WORK.format(email=desk.email, words=desk.words, slug=desk.slug, reference=reference)
        took = json.loads(site.manage("shell", "-v", "0", "-c", work))
    figures.show("size of the files", given.size, "MB")
    figures.show("processor time of 1 GB", took["cpu"] * 1000 / given.size, "s", at_most=CPU_SECONDS_OF_1_GB)
    figures.show("  of these", took["cpu"], "s")
    figures.show("seconds", took["seconds"], "s")
    figures.show("presses of 10 seconds", took["presses"], "")
    figures.show("memory above idle", took["grown"] / MEGABYTE, "MB", at_most=GROWN_MB)
    figures.show("files that are what they were", float(took["same"]), "", at_least=1)
    return figures.exit_code


def _made(site: Site, number: int, *, size_bytes: int) -> Path:
    path = site.folder / f"exhibit-{number}.bin"
    with path.open("wb") as out:
        out.writelines(Attached(path.name, size_bytes).chunks())
    return path


def _deposited(site: Site, desk: Founded, paths: list[Path]) -> str:
    answers = site.folder / "answers.json"
    answers.write_text(json.dumps(ANSWERS), encoding="utf-8")
    attach = [word for path in paths for word in ("--attach", str(path))]
    said = site.manage("deposit", "--desk", desk.slug, "--answers", str(answers), *attach, "--json")
    return str(json.loads(said)["reference"])


if __name__ == "__main__":
    sys.exit(main())
