"""Two leads who take each other's seat away at the same moment: one stays, and opens the desk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.utils.timezone import now

from accounts import seating
from accounts.models import Desk, FormerKey, Role, Seat
from accounts.policy import Denied
from tests.accounts.members import seat, sign_in
from tests.factories import Unlocked, make_desk
from tests.faults.conftest import real_site  # noqa: F401 # a fixture

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def leads(real_site):  # noqa: F811 # the fixture
    first = make_desk(real_site)
    return first, seat(first, Role.LEAD, "second@example.org")


def at_once(*acts):
    """Run each act in a thread of its own, all from the same moment; return what each gave."""
    ready = Barrier(len(acts))

    def run(act):
        try:
            ready.wait(timeout=30)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [told.result(timeout=60) for told in [threads.submit(run, act) for act in acts]]


def check_one_is_left(leads):
    [left] = Seat.objects.filter(role=Role.LEAD).select_related("member")
    [stays] = [lead for lead in leads if lead.email == left.member.email]
    opened = Unlocked(stays).desk(stays.slug)
    assert (opened.role, opened.generation) == (Role.LEAD, 2)
    assert (Desk.objects.get().generation, FormerKey.objects.count()) == (2, 1)
    return stays


def test_both_had_opened_the_desk_and_one_of_them_is_refused(leads):
    held = [Unlocked(lead).desk(lead.slug) for lead in leads]

    def unseat(mine, other):
        try:
            seating.unseat(mine, seat_id=other.seat_id, at=now())
        except Denied as why:
            return str(why)
        return "done"

    told = at_once(lambda: unseat(held[0], held[1]), lambda: unseat(held[1], held[0]))

    assert sorted(told) == ["This desk changed while you were looking. Open the page again.", "done"]
    check_one_is_left(leads)


@pytest.mark.parametrize("_again", range(3))
def test_on_the_pages_one_stays_too(leads, _again):  # the round says nothing
    browsers = [sign_in(lead) for lead in leads]
    seats = [Seat.objects.get(member__email=lead.email).pk for lead in leads]
    pages = [f"/desk/{leads[0].slug}/people/{other}/unseat/" for other in reversed(seats)]

    answers = at_once(*(lambda b=b, page=page: b.post(page) for b, page in zip(browsers, pages, strict=True)))

    done, refused = sorted(answer.status_code for answer in answers)
    assert done == 302
    assert refused in {403, 404, 503}  # the desk changed, their seat was gone already, or their session with it
    stays = check_one_is_left(leads)
    assert sign_in(stays).get(f"/desk/{stays.slug}/people/").status_code == 200
