"""Send one large file from a browser that seals it, and measure the browser and the server.

First the worker alone: so many megabytes sealed and hashed, nothing sent. Then a file through the page, from pressing
the button to "Saved". Server memory is the peak of its processes above where they stood before. `--size 2147` sends
two gibibytes.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright
from testbed import Figures, Site, Used, asked, empty_site

MEGABYTE = 10**6
CPU_SECONDS_PER_100_MB = 0.9
GROWN_MB = 32
HOUR = 3_600_000  # milliseconds
# As in the tests: it looks nothing up by itself.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SEAL = """async ([address, to, megabytes]) => {
    const policy = trustedTypes.createPolicy("own-scripts", { createScriptURL: (url) => url });
    const worker = new Worker(policy.createScriptURL(address));
    const ask = (values) => new Promise((resolve, reject) => {
        worker.onerror = reject;
        worker.onmessage = ({ data }) => (data.error ? reject(data.error) : resolve(data.result));
        worker.postMessage({ id: 1, ...values });
    });
    const piece = new Uint8Array(1e6);
    for (let at = 0; at < piece.length; at += 5e4) crypto.getRandomValues(piece.subarray(at, at + 5e4));
    const file = new Blob(Array.from({ length: megabytes }, () => piece));
    await ask({ op: "ready" });
    const began = performance.now();
    for (let start = 0; start < file.size; start += 2 ** 23) {
        await ask({ op: "part", file, start, end: Math.min(file.size, start + 2 ** 23), to });
    }
    worker.terminate();
    return (performance.now() - began) / 1000;
}"""


def main() -> int:
    """Measure, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--size", type=int, default=200, metavar="MB", help="of the file (200)")
    given = parser.parse_args()
    figures = Figures(aims=not given.no_aims)
    clip = Path(tempfile.mkdtemp(prefix="testigo-bench-")) / "bench.mp4"
    try:
        with clip.open("wb") as file:
            for _ in range(given.size):
                file.write(os.urandom(MEGABYTE))
        _measure(figures, clip, given.size)
    finally:
        shutil.rmtree(clip.parent)
    return figures.exit_code


def _measure(figures: Figures, clip: Path, size_mb: int) -> None:
    with empty_site() as site, sync_playwright() as playwright:
        site.found_desk()
        site.start()
        chromium = os.environ.get("TESTIGO_CHROMIUM") or shutil.which("chromium")
        page = playwright.chromium.launch(executable_path=chromium, args=QUIET).new_page()
        _go_to_files(page, "http://{}:{}".format(*site.address))
        form = page.locator("#answers")
        told = [form.get_attribute("data-worker"), form.get_attribute("data-recipient")]
        figures.show("sealing and hashing in the worker", 200 / page.evaluate(SEAL, [*told, 200]), "MB/s")
        used = _send(page, site, clip)
    figures.show("size of the file", size_mb, "MB")
    figures.show("through the page, sealed and sent", size_mb / used.seconds, "MB/s")
    middle = used.cpu_seconds * 100 / size_mb
    figures.show("server's processor time of 100 MB", middle, "s", at_most=CPU_SECONDS_PER_100_MB)
    figures.show("server's memory above idle", used.grown_bytes / MEGABYTE, "MB", at_most=GROWN_MB)


def _send(page: Page, site: Site, clip: Path) -> Used:
    """Send it from the page, and return what the server took meanwhile."""
    page.reload()
    page.set_input_files("input[type=file]", clip)
    start = page.get_by_role("button", name="Send these files")
    expect(start).to_be_visible()
    with site.measured() as used:
        start.click()
        expect(page.locator(".upload")).to_have_attribute("data-state", "saved", timeout=HOUR)
    return used


def _go_to_files(page: Page, site: str) -> None:
    """File a first answer; the page of files comes after it."""
    page.goto(f"{site}/groups/")
    page.locator("main a.button").first.click()
    page.get_by_label("What name did you see or hear?").fill("Ramirez")
    page.get_by_role("button", name="Send this now").click()
    page.get_by_role("button", name="I wrote it down").click()
    page.locator("a[href='/report/files/']").click()
    expect(page.locator("h1")).to_have_text("Photos, video and papers")


if __name__ == "__main__":
    sys.exit(main())
