"""A click mails the reporter that something waits, where they said yes to it and gave an address, and not otherwise."""

from __future__ import annotations

import json
import re

import pytest
from django.core import mail
from django.db import connection, connections
from django.test import Client
from django.utils.timezone import now

from accounts.models import Role
from incidents.models import Event
from incidents.vault import openings
from tests.accounts.members import seat, sign_in
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

ADDRESS = "canary-reporter@example.org"
BUTTON = "Mail the reporter to come back"
DENIED = "No mail may go to this reporter"
SENT = "A mail told the reporter that something waits for them."
FULL = "CREATE TEMP TRIGGER full BEFORE INSERT ON incidents_event BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"


@pytest.fixture
def desk(site, settings):
    settings.DEFAULT_FROM_EMAIL = "site@example.org"
    return make_desk(site)


@pytest.fixture
def member(desk):
    return sign_in(desk)


def said(notify="yes", language="en", **contact):
    contact = contact or {"way": "email", "to": ADDRESS}
    return {
        "language": language,
        "sections": {
            "reporter": [{"answers": {"contact": {"value": contact}}}],
            "permission": [{"answers": {"notify": {"value": notify}} if notify else {}}],
        },
    }


def filed(desk, site, *documents):
    """File a report, add to it what the others say, and return the page of the incident."""
    first, *later = documents
    made = deposit(desk, first, folder=site)
    for document in later:
        add(made, document)
    return f"/desk/{desk.slug}/{made['reference']}/"


def add(made, document):
    """Come back with the words, and say more on the pages."""
    back = Client()
    assert back.post("/back/", {"words": made["receipt"]}).status_code == 302
    for section, fields in document.items():
        answer = back.post(f"/report/more/{section}/", fields)
        assert answer.status_code == 302, answer.content.decode()


def acts(desk, page):
    reference = page.rstrip("/").rpartition("/")[2]
    opened = openings.incident(reference, slug=desk.slug, using=Unlocked(desk), at=now())
    return [event.said for event in opened.custody()]


def dumped():
    for alias in connections:
        connections[alias].ensure_connection()
    return "\n".join(line for alias in connections for line in connections[alias].connection.iterdump())


def test_one_click_sends_the_fixed_text_and_one_line_of_the_record_says_so(desk, member, site):
    page = filed(desk, site, said())
    assert BUTTON in member.get(page).content.decode()
    before = Event.objects.count()

    answer = member.post(f"{page}mail/")

    [sent] = mail.outbox
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert (sent.to, sent.cc, sent.bcc, sent.subject) == ([ADDRESS], [], [], "Something waits for you")
    assert sent.body == (
        "Something waits for you. Open this site, choose “I have my words”, and write your words.\n\n"
        "https://testserver/back/\n"
    )
    assert Event.objects.count() == before + 1
    assert SENT in member.get(page).content.decode()


def test_the_line_holds_no_address_and_looks_like_a_reading_in_the_open(desk, member, site):
    page = filed(desk, site, said())

    member.post(f"{page}mail/")

    assert Event.objects.order_by("-index").first().kind == "opened"
    [line] = [said for said in acts(desk, page) if said["act"] == "reporter_mailed"]
    assert line.keys() == {"act", "at", "by", "nonce", "object"}
    assert "canary" not in json.dumps(line)
    assert "canary-reporter" not in dumped()


@pytest.mark.parametrize(("language", "first_words"), [("es", "Algo le espera."), ("ht", "Something waits for you.")])
def test_it_is_in_the_language_of_the_report_where_the_text_is(desk, member, site, language, first_words):
    page = filed(desk, site, said(language=language))

    member.post(f"{page}mail/")

    assert mail.outbox[0].body.startswith(first_words)


@pytest.mark.parametrize(
    "document",
    [
        said(notify="no"),
        said(notify=None),
        said(way="phone", to="+1 312 555 0100"),
        said(way="signal", to=ADDRESS),
        said(way="email", to="not an address"),
        said(way="email", to=f"{ADDRESS}\nBcc: all@example.org"),
        said(hours="evenings"),
        {"language": "en", "sections": {"reporter": [], "permission": [{"answers": {"notify": {"value": "yes"}}}]}},
    ],
)
def test_without_a_yes_and_an_address_there_is_no_button_and_a_forged_post_is_refused(desk, member, site, document):
    page = filed(desk, site, document)
    before = Event.objects.count()

    shown = member.get(page).content.decode()
    forged = member.post(f"{page}mail/")

    assert BUTTON not in shown
    assert (forged.status_code, mail.outbox) == (403, [])
    assert DENIED in forged.content.decode()
    assert Event.objects.count() == before + 1  # that it was opened


@pytest.mark.parametrize(
    "later",
    [
        {"permission": {"notify": "no"}},
        {"permission": {"notify": "prefer_not_to_say"}},
        {"reporter": {"contact": "+1 312 555 0100", "contact-way": "phone"}},
    ],
)
def test_what_they_said_last_decides(desk, member, site, later):
    made = deposit(desk, said(), folder=site)
    page = f"/desk/{desk.slug}/{made['reference']}/"
    assert BUTTON in member.get(page).content.decode()

    add(made, later)

    assert BUTTON not in member.get(page).content.decode()
    assert (member.post(f"{page}mail/").status_code, mail.outbox) == (403, [])


def test_a_later_yes_with_another_address_goes_there(desk, member, site):
    made = deposit(desk, said(notify="no"), folder=site)
    add(made, {"permission": {"notify": "yes"}, "reporter": {"contact": "new@example.org", "contact-way": "email"}})

    member.post(f"/desk/{desk.slug}/{made['reference']}/mail/")

    assert [sent.to for sent in mail.outbox] == [["new@example.org"]]


def test_a_site_that_sends_no_mail_has_no_button(desk, member, site, settings):
    settings.DEFAULT_FROM_EMAIL = "webmaster@localhost"
    page = filed(desk, site, said())

    assert BUTTON not in member.get(page).content.decode()
    assert member.post(f"{page}mail/").status_code == 403


def test_a_mail_server_that_is_away_is_said_and_nothing_is_written(desk, member, site, settings):
    page = filed(desk, site, said())
    member.get(page)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    before = Event.objects.count()

    answer = member.post(f"{page}mail/")

    text = re.sub(r"\s+", " ", answer.content.decode())
    assert answer.status_code == 503
    assert "The mail did not leave: the mail server does not answer. Nothing was written down." in text
    assert BUTTON in text
    assert Event.objects.count() == before
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert member.post(f"{page}mail/").status_code == 302
    assert len(mail.outbox) == 1


def test_where_the_record_takes_no_line_no_mail_leaves(desk, site):
    page = filed(desk, site, said())
    member = sign_in(desk, raise_request_exception=False)
    member.get(page)
    with connection.cursor() as cursor:
        cursor.execute(FULL)

    answer = member.post(f"{page}mail/")

    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER full")
    assert (answer.status_code, mail.outbox) == (500, [])


def test_a_second_mail_on_one_day_is_refused_with_the_reason(desk, member, site):
    page = filed(desk, site, said())
    member.post(f"{page}mail/")

    shown, again = member.get(page).content.decode(), member.post(f"{page}mail/")

    assert BUTTON not in shown
    assert "A mail went to this reporter today. One a day is enough." in shown
    assert (again.status_code, len(mail.outbox)) == (403, 1)


@pytest.mark.parametrize(("role", "status"), [(Role.CALL_TAKER, 403), (Role.REVIEWER, 302), (Role.LAWYER, 302)])
def test_whoever_reads_the_incident_may_do_it(desk, site, role, status):
    page = filed(desk, site, said())

    answer = sign_in(seat(desk, role, "colleague@example.org")).post(f"{page}mail/")

    assert (answer.status_code, len(mail.outbox)) == (status, int(status == 302))


def test_a_locked_member_and_one_of_another_desk_send_nothing(desk, member, site):
    page = filed(desk, site, said())
    outsider = sign_in(make_desk(site, "Southside Legal", "other@example.org"))
    member.post("/member/lock/")

    assert member.post(f"{page}mail/").status_code == 423
    assert outsider.post(f"{page}mail/").status_code == 404
    assert mail.outbox == []
