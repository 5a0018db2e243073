"""A witness's browser on the page of files, and what it is asked to send."""

from __future__ import annotations

import hashlib
import os

from playwright.sync_api import expect

WIDTH = {"width": 390, "height": 844}
SLOW = 60_000  # milliseconds: a busy machine is no failure


def made(folder, name, size):
    """Return a file of noise with its hash; no more than a mebibyte of it is held at once."""
    path, whole = folder / name, hashlib.sha256()
    with path.open("wb") as file:
        for at in range(0, size, 1 << 20):
            piece = os.urandom(min(1 << 20, size - at))
            whole.update(piece)
            file.write(piece)
    return path, whole.hexdigest()


def hashed(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def on_files_page(browser, site, **context):
    """File a first answer, and go to the page of files."""
    page = browser.new_context(viewport=WIDTH, locale="en", **context).new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(f"{site}/groups/")
    page.locator("main a.button").first.click()
    page.get_by_label("What name did you see or hear?").fill("Ramirez")
    page.get_by_role("button", name="Send this now").click()
    page.get_by_role("button", name="I wrote it down").click()
    page.locator("a[href='/report/files/']").click()
    expect(page.locator("h1")).to_have_text("Photos, video and papers")
    return page


def choose(page, *paths):
    page.set_input_files("input[type=file]", paths)


def send(page):
    page.get_by_role("button", name="Send these files").click()


def row(page, name):
    return page.locator(".upload").filter(has_text=name)


def press(page, name, button):
    page.get_by_role("button", name=f"{button}: {name}", exact=True).click()


def see(page, name, state, *, timeout=SLOW):
    """Wait until a file's row is in a state."""
    expect(row(page, name)).to_have_attribute("data-state", state, timeout=timeout)
