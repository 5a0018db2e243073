"""The recovery kit and who saw it: a lead who leaves, a paper that was replaced, a paper that was used."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts import keyring, operations, seating
from accounts.models import Desk, FormerKey, Invitation, Kit, Member, Role, Seat
from incidents.models import Grant
from incidents.vault import carrying, desks
from sealing import wraps
from sealing.keys import Identity, Secret, Tampered
from tests.accounts.conftest import ANSWERS
from tests.accounts.members import seat, sign_in
from tests.factories import Unlocked, deposit

pytestmark = pytest.mark.django_db(databases="__all__")

SECOND = "second@example.org"


@pytest.fixture
def second(desk):
    return seat(desk, Role.LEAD, SECOND)


def open_desk(held):
    return Unlocked(held).desk(held.slug)


def acts_of(desk):
    return [event.said["act"] for event in desks.record(open_desk(desk))]


def opens_anything(paper, old_kit):
    """Tell whether an old paper and the kit's row of its time lead to a grant of now, down any link of the chain."""
    known = [wraps.unseal(bytes(old_kit.wrapped), paper)]
    secrets = [Secret.from_key_file(known[0].decode())]
    now_wrapped = [bytes(row.wrapped) for model in (Grant, Seat, Kit, FormerKey) for row in model.objects.all()]
    for wrapped in now_wrapped:
        for identity in (paper, *(secret.identity for secret in secrets)):
            try:
                wraps.unseal(wrapped, identity)
            except Tampered:
                continue
            return True
    return False


def test_with_a_lead_who_leaves_the_kit_goes_and_its_paper_opens_nothing_that_comes_later(desk, second, site):
    paper, old = Identity.parse(desk.kit), Kit.objects.get()
    deposit(desk, ANSWERS, folder=site)
    lead = sign_in(desk)

    lead.post(f"/desk/{desk.slug}/people/{open_desk(second).seat_id}/unseat/")
    carrying.carry(open_desk(desk), at=now())

    assert not Kit.objects.exists()
    assert not opens_anything(paper, old)
    assert "Northside Legal" not in Client().get("/groups/").content.decode()
    assert "Until the paper was tried once" in lead.get(f"/desk/{desk.slug}/kit/").content.decode()
    assert acts_of(desk).count("kit_dropped") == 1


def test_a_kit_that_went_and_is_put_back_gets_no_next_key(desk, second):
    old = Kit.objects.get()
    seating.unseat(open_desk(desk), seat_id=open_desk(second).seat_id, at=now())
    old.save(force_insert=True)
    reviewer = seat(desk, Role.REVIEWER, "reviewer@example.org")

    with pytest.raises(Tampered, match="kit"):
        seating.unseat(open_desk(desk), seat_id=open_desk(reviewer).seat_id, at=now())


def test_a_lead_who_becomes_something_else_and_then_leaves_takes_no_kit_along(desk, second):
    paper = Identity.parse(desk.kit)

    seating.change_role(open_desk(desk), seat_id=open_desk(second).seat_id, to=Role.LAWYER, at=now())

    assert keyring.open_kit(Desk.objects.get(), paper) is None
    assert "kit_dropped" in acts_of(desk)


def test_with_a_reviewer_who_leaves_the_kit_stays(desk):
    reviewer = seat(desk, Role.REVIEWER, "reviewer@example.org")

    seating.unseat(open_desk(desk), seat_id=open_desk(reviewer).seat_id, at=now())

    assert keyring.open_kit(Desk.objects.get(), Identity.parse(desk.kit)) is not None


def test_a_replaced_paper_opens_nothing_that_comes_later_even_with_the_kits_old_row(desk, site):
    paper, old = Identity.parse(desk.kit), Kit.objects.get()
    deposit(desk, ANSWERS, folder=site)

    sheet = sign_in(desk).post(f"/desk/{desk.slug}/kit/").content.decode()
    carrying.carry(open_desk(desk), at=now())
    row = Desk.objects.get()
    operations.move_pin(row, words_heard=" ".join(keyring.check_words(row.recipient)), at=now())
    deposit(desk, ANSWERS, folder=site)

    assert not opens_anything(paper, old)
    assert " ".join(keyring.check_words(row.recipient)) in sheet  # of the key that the new paper opens
    assert "The desk has a new key with it." in sheet


def test_a_paper_that_seated_a_lead_opens_nothing_that_comes_later(desk, site):
    paper, old = Identity.parse(desk.kit), Kit.objects.get()
    made = deposit(desk, ANSWERS, folder=site)

    operations.seat_lead(Desk.objects.get(), email=SECOND, kit=paper, at=now())
    carrying.carry(open_desk(desk), at=now())

    assert not opens_anything(paper, old)
    assert sign_in(desk).get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200


def test_the_kit_seats_a_lead_though_a_seat_was_changed_in_the_database_and_that_seat_waits(desk):
    reviewer = seat(desk, Role.REVIEWER, "reviewer@example.org")
    Seat.objects.filter(member__email=reviewer.email).update(role=Role.LEAD)

    operations.seat_lead(Desk.objects.get(), email=SECOND, kit=Identity.parse(desk.kit), at=now())

    assert Seat.objects.get(member__email=reviewer.email).waits
    assert not Seat.objects.get(member__email=desk.email).waits


def test_another_key_tried_as_the_kit_is_told_in_the_record(desk):
    sign_in(desk).post(f"/desk/{desk.slug}/kit/try/", {"key": Secret.new().identity.text})

    assert acts_of(desk)[-1] == "kit_refused"


def test_codes_that_nobody_used_end_with_the_lead_who_may_know_them(desk, second):
    code = seating.offer_words(open_desk(second), seat_id=open_desk(desk).seat_id, at=now())

    seating.unseat(open_desk(desk), seat_id=open_desk(second).seat_id, at=now())

    assert not Invitation.objects.exists()
    with pytest.raises(seating.Refused):
        seating.join(email=desk.email, code=code, as_member=None, at=now())
    assert Member.objects.get(email=desk.email).check_password(desk.words)
    assert "code_ended" in acts_of(desk)
