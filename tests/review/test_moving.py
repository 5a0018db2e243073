"""An incident moves from state to state at one desk, each move by a named seat."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from accounts.models import Role
from incidents.models import Event
from sealing import keys
from tests.accounts.members import let_in, seat, sign_in
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERS = {"language": "es", "sections": {"story": [{"answers": {"text": {"value": "Una camioneta sin placas."}}}]}}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def made(desk, site):
    return deposit(desk, ANSWERS, folder=site)


def signed_in(desk):
    client = Client()
    let_in(client, desk)
    return client


def moves(desk):
    held = Unlocked(desk).desk(desk.slug)
    rows = Event.objects.filter(kind="moved", desk_id=held.id).order_by("index")
    places = [(row, ("event", str(held.id), str(row.id))) for row in rows]
    return [json.loads(keys.unseal_bytes(held.secret.sub("ledger"), bytes(row.body), place)) for row, place in places]


def test_a_move_is_one_event_of_the_desk_by_a_named_seat(desk, made):
    client = signed_in(desk)
    at = f"/desk/{desk.slug}/{made['reference']}/"

    assert client.post(f"{at}move/", {"to": "screening"}).status_code == 302

    assert "Being screened" in client.get(at).content.decode()
    assert "Being screened" in client.get(f"/desk/{desk.slug}/?status=screening").content.decode()
    (said,) = moves(desk)
    assert said["to"] == "screening"
    assert said["by"] == str(Unlocked(desk).desk(desk.slug).seat_id)


def test_closing_takes_a_reason_and_can_be_taken_back(desk, made):
    client = signed_in(desk)
    at = f"/desk/{desk.slug}/{made['reference']}/"

    refused = client.post(f"{at}move/", {"to": "closed"})
    assert refused.status_code == 422
    assert "Say why it is closed." in refused.content.decode()
    assert client.post(f"{at}move/", {"to": "closed", "reason": "duplicate"}).status_code == 302
    assert "Filed twice" in client.get(at).content.decode()
    assert client.post(f"{at}move/", {"to": "screening"}).status_code == 302

    assert [said["to"] for said in moves(desk)] == ["closed", "screening"]
    assert "Filed twice" not in client.get(at).content.decode().partition("Why, if you close it")[0]


@pytest.mark.parametrize("to", ["accepted", "class_candidate", "new", "nonsense", ""])
def test_only_the_moves_of_the_diagram_are_made(desk, made, to):
    client = signed_in(desk)

    assert client.post(f"/desk/{desk.slug}/{made['reference']}/move/", {"to": to}).status_code == 422
    assert moves(desk) == []


def test_a_reviewer_screens_and_does_not_decide(desk, made):
    client = sign_in(seat(desk, Role.REVIEWER, "reviewer@example.org"))
    at = f"/desk/{desk.slug}/{made['reference']}/move/"

    assert client.post(at, {"to": "closed", "reason": "done"}).status_code == 422
    assert client.post(at, {"to": "conflict_check"}).status_code == 302
    assert client.post(at, {"to": "accepted"}).status_code == 422
    assert [said["to"] for said in moves(desk)] == ["conflict_check"]


def test_no_other_desk_and_no_custody_record_shows_a_move(desk, made, site):
    client = signed_in(desk)
    at = f"/desk/{desk.slug}/{made['reference']}/"
    client.post(f"{at}move/", {"to": "screening"})
    other = make_desk(site, "Southside Legal", "other@example.org")

    assert signed_in(other).post(f"{at}move/", {"to": "closed", "reason": "done"}).status_code == 404
    page = client.get(at).content.decode()
    assert "moved to another state" not in page.partition("Custody record")[2]


def test_an_addition_keeps_where_the_incident_stands(desk, made):
    client = signed_in(desk)
    at = f"/desk/{desk.slug}/{made['reference']}/"
    client.post(f"{at}move/", {"to": "screening"})
    back = Client()
    back.post("/back/", {"words": made["receipt"]})

    assert back.post("/report/more/story/", {"text": "Algo más."}).status_code == 302

    page = client.get(at).content.decode()
    assert "Algo más." in page
    assert "Being screened" in page
