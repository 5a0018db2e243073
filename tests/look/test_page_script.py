"""The one script of every page, in a browser that obeys the site's policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import expect

SITE = "http://site.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types own-scripts"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

pytestmark = [pytest.mark.journey, pytest.mark.urls("tests.look.addresses")]


@pytest.fixture
def visit(page):
    """Return a function that opens a page of the site; what was sent and complained of meanwhile is kept on it."""
    page.sent, page.said = [], []
    page.on("console", lambda message: page.said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))

    def answer(route, request):
        address = request.url.removeprefix(SITE)
        page.sent.append((request.method, address))
        if address.startswith("/static/"):
            file = Path(settings.BASE_DIR, address.lstrip("/"))
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif address == "/page/":
            route.fulfill(body=page.html, content_type="text/html", headers={"Content-Security-Policy": POLICY})
        else:
            route.fulfill(body="elsewhere", content_type="text/plain")

    def go(name, **context):
        page.html = render_to_string(name, {"EXIT_URL": f"{SITE}/weather", **context})
        page.goto(f"{SITE}/page/")
        return page

    page.route("**/*", answer)
    return go


def test_leave_blanks_the_page_ends_the_visit_and_goes_elsewhere(visit):
    page = visit("404.html")
    page.evaluate("sessionStorage.setItem('sending', 'a file under way')")

    page.get_by_role("link", name="Leave").click()

    expect(page).to_have_url(f"{SITE}/weather")
    assert page.evaluate("sessionStorage.length") == 0
    assert ("POST", "/intake/leave/") in page.sent
    assert page.said == []


def test_three_presses_of_shift_leave_and_each_is_counted_aloud(visit):
    page = visit("404.html")
    spoken = page.locator("[data-presses]")

    page.keyboard.press("Shift")
    expect(spoken).to_have_text("Press Shift two more times to leave.")
    page.keyboard.press("Shift")
    expect(spoken).to_have_text("Press Shift one more time to leave.")
    page.keyboard.press("Shift")

    expect(page).to_have_url(f"{SITE}/weather")


def test_capital_letters_do_not_count_as_presses(visit):
    page = visit("404.html")

    page.keyboard.press("Shift")
    for letter in "ICE":
        page.keyboard.press(f"Shift+{letter}")

    expect(page.locator("[data-presses]")).to_be_empty()
    expect(page).to_have_url(f"{SITE}/page/")


def test_a_desk_has_no_exit_by_keys(visit):
    page = visit("423.html")

    for _press in range(3):
        page.keyboard.press("Shift")

    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    assert page.said == []


def test_a_menu_closes_by_escape_and_by_a_click_elsewhere(visit):
    page = visit("404.html", request={"path": "/page/"})
    menu = page.locator("details.menu")

    page.get_by_text("Language").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    page.get_by_text("Language").click()
    expect(menu).to_have_attribute("open", "")
    page.get_by_role("heading").click()

    expect(menu).not_to_have_attribute("open", "")
