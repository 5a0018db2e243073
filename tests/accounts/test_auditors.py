"""Somebody is made an auditor at the terminal, and is one no more."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Member, Seat
from tests.accounts.members import sign_in, words_in
from tests.factories import MadeDesk

pytestmark = pytest.mark.django_db(databases="__all__")

EMAIL = "auditor@example.org"


def told(*words):
    out = StringIO()
    call_command("seat_auditor", *words, stdout=out)
    return out.getvalue()


def test_an_auditor_gets_words_once_and_no_seat(site):  # noqa: ARG001 # an empty one
    words = words_in(told(EMAIL))

    client = sign_in(MadeDesk("", words, "", EMAIL))

    assert client.get("/ledger/").status_code == 200
    assert not Seat.objects.exists()


def test_a_member_who_is_made_an_auditor_keeps_words_and_seat(desk, lead):
    before = bytes(Member.objects.get(email=desk.email).sealed_secret)

    assert "keeps the words they have" in told(desk.email)

    assert lead.get("/ledger/").status_code == 200
    assert lead.get(f"/desk/{desk.slug}/").status_code == 200
    assert bytes(Member.objects.get(email=desk.email).sealed_secret) == before


def test_an_auditor_s_end_holds_on_the_next_request_and_leaves_the_seat(desk, lead):
    told(desk.email)

    assert "an auditor no more" in told(desk.email, "--end")

    assert lead.get("/ledger/").status_code == 404
    assert lead.get(f"/desk/{desk.slug}/").status_code == 200


@pytest.mark.parametrize(
    ("words", "why"), [(["nobody"], "not whole"), (["nobody@example.org", "--end"], "is no auditor")]
)
def test_what_makes_no_auditor_is_refused_in_words(db, words, why):  # noqa: ARG001 # nobody is there
    with pytest.raises(CommandError, match=why):
        told(*words)
    assert not Member.objects.exists()
