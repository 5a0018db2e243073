"""A desk's page of an incident checks what came by itself, says how far it is, and shows what never came whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.timezone import now
from playwright.sync_api import expect

from incidents.models import Arriving, Incident
from incidents.vault import inbox
from sealing import files
from tests.factories import make_desk
from tests.journeys.conftest import open_site  # noqa: F401 # a fixture
from tests.sending.sender import STRANGER, Script, filed
from tests.spare_code import spare_code

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases="__all__", transaction=True)]


@pytest.fixture
def opened(open_site, browser, tmp_path):  # noqa: F811 # the fixture of that name
    """A signed-in member's browser, and the address of an incident: a large file waits, one is damaged, one stopped."""
    desk = make_desk(tmp_path)
    script = Script.of(filed(desk))
    script.send(script.file(bytes(inbox.AT_ONCE_BYTES + 1), part_bytes=files.PART_BYTES, name="visit.mp4"))
    bad, begun = script.file(b"x" * 2500, name="bad.jpg"), script.file(b"y" * 2500, name="begun.mov")
    for sent in (bad, begun):
        script.begin(sent)
        script.part(sent, 1, files.seal_part(b"z", STRANGER).sealed if sent is bad else None)
    for number in (2, 3):
        script.part(bad, number)
    script.finish(bad)
    Arriving.objects.update(last_on=(now() - timedelta(days=9)).date())
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{open_site}/desk/{desk.slug}/{Incident.objects.get().reference}/")
    page.fill("input[type=email]", desk.email)
    page.fill("input[type=password]", desk.words)
    code = spare_code(desk.email)
    page.locator("main button").click()
    page.fill("main [name=code]", code)
    page.locator("#answers button").click()
    yield page
    page.context.close()


def test_the_page_checks_on_by_itself_and_shows_what_came(opened):
    checking = opened.locator("form[data-checking]")

    expect(checking.get_by_role("status")).to_have_text("All files are checked.")
    assert Axe().run(opened).response["violations"] == []
    checking.get_by_role("link", name="Show them").click()

    expect(checking).to_have_count(0)
    expect(opened.locator("main")).to_contain_text("visit.mp4")
    expect(opened.locator("main")).to_contain_text("It is damaged, or not what was sent.")
    expect(opened.locator("main")).to_contain_text("1 of 3 parts came")
