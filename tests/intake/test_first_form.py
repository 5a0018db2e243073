"""The first form loses nothing, whatever became of the session behind it."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.queries import receiving
from incidents.models import Checkpoint, Exhibit, Grant, Incident
from tests.factories import make_desk

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def form(desk):
    """A browser with the first form of this group before it, and the hidden field that names the group."""
    client = Client()
    page = client.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/", follow=True).content.decode()
    return client, re.search(r'name="group" value="([^"]+)"', page)[1]


def test_a_session_that_ended_meanwhile_loses_neither_group_nor_words_nor_files(desk, form):
    client, group = form
    client.session.flush()
    client.cookies.pop("__Host-session", None)
    photo = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"x" * 1000, content_type="image/jpeg")

    answer = client.post("/report/", {"group": group, "badge": "4471B", "file": photo})

    assert answer.status_code == 302
    assert Grant.objects.get(desk__isnull=False).desk.slug == desk.slug
    assert Exhibit.objects.count() == 1
    assert client.get("/report/receipt/").status_code == 200


@pytest.mark.parametrize("group", ["", "no-such-desk/123", "northside-legal/000000000000000000000000"])
@pytest.mark.usefixtures("desk")
def test_a_group_that_is_not_pinned_like_that_receives_nothing(group, site):
    photo = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"x" * 1000, content_type="image/jpeg")

    answer = Client().post("/report/", {"group": group, "badge": "4471B", "file": photo})

    assert answer.status_code == 404
    assert Incident.objects.count() == 0
    assert not list((site / "objects").rglob("*"))[1:]  # no part, and no folder of one


def test_a_proof_asked_for_twice_is_signed_once(form):
    client, group = form
    client.post("/report/", {"group": group, "badge": "4471B"})

    first, second = client.get("/report/proof/"), client.get("/report/proof/")

    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert Checkpoint.objects.count() == 1


def test_what_sending_said_yes_to_is_listed_for_who_comes_back(form):
    client, group = form
    client.post("/report/", {"group": group, "badge": "4471B"})
    page = client.get("/report/receipt/").content.decode()
    words = " ".join(re.findall(r"<span>([^<]+)</span> ", page))
    back = Client()
    back.post("/back/", {"words": words})

    assert "Help for the people in it" in back.get("/back/report/").content.decode()
