"""Carrying over to a desk's new key: what is told of it, and the window until the operator moved the pin."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from accounts import keyring, operations, seating
from accounts.models import Desk, Role, Seat
from incidents.models import Grant
from incidents.vault import carrying
from sealing import wraps
from sealing.keys import Tampered
from tests.accounts.members import seat, sign_in
from tests.factories import Unlocked, deposit, make_desk
from tests.vault.neighbours import ANSWERS, acts_of_desk

pytestmark = pytest.mark.django_db(databases="__all__")

WARNING = "new reports are still sealed to the former key, which whoever left may know"


class Killed(BaseException):
    """What no cleaning up catches."""


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def taken(desk, site):
    """The desk's secret as a member knows it who left, after one report was filed."""
    colleague = seat(desk, Role.LAWYER, "colleague@example.org")
    secret = Unlocked(colleague).desk(desk.slug).secret
    deposit(desk, ANSWERS, folder=site)
    left = Seat.objects.get(member__email=colleague.email)
    seating.unseat(Unlocked(desk).desk(desk.slug), seat_id=left.pk, at=now())
    return secret


def carry(desk, **but):
    return carrying.carry(Unlocked(desk).desk(desk.slug), at=now(), **but)


def grant_of(made):
    return bytes(Grant.objects.get(incident__reference=made["reference"], desk__isnull=False).wrapped)


def key_page(desk):
    return " ".join(sign_in(desk).get(f"/desk/{desk.slug}/key/").content.decode().split())


@pytest.mark.usefixtures("taken")
def test_that_all_was_carried_is_told_even_where_it_was_killed_right_after_the_last(desk):
    held = Unlocked(desk).desk(desk.slug)

    def kill_at_the_end(_carried):
        if not carrying.progress(held.id, generation=held.generation).behind:
            raise Killed

    with pytest.raises(Killed):
        carry(desk, tell=kill_at_the_end)
    carry(desk)

    assert [said["act"] for said in acts_of_desk(desk)].count("carried") == 1


def test_who_left_opens_what_is_filed_until_the_pin_was_moved_and_nothing_after_it(desk, taken, site):
    carry(desk)
    before = deposit(desk, ANSWERS, folder=site)
    warned = key_page(desk)
    row = Desk.objects.get()
    operations.move_pin(row, words_heard=" ".join(keyring.check_words(row.recipient)), at=now())
    after = deposit(desk, ANSWERS, folder=site)

    assert wraps.unseal(grant_of(before), taken.identity)  # the window that the page and the threat model name
    assert WARNING in warned
    with pytest.raises(Tampered):
        wraps.unseal(grant_of(after), taken.identity)
    assert WARNING not in key_page(desk)
    carry(desk)
    with pytest.raises(Tampered):
        wraps.unseal(grant_of(before), taken.identity)
