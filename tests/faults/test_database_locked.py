"""A database that is locked for the whole wait: told soon, and nothing lost."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from accounts.queries import receiving
from incidents.models import Exhibit, Incident, Report
from tests.accounts.members import let_in
from tests.factories import make_desk

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

SAID = {"place-town": "Calle 26", "badge": "4471B"}
SOON_SECONDS = 10  # the wait is 2; the rest is a busy machine


@contextmanager
def locked(alias):
    """Somebody else writes, and does not finish."""
    with closing(sqlite3.connect(connections[alias].settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def desk(real_site):
    return make_desk(real_site)


@pytest.fixture
def witness(desk):
    browser = Client(raise_request_exception=False)
    browser.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    return browser


def post(browser, path="/report/", said=SAID):
    began = time.monotonic()
    response = browser.post(path, said)
    assert time.monotonic() - began < SOON_SECONDS
    return response


def check_later(response):
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "no-store"
    assert "This was not saved yet." in response.content.decode()
    assert "your browser sends the same words again" in response.content.decode()


def test_filing_says_to_come_again_and_the_same_post_then_files(witness, real_site):
    photo = b"\xff\xd8\xff not a photo"
    with locked("default"):
        refused = post(witness, said=SAID | {"file": SimpleUploadedFile("a.jpg", photo)})
    left = [path for path in (real_site / "objects").rglob("*") if path.is_file()]

    again = post(witness, said=SAID | {"file": SimpleUploadedFile("a.jpg", photo)})

    check_later(refused)
    assert left == []
    assert again.status_code == 302
    assert (Incident.objects.count(), Report.objects.count(), Exhibit.objects.count()) == (1, 1, 1)


def test_adding_says_to_come_again_and_the_visit_goes_on(witness):
    assert post(witness).status_code == 302
    with locked("default"):
        refused = post(witness, "/report/more/agents/", {"name": "Whitlock"})

    again = post(witness, "/report/more/agents/", {"name": "Whitlock"})

    check_later(refused)
    assert again.status_code == 302
    assert Report.objects.count() == 2


def test_pages_that_write_nothing_are_shown_meanwhile(witness):
    with locked("default"):
        assert [witness.get(path).status_code for path in ("/", "/groups/", "/report/", "/back/")] == [200] * 4


def test_a_visit_that_cannot_be_remembered_says_to_come_again(desk):
    link = f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/"
    with locked("transient"):
        refused = Client(raise_request_exception=False).get(link)

    check_later(refused)
    assert Client().get(link).status_code == 302


def test_a_visit_that_cannot_be_written_on_says_so_too(desk, witness):
    link = f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/"
    with locked("transient"):
        interrupted = witness.get(link)

    check_later(interrupted)
    assert witness.get(link).status_code == 302


def test_a_member_is_told_to_come_again_and_reads_on_afterwards(desk, witness):
    assert post(witness).status_code == 302
    member = Client(raise_request_exception=False)
    let_in(member, desk)
    where = f"/desk/{desk.slug}/{Incident.objects.get().reference}/"
    with locked("default"):  # the opening of an incident is written down, or it is not opened
        refused = member.get(where)

    assert refused.status_code == 503
    assert "4471B" not in refused.content.decode()
    assert "4471B" in member.get(where).content.decode()


def test_where_the_visit_cannot_be_remembered_nothing_is_filed_whose_words_nobody_saw(witness, real_site):
    said = SAID | {"file": SimpleUploadedFile("a.jpg", b"\xff\xd8\xff not a photo")}
    with locked("transient"):
        refused = post(witness, said=said)
    objects = [path for path in (real_site / "objects").rglob("*.age") if path.is_file()]

    check_later(refused)
    assert (Incident.objects.count(), Exhibit.objects.count(), len(objects)) == (0, 0, 0)
