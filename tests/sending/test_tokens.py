"""A token adds to one incident while it is fresh and the incident has its key. Everything else is the same nothing."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from incidents.intake import token
from incidents.models import Incident
from sealing.keys import Secret
from tests.sending.sender import Script, came_back, digest, filed, words_of

pytestmark = pytest.mark.django_db(databases="__all__")

GONE = (404, {"error": "gone"})
DATA = bytes(2500)


def with_token(script, said):
    return Script({**script.page, "token": said})


def issued(script, **but):
    to = {"incident_id": uuid.UUID(script.page["incident"]), "to": script.to, "visit": "a visit", "on": now().date()}
    return token.issue(**{**to, **but})


BAD = {
    "none": lambda _script: "",
    "words": lambda _script: "let me in",
    "a changed one": lambda script: script.page["token"][:-1] + ("A" if script.page["token"][-1] != "A" else "B"),
    "an old one": lambda script: issued(script, on=(now() - timedelta(days=31)).date()),
    "one of tomorrow": lambda script: issued(script, on=(now() + timedelta(days=2)).date()),
    "another incident's": lambda script: issued(script, incident_id=uuid.uuid4()),
    "one for another key": lambda script: issued(script, to=Secret.new().recipient),
}


def test_a_token_that_is_not_good_gets_the_one_answer_everywhere(script):
    sent = script.file(DATA)
    script.begin(sent)

    for bad, made in BAD.items():
        stranger = with_token(script, made(script))
        answers = [
            stranger.begin(script.file(DATA)),
            stranger.begin(sent),
            stranger.state(sent),
            stranger.part(sent, 1),
            stranger.finish(sent),
            stranger.ask("DELETE", sent.id),
            stranger.state(script.file(DATA)),
        ]
        assert answers == [GONE] * 7, bad
    assert script.state(sent)[0] == 200


def test_on_its_last_day_a_token_still_adds(script):
    last = with_token(script, issued(script, on=(now() - timedelta(days=30)).date()))

    assert last.begin(last.file(DATA))[0] == 201


def test_a_token_of_another_incident_reaches_nothing_of_this_one(desk, script):
    other = Script.of(filed(desk))
    here = script.send(script.file(DATA))
    begun = script.file(DATA)
    script.begin(begun)

    for sent in (here, begun):
        for answer in (other.state(sent), other.begin(sent), other.part(sent, 1), other.ask("DELETE", sent.id)):
            assert answer == GONE
    assert other.finish(here) == GONE


def test_an_incident_that_is_gone_answers_like_one_that_never_was(script):
    sent = script.file(DATA)
    script.begin(sent)
    never = Script({**script.page, "incident": str(uuid.uuid4())})

    Incident.objects.all().delete()

    assert script.state(sent) == never.state(sent) == GONE


def test_cookies_alone_open_nothing(witness, script):
    sent = script.file(DATA)
    url = f"/report/incidents/{script.page['incident']}/exhibits/{sent.id}"
    body = sent.beginning

    refused = witness.put(url, body, "application/octet-stream", headers={"content-digest": digest(body)})

    assert (refused.status_code, refused.json()) == GONE


def test_no_answer_says_what_was_sent(script):
    sent = script.file(b"canary-bytes" * 200, name="canary-name.mp4")
    answers = [script.begin(sent), script.part(sent, 1), script.finish(sent), script.state(sent)]

    assert "canary" not in str(answers)


def test_who_came_back_gets_a_token_of_their_own_with_the_same_key(witness, script):
    back = Script.of(came_back(words_of(witness)))

    assert {**back.page, "token": ""} == {**script.page, "token": ""}
    assert back.page["token"] != script.page["token"]
    assert back.begin(back.file(DATA))[0] == 201


def test_who_may_add_nothing_is_handed_nothing():
    assert "data-token" not in Client().get("/report/files/", follow=True).content.decode()


def test_the_page_says_how_much_there_is_room_for(witness, script, settings):
    sent = script.send(script.file(DATA))

    page = Script.of(witness).page

    assert int(page["files-left"]) == settings.INCIDENT_LIMIT_FILES - 1
    assert int(page["bytes-left"]) == settings.INCIDENT_LIMIT_BYTES - sum(part.sealed_bytes for part in sent.parts)
    assert int(page["limit-bytes"]) == settings.FILE_LIMIT_BYTES >= 2 << 30
    assert int(page["part-bytes"]) == 8 << 20
