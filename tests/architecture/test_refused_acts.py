"""Who may not do a thing cannot do it with a form that is filled well: refused, and no table changed."""

from __future__ import annotations

import pytest
from django.db import connections

from accounts import keyring, seating
from accounts.models import Member, Role
from accounts.queries import receiving
from tests.accounts.members import seat, sign_in
from tests.architecture.test_access_table import World, undone
from tests.factories import make_desk
from tests.vault.neighbours import SHAREABLE, make_coalition

pytestmark = pytest.mark.django_db(databases="__all__")

SHARE = {"compared": "on", "basis": "common_interest", "note": "Together."}
PAGE = {"area": "Will County", "languages": "English", "what_next": "We call.", "not_done": "No police.", "shown": "on"}
BELOW_LEAD = [
    f"review:{act}"
    for act in ("invite", "admit", "role", "unseat", "words", "phone", "withdraw", "kit", "try_kit", "page")
]
BELOW_LAWYER = [
    *(f"review:{act}" for act in ("sharing", "withdraw_grant", "new_key", "post_card", "withdraw_card")),
    *("packet:prepare", "packet:download"),
]
REFUSED = {
    Role.CALL_TAKER: ["review:move", *BELOW_LAWYER, *BELOW_LEAD],
    Role.REVIEWER: [*BELOW_LAWYER, *BELOW_LEAD],
    Role.LAWYER: BELOW_LEAD,
}


@pytest.fixture
def world(site):
    """A desk whose incident another desk and a coalition know of, and others that do not."""
    made = World(site, answers=SHAREABLE)
    made.third = make_desk(site, "Third Legal", "third@example.org")
    made.coalition, made.second_coalition = make_coalition(), make_coalition("Lake Coalition", "lake@example.org")
    lead = sign_in(made.desk)
    assert lead.post(made.address("review:sharing"), shared_with(made.other)).status_code == 302
    assert lead.post(made.address("review:post_card"), {"to": made.coalition.slug}).status_code == 302
    return made


def shared_with(desk):
    return {**SHARE, "to": f"{desk.slug}.{receiving(desk.slug).fingerprint}"}


def filled(world, name):
    """Return what a person would send there, every field of it good."""
    recipient = Member.objects.get(pk=world.member).recipient
    words, numbers = keyring.check_words(recipient), seating.gaps(recipient).numbers
    return {
        "review:sharing": shared_with(world.third),
        "review:withdraw_grant": {"from": world.other.slug},
        "review:post_card": {"to": world.second_coalition.slug},
        "review:withdraw_card": {"to": world.coalition.slug},
        "review:move": {"to": "screening"},
        "packet:prepare": {"recipient": "Counsel", "purpose": "Legal help"},
        "review:invite": {"email": "newer@example.org"},
        "review:admit": {"role": "4"} | {f"word{number}": words[number - 1] for number in numbers},
        "review:role": {"role": "4"},
        "review:try_kit": {"key": world.desk.kit},
        "review:page": PAGE,
    }.get(name, {})


def dumped():
    """Return every row of the default database; sessions lie in the other one."""
    connections["default"].ensure_connection()
    return list(connections["default"].connection.iterdump())


def posted(browser, world, name):
    """Send it, and return the status and whether any row changed; then all is as before."""
    fields, before = filled(world, name), dumped()
    with undone():
        status = browser.post(world.address(name), fields).status_code
        return status, dumped() != before


@pytest.mark.parametrize("role", REFUSED, ids=lambda role: role.name.lower())
def test_a_well_filled_form_of_who_may_not_is_refused_and_changes_no_table(world, role):
    browser = sign_in(seat(world.desk, role, "colleague@example.org"))
    browser.get(world.address("review:people"))  # that the desk was opened is written now, and once

    found = {name: posted(browser, world, name) for name in REFUSED[role]}

    assert found == dict.fromkeys(REFUSED[role], (403, False))


def test_the_same_forms_do_what_they_say_where_a_lead_sends_them(world):
    browser = sign_in(world.desk)

    found = {name: posted(browser, world, name) for name in REFUSED[Role.CALL_TAKER]}

    assert {name: answer for name, answer in found.items() if answer[0] >= 400 or not answer[1]} == {}
