"""What is added later goes to the key that the visit knows, whatever the incident's row says meanwhile."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from accounts.queries import receiving
from incidents.models import Exhibit, Incident, Report
from incidents.vault import openings
from sealing.keys import Secret
from tests.factories import Unlocked, make_desk
from tests.vault.rekeying import go_on, objects

pytestmark = pytest.mark.django_db(databases="__all__")

ASKED = "This report has another key now. Please enter your words again. Nothing was sent yet."
TAMPERED = "This record is not as it was stored"
ADDED = {"text": "canary-added"}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def phone(desk):
    """A phone that filed just now, and may add."""
    witness = Client(raise_request_exception=False)
    witness.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    assert witness.post("/report/", {"place-town": "Cicero"}).status_code == 302
    return witness


@pytest.fixture
def words(phone):
    return " ".join(re.findall(r"<span>([^<]+)</span> ", phone.get("/report/receipt/").content.decode()))


def put_a_strangers_key_there():
    Incident.objects.update(recipient=Secret.new().recipient)


def opened(desk):
    return openings.incident(Incident.objects.get().reference, slug=desk.slug, using=Unlocked(desk), at=now())


def clip():
    return {"file": SimpleUploadedFile("a.mp4", b"moving")}


def test_nothing_is_sealed_to_a_key_that_somebody_wrote_into_the_row(phone, words):
    put_a_strangers_key_there()

    page = phone.post("/report/more/story/", ADDED)
    with_words = phone.post("/report/more/story/", {**ADDED, "words": words})

    assert page.status_code == 422
    assert ASKED in page.content.decode()
    assert "canary-added" in page.content.decode()  # what was typed is not lost
    assert with_words.status_code == 500
    assert TAMPERED in with_words.content.decode()
    assert Report.objects.count() == 1


def test_no_file_is_kept_for_a_key_that_somebody_wrote_into_the_row(phone, words):
    put_a_strangers_key_there()

    answers = [phone.post("/report/files/", clip()), phone.post("/report/files/", clip() | {"words": words})]

    assert [answer.status_code for answer in answers] == [422, 500]
    assert ASKED in answers[0].content.decode()
    assert (Exhibit.objects.count(), objects()) == (0, set())


def test_who_came_back_with_the_words_adds_nothing_to_a_strangers_key(phone, words):
    assert phone.post("/back/", {"words": words}).status_code == 302
    put_a_strangers_key_there()

    answer = phone.post("/report/more/story/", ADDED)

    assert (answer.status_code, Report.objects.count()) == (422, 1)
    assert phone.get("/back/report/")["Location"] == "/back/?ended=yes"
    assert TAMPERED in phone.post("/back/", {"words": words}).content.decode()


def test_after_the_incident_got_another_key_the_words_are_asked_and_what_was_typed_is_added(desk, phone, words):
    go_on(opened(desk))

    looked = phone.get("/report/more/story/")
    refused = phone.post("/report/more/story/", ADDED)
    added = phone.post("/report/more/story/", {**ADDED, "words": words})
    next_one = phone.post("/report/more/story/", {"text": "canary-next"})

    assert looked["Location"] == "/back/?ended=yes"
    assert "your report has another key now" in phone.get("/back/?ended=yes").content.decode()
    assert (refused.status_code, added.status_code, next_one.status_code) == (422, 302, 302)
    told = b"".join(report.document for report in opened(desk).reports)
    assert b"canary-added" in told
    assert b"canary-next" in told


def test_a_file_form_asks_for_the_words_too(desk, phone, words):
    go_on(opened(desk))

    assert phone.get("/report/files/")["Location"] == "/back/?ended=yes"
    assert "choose your files again" in phone.post("/report/files/", clip() | {"words": words}).content.decode()
    assert phone.post("/report/files/", clip()).status_code == 302
    assert [opened(desk).reader(one).read() for one in opened(desk).exhibits] == [b"moving"]
