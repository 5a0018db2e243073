"""A desk's key that was changed in the database opens and seals nothing: the pin outside of it says which one holds."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.test import Client

from accounts import queries
from accounts.models import Desk, Role, Seat
from sealing.keys import Secret
from tests.accounts.conftest import ANSWERS
from tests.factories import deposit

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def strangers_key(desk):  # noqa: ARG001 # the row it is written to
    """Somebody wrote a key of their own into the desk's row."""
    held = Desk.objects.get().recipient
    Desk.objects.update(recipient=Secret.new().recipient)
    return held


def test_the_desk_does_not_open_with_a_key_that_is_not_its_own(desk, lead, strangers_key):  # noqa: ARG001
    page = lead.get(f"/desk/{desk.slug}/")

    assert page.status_code == 500
    assert "This record is not as it was stored" in page.content.decode()


def test_what_is_filed_meanwhile_is_sealed_to_the_pinned_key_and_never_to_the_strangers(
    desk, site, strangers_key, lead
):
    made = deposit(desk, ANSWERS, folder=site)

    Desk.objects.update(recipient=strangers_key)

    assert lead.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200


def test_the_link_and_the_digits_that_witnesses_see_stay_those_of_the_pinned_key(desk, strangers_key):
    shown = queries.receiving(desk.slug)

    assert shown.recipient == strangers_key
    assert shown.check_digits in Client().get("/groups/").content.decode()


def test_a_desk_that_is_not_pinned_receives_nothing(desk, site):
    link = f"/to/{desk.slug}/{queries.receiving(desk.slug).fingerprint}/"
    settings.DESK_PINS.unlink()

    assert Client().get(link).status_code == 404
    assert "Northside Legal" not in Client().get("/groups/").content.decode()
    with pytest.raises(CommandError, match=r"No pinned desk is called northside-legal"):
        deposit(desk, ANSWERS, folder=site)


def test_a_pin_file_with_a_broken_line_seals_nothing_to_anybody(desk):
    settings.DESK_PINS.write_text(f"{settings.DESK_PINS.read_text()}not-a-desk age1x\n")

    page = Client(raise_request_exception=False).get("/groups/")

    assert page.status_code == 500
    assert desk.slug not in page.content.decode()


def test_a_role_written_into_a_seat_by_hand_opens_nothing(desk, lead):
    Seat.objects.update(role=Role.LAWYER)

    page = lead.get(f"/desk/{desk.slug}/")

    assert page.status_code == 500
    assert "not the one that was vouched for" in page.content.decode()


def test_a_seat_that_was_taken_away_is_gone_on_the_next_request(desk, lead, made):
    assert lead.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200

    Seat.objects.all().delete()

    assert lead.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 404


@pytest.mark.parametrize("line", ["0" * 32, f"{'0' * 32} age1nonsense"])
def test_a_pin_file_with_a_broken_recipient_seals_nothing_to_anybody(desk, line):
    settings.DESK_PINS.write_text(f"{settings.DESK_PINS.read_text()}{line}\n")

    page = Client(raise_request_exception=False).get("/groups/")

    assert page.status_code == 500
    assert desk.slug not in page.content.decode()
