"""A witness files on a phone, comes back, and a desk opens it: in a real browser."""

from __future__ import annotations

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from tests.factories import make_desk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases="__all__", transaction=True)]

PHONE = {"width": 390, "height": 844}
STORY = "Bajaron de una camioneta blanca."


def look(page):
    """No page may have a finding, nor scroll sideways."""
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


@pytest.fixture
def photo(tmp_path):
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(out, "JPEG")
    path = tmp_path / "foto.jpg"
    path.write_bytes(out.getvalue())
    return path


def file_a_report(page, open_site, photo):
    """Go the witness's way to the receipt, and return its words."""
    page.goto(f"{open_site}/")
    page.get_by_role("link", name="Start", exact=True).click()
    if "/groups/" in page.url:
        page.locator("main a.button").first.click()
    page.locator("input[type=text]").first.fill("Esquina de la calle 26")
    page.set_input_files("input[type=file]", photo)
    page.get_by_role("button", name="Send this now").click()
    expect(page.locator("h1")).to_contain_text("Write down your words")
    receipt = " ".join(page.locator("output span").all_text_contents())
    page.reload()
    assert " ".join(page.locator("output span").all_text_contents()) == receipt
    page.get_by_role("button", name="I wrote it down").click()
    return receipt


def add_a_story(page, open_site):
    """Save one more section."""
    page.goto(f"{open_site}/report/more/story/")
    page.locator("textarea").first.fill(STORY)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(f"{open_site}/report/more/")


def come_back(page, open_site, receipt):
    """Read it with the words."""
    page.goto(f"{open_site}/back/")
    page.locator("main [name=words]").fill(receipt.upper())
    page.get_by_role("button", name="Open my report").click()


def sign_in_and_open(member, open_site, desk):
    """Open the newest incident of the desk."""
    member.goto(f"{open_site}/member/sign-in/")
    member.fill("input[type=email]", desk.email)
    member.fill("input[type=password]", desk.words)
    member.locator("main button").click()
    member.locator("table a").first.click()


@pytest.mark.parametrize("scripted", [False, True], ids=["without scripts", "with scripts"])
def test_a_report_goes_from_a_phone_to_a_desk_and_back(open_site, browser, tmp_path, photo, scripted):
    desk = make_desk(tmp_path)
    context = browser.new_context(viewport=PHONE, java_script_enabled=scripted)
    page, member = context.new_page(), browser.new_context(viewport={"width": 1280, "height": 900}).new_page()

    receipt = file_a_report(page, open_site, photo)
    add_a_story(page, open_site)
    come_back(page, open_site, receipt)
    sign_in_and_open(member, open_site, desk)

    expect(page.locator("main")).to_contain_text(STORY)
    expect(page.locator("main")).to_contain_text("Added later")
    expect(member.locator("main")).to_contain_text(STORY)
    expect(member.locator("main")).to_contain_text("foto.jpg")
    if scripted:  # axe is a script itself
        for shown in (page, member):
            look(shown)
        member.go_back()
        look(member)
    member.context.close()
    context.close()


@pytest.mark.parametrize("path", ["/", "/groups/", "/report/", "/back/", "/member/sign-in/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_public_pages(open_site, browser, tmp_path, path, scheme):
    make_desk(tmp_path)
    make_desk(tmp_path, "Southside Legal", "other@example.org")
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{open_site}/groups/")
    page.locator("main a.button").first.click()

    page.goto(f"{open_site}{path}")

    look(page)
    context.close()
