"""Send one large file through the plain form, and measure what the server takes to seal it.

The file is made while it is sent, so that the sender holds one chunk of it. The limits of a post and of a file are
raised where the file needs it. Memory is the peak of the server's processes above where they stood after a filing
without a file. Afterwards the receipt must open the report and show the file.
"""

from __future__ import annotations

import statistics
import sys

from testbed import Figures, Site, Used, asked, empty_site
from visitor import Attached, Visitor

MEGABYTE = 10**6
CPU_SECONDS_PER_100_MB = 0.9
GROWN_MB = 40
NAME = "bench-upload.bin"


def main() -> int:
    """Measure, look at what arrived, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--size", type=int, default=100, metavar="MB", help="of the file (100)")
    parser.add_argument("--gb", type=int, metavar="GB", help="the same in thousands of MB")
    parser.add_argument("--rounds", type=int, default=3, help="of which each is a filing of its own (3)")
    given = parser.parse_args()
    size_mb = given.gb * 1000 if given.gb else given.size
    limit_mb = str(max(500, size_mb + 1))
    figures = Figures(aims=not given.no_aims)
    limits = {"TESTIGO_POST_LIMIT_MB": limit_mb, "TESTIGO_FILE_LIMIT_MB": limit_mb}
    with empty_site(**limits) as site:
        site.found_desk()
        site.start()
        _send(site, None)  # what runs for the first time is loaded
        taken = [_send(site, Attached(NAME, size_mb * MEGABYTE)) for _ in range(given.rounds)]
    figures.show(f"size of each of {given.rounds} uploads", size_mb, "MB")
    cpu_seconds = [used.cpu_seconds * 100 / size_mb for used in taken]
    middle = statistics.median(cpu_seconds)
    figures.show("server's processor time of 100 MB, middle", middle, "s", at_most=CPU_SECONDS_PER_100_MB)
    figures.show("  the most", max(cpu_seconds), "s")
    grown_mb = max(used.grown_bytes for used in taken) / MEGABYTE
    figures.show("server's memory above idle, the most", grown_mb, "MB", at_most=GROWN_MB)
    figures.show("from sending to receipt, the shortest", min(used.seconds for used in taken), "s")
    return figures.exit_code


def _send(site: Site, attached: Attached | None) -> Used:
    """File with this file, and open the receipt to see that all of it arrived."""
    visitor = Visitor(site.address)
    link = next(link for link in visitor.get("/groups/").links if link.startswith("/to/"))
    form = visitor.get(link).form(holding="place-town")
    with site.measured() as used:
        words = visitor.send(form, {"place-town": "Cicero"}, attached=attached).output
    shown = visitor.send(visitor.get("/back/").form(holding="words"), {"words": words})
    visitor.leave()
    if shown.path != "/back/report/" or (attached and attached.name not in shown.text):
        raise SystemExit(f"The file did not arrive.\n{site.said()}")
    return used


if __name__ == "__main__":
    sys.exit(main())
