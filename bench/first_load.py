"""Load the first page in Chromium with nothing cached, and count its requests and the bytes that came over the wire.

Bytes are what the browser received: bodies as served, compressed where the server has them so, and headers. A browser
without a window asks for no icon, so the icon that the page names is asked for as a browser with tabs would. Needs the
Chromium of the tests (TESTIGO_CHROMIUM, or on the path) and the packages of requirements-dev.txt.
"""

from __future__ import annotations

import http.client
import os
import shutil
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright
from testbed import Figures, Site, asked, empty_site

KILOBYTES = 30
REQUESTS = 6
# As in the tests: it looks nothing up by itself.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def main() -> int:
    """Load, count, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--path", default="/", help="the page to load (/)")
    given = parser.parse_args()
    figures = Figures(aims=not given.no_aims)
    with empty_site() as site:
        site.found_desk()
        site.start()
        loaded = _loaded(site, given.path)
    for path, size in loaded.items():
        figures.show(f"  {path}", size / 1000, "kB")
    figures.show("bytes on the wire", sum(loaded.values()) / 1000, "kB", at_most=KILOBYTES)
    figures.show("requests", len(loaded), "", at_most=REQUESTS)
    return figures.exit_code


def _loaded(site: Site, path: str) -> Mapping[str, int]:
    """Return the bytes received for each address that the page needs."""
    host, port = site.address
    sizes: dict[str, int] = {}
    asked_for: dict[str, str] = {}
    with sync_playwright() as playwright:
        chromium = os.environ.get("TESTIGO_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page()
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.requestWillBeSent", lambda said: asked_for.update({said["requestId"]: said["request"]["url"]}))
        wire.on(
            "Network.loadingFinished",
            lambda said: sizes.update({urlsplit(asked_for[said["requestId"]]).path: int(said["encodedDataLength"])}),
        )
        page.goto(f"http://{host}:{port}{path}", wait_until="networkidle")
        icon = page.locator("link[rel=icon]").get_attribute("href") or "/favicon.ico"
        browser.close()
    if icon not in sizes:
        sizes[icon] = _received(site, icon)
    return sizes


def _received(site: Site, path: str) -> int:
    """Ask as a browser does, and return the bytes of the head and the body."""
    connection = http.client.HTTPConnection(*site.address)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate, br"})
    answer = connection.getresponse()
    head = sum(len(name) + len(value) + len(": \r\n") for name, value in answer.getheaders())
    body = answer.read()
    connection.close()
    return len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n") + head + len("\r\n") + len(body)


if __name__ == "__main__":
    sys.exit(main())
