"""What the reporter says of uses counts at every desk at once, whoever holds which key."""

from __future__ import annotations

import logging
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils.timezone import now

from accounts import rotation
from accounts.models import Role
from accounts.queries import receiving
from incidents.casework import uses
from incidents.checklist.answers import Answers
from incidents.models import Card, Event, Incident, Report
from incidents.vault import cards, carrying, deposits, grants, openings
from tests.accounts.members import seat, sign_in
from tests.factories import Unlocked, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

FACTS = frozenset({"uses"})
STORY = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "A white van."}}}]}}
NORTH = "northside-legal"
SAID_NO = "The reporter said no to legal help"


@pytest.fixture
def north(site):
    return make_desk(site)


@pytest.fixture
def south(site):
    return make_desk(site, "Southside Legal", "other@example.org")


@pytest.fixture
def filed(north, south):
    """An incident that both desks got, and the words that open it."""
    desks = [receiving(desk.slug) for desk in (north, south)]
    return deposits.deposit(deposits.begin(), Answers.checked(STORY), desks=desks, receipt="en", files=(), at=now())


@pytest.fixture
def reporter(filed):
    return came_back(filed)


def came_back(filed):
    browser = Client()
    assert browser.post("/back/", {"words": filed.receipt}).status_code == 302
    return browser


def says(browser, use, **answers):
    """Answer yes or no for each desk."""
    said = {f"at-{name}side-legal": answer for name, answer in answers.items()}
    response = browser.post("/back/uses/", {"use": use, "sure": "yes", **said})
    assert response.status_code == 302, response.content.decode()


def nobody_gets_legal_help(browser):
    says(browser, "legal_help", north="no", south="no")


def allowed(desk):
    """What the desk's list says may be done, without opening anything."""
    index = cards.index_of(Unlocked(desk).desk(desk.slug), facts=FACTS)
    return [use for use, _count in sorted(index.values("uses"))]


def page(desk, filed, *, member=None):
    response = sign_in(member or desk).get(f"/desk/{desk.slug}/{filed.reference}/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_no_overrules_the_card_of_every_desk_before_anybody_opens_the_incident(reporter, north, south):
    assert [allowed(north), allowed(south)] == [["legal_help"], ["legal_help"]]

    nobody_gets_legal_help(reporter)

    assert [allowed(north), allowed(south)] == [[], []]
    assert not Event.objects.filter(kind="opened", incident_id__isnull=False).exists()


def test_an_index_that_is_open_already_learns_of_it_and_of_a_yes_after_it(reporter, north):
    held = Unlocked(north).desk(north.slug)
    index = cards.index_of(held, facts=FACTS)
    nobody_gets_legal_help(reporter)
    assert cards.index_of(held, facts=FACTS).page({"uses": "legal_help"}, number=1).total == 0

    says(reporter, "press_or_public", north="yes", south="no")

    assert cards.index_of(held, facts=FACTS) is index
    assert index.values("uses") == [("press_or_public", 1)]
    says(reporter, "legal_help", north="yes", south="no")
    index.refresh(held)
    assert index.values("uses") == [("legal_help", 1), ("press_or_public", 1)]


def test_a_yes_to_one_desk_is_none_to_another(reporter, north, south, filed):
    says(reporter, "court_filing", north="yes", south="no")

    assert [allowed(north), allowed(south)] == [["court_filing", "legal_help"], ["legal_help"]]
    for desk, may in ((north, True), (south, False)):
        opened = openings.incident(filed.reference, slug=desk.slug, using=Unlocked(desk), at=now())
        assert uses.allowed(uses.said(opened.answers), "court_filing", desk=desk.slug) is may


def test_what_the_desk_wrote_on_its_card_survives(reporter, north, filed):
    held = Unlocked(north).desk(north.slug)
    cards.index_of(held, facts=FACTS)
    review = {"status": "closed", "reason": "duplicate"}
    cards.write_review(filed.incident_id, review, desk=held)

    nobody_gets_legal_help(reporter)
    cards.write_review(filed.incident_id, {**review, "status": "screening"}, desk=held)

    assert allowed(north) == []
    page(north, filed)
    assert cards.review_of(filed.incident_id, desk=held) == {**review, "status": "screening"}
    assert allowed(north) == []


def test_opening_the_incident_puts_it_on_the_card_and_the_notice_goes(reporter, north, filed):
    held = Unlocked(north).desk(north.slug)
    index = cards.index_of(held, facts=FACTS)
    nobody_gets_legal_help(reporter)
    index.refresh(held)

    page(north, filed)

    assert not Card.objects.filter(desk_id=held.id, notice=True).exists()
    assert Card.objects.filter(notice=True).count() == 1  # the other desk has not looked
    index.refresh(held)
    assert index.values("uses") == []


def test_a_card_made_from_reports_before_it_does_not_hide_the_notice(reporter, north, filed):
    held = Unlocked(north).desk(north.slug)
    incident = Incident.objects.get()
    nobody_gets_legal_help(reporter)

    cards.remake(incident, desk=held, reports=[Answers.checked(STORY)], manifests=[])  # somebody read slowly

    assert allowed(north) == []
    assert cards.differs(filed.incident_id, desk=held, reports=2, exhibits=0)


def test_a_packet_that_needs_it_is_refused_with_the_reason(reporter, north, filed):
    address = f"/desk/{north.slug}/{filed.reference}/packets/"
    browser = sign_in(north)
    said = {"recipient": "Counsel of this group", "purpose": "Legal help"}
    assert browser.post(address, said).status_code == 302

    nobody_gets_legal_help(reporter)

    for response in (
        browser.get(address),
        browser.post(address, said),
        browser.post(f"{address}1/download/"),
    ):
        assert response.status_code == 403
        assert SAID_NO in response.content.decode()
    assert SAID_NO in page(north, filed)
    assert f'href="{address}"' not in page(north, filed)
    says(reporter, "legal_help", north="yes", south="no")
    assert browser.get(address).status_code == 200
    assert sign_in(seat(north, Role.LAWYER, "lawyer@example.org")).get(address).status_code == 200


def test_what_a_phone_that_cannot_read_says_counts_at_once_too(north):
    phone = Client()
    phone.get(f"/to/{north.slug}/{receiving(north.slug).fingerprint}/")
    assert phone.post("/report/", {"place-town": "Cicero"}).status_code == 302

    response = phone.post("/report/more/permission/", {"uses-legal_help": "no", "uses-counts": "yes"})

    assert response.status_code == 302
    assert allowed(north) == ["counts"]


def test_the_first_report_stays_byte_for_byte_and_the_ledger_tells(reporter, filed):
    before = bytes(Report.objects.get(number=1).sealed)

    nobody_gets_legal_help(reporter)
    says(reporter, "counts", north="yes", south="no")

    assert bytes(Report.objects.get(number=1).sealed) == before
    assert Report.objects.count() == 3
    kinds = list(Event.objects.filter(incident_id=filed.incident_id).order_by("index").values_list("kind", flat=True))
    assert kinds == ["received", "granted", "granted", "received", "withdrawn", "received", "granted"]
    call_command("verify_ledger", stdout=StringIO())  # it raises where something does not agree


def test_every_desk_and_the_reporter_read_in_the_record_that_it_was_said(reporter, north, south, filed):
    nobody_gets_legal_help(reporter)

    for desk in (north, south):
        assert "The reporter said no to a use of this report." in page(desk, filed)


def test_nothing_of_it_rests_in_plain_and_nothing_is_logged(reporter, north, caplog):
    caplog.set_level(logging.DEBUG)
    says(reporter, "press_or_public", north="yes", south="no")
    nobody_gets_legal_help(reporter)

    for text in ("press_or_public", "legal_help", "at-northside"):
        assert text not in caplog.text
        for alias in connections:
            assert not any(text.encode() in row for row in everything(alias)), (alias, text)
    assert any(north.slug.encode() in row for row in everything("default"))  # what could have been found is found


def everything(alias):
    """Yield each row of a database as bytes."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 # names from the database itself
            for row in cursor.fetchall():
                yield b"|".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row)


def test_a_notice_is_carried_over_when_the_desk_gets_another_key(reporter, north):
    nobody_gets_legal_help(reporter)
    lead = Unlocked(north)
    rotation.rotate(lead.desk(north.slug), at=now())

    carrying.carry(Unlocked(north).desk(north.slug), at=now())

    assert set(Card.objects.filter(desk__slug=north.slug).values_list("generation", flat=True)) == {2}
    assert allowed(north) == []


def test_a_desk_whose_key_ended_is_told_nothing_more(reporter, south):
    Incident.objects.get().grants.filter(desk__slug=south.slug).update(until=now().date().replace(year=2020))

    says(reporter, "legal_help", north="no")

    assert [card.desk.slug for card in Card.objects.filter(notice=True)] == [NORTH]


def test_a_no_to_all_names_no_desk_so_that_one_that_comes_later_hears_it(reporter, filed):
    says(reporter, "legal_help", north="no", south="yes")
    says(reporter, "legal_help", north="no", south="no")

    words_given = SimpleNamespace(opened=grants.by_receipt(filed.receipt))
    said = uses.said(openings.by_receipt(words_given, at=now()).answers)

    assert [(one.desk, one.yes) for one in said] == [("", True), (NORTH, False), ("", False)]
    assert not uses.allowed(said, "legal_help", desk="a-desk-that-comes-later")


def test_what_is_said_again_is_not_written_again(reporter):
    nobody_gets_legal_help(reporter)
    nobody_gets_legal_help(reporter)

    assert Report.objects.count() == 2
