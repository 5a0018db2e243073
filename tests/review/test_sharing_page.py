"""The page on which an incident is shared: what it offers, what it asks, what it says afterwards."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from accounts.models import Role
from accounts.queries import receiving
from incidents.models import Grant
from tests.accounts.members import seat, sign_in
from tests.factories import make_desk
from tests.vault.neighbours import SHAREABLE, make_coalition, neighbours

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def two(site):
    return neighbours(site, answers=SHAREABLE)


def page_of(two, held=None):
    return sign_in(held or two.desk).get(two.address("sharing", held=held)).content.decode()


def offered(page):
    return re.findall(r'name="to"[^>]*value="([a-z-]+)\.\d{24}"', page)


def test_it_offers_every_other_pinned_desk_with_its_check_words_and_no_coalition(two, site):
    make_desk(site, "Third Legal", "third@example.org")
    make_coalition()

    page = page_of(two)

    assert offered(page) == ["southside-legal", "third-legal"]
    for slug in offered(page):
        assert receiving(slug).check_words in page
    assert "Post" in page
    assert "River Coalition" in page


def test_a_desk_that_has_the_key_is_listed_with_the_reason_and_not_offered(two):
    two.share(basis="same_client", until="2099-12-31")

    page = page_of(two)

    assert offered(page) == []
    assert "There is no other desk here that could get it." in page
    for shown in ("The reporter sent it to them", "We help the same person", "2099-12-31", "Take the key back"):
        assert shown in page
    assert "This is the key of your own desk. It stays." in page


def test_a_desk_that_is_not_pinned_is_not_offered(two):
    kept = [line for line in settings.DESK_PINS.read_text().splitlines() if str(receiving(two.other.slug).id) in line]
    text = settings.DESK_PINS.read_text()

    settings.DESK_PINS.write_text(text.replace(kept[0], ""))

    assert offered(page_of(two)) == []


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ({"compared": ""}, "Call them and compare the six words first. Then tick the box."),
        ({"basis": ""}, "Say why you share it."),
        ({"basis": "chosen_by_reporter"}, "Select a valid choice"),
        ({"until": "2020-02-02"}, "Choose today or a later day."),
        ({"note": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_shared(two, left_out, said):
    answer = two.share(**left_out)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Grant.objects.filter(desk__slug=two.other.slug).exists()


def test_only_who_may_share_sees_the_way_there(two):
    reviewer = sign_in(seat(two.desk, Role.REVIEWER, "reviewer@example.org"))

    assert two.address("sharing") in sign_in(two.desk).get(two.address()).content.decode()
    assert two.address("sharing") not in reviewer.get(two.address()).content.decode()


def test_a_note_with_signs_of_html_is_shown_as_it_was_written(two):
    two.share(note="<b>brother</b>")

    assert "&lt;b&gt;brother&lt;/b&gt;" in page_of(two)


def test_the_other_desk_sees_the_reason_and_no_note_and_cannot_undo_the_reporters_choice(two):
    two.share(note="canary-note")

    page = page_of(two, two.other)

    assert "canary-note" not in page
    assert "The reporter chose this desk. Only the reporter can take that back." in page
    assert "Take the key back" not in page


def test_sharing_asks_for_words_that_were_given_long_ago_and_loses_nothing_that_was_typed(two):
    browser = sign_in(two.desk)
    session = browser.session
    session["words_given_at"] -= 601
    session.save()

    asked = two.share(browser=browser, note="Call them on a Monday.")

    assert asked.status_code == 423
    assert "Your words again" in asked.content.decode()
    assert "Call them on a Monday." in asked.content.decode()
    assert Grant.objects.filter(desk__isnull=False).count() == 1
    assert browser.post("/member/unlock/", {"words": two.desk.words, "again": "yes"}).status_code == 302
    assert two.share(browser=browser, note="Call them on a Monday.").status_code == 302
