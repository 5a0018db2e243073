"""The reporter comes back: who holds a key, what each group may do, and a change of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import now
from playwright.sync_api import expect

from accounts.queries import receiving
from incidents.casework.policy import Basis
from incidents.checklist.answers import Answers
from incidents.checklist.kinds.people import USES
from incidents.models import Card, Report
from incidents.vault import deposits, openings, sharing
from incidents.vault.sharing import Terms
from tests.factories import Unlocked, make_desk
from tests.journeys.conftest import open_site  # noqa: F401 # a site on a port

pytestmark = pytest.mark.django_db(databases="__all__")

EARLIER = now() - timedelta(days=40)
STORY = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "A white van."}}}]}}
CALLED_BACK = "What a group has read or handed on, no one can call back."


@pytest.fixture
def east(site):
    return make_desk(site, "East Legal", "east@example.org")


@pytest.fixture
def north(site):
    return make_desk(site, "North Legal", "north@example.org")


def filed_to(*desks, at=EARLIER):
    """File something forty days ago."""
    return deposits.deposit(
        deposits.begin(),
        Answers.checked({**STORY, "statement": "2026-01/1"}),
        desks=[receiving(desk.slug) for desk in desks],
        receipt="en",
        files=(),
        at=at,
    )


def came_back(filed):
    browser = Client()
    assert browser.post("/back/", {"words": filed.receipt}).status_code == 302
    return browser


def section(browser, title):
    """One section of the reporter's page, as its words."""
    page = browser.get("/back/report/").content.decode()
    found = next(part for part in page.split("<section") if f"<h2>{title}</h2>" in part)
    text = re.sub(r"</?bdi>", "", found.partition("</section>")[0])
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def day(moment):
    return date_format(moment.date(), "DATE_FORMAT")


def keys_and_dates(browser):
    return section(browser, "Who can read it")


def states(browser):
    return section(browser, "What the groups may do with it")


def test_each_group_stands_with_its_day_and_reason_and_what_cannot_be_called_back_is_said(east, north):
    browser = came_back(filed_to(east, north))

    said = keys_and_dates(browser)

    for name in ("East Legal", "North Legal"):
        assert f"{name} Since {day(EARLIER)} You sent your report to this group." in said
    assert CALLED_BACK in said


def test_a_key_that_was_shared_and_taken_back_later_is_told_with_both_days(east, north):
    filed = filed_to(east)
    lead = Unlocked(east)
    opened = openings.incident(filed.reference, slug=east.slug, using=lead, at=EARLIER)
    sharing.share(opened, receiving(north.slug), Terms(basis=Basis.SAME_CLIENT), at=EARLIER + timedelta(days=3))
    browser = came_back(filed)
    three_days_later = day(EARLIER + timedelta(days=3))
    assert f"North Legal Since {three_days_later} Another group shared it" in keys_and_dates(browser)

    opened = openings.incident(filed.reference, slug=east.slug, using=lead, at=now())
    sharing.withdraw(opened, north.slug, at=EARLIER + timedelta(days=9))

    ended = day(EARLIER + timedelta(days=9))
    assert f"North Legal No key any more. It ended on {ended}." in keys_and_dates(browser)


@pytest.mark.parametrize("basis", [basis for basis in Basis if basis is not Basis.CHOSEN_BY_REPORTER])
def test_every_reason_to_share_has_words_of_its_own(east, north, basis):
    filed = filed_to(east)
    opened = openings.incident(filed.reference, slug=east.slug, using=Unlocked(east), at=EARLIER)

    sharing.share(opened, receiving(north.slug), Terms(basis=basis, until=now().date()), at=EARLIER)

    said = keys_and_dates(came_back(filed))
    assert re.search(r"Another group shared it[:,]", said)
    assert f"The last day is {day(now())}." in said


def test_every_use_stands_with_its_state_its_day_and_what_was_shown(east):
    browser = came_back(filed_to(east))

    said = states(browser)

    assert f"Help for the people in it Yes, since {day(EARLIER)} You were shown our words of 2026-01/1." in said
    assert said.count("No. You were not asked, or left it blank.") == len(USES) - 1
    assert said.count("Change") == len(USES)


def test_nothing_changes_before_it_is_confirmed_and_the_page_says_what_cannot_be_undone(east):
    browser = came_back(filed_to(east))

    asked = browser.post("/back/uses/", {"use": "legal_help"})

    assert asked.status_code == 200
    assert CALLED_BACK in asked.content.decode()
    assert "cannot hand your report to a lawyer or a court" in " ".join(asked.content.decode().split())
    assert re.search(r'value="yes"[^>]*checked', asked.content.decode())
    assert Report.objects.count() == 1


def test_a_change_stands_with_the_day_it_was_made_and_the_report_it_was_added_by(east):
    browser = came_back(filed_to(east))

    saved = browser.post("/back/uses/", {"use": "legal_help", "sure": "yes", "at-east-legal": "no"})

    assert saved.url.startswith("/back/report/")
    assert f"Help for the people in it No, since {day(now())}" in states(browser)
    page = browser.get(saved.url).content.decode()
    assert "Each group that holds a key was told at once" in page
    assert "Added later" in page


def test_groups_that_differ_stand_by_name(east, north):
    browser = came_back(filed_to(east, north))

    both = {"at-east-legal": "yes", "at-north-legal": "no"}
    browser.post("/back/uses/", {"use": "press_or_public", "sure": "yes", **both})

    said = states(browser)
    assert f"News or public, names hidden East Legal: Yes, since {day(now())}" in said
    assert "North Legal: No." in said


def test_uses_answered_right_after_filing_have_a_row_for_each_group(east, north):
    phone = Client()
    names = [f"{desk.slug}/{receiving(desk.slug).fingerprint}" for desk in (east, north)]
    phone.post("/groups/", {"group": names})
    phone.post("/report/", {"badge": "4471B"})
    page = phone.get("/report/receipt/").content.decode()
    words = " ".join(re.findall(r"<span>([^<]+)</span> ", page))
    assert phone.post("/report/more/permission/", {"uses-class_case": "yes", "uses-counts": "no"}).status_code == 302

    browser = Client()
    browser.post("/back/", {"words": words})

    said = states(browser)
    assert f"A case for many people Yes, since {day(now())}" in said
    assert f"Numbers without names No, since {day(now())}" in said
    assert Card.objects.filter(notice=True).count() == 2


@pytest.mark.parametrize("posted", [{}, {"use": "no_such_use"}, {"use": "no_such_use", "sure": "yes"}])
def test_a_use_that_is_not_on_the_list_leads_back(east, posted):
    browser = came_back(filed_to(east))

    assert browser.post("/back/uses/", posted).url == "/back/report/"
    assert browser.get("/back/uses/").url == "/back/report/"
    assert Report.objects.count() == 1


@pytest.mark.parametrize("answer", ["", "perhaps"])
def test_an_answer_that_is_neither_yes_nor_no_is_asked_again(east, answer):
    browser = came_back(filed_to(east))

    response = browser.post("/back/uses/", {"use": "counts", "sure": "yes", "at-east-legal": answer})

    assert response.status_code == 422
    assert "Choose yes or no for this group." in response.content.decode()
    assert Report.objects.count() == 1


def test_without_the_words_nothing_can_be_changed(east):
    filed_to(east)

    response = Client().post("/back/uses/", {"use": "counts", "sure": "yes", "at-east-legal": "yes"})

    assert response.url == "/back/?ended=yes"
    assert Report.objects.count() == 1


def test_another_language_keeps_the_choice_and_saves_nothing(east):
    browser = came_back(filed_to(east))

    response = browser.post("/back/uses/?language=ar", {"use": "counts", "sure": "yes", "at-east-legal": "yes"})

    assert 'lang="ar" dir="rtl"' in response.content.decode()
    assert re.search(r'value="yes"[^>]*checked', response.content.decode())
    assert Report.objects.count() == 1


@pytest.mark.journey
@pytest.mark.django_db(databases="__all__", transaction=True)
def test_without_script_several_groups_are_chosen_and_one_loses_a_use(browser, open_site, tmp_path):  # noqa: F811
    for name in ("East Legal", "North Legal", "South Legal"):
        make_desk(tmp_path, name, f"{name[0]}@example.org")
    page = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()

    page.goto(f"{open_site}/groups/")
    for name in ("East Legal", "South Legal"):
        page.locator("#answers").get_by_text(name, exact=True).click()
    page.get_by_role("button", name="Go on with these groups").click()
    expect(page.locator("main")).to_contain_text("South Legal")
    page.get_by_label("What badge number").first.fill("4471B")
    page.get_by_role("button", name="Send this now").click()
    words = " ".join(page.locator("output span").all_text_contents())
    page.goto(f"{open_site}/back/")
    page.locator("main [name=words]").fill(words)
    page.get_by_role("button", name="Open my report").click()
    page.locator("button[value=legal_help]").click()
    page.locator("fieldset", has_text="South Legal").get_by_text("No, this group may not").click()
    page.get_by_role("button", name="Save this").click()

    uses = page.locator("#uses")
    expect(uses).to_contain_text("East Legal: Yes, since")
    expect(uses).to_contain_text("South Legal: No, since")
    expect(uses).not_to_contain_text("North Legal")
    page.context.close()
