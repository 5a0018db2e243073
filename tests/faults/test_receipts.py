"""Guessing a receipt tells nothing, costs the same each time, and waits its turn."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest
from django.test import Client

from accounts.queries import receiving
from incidents.models import Incident
from incidents.vault import grants
from sealing import keys, receipts, wraps
from sealing.slots import Purpose, slot
from tests.accounts.members import let_in
from tests.factories import deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERS = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "A white van."}}}]}}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def made(desk, site):
    return deposit(desk, ANSWERS, folder=site)


@pytest.fixture
def work(monkeypatch):
    """Count what is costly: stretches, and keys tried on what is wrapped."""
    counts = {"stretches": 0, "openings": 0}

    def counted(module, name, what):
        real = getattr(module, name)

        def call(*args, **kwargs):
            counts[what] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, call)

    counted(keys, "hash_secret_raw", "stretches")
    counted(wraps.pyrage, "decrypt", "openings")
    return counts


def back(words, client=None):
    return (client or Client()).post("/back/", {"words": words})


def page_of(response, typed):
    text = response.content.decode().replace(typed, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def headers_of(response):
    """Return the headers but the length, which follows what was typed."""
    return tuple(sorted((name, value) for name, value in response.headers.items() if name != "Content-Length"))


def test_a_receipt_of_nobody_and_one_that_was_taken_back_give_the_same_page(desk, made, site):
    other = deposit(desk, ANSWERS, folder=site)
    Incident.objects.filter(reference=other["reference"]).delete()
    never = [receipts.draw("en"), receipts.draw("en")]

    answers = [(words, back(words)) for words in (*never, other["receipt"])]

    assert [response.status_code for _, response in answers] == [422] * 3
    assert len({page_of(response, words) for words, response in answers}) == 1
    assert "We found no report for these words." in answers[0][1].content.decode()
    assert len({headers_of(response) for _, response in answers}) == 1
    assert made["reference"]  # there was something to find


def test_no_session_begins_for_a_receipt_of_nobody(made):  # noqa: ARG001 # there was something to find
    client = Client()

    back(receipts.draw("en"), client)

    assert "__Host-session" not in client.cookies
    assert "__Host-back" not in client.cookies


def test_a_hit_and_a_miss_cost_the_same(made, work):
    costs = []
    for words in (made["receipt"], receipts.draw("en"), made["receipt"], receipts.draw("es")):
        back(words)
        costs.append(dict(work))
        work.update(stretches=0, openings=0)

    assert costs == [{"stretches": 1, "openings": 1}] * 4


def test_what_can_be_nobodys_receipt_is_told_at_once_and_costs_nothing(made, work):
    misspelt = ["one two", "0123 4567 8901 2345 6789 0129", "xqz " * 6, f"{made['receipt']} more"]

    assert [back(words).status_code for words in misspelt] == [422] * 4
    assert work == {"stretches": 0, "openings": 0}


@pytest.fixture
def all_taken():
    """Somebody keeps every slot of a purpose busy."""
    with ExitStack() as stack:
        yield lambda purpose: stack.enter_context(slot(purpose))


def test_when_all_receipts_are_being_tried_the_next_is_told_when_to_come_again(made, all_taken):
    all_taken(Purpose.RECEIPT)

    refused = [back(words) for words in (made["receipt"], receipts.draw("en"))]

    assert [(answer.status_code, answer["Retry-After"]) for answer in refused] == [(503, "5")] * 2
    assert len({answer.content for answer in refused}) == 1
    assert "Wait a minute." in refused[0].content.decode()


def test_a_flood_of_guesses_holds_up_neither_filing_nor_members(desk, made, all_taken):
    all_taken(Purpose.RECEIPT)
    witness, member = Client(), Client()
    witness.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")

    assert witness.post("/report/", {"place-town": "Cicero"}).status_code == 302
    let_in(member, desk)
    assert member.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200


def test_when_filing_must_wait_nothing_is_kept_and_the_same_post_files_later(desk, site):
    witness = Client()
    witness.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    with ExitStack() as busy:
        busy.enter_context(slot(Purpose.FILING))
        refused = witness.post("/report/", {"place-town": "Cicero"})
    filed = witness.post("/report/", {"place-town": "Cicero"})

    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert filed.status_code == 302
    assert Incident.objects.count() == 1
    assert grants.by_receipt(words_of(witness)) is not None
    assert not list((site / "objects").rglob("*.age"))


def words_of(browser):
    page = browser.get("/report/receipt/").content.decode()
    return " ".join(re.findall(r"<span>([^<]+)</span> ", page))
