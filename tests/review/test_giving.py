"""What comes between a look at an incident and an act on it: the reporter's no, other hands."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.policy import Denied
from accounts.queries import receiving
from incidents.models import Card, Grant
from incidents.review import giving
from incidents.vault.sharing import Terms
from tests.vault.neighbours import SHAREABLE, make_coalition, neighbours

pytestmark = pytest.mark.django_db(databases="__all__")

CHANGED = "changed while you were looking"


@pytest.fixture
def two(site):
    return neighbours(site, answers=SHAREABLE)


def says_no(two, use="legal_help"):
    reporter = Client()
    assert reporter.post("/back/", {"words": two.made["receipt"]}).status_code == 302
    answer = reporter.post("/back/uses/", {"use": use, "sure": "yes", "at-northside-legal": "no"})
    assert answer.status_code == 302


def test_a_no_that_came_after_it_was_opened_is_not_overlooked(two):
    opened = two.opened()
    says_no(two)

    with pytest.raises(Denied, match=CHANGED):
        giving.share(opened, receiving(two.other.slug), Terms(basis="common_interest"), at=now())

    with pytest.raises(Denied, match="said no to legal help"):
        giving.share(two.opened(), receiving(two.other.slug), Terms(basis="common_interest"), at=now())
    assert not Grant.objects.filter(desk__slug=two.other.slug).exists()


def test_a_card_is_not_posted_on_a_yes_that_was_taken_back_meanwhile(two):
    river, opened = make_coalition(), two.opened()
    says_no(two, "named_desks")

    with pytest.raises(Denied, match=CHANGED):
        giving.post_card(opened, receiving(river.slug), at=now())

    assert not Card.objects.filter(desk__slug=river.slug).exists()
