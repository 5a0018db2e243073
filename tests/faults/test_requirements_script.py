"""What is written to run in a reader's browser does not: a browser looks at every page that shows it."""

from __future__ import annotations

import pytest

from incidents.checklist import kinds
from incidents.checklist.catalogue import CATALOGUE
from tests.factories import deposit, make_desk
from tests.spare_code import spare_code

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases="__all__", transaction=True)]

ATTACK = "\"'></title></textarea><svg onload=alert(1)><img src=x onerror=alert(2)><script>alert(3)</script>"
REPORTS = (
    "addEventListener('securitypolicyviolation', e => console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`))"
)


def attack_in_every_text():
    sections = {}
    for section in CATALOGUE.sections:
        texts = {item.key: {"value": ATTACK} for item in section.items if isinstance(item.kind, kinds.Text)}
        if texts:
            sections[section.key] = [{"answers": texts}]
    assert len(sections) > 5
    return {"language": "en", "sections": sections}


@pytest.fixture
def watched(browser):
    """A page, and what it was seen to run or to refuse to run."""
    context = browser.new_context(locale="en-US")
    context.add_init_script(REPORTS)
    page, seen = context.new_page(), []
    page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda said: seen.append(said.text) if "CSP" in said.text or "Security" in said.text else None)
    yield page, seen
    context.close()


def sign_in(page, site, desk):
    code = spare_code(desk.email)
    page.goto(f"{site}/member/sign-in/?next={ATTACK}")
    page.fill("input[type=email]", desk.email)
    page.fill("input[type=password]", desk.words)
    page.locator("main button").click()
    page.fill("main [name=code]", code)
    page.locator("main").get_by_role("button", name="Sign in").click()


def write_it(page, address, *fields):
    page.goto(address)
    for field in fields:
        page.fill(f"main [name={field}]", ATTACK)
    page.locator("main form").last.locator("button").last.click()


def test_markup_in_every_field_runs_nothing_and_is_shown_as_it_was_written(open_site, watched, tmp_path):
    page, seen = watched
    desk = make_desk(tmp_path)
    file = tmp_path / "a <svg onload=alert(4)>.txt"
    file.write_text("<script>alert(5)</script>")
    made = deposit(desk, attack_in_every_text(), file, folder=tmp_path)
    inside, texts = f"{open_site}/desk/{desk.slug}/", {}

    def look(address):
        assert page.goto(address).status == 200
        texts[address.removeprefix(inside)] = page.locator("main").inner_text()

    sign_in(page, open_site, desk)
    write_it(page, f"{inside}page/", "area", "languages", "phone", "what_next", "not_done", "how_to_join")
    write_it(page, f"{inside}{made['reference']}/packets/", "recipient", "purpose")
    for path in ("", f"{made['reference']}/", f"{made['reference']}/ledger/", "ledger/", "people/", "page/"):
        look(inside + path)
    look(f"{open_site}/groups/")
    page.goto(f"{open_site}/back/")
    page.fill("main [name=words]", made["receipt"])
    page.locator("main form button").last.click()
    look(f"{open_site}/back/report/")

    incident = texts[f"{made['reference']}/"]
    assert incident.count("<script>alert(3)</script>") > 10
    assert "onload=alert(4)" in incident
    assert ATTACK in texts[f"{open_site}/groups/"]
    assert ATTACK in texts[f"{open_site}/back/report/"]
    assert seen == []


def test_the_browser_would_tell_of_a_script_that_tried(open_site, watched):
    page, seen = watched
    page.goto(open_site)

    page.evaluate("document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.2/x'}))")
    page.wait_for_timeout(300)

    assert any("CSP img-src" in line for line in seen)
