"""With the kit on paper a lead is seated when nobody else can open the desk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.models import Desk
from sealing.keys import Identity
from tests.accounts.members import kit_in, pin, sign_in, words_in
from tests.factories import make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

NEW = "new@example.org"


def seat(desk, terminal, *, email=NEW):
    call_command("seat_lead", "--desk", desk.slug, "--email", email, stdout=terminal)
    return terminal.getvalue()


def everything():
    connection.ensure_connection()
    return list(connection.connection.iterdump())


def test_the_right_kit_seats_a_lead_who_opens_what_was_filed_before(desk, made, terminal):
    terminal.will_type(desk.kit, kit_in)

    printed = seat(desk, terminal)

    newcomer = sign_in(replace(desk, email=NEW, words=words_in(printed)))
    page = newcomer.get(f"/desk/{desk.slug}/{made['reference']}/")
    assert page.status_code == 200
    assert "They took the back door." in page.content.decode()


def test_the_kit_is_forgiven_how_it_was_typed(desk, terminal):
    terminal.will_type(f"  {desk.kit[:20].lower()} {desk.kit[20:]} ", kit_in)

    assert f"{NEW} is a lead of {desk.slug}" in seat(desk, terminal)


@pytest.mark.parametrize("typed", [Identity.new().text, "AGE-SECRET-KEY-1", ""], ids=["of no desk", "cut", "nothing"])
def test_a_wrong_kit_is_refused_and_nothing_is_changed(desk, made, terminal, typed):  # noqa: ARG001 # something is there
    before = everything()
    terminal.will_type(typed)

    with pytest.raises(CommandError):
        seat(desk, terminal)

    assert everything() == before
    assert terminal.getvalue() == ""


def test_the_kit_of_another_desk_is_refused(desk, site, terminal):
    other = make_desk(site, "Southside Legal", "other@example.org")
    before = everything()
    terminal.will_type(other.kit)

    with pytest.raises(CommandError, match="does not open this desk"):
        seat(desk, terminal)

    assert everything() == before


def test_the_used_kit_is_spent_and_the_new_one_works(desk, terminal):
    terminal.will_type(desk.kit, kit_in)
    new_kit = kit_in(seat(desk, terminal))

    terminal.will_type(desk.kit)
    with pytest.raises(CommandError, match="newest kit"):
        seat(desk, terminal, email="third@example.org")
    terminal.will_type(new_kit, kit_in)

    assert "third@example.org is a lead" in seat(desk, terminal, email="third@example.org")


def test_until_the_new_kit_was_tried_the_desk_is_not_offered(desk, terminal):
    terminal.will_type(desk.kit, desk.kit)

    with pytest.raises(CommandError, match="the desk receives nothing"):
        seat(desk, terminal)

    assert not Desk.objects.get().kit.tested
    assert "Northside Legal" not in Client().get("/groups/").content.decode()


def test_a_lead_who_lost_their_words_gets_new_ones_and_the_old_ones_end(desk, made, terminal):
    before = sign_in(desk)
    terminal.will_type(desk.kit, kit_in)

    words = words_in(seat(desk, terminal, email=desk.email.upper()))

    old = Client().post("/member/sign-in/", {"login": desk.email, "password": desk.words})
    assert "do not fit together" in old.content.decode()
    assert "/member/sign-in/" in before.get(f"/desk/{desk.slug}/{made['reference']}/")["Location"]
    assert sign_in(desk, words).get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200


def test_a_desk_whose_key_is_not_the_pinned_one_seats_nobody(desk, terminal):
    pin(Desk.objects.get().pk, Identity.new().recipient)
    before = everything()
    terminal.will_type(desk.kit)

    with pytest.raises(CommandError, match="not the pinned one"):
        seat(desk, terminal)

    assert everything() == before


def test_a_desk_that_is_not_there_is_named(desk, terminal):  # noqa: ARG001 # another one is
    with pytest.raises(CommandError, match="no desk called southside"):
        call_command("seat_lead", "--desk", "southside", "--email", NEW, stdout=terminal)
