"""The two ways through the site, page by page: what the pictures show and axe looks at."""

from __future__ import annotations

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
    """Go a member's way, from signing in to a packet."""
    code = at.code()
    page.goto(f"{at.address}/member/sign-in/")
    shot("20-sign-in")
    page.fill("input[type=email]", at.email)
    page.fill("input[type=password]", at.words)
    page.locator("main button").click()
    shot("21-second-step")
    page.fill("main [name=code]", code)
    page.locator("#answers button").click()
    shot("22-list")
    page.locator("tr:has(td:nth-child(6):text-is('2')) a").first.click()  # one with files
    for fold in page.locator(".exhibit details > summary").all():
        fold.click()
    page.wait_for_load_state("networkidle")
    shot("23-incident")
    page.goto(page.url + "packets/")
    shot("24-prepare")
    page.locator("#answers button.button").last.click()
    shot("25-packet")
    desk = page.url.partition("/desk/")[2].partition("/")[0]
    for name, path in {
        "30-people": "people/",
        "31-invite": "people/invite/",
        "32-kit": "kit/",
        "33-key": "key/",
        "34-public-page": "page/",
        "35-ledger": "ledger/",
    }.items():
        page.goto(f"{at.address}/desk/{desk}/{path}")
        shot(name)
    for name, path in {
        "36-second-step": "/member/second-step/",
        "37-app": "/member/second-step/app/",
        "38-sessions": "/member/sessions/",
        "39-words": "/member/words/",
        "40-join": "/join/",
    }.items():
        page.goto(f"{at.address}{path}")
        shot(name)
