"""Sign in, unlock, and withstand a flood of wrong receipts: processor time, memory, and what others wait meanwhile."""

from __future__ import annotations

import statistics
import sys
import threading
import time

from filing import Tally, file_once, opens
from testbed import Figures, Founded, Site, asked, empty_site
from visitor import Visitor

GROWTH_MB = 110  # of the server above idle
WAIT_SECONDS = 0.4  # of another page, the slowest but one in twenty
SIGN_IN_CPU_SECONDS = 0.3
ROUNDS = 20
WRONG = "abacus abdomen abdominal abide abiding ability"


def main() -> int:
    """Measure, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--connections", type=int, default=24, help="of the flood (24)")
    parser.add_argument("--seconds", type=float, default=12, help="of the flood (12)")
    given = parser.parse_args()
    figures = Figures(aims=not given.no_aims)
    with empty_site() as site:
        desk = site.found_desk()
        site.start()
        _sign_in(figures, site, desk)
        _pages(figures, site, desk)
        site.stop()
        site.start()
        Visitor(site.address).get("/back/")
        _flood(figures, site, desk, connections=given.connections, seconds=given.seconds)
    return figures.exit_code


def _sign_in(figures: Figures, site: Site, desk: Founded) -> None:
    site.sign_in(desk)
    spent = []
    for _ in range(5):
        code = site.spare_code(desk)
        with site.measured() as used:
            site.give(desk, code)
        spent.append(used.cpu_seconds)
    figures.show(
        "signing in, words and second step: processor time", statistics.median(spent), "s", at_most=SIGN_IN_CPU_SECONDS
    )


def _pages(figures: Figures, site: Site, desk: Founded) -> None:
    """Compare a page that opens a desk with one of the same member that opens nothing."""
    member = site.sign_in(desk)
    spent = {}
    for path in (f"/desk/{desk.slug}/key/", "/member/sessions/"):
        member.get(path)
        with site.measured() as used:
            for _ in range(ROUNDS):
                member.get(path)
        spent[path] = used.cpu_seconds / ROUNDS
    opening, nothing = spent.values()
    figures.show("a page that opens a desk: processor time", opening * 1000, "ms")
    figures.show("  a page of the same member that opens nothing", nothing * 1000, "ms")


def _flood(figures: Figures, site: Site, desk: Founded, *, connections: int, seconds: float) -> None:
    """Flood, and meanwhile look at a public page and at a desk's, and file; then open every receipt that was given."""
    member, tally = site.sign_in(desk), Tally()
    link = next(one for one in Visitor(site.address).get("/groups/").links if one.startswith(f"/to/{desk.slug}/"))
    member.get(f"/desk/{desk.slug}/")
    ends = time.monotonic() + seconds
    answered: list[int] = []
    others = [threading.Thread(target=_guess, args=(site, ends, answered)) for _ in range(connections)]
    others.append(threading.Thread(target=_keep_filing, args=(site, link, tally, ends)))
    with site.measured() as used:
        for one in others:
            one.start()
        waited = _waited(site, member, desk, ends)
        for one in others:
            one.join()
    figures.show("flood of wrong receipts: growth of memory", used.grown_bytes / 10**6, "MB", at_most=GROWTH_MB)
    for name, found in waited.items():
        slow = statistics.quantiles(found, n=20)[-1]
        figures.show(f"  {name} meanwhile, 95 of 100 within", slow, "s", at_most=WAIT_SECONDS)
    figures.show("  answered, of which busy", len(answered), "tries")
    figures.show("    busy (503)", answered.count(503), "tries")
    figures.show("  filed meanwhile", len(tally.receipts), "reports", at_least=1)
    figures.show("    told to try again", tally.busy, "times")
    lost = sum(not opens(site, words, town) for words, town in tally.receipts)
    figures.show("    receipts that did not open what was filed", lost, "", at_most=0)


def _waited(site: Site, member: Visitor, desk: Founded, ends: float) -> dict[str, list[float]]:
    """Return the seconds that a stranger and a member waited for a page, again and again until the end."""
    waited: dict[str, list[float]] = {"another page": [], "a desk's page": []}
    while time.monotonic() < ends:
        for name, visitor, path in (
            ("another page", Visitor(site.address), "/groups/"),
            ("a desk's page", member, f"/desk/{desk.slug}/"),
        ):
            began = time.monotonic()
            visitor.get(path)
            waited[name].append(time.monotonic() - began)
        time.sleep(0.05)
    return waited


def _keep_filing(site: Site, link: str, tally: Tally, ends: float) -> None:
    while time.monotonic() < ends:
        file_once(site, link, tally)


def _guess(site: Site, ends: float, answered: list[int]) -> None:
    visitor = Visitor(site.address)
    form = visitor.get("/back/").form(holding="words")
    while time.monotonic() < ends:
        answered.append(visitor.send(form, {"words": WRONG}).status)


if __name__ == "__main__":
    sys.exit(main())
