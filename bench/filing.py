"""File by text as browsers do, alone and eight at once, and open every receipt afterwards.

A visit follows the group's own link, reads the short form, sends it, and reads the receipt. The server runs as
script/server runs it, in a folder of its own. Its processor time is read from /proc, so what the clients spend on the
same machine is not in it; in filings per second it is, so those are the best of several rounds.
"""

from __future__ import annotations

import http
import secrets
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from testbed import Figures, Site, asked, empty_site
from visitor import Page, Visitor

CPU_SECONDS = 0.08
FILINGS_PER_SECOND = 20
BADGE, NAME, ROLE, STATE = "4471B", "García", "eyewitness", "IL"


@dataclass(slots=True)
class Tally:
    """What the clients were given, and how often they were told to try again."""

    receipts: list[tuple[str, str]] = field(default_factory=list)  # the words, and the town that was written
    busy: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def main() -> int:
    """Measure, count, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--filings", type=int, default=100, help="in each round (100)")
    parser.add_argument("--rounds", type=int, default=3, help="of the clock's figures; the best counts (3)")
    given = parser.parse_args()
    figures, tally = Figures(aims=not given.no_aims), Tally()
    with empty_site() as site:
        desk = site.found_desk()
        site.start()
        link = next(
            link for link in Visitor(site.address).get("/groups/").links if link.startswith(f"/to/{desk.slug}/")
        )
        for _ in range(3):
            file_once(site, link, tally)  # what runs for the first time is loaded
        _processor_time(site, link, tally, count=given.filings, figures=figures)
        for clients in (1, 8):
            rates = [_rate(site, link, tally, clients=clients, count=given.filings) for _ in range(given.rounds)]
            aim = FILINGS_PER_SECOND if clients > 1 else None
            figures.show(f"filings per second, clients: {clients}", max(rates), "/s", at_least=aim)
        figures.show("answers that said: try again", tally.busy, "")
        figures.show("receipts given", len(tally.receipts), "")
        lost = sum(not opens(site, words, town) for words, town in tally.receipts)
        figures.show("receipts that did not open what was filed", lost, "", at_most=0)
    return figures.exit_code


def _processor_time(site: Site, link: str, tally: Tally, *, count: int, figures: Figures) -> None:
    """Take the three steps of a visit one after the other for all visitors, so that each has its own figure."""
    visitors = [Visitor(site.address) for _ in range(count)]
    began = time.process_time()
    with site.measured() as reading:
        pages = [visitor.get(link) for visitor in visitors]
    with site.measured() as sending:
        towns = [_send(visitor, page, tally) for visitor, page in zip(visitors, pages, strict=True)]
    with site.measured() as receipt:
        given = [visitor.get("/report/receipt/") for visitor in visitors]
    own = time.process_time() - began
    tally.receipts += [(page.output, town) for page, town in zip(given, towns, strict=True)]
    steps = {"reading the form": reading, "sending it": sending, "reading the receipt": receipt}
    whole = sum(step.cpu_seconds for step in steps.values())
    figures.show("server's processor time of a filing", whole / count, "s", at_most=CPU_SECONDS)
    for name, step in steps.items():
        figures.show(f"  of it {name}", step.cpu_seconds / count, "s")
    figures.show("client's processor time of a filing, not in it", own / count, "s")


def _rate(site: Site, link: str, tally: Tally, *, clients: int, count: int) -> float:
    """Return how many filings a second were confirmed by a receipt."""
    began = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda _: file_once(site, link, tally), range(count)))
    return count / (time.monotonic() - began)


def file_once(site: Site, link: str, tally: Tally) -> None:
    """File once, from the group's link to the receipt."""
    visitor = Visitor(site.address)
    town = _send(visitor, visitor.get(link), tally)
    words = visitor.get("/report/receipt/").output
    visitor.leave()
    with tally.lock:
        tally.receipts.append((words, town))


def _send(visitor: Visitor, page: Page, tally: Tally) -> str:
    """Fill in the short form and send it, again where the site is busy; return the town that was written."""
    town = f"Town {secrets.token_hex(8)}"
    form = page.form(holding="place-town")
    filled = {"place": STATE, "place-town": town, "role": ROLE, "badge": BADGE, "name": NAME}
    while (answer := visitor.send(form, filled, follow=False)).status == http.HTTPStatus.SERVICE_UNAVAILABLE:
        with tally.lock:
            tally.busy += 1
    if answer.path != "/report/receipt/":
        raise SystemExit(f"A filing was answered with {answer.status}.")
    return town


def opens(site: Site, words: str, town: str) -> bool:
    """Come back with a receipt, and look for what was written."""
    visitor = Visitor(site.address)
    shown = visitor.send(visitor.get("/back/").form(holding="words"), {"words": words})
    visitor.leave()
    return shown.path == "/back/report/" and town in shown.text


if __name__ == "__main__":
    sys.exit(main())
