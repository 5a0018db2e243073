"""The three ways through the site, page by page: what the pictures show and axe looks at."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """A site that runs, and who may sign in."""

    address: str
    email: str
    words: str
    receipt: str
    code: Callable[[], str]  # one more for the second step


def witness(page, at, shot):
    """Go a witness's way, from the start page to coming back."""
    page.goto(f"{at.address}/")
    shot("01-start")
    page.goto(f"{at.address}/groups/")
    shot("02-groups")
    page.locator("main a.button").first.click()
    page.goto(f"{at.address}/report/")
    page.locator("#answers button.button").last.click()
    shot("04-nothing-yet")
    page.goto(f"{at.address}/report/")
    page.locator("main input[type=text]").first.fill("Esquina de la calle 26 y Kedzie, Chicago")
    shot("03-short-form")
    page.locator("#answers button.button").last.click()
    shot("05-receipt")
    page.locator("main form button").last.click()
    for name, path in {
        "06-hub": "/report/more/",
        "07-agents": "/report/more/agents/",
        "08-story": "/report/more/story/",
        "09-files": "/report/files/",
        "10-done": "/report/done/",
        "11-back": "/back/",
    }.items():
        page.goto(f"{at.address}{path}")
        shot(name)
    page.locator("main [name=words]").fill(at.receipt)
    page.locator("main form button").last.click()
    shot("12-my-report")
    page.goto(f"{at.address}/no-such-page/")
    shot("13-not-here")


def member(page, at, shot):
    """Go a lawyer's way: from signing in to a packet, to whom an incident is shared with, to what the ledger says."""
    desk = _sign_in(page, at, shot)
    shot("22-list")
    page.locator("tr:has(td:nth-child(6):text-is('2')) a").first.click()  # one with files
    for fold in page.locator(".exhibit details > summary").all():
        fold.click()
    page.wait_for_load_state("networkidle")
    shot("23-incident")
    incident = page.url
    page.locator(".exhibit h3 a").first.click()
    page.locator("form[data-make] button").first.click()
    page.wait_for_url("**show**")
    page.wait_for_load_state("networkidle")
    shot("23-file")
    page.locator("#covering a").first.click()
    shot("23-cover")
    page.goto(f"{incident}packets/")
    shot("24-prepare")
    page.locator("#answers button.button").last.click()
    shot("25-packet")
    for name, address in {
        "26-sharing": f"{incident}sharing/",
        "27-record": f"{incident}ledger/",
        "28-ledger": f"{desk}ledger/",
        "29-head": f"{at.address}/ledger/head/",
        "30-second-step": f"{at.address}/member/second-step/",
        "31-app": f"{at.address}/member/second-step/app/",
        "32-sessions": f"{at.address}/member/sessions/",
        "33-words": f"{at.address}/member/words/",
        "34-words-again": f"{at.address}/member/words-again/",
        "35-join": f"{at.address}/join/",
    }.items():
        page.goto(address)
        shot(name)


def lead(page, at, shot):
    """Go a desk lead's way: bring somebody in, give them their seat, look after kit, key and public page."""
    desk = _sign_in(page, at, lambda _name: None)
    email = f"{secrets.token_hex(3)}@example.org"
    page.goto(f"{desk}people/invite/")
    shot("40-invite")
    page.fill("#answers [name=email]", email)
    page.locator("#answers button").last.click()
    shot("41-code")
    code = page.locator("output").inner_text()
    _join(page, at, shot, email=email, code=code)
    page.goto(f"{desk}people/")
    page.locator("dl.lines > div", has_text=email).locator("a").click()
    shot("43-admit")
    _make_a_kit(page, desk, shot)
    for name, path in {"46-people": "people/", "47-key": "key/", "48-public-page": "page/"}.items():
        page.goto(f"{desk}{path}")
        shot(name)


def _make_a_kit(page, desk, shot):
    """Make one and try it: witnesses go on finding the desk."""
    page.goto(f"{desk}kit/")
    shot("44-kit")
    page.locator("main form button").last.click()
    shot("45-kit-sheet")
    key = page.locator("dl .mono").first.inner_text()
    page.locator("main a.button").click()
    page.fill("#answers [name=key]", key)
    page.locator("#answers button").click()


def _sign_in(page, at, shot):
    """Return the address of the member's desk."""
    code = at.code()
    page.goto(f"{at.address}/member/sign-in/")
    shot("20-sign-in")
    page.fill("input[type=email]", at.email)
    page.fill("input[type=password]", at.words)
    page.locator("main button").click()
    shot("21-second-step")
    page.fill("main [name=code]", code)
    page.locator("#answers button").click()
    page.wait_for_url("**/desk/*/")
    return page.url


def _join(page, at, shot, *, email, code):
    """Come in with a browser of their own that looks as this one does, and wait for the seat."""
    language, dark = page.evaluate("[navigator.language, matchMedia('(prefers-color-scheme: dark)').matches]")
    scheme = "dark" if dark else "light"
    theirs = page.context.browser.new_context(viewport=page.viewport_size, locale=language, color_scheme=scheme)
    them = theirs.new_page()
    them.goto(f"{at.address}/join/")
    them.fill("main [name=email]", email)
    them.fill("main [name=code]", code)
    them.locator("#answers button").click()
    shot("42-joined", them)
    theirs.close()
