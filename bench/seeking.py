"""Jump about in a long copy as a player does, and measure the slowest jump.

The copy is made of bytes that the server hands out like those of any clip; what a browser does with them is its own. A
jump is a request for a range on a connection of its own, from the request until a mebibyte was read; then the reader
hangs up, as players do.
"""

from __future__ import annotations

import http
import json
import statistics
import sys
import time

from testbed import Figures, Founded, Site, asked, empty_site
from visitor import Visitor

MEBIBYTE = 1 << 20
SECONDS, GROWN_MB = 1.0, 32
SCATTER = 0.6180339887  # steps of this length, taken round and round, come everywhere
FILL = """
import json, os
from django.utils.timezone import now
from accounts.unlock import WordsGiven
from incidents.media.protocol import Status
from incidents.media.recipes import Made, Recipe
from incidents.vault import derivatives, openings
using = WordsGiven.by({email!r}, {words!r})
opened = openings.incident({reference!r}, slug={slug!r}, using=using, at=now())
making = derivatives.Making(opened, opened.exhibits[0], Recipe.CLIP_COPY, {{}}, now())
for _ in range({mebibytes}):
    making._take(0, os.urandom(1 << 20))
told = {{"recipe": "clip-copy/1", "tool": "bench", "outputs": [{{"name": "copy", "media_type": "video/mp4"}}]}}
making.made = Made(Status.MADE, told)
[copy] = making.finish()
print(f"/desk/{slug}/{reference}/files/{{opened.exhibits[0].id}}/copies/{{copy.id}}/")
"""


def main() -> int:
    """Measure, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--size", type=int, default=2048, metavar="MIB", help="of the copy (2048)")
    parser.add_argument("--jumps", type=int, default=40, help="of which the slowest counts (40)")
    given = parser.parse_args()
    figures = Figures(aims=not given.no_aims)
    with empty_site() as site:
        desk = site.found_desk()
        address = _filled(site, desk, mebibytes=given.size)
        site.start()
        member = site.sign_in(desk)
        _jump(site, member, address, 0)  # what runs for the first time is loaded
        span = (given.size - 1) * MEBIBYTE
        places = [int(span * (number * SCATTER % 1)) for number in range(1, given.jumps + 1)]
        with site.measured() as used:
            seconds = [_jump(site, member, address, place) for place in places]
    figures.show("size of the copy", given.size, "MiB")
    figures.show(f"slowest of {given.jumps} jumps", max(seconds), "s", at_most=SECONDS)
    figures.show("  the middle one", statistics.median(seconds), "s")
    figures.show("server's processor time of a jump", used.cpu_seconds / given.jumps, "s")
    figures.show("server's memory above idle", used.grown_bytes / 10**6, "MB", at_most=GROWN_MB)
    return figures.exit_code


def _filled(site: Site, desk: Founded, *, mebibytes: int) -> str:
    """File an incident with a file, hang a long copy on it, and return where the copy is."""
    answers, clip = site.folder / "answers.json", site.folder / "clip.bin"
    answers.write_text(json.dumps({"sections": {"story": [{"answers": {"text": {"value": "A van."}}}]}}))
    clip.write_bytes(b"\0" * 1000)
    words = ("--desk", desk.slug, "--answers", str(answers), "--attach", str(clip), "--json")
    reference = json.loads(site.manage("deposit", *words))["reference"]
    call = FILL.format(email=desk.email, words=desk.words, slug=desk.slug, reference=reference, mebibytes=mebibytes)
    return site.manage("shell", "--no-imports", "-c", call).split()[-1]


def _jump(site: Site, member: Visitor, address: str, place: int) -> float:
    """Ask for everything from a place on, read a mebibyte, hang up; return the seconds."""
    member.leave()
    began = time.monotonic()
    answer = member.ask_for_range(address, place)
    got = len(answer.read(MEBIBYTE))
    seconds = time.monotonic() - began
    if answer.status != http.HTTPStatus.PARTIAL_CONTENT or got != MEBIBYTE:
        raise SystemExit(f"The range did not come: {answer.status}, {got} bytes.\n{site.said()}")
    member.leave()
    return seconds


if __name__ == "__main__":
    sys.exit(main())
