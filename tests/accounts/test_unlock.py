"""What a session holds open rests in three parts; each missing one locks, and time locks too."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from accounts.unlock import IDLE, LONGEST, MEMBER
from tests.accounts.members import sign_in
from tests.factories import make_desk

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def incident(desk, made):
    return f"/desk/{desk.slug}/{made['reference']}/"


def moved_back(client, name, by):
    """Let time pass for what the session holds."""
    session = client.session
    session[name] -= int(by.total_seconds())
    session.save()


def reboot(site):
    settings.RUNTIME = site / "after the power was off"
    settings.RUNTIME.mkdir()


@pytest.fixture
def lose(site, settings, lead):
    settings.RUNTIME = settings.RUNTIME  # put back after the test

    def lose_part(part):
        if part == "boot half":
            reboot(site)
        elif part == "cookie half":
            del lead.cookies[MEMBER.cookie]
        elif part == "changed cookie half":
            half = lead.cookies[MEMBER.cookie].value
            lead.cookies[MEMBER.cookie] = ("A" if half[0] != "A" else "B") + half[1:]
        else:
            session = lead.session
            del session[MEMBER.slot]
            session.save()

    return lose_part


PARTS = ["boot half", "cookie half", "changed cookie half", "session's rest"]


@pytest.mark.parametrize("part", PARTS)
def test_without_one_part_nothing_opens_and_the_words_lead_back_to_where_one_was(desk, lead, incident, lose, part):
    where = f"{incident}?page=2"
    assert lead.get(where).status_code == 200
    lose(part)

    locked = lead.get(where)
    back = re.findall(r'name="next" value="([^"]+)"', locked.content.decode())[-1]  # the first is the language's
    opened = lead.post("/member/unlock/", {"words": desk.words, "next": back})

    assert locked.status_code == 423
    assert "They took the back door." not in locked.content.decode()
    assert (opened.status_code, opened["Location"]) == (302, where)
    assert lead.get(where).status_code == 200


def test_the_session_row_alone_opens_nothing(lead, incident):
    seized = Client()
    seized.cookies[settings.SESSION_COOKIE_NAME] = lead.cookies[settings.SESSION_COOKIE_NAME].value

    assert seized.get(incident).status_code == 423


def test_the_cookie_half_of_one_member_does_not_open_the_session_of_another(lead, incident, site):
    other = sign_in(make_desk(site, "Southside Legal", "other@example.org"))
    lead.cookies[MEMBER.cookie] = other.cookies[MEMBER.cookie].value

    assert lead.get(incident).status_code == 423


def test_wrong_words_leave_it_locked_and_keep_the_way_back(desk, lead, incident):
    lead.post("/member/lock/")

    wrong = lead.post("/member/unlock/", {"words": "one two three four five", "next": incident})

    assert wrong.status_code == 422
    assert "These are not your words" in wrong.content.decode()
    assert f'value="{incident}"' in wrong.content.decode()
    assert lead.get(incident).status_code == 423
    assert lead.post("/member/unlock/", {"words": desk.words.upper(), "next": incident}).status_code == 302


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "/\\evil.example/", "", "javascript:1"]
)
def test_unlocking_leads_back_only_within_the_site(desk, lead, elsewhere):
    lead.post("/member/lock/")

    assert lead.post("/member/unlock/", {"words": desk.words, "next": elsewhere})["Location"] == "/desk/"


def test_nobody_unlocks_without_being_signed_in(desk):
    answer = Client().post("/member/unlock/", {"words": desk.words})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/member/sign-in/")


def test_signing_out_ends_the_session_and_both_parts_that_were_taken_along_open_nothing(lead, incident):
    stolen = Client()
    stolen.cookies.load({name: cookie.value for name, cookie in lead.cookies.items()})

    answer = lead.post("/member/sign-out/")

    assert answer.status_code == 302
    for browser in (lead, stolen):
        assert browser.get(incident)["Location"].startswith("/member/sign-in/")


def test_a_link_to_sign_out_signs_nobody_out(lead, incident):
    lead.get("/member/sign-out/")

    assert lead.get(incident).status_code == 200


def test_unused_for_a_quarter_of_an_hour_it_locks_and_the_browser_forgets_its_half(lead, incident):
    lead.get(incident)
    moved_back(lead, "unlock_used_at", IDLE)

    answer = lead.get(incident)

    assert answer.status_code == 423
    assert lead.cookies[MEMBER.cookie].value == ""
    assert MEMBER.slot not in lead.session


def test_use_moves_the_idle_clock_on(lead, incident):
    for _ in range(3):
        moved_back(lead, "unlock_used_at", IDLE - timedelta(minutes=1))
        assert lead.get(incident).status_code == 200


@pytest.mark.parametrize(("age", "still_in"), [(LONGEST - timedelta(minutes=1), True), (LONGEST, False)])
def test_twelve_hours_after_its_first_use_a_session_ends_however_busy(lead, incident, age, still_in):
    lead.get(incident)
    moved_back(lead, "began_at", age)

    answer = lead.get(incident)

    assert (answer.status_code == 200) == still_in
    assert still_in or answer["Location"].startswith("/member/sign-in/")


def test_no_view_sees_the_cookie_half(lead, incident):
    half = lead.cookies[MEMBER.cookie].value

    request = lead.get(incident).wsgi_request

    assert half not in str(request.META)
    assert half not in str(request.COOKIES)
    assert half not in str(dict(request.session.items()))
