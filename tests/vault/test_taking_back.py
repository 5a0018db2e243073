"""Which desk takes back whose key, and which keys stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts.policy import Denied
from incidents.models import Grant
from incidents.vault import sharing
from tests.accounts.members import sign_in
from tests.factories import make_desk
from tests.vault.neighbours import neighbours

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def two(site):
    return neighbours(site)


def test_neither_the_own_key_nor_the_reporters_choice_is_taken_back(two):
    two.share()

    assert two.withdraw(two.desk.slug).status_code == 403
    assert two.withdraw(two.desk.slug, held=two.other).status_code == 403
    assert two.withdraw("no-such-desk").status_code == 404
    assert two.opened().reference == two.reference


def test_whom_a_desk_has_its_key_from_keeps_theirs(two, site):
    third = make_desk(site, "Third Legal", "third@example.org")
    two.share()
    two.share(third, held=two.other)

    assert two.withdraw(held=third).status_code == 403
    assert (
        "Another desk shared it with them." in sign_in(third).get(two.address("sharing", held=third)).content.decode()
    )
    assert two.opened(two.other).reference == two.reference
    assert two.withdraw(third.slug, held=two.other).status_code == 302  # who gave it takes it back
    assert two.share(third, held=two.other).status_code == 302
    assert two.withdraw(third.slug).status_code == 302  # and so does a desk that the reporter chose


def test_of_two_desks_that_were_given_a_key_neither_takes_the_others(two, site):
    third = make_desk(site, "Third Legal", "third@example.org")
    two.share()
    two.share(third)

    assert two.withdraw(third.slug, held=two.other).status_code == 403
    assert two.withdraw(held=third).status_code == 403


def test_the_last_key_stays(two):
    with pytest.raises(Denied, match="last desk"):
        sharing.withdraw(two.opened(), two.desk.slug, at=now())

    two.share()
    Grant.objects.filter(desk__slug=two.other.slug).update(until=now().date() - timedelta(days=1))
    with pytest.raises(Denied, match="last desk"):
        sharing.withdraw(two.opened(), two.desk.slug, at=now())


def test_of_two_desks_that_take_each_others_key_at_once_one_keeps_it(two):
    two.share()
    first, second = two.opened(), two.opened(two.other)

    sharing.withdraw(first, two.other.slug, at=now())

    with pytest.raises(Denied, match="changed while you were looking"):
        sharing.withdraw(second, two.desk.slug, at=now())
    assert two.opened().reference == two.reference
