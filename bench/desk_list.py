"""Show the list of a desk that holds many incidents, through the page: cold, warm, and narrowed.

The incidents are filed by the vault's own functions, see filled.py; that takes a few minutes for 10,000. Cold is the
first list of the big desk after the server started and a member unlocked; another desk was listed before, so that code
and templates are loaded. Warm is the same page again.
"""

from __future__ import annotations

import statistics
import sys
import time

from testbed import Figures, Founded, Site, asked, empty_site
from visitor import Visitor

WARM_SECONDS = 0.1
COLD_SECONDS = 0.6


def main() -> int:
    """Fill, measure, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--cards", type=int, default=10_000, help="of the big desk (10000)")
    parser.add_argument("--rounds", type=int, default=5, help="of each list; of seconds the best counts (5)")
    given = parser.parse_args()
    figures, rounds = Figures(aims=not given.no_aims), range(given.rounds)
    with empty_site() as site:
        small, big = site.found_desk("Small", lead="small@example.org"), site.found_desk("Big")
        _fill(site, small, count=1)
        _fill(site, big, count=given.cards)
        cold = [_cold(site, small, big) for _ in rounds]
        site.start()
        member = site.sign_in(big)
        _listed(site, member, big)
        warm = [_listed(site, member, big) for _ in rounds]
        narrowed = [_listed(site, member, big, "?state=IL&page=2") for _ in rounds]
    _show(figures, "cold, the first list after unlocking", cold, at_most=COLD_SECONDS)
    _show(figures, "warm, the list again", warm, at_most=WARM_SECONDS)
    _show(figures, "narrowed to one state, the second page", narrowed, at_most=WARM_SECONDS)
    return figures.exit_code


def _show(figures: Figures, name: str, found: list[tuple[float, float, float]], *, at_most: float) -> None:
    seconds, cpu_seconds, grown_mb = zip(*found, strict=True)
    figures.show(f"{name}: best", min(seconds), "s", at_most=at_most)
    figures.show("  middle", statistics.median(seconds), "s")
    figures.show("  server's processor time, middle", statistics.median(cpu_seconds), "s")
    figures.show("  server's memory above where it was, the most", max(grown_mb), "MB")


def _cold(site: Site, small: Founded, big: Founded) -> tuple[float, float, float]:
    """Measure the first list of a server just started."""
    site.start()
    _listed(site, site.sign_in(small), small)
    found = _listed(site, site.sign_in(big), big)
    site.stop()
    return found


def _listed(site: Site, member: Visitor, desk: Founded, query: str = "") -> tuple[float, float, float]:
    """Open a desk's list; return seconds until it was read, the server's processor time, and its growth in MB."""
    with site.measured() as used:
        began = time.monotonic()
        page = member.get(f"/desk/{desk.slug}/{query}")
        seconds = time.monotonic() - began
    if not any(link.startswith(f"/desk/{desk.slug}/") and link.count("/") > 3 for link in page.links):
        raise SystemExit(f"The list is empty.\n{site.said()}")
    return seconds, used.cpu_seconds, used.grown_bytes / 10**6


def _fill(site: Site, desk: Founded, *, count: int) -> None:
    call = f"import filled; filled.fill({desk.slug!r}, email={desk.email!r}, words={desk.words!r}, count={count})"
    print(site.manage("shell", "--no-imports", "-c", call).strip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
