"""The two ways through the site, page by page: what the pictures show and axe looks at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """A site that runs, and who may sign in."""

    address: str
    email: str
    words: str
    receipt: str


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
    """Go a member's way, from signing in to a packet."""
    page.goto(f"{at.address}/member/sign-in/")
    shot("20-sign-in")
    page.fill("input[type=email]", at.email)
    page.fill("input[type=password]", at.words)
    page.locator("main button").click()
    shot("21-list")
    page.locator("tr:has(td:nth-child(6):text-is('2')) a").first.click()  # one with files
    for fold in page.locator(".exhibit details > summary").all():
        fold.click()
    page.wait_for_load_state("networkidle")
    shot("22-incident")
    page.goto(page.url + "packets/")
    shot("23-prepare")
    page.locator("#answers button.button").last.click()
    shot("24-packet")
