"""A desk's open cards in memory: what is there, and when it goes."""

from __future__ import annotations

import gc

import pytest
from django.test import Client

from incidents.models import Card
from incidents.vault import cards
from incidents.vault.cards import CardIndex
from tests.accounts.members import let_in
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

FACTS = frozenset({"language", "state"})


def document(language="es", state="IL"):
    event = {"answers": {"place": {"value": {"state": state}}}}
    return {"language": language, "sections": {"event": [event]}}


@pytest.fixture
def desk(site):
    return make_desk(site)


def listed(index, **filters):
    return [row.reference for row in index.page(filters, number=1).rows]


def open_cards():
    """Whatever index this process still holds, and what is in it."""
    held = [one for one in gc.get_objects() if type(one) is CardIndex]
    return [reference for index in held for reference in listed(index)]


def test_lists_filters_and_counts_follow_the_cards(desk, site):
    one, two = (deposit(desk, document(state=state), folder=site)["reference"] for state in ("IL", "WI"))
    held = Unlocked(desk).desk(desk.slug)

    index = cards.index_of(held, facts=FACTS)

    assert set(listed(index)) == {one, two}
    assert listed(index, state="WI", language="es") == [two]
    assert listed(index, state="WI", language="en") == []
    assert index.values("language") == [("es", 2)]
    three = deposit(desk, document("en"), folder=site)["reference"]
    index = cards.index_of(held, facts=FACTS)
    assert listed(index, language="en") == [three]
    assert index.values("state") == [("IL", 2), ("WI", 1)]
    Card.objects.filter(incident__reference=one).delete()
    assert one not in listed(cards.index_of(held, facts=FACTS))


def test_a_card_made_into_a_document_keeps_what_the_desk_wrote_on_it(desk, site):
    deposit(desk, document(), folder=site)
    held = Unlocked(desk).desk(desk.slug)
    slow = CardIndex(held, facts=FACTS)
    slow.refresh(held)  # this process saw the card while it still waited
    card = Card.objects.get()
    cards.write_review(card.incident_id, {"status": "screening"}, desk=held)

    slow.refresh(held)

    assert cards.review_of(card.incident_id, desk=held) == {"status": "screening"}
    assert slow.values("status") == [("screening", 1)]


@pytest.mark.parametrize("way", ["/member/lock/", "/member/sign-out/"])
def test_locking_and_signing_out_forget_the_open_cards(desk, site, way):
    made = deposit(desk, document(), folder=site)
    client = Client()
    let_in(client, desk)
    client.get(f"/desk/{desk.slug}/")
    assert made["reference"] in open_cards()

    client.post(way)

    assert made["reference"] not in open_cards()
