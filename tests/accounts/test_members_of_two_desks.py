"""Somebody who sits at two desks, or audits too: what a lead of one of them may do to them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from accounts import auditors, keyring, operations, seating, second_step
from accounts.models import Desk, Invitation, Member, Role, Seat
from accounts.policy import Denied
from incidents.vault import desks
from tests.accounts.members import let_in, pin, seat, sign_in
from tests.factories import Unlocked, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def other(desk, site):  # noqa: ARG001 # the first one was founded before
    return make_desk(site, "Southside Legal", "other@example.org")


def open_desk(held, slug=None):
    return Unlocked(held).desk(slug or held.slug)


def acts_of(held):
    return [event.said["act"] for event in desks.record(open_desk(held))]


def seated_too(desk, member_of, role=Role.REVIEWER):
    """Seat a member of another desk here, and return their seat."""
    member, lead = Member.objects.get(email=member_of.email), open_desk(desk)
    seating.seat(Desk.objects.get(slug=desk.slug), lead, member, role=role, at=now())
    return Seat.objects.get(member=member, desk__slug=desk.slug)


def test_no_lead_forgets_the_phone_of_somebody_who_reads_elsewhere_too(desk, other):
    seated = seated_too(desk, other)
    sign_in(other)

    answer = sign_in(desk).post(f"/desk/{desk.slug}/people/{seated.pk}/phone/")

    assert answer.status_code == 403
    assert "Your operator lets them set up another second step" in answer.content.decode()
    assert second_step.has_one(Member.objects.get(email=other.email))


def test_what_the_operator_does_for_a_phone_is_told_at_each_desk_and_ends_every_session(desk, other):
    seated_too(desk, other)
    theirs = sign_in(other)

    call_command("second_step_anew", other.email)

    assert theirs.get(f"/desk/{other.slug}/").status_code == 302
    for held in (desk, other):
        assert acts_of(held)[-1] == "second_step_anew"


def test_whoever_holds_a_lost_phone_is_signed_out(desk):
    colleague = seat(desk, Role.LAWYER, "colleague@example.org")
    phone = sign_in(colleague)

    sign_in(desk).post(f"/desk/{desk.slug}/people/{open_desk(colleague).seat_id}/phone/")

    assert phone.get(f"/desk/{desk.slug}/").status_code == 302
    assert "/member/sign-in/" in phone.get(f"/desk/{desk.slug}/").url


def test_no_lead_gives_new_words_to_the_only_lead_of_another_desk(desk, other):
    seated = seated_too(desk, other)

    with pytest.raises(Denied, match="no other lead"):
        seating.offer_words(open_desk(desk), seat_id=seated.pk, at=now())
    seat(other, Role.LEAD, "third@example.org")

    assert seating.offer_words(open_desk(desk), seat_id=seated.pk, at=now())


def test_no_lead_gives_new_words_or_another_phone_to_an_auditor(desk):
    colleague = seat(desk, Role.REVIEWER, "colleague@example.org")
    auditors.seat(colleague.email, at=now())
    seated = open_desk(colleague).seat_id

    with pytest.raises(Denied, match="auditor"):
        seating.offer_words(open_desk(desk), seat_id=seated, at=now())
    with pytest.raises(Denied, match="reads elsewhere"):
        operations.lost_phone(open_desk(desk), seat_id=seated, at=now())


def test_new_words_sign_out_whoever_came_in_with_the_old_ones_even_between_words_and_second_step(desk):
    colleague = seat(desk, Role.LAWYER, "colleague@example.org")
    signed_in, between = sign_in(colleague), Client()
    between.post("/member/sign-in/", {"login": colleague.email, "password": colleague.words})

    code = seating.offer_words(open_desk(desk), seat_id=open_desk(colleague).seat_id, at=now())
    seating.join(email=colleague.email, code=code, as_member=None, at=now())

    assert "/member/sign-in/" in signed_in.get(f"/desk/{desk.slug}/").url
    assert "/member/sign-in/" in between.get("/member/second-step/give/").url


def test_auditors_who_come_and_go_are_told_at_every_desk(desk, other):
    call_command("seat_auditor", "auditor@example.org")
    call_command("seat_auditor", "auditor@example.org", "--end")

    for held in (desk, other):
        assert acts_of(held)[-2:] == ["auditor_seated", "auditor_ended"]


def test_a_code_that_is_used_again_is_told_in_the_record(desk):
    code = seating.invite(open_desk(desk), email="new@example.org", at=now())
    seating.join(email="new@example.org", code=code, as_member=None, at=now())

    with pytest.raises(seating.Refused):
        seating.join(email="new@example.org", code=code, as_member=None, at=now())

    assert acts_of(desk)[-1] == "code_refused"
    assert Invitation.objects.get().member is not None


def test_the_role_is_said_by_who_gives_the_seat(desk):
    code = seating.invite(open_desk(desk), email="new@example.org", at=now())
    joined = seating.join(email="new@example.org", code=code, as_member=None, at=now())
    lead, member = sign_in(desk), joined.member
    words = keyring.check_words(member.recipient)
    heard = {f"word{number}": words[number - 1] for number in seating.gaps(member.recipient).numbers}
    address = f"/desk/{desk.slug}/people/{member.pk}/seat/"

    without = lead.post(address, heard)
    lead.post(address, {**heard, "role": Role.CALL_TAKER.value})

    assert without.status_code == 422
    assert "Pick what they will do." in without.content.decode()
    assert open_desk(replace(desk, email="new@example.org", words=joined.words)).role == Role.CALL_TAKER


def test_two_desks_that_swap_their_names_in_the_database_receive_nothing(desk, other):
    rows = {held.slug: Desk.objects.get(slug=held.slug) for held in (desk, other)}
    Desk.objects.filter(pk=rows[other.slug].pk).update(slug="aside")
    Desk.objects.filter(pk=rows[desk.slug].pk).update(slug=other.slug, name=rows[other.slug].name)
    Desk.objects.filter(pk=rows[other.slug].pk).update(slug=desk.slug, name=rows[desk.slug].name)

    page = Client().get("/groups/").content.decode()

    assert "Southside Legal" not in page
    assert "Northside Legal" not in page
    states = {held.pin for held in auditors.desks()}
    assert states == {auditors.PinState.RENAMED}


def test_a_new_desk_is_pinned_and_called_compared_only_after_its_words_were_heard(desk):
    row = Desk.objects.get()
    pin(row.pk, row.recipient)
    before = Client().get("/groups/").content.decode()

    operations.move_pin(row, words_heard=" ".join(keyring.check_words(row.recipient)), at=now())

    assert "Who runs this site checked them" not in before
    assert "Who runs this site checked them" in Client().get("/groups/").content.decode()
    assert acts_of(desk)[-1] == "pinned"


def test_a_session_from_a_clock_that_was_a_day_fast_ends_when_the_clock_is_right(desk, settings):  # noqa: ARG001
    client = sign_in(desk)
    session = client.session
    for stamp in ("unlock_used_at", "began_at"):
        session[stamp] += 86_000
    session.save()

    assert client.get(f"/desk/{desk.slug}/").status_code in {302, 423}


def test_a_way_back_that_is_no_path_leads_home(desk):
    client = sign_in(desk)

    answer = client.post("/member/unlock/", {"words": desk.words, "next": "nowhere"})

    assert (answer.status_code, answer.url) == (302, "/desk/")


def test_who_signs_in_after_a_lost_phone_sets_up_another_second_step(desk):
    colleague = seat(desk, Role.LAWYER, "colleague@example.org")
    sign_in(colleague)
    operations.lost_phone(open_desk(desk), seat_id=open_desk(colleague).seat_id, at=now())

    assert let_in(Client(), colleague).status_code == 302
