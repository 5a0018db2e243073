"""Make a packet of large exhibits at a desk and download it, through the pages.

The exhibits are files of bytes that do not compress, so that making the packet draws no pictures of them. Streaming is
what the server takes from the press on the button to the last byte; the first byte counts from the same press. Memory
is the peak of the server's processes above where they stood before. The packet is then given to the checker that
travels with it, which must agree with every byte.
"""

from __future__ import annotations

import http
import http.client
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from testbed import ROOT, Figures, Founded, Site, Used, asked, empty_site
from visitor import CHUNK_BYTES, Attached, Form, Page, Visitor

CPU_SECONDS = 1.2
FIRST_BYTE_SECONDS = 0.3
GROWN_MB = 32
MEGABYTE = 10**6
ANSWERS = {
    "language": "en",
    "form": "full",
    "sections": {
        "event": [{"answers": {"place": {"value": {"state": "IL", "town": "Cicero"}}}}],
        "story": [{"answers": {"text": {"value": "They waited by the door and went in when it was opened."}}}],
    },
}


def main() -> int:
    """Measure, check the packet, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--size", type=int, default=200, metavar="MB", help="of the exhibits together (200)")
    parser.add_argument("--files", type=int, default=4, help="that they are (4)")
    parser.add_argument("--rounds", type=int, default=5, help="of the download; of seconds the best counts (5)")
    given = parser.parse_args()
    figures = Figures(aims=not given.no_aims)
    with empty_site() as site:
        desk = site.found_desk()
        reference = _deposited(site, desk, size_bytes=given.size * MEGABYTE // given.files, count=given.files)
        site.start()
        member = site.sign_in(desk)
        offered = member.get(f"/desk/{desk.slug}/{reference}/packets/")
        with site.measured() as prepared:
            ready = member.send(offered.form(holding="recipient"), {})
        kept = site.folder / "packet.zip"
        taken = [_taken(site, member, _button(site, ready), kept) for _ in range(given.rounds)]
        checked = subprocess.run([sys.executable, ROOT / "incidents/packet/verify.py", kept], check=False)
    figures.show("making the packet", prepared.seconds, "s")
    figures.show("  server's processor time", prepared.cpu_seconds, "s")
    figures.show("  server's memory above idle", prepared.grown_bytes / MEGABYTE, "MB")
    _show(figures, taken)
    figures.show("exit code of the checker", checked.returncode, "", at_most=0)
    return figures.exit_code


def _show(figures: Figures, taken: list[tuple[Used, float]]) -> None:
    cpu_seconds = statistics.median(used.cpu_seconds for used, _ in taken)
    figures.show("streaming: server's processor time, middle", cpu_seconds, "s", at_most=CPU_SECONDS)
    figures.show("first byte, best", min(first for _, first in taken), "s", at_most=FIRST_BYTE_SECONDS)
    figures.show("last byte, best", min(used.seconds for used, _ in taken), "s")
    grown_mb = max(used.grown_bytes for used, _ in taken) / MEGABYTE
    figures.show("streaming: server's memory above idle, the most", grown_mb, "MB", at_most=GROWN_MB)


def _deposited(site: Site, desk: Founded, *, size_bytes: int, count: int) -> str:
    """File an incident with these exhibits by the site's own command, and return its reference."""
    answers = site.folder / "answers.json"
    answers.write_text(json.dumps(ANSWERS), encoding="utf-8")
    attach: list[str] = []
    for number in range(count):
        path = site.folder / f"exhibit-{number}.bin"
        with path.open("wb") as out:
            out.writelines(Attached(path.name, size_bytes).chunks())
        attach += ["--attach", str(path)]
    said = site.manage("deposit", "--desk", desk.slug, "--answers", str(answers), *attach, "--json")
    return str(json.loads(said)["reference"])


def _button(site: Site, ready: Page) -> Form:
    """Return the button that downloads."""
    for form in ready.forms:
        if form.action.endswith("/download/"):
            return form
    raise SystemExit(f"No packet was made: {ready.path} answered {ready.status}.\n{site.said()}")


def _taken(site: Site, member: Visitor, button: Form, kept: Path) -> tuple[Used, float]:
    """Download once; return what the server took, and the seconds to the first byte."""
    with site.measured() as used:
        began = time.monotonic()
        answer = member.take(button)
        first = answer.read(1)
        first_seconds = time.monotonic() - began
        _keep(answer, first, kept)
    return used, first_seconds


def _keep(answer: http.client.HTTPResponse, first: bytes, kept: Path) -> None:
    """Write the packet down, and see that it is as long as was said."""
    with kept.open("wb") as out:
        out.write(first)
        while chunk := answer.read(CHUNK_BYTES):
            out.write(chunk)
    length = answer.getheader("Content-Length")
    if answer.status != http.HTTPStatus.OK or kept.stat().st_size != int(length or -1):
        raise SystemExit(f"The packet was answered with {answer.status} and did not come whole.")


if __name__ == "__main__":
    sys.exit(main())
