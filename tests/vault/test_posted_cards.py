"""A card at a coalition: it needs the reporter's yes, and goes with that yes and with its desk's key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from accounts.models import Desk
from incidents.models import Card, Grant
from tests.accounts.members import sign_in
from tests.factories import deposit
from tests.vault.neighbours import ANSWERS, SHAREABLE, acts_of_desk, make_coalition, neighbours
from tests.vault.rekeying import step

pytestmark = pytest.mark.django_db(databases="__all__")

SOUTH = "southside-legal"


@pytest.fixture
def two(site):
    return neighbours(site, answers=SHAREABLE)


@pytest.fixture
def river(two):  # noqa: ARG001 # the site it stands on
    return make_coalition()


def post(two, river, held=None, *, way=("card",)):
    answer = sign_in(held or two.desk).post(two.address("sharing", *way, held=held), {"to": river.slug})
    return answer.status_code


def cards_at(river):
    """Return how many cards the coalition's page lists, and lie in the database."""
    shown = sign_in(river).get(f"/desk/{river.slug}/cards/").content.decode()
    return shown.count("4471B"), Card.objects.filter(desk__slug=river.slug).count()


def says(two, use, **answers):
    reporter = Client()
    assert reporter.post("/back/", {"words": two.made["receipt"]}).status_code == 302
    said = {f"at-{slug}side-legal": answer for slug, answer in answers.items()}
    assert reporter.post("/back/uses/", {"use": use, "sure": "yes", **said}).status_code == 302


def acts(held):
    return [said["act"] for said in acts_of_desk(held)]


def page_of(two, held=None):
    return " ".join(sign_in(held or two.desk).get(two.address("sharing", held=held)).content.decode().split())


@pytest.mark.parametrize("use", ["legal_help", "named_desks"])
def test_a_no_of_the_reporter_takes_the_card_back_at_once(two, river, use):
    assert post(two, river) == 302
    assert cards_at(river) == (1, 1)

    says(two, use, north="no")

    assert cards_at(river) == (0, 0)
    last = acts_of_desk(two.desk)[-1]
    assert (last["act"], last["by"]) == ("card_withdrawn", "receipt")
    assert post(two, river) == 403
    says(two, use, north="yes")
    assert post(two, river) == 302
    assert cards_at(river) == (1, 1)
    call_command("verify_ledger")


def test_a_no_to_another_use_leaves_it(two, river):
    post(two, river)
    says(two, "press_or_public", north="yes")
    says(two, "press_or_public", north="no")

    assert cards_at(river) == (1, 1)


def test_a_no_to_one_desk_leaves_the_card_of_another(two, river):
    two.share()
    lake = make_coalition("Lake Coalition", "lake@example.org")
    assert (post(two, river), post(two, lake, two.other)) == (302, 302)

    says(two, "named_desks", north="no", south="yes")

    assert (cards_at(river), cards_at(lake)) == ((0, 0), (1, 1))
    assert "card_withdrawn" not in acts(two.other)


def test_a_card_that_the_coalition_has_looked_at_goes_too(two, river):
    two.share()
    post(two, river, two.other)
    assert cards_at(river) == cards_at(river) == (1, 1)
    assert Card.objects.get(desk__slug=river.slug).version == 1  # it became a document at the second look

    two.withdraw()

    assert cards_at(river) == (0, 0)


def test_no_card_is_posted_without_the_reporters_yes_and_the_page_says_why(two, river, site):
    two.made = deposit(two.desk, ANSWERS, folder=site)

    page = page_of(two)

    assert post(two, river) == 403
    assert cards_at(river) == (0, 0)
    assert "did not say yes to sharing with groups" in page
    assert "Post a card to" not in page


def test_any_desk_that_holds_the_incident_takes_a_card_back(two, river):
    two.share()
    post(two, river)
    assert "River Coalition has a card that Northside Legal posted." in page_of(two, two.other)

    assert post(two, river, two.other, way=("card", "withdraw")) == 302

    assert cards_at(river) == (0, 0)
    assert (acts(two.desk)[-1], acts(two.other)[-1]) == ("card_withdrawn", "card_withdrawn")
    assert "Post a card to River Coalition" in page_of(two)
    assert post(two, river, way=("card", "withdraw")) == 404


def test_taking_a_desks_key_takes_the_cards_that_it_posted(two, river):
    two.share()
    lake = make_coalition("Lake Coalition", "lake@example.org")
    post(two, river, two.other)
    post(two, lake)

    two.withdraw()

    assert (cards_at(river), cards_at(lake)) == ((0, 0), (1, 1))
    assert "card_withdrawn" in acts(two.other)
    call_command("verify_ledger")


def test_a_last_day_that_is_over_takes_them_too(two, river):
    two.share(until=now().date().isoformat())
    post(two, river, two.other)
    Grant.objects.filter(desk__slug=SOUTH).update(until=now().date() - timedelta(days=1))

    call_command("expire")

    assert cards_at(river) == (0, 0)
    [said] = [said for said in acts_of_desk(two.other) if said["act"] == "card_withdrawn"]
    assert (said["by"], said["desk"]) == ("site", str(Desk.objects.get(slug=river.slug).pk))


def test_so_does_another_key_that_its_desk_does_not_get(two, river):
    two.share()
    post(two, river, two.other)
    Grant.objects.filter(desk__slug=SOUTH).update(until=now().date() - timedelta(days=1))

    step(two)

    assert cards_at(river) == (0, 0)
