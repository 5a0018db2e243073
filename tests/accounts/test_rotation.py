"""A desk gets a new key when somebody leaves: who stays reads on, who left never again."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from accounts import acts, keyring, operations, rotation, seating
from accounts.models import Desk, FormerKey, Kit, Member, Role, Seat
from accounts.policy import Denied
from accounts.queries import receiving
from incidents.models import Card, Grant, Packet
from incidents.vault import cards, carrying, openings, packets
from incidents.vault.openings import Absent
from sealing import keys, wraps
from sealing.keys import Identity, Secret, Tampered
from sealing.types import Recipient
from tests.accounts.conftest import ANSWERS
from tests.accounts.members import pin, seat
from tests.factories import Unlocked, deposit

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def colleague(desk):
    return seat(desk, Role.LAWYER, "colleague@example.org")


def opened(desk, held, made):
    return openings.incident(made["reference"], slug=desk.slug, using=Unlocked(held), at=now())


def open_desk(held):
    return Unlocked(held).desk(held.slug)


def unseat(desk, held):
    gone = Seat.objects.get(member__email=held.email)
    seating.unseat(open_desk(desk), seat_id=gone.pk, at=now())


def carry_all(desk):
    return carrying.carry(open_desk(desk), at=now())


def the_operator_moves_the_pin(desk):
    row = Desk.objects.get(slug=desk.slug)
    operations.move_pin(row, words_heard=" ".join(keyring.check_words(row.recipient)), at=now())


def test_who_stays_reads_everything_at_every_step_and_who_left_nothing(desk, colleague, site):
    made = [deposit(desk, ANSWERS, folder=site) for _ in range(3)]
    opened(desk, colleague, made[0])

    unseat(desk, colleague)

    assert {opened(desk, desk, one).reference for one in made} == {one["reference"] for one in made}
    assert carrying.progress(Desk.objects.get().pk, generation=2).behind == 6  # three grants, three cards
    assert carry_all(desk).behind == 0
    assert {opened(desk, desk, one).reference for one in made} == {one["reference"] for one in made}
    with pytest.raises(Absent):
        opened(desk, colleague, made[0])


def test_old_words_and_the_old_desk_secret_open_nothing_in_a_database_copied_after_the_rotation(desk, colleague, site):
    before = deposit(desk, ANSWERS, folder=site)
    with transaction.atomic():
        cards.write_review(opened(desk, desk, before).id, {"status": "new"}, desk=open_desk(desk))
    taken = open_desk(colleague).secret

    unseat(desk, colleague)
    carry_all(desk)
    the_operator_moves_the_pin(desk)
    deposit(desk, ANSWERS, folder=site)
    carrying.drop_former([(Desk.objects.get().pk, 2)], at=now().replace(year=now().year + 1))

    wrapped = [bytes(one.wrapped) for model in (Grant, Seat, Kit) for one in model.objects.filter(handle_or_not(model))]
    waiting = [bytes(one.sealed) for one in Card.objects.filter(version=0)]
    assert (len(wrapped), len(waiting), FormerKey.objects.count()) == (4, 1, 0)
    for identity in (taken.identity, Unlocked(colleague).secret.identity):
        for each in [*wrapped, *waiting]:
            with pytest.raises(Tampered):
                wraps.unseal(each, identity)
    document = Card.objects.exclude(version=0).get()
    place = ("card", str(document.desk_id), str(document.incident_id), document.version)
    with pytest.raises(Tampered):
        keys.unseal(taken.sub("cards"), bytes(document.sealed), place)


def handle_or_not(model):
    return Q(handle__isnull=True) if model is Grant else Q()


def test_until_the_operator_moves_the_pin_what_arrives_is_sealed_to_the_former_key_and_opens(desk, colleague, site):
    pinned = receiving(desk.slug).recipient
    unseat(desk, colleague)

    made = deposit(desk, ANSWERS, folder=site)

    assert receiving(desk.slug).recipient == pinned
    assert receiving(desk.slug).generation == 1
    assert opened(desk, desk, made).reference == made["reference"]
    the_operator_moves_the_pin(desk)
    assert receiving(desk.slug).recipient == Desk.objects.get().recipient != pinned
    assert opened(desk, desk, made).reference == made["reference"]


def test_the_pin_does_not_move_to_words_that_were_not_heard(desk, colleague):
    unseat(desk, colleague)

    with pytest.raises(operations.NotPossible):
        operations.move_pin(Desk.objects.get(), words_heard="one two three four five six", at=now())


def test_two_who_leave_before_anything_was_carried_lose_nothing(desk, colleague, site):
    made = deposit(desk, ANSWERS, folder=site)
    second = seat(desk, Role.REVIEWER, "second@example.org")
    unseat(desk, colleague)
    between = deposit(desk, ANSWERS, folder=site)

    unseat(desk, second)

    for one in (made, between):
        assert opened(desk, desk, one).reference == one["reference"]
    assert carry_all(desk).behind == 0
    for one in (made, between):
        assert opened(desk, desk, one).reference == one["reference"]


def test_packets_stay_as_they_were_and_the_log_names_their_rows(desk, colleague, site):
    made = deposit(desk, ANSWERS, folder=site)
    from incidents.packet import operations as handing  # noqa: PLC0415 # only here

    handing.prepare(opened(desk, desk, made), recipient="Counsel", purpose="Legal help", at=now())
    [before] = packets.of(opened(desk, desk, made))
    unseat(desk, colleague)

    carry_all(desk)

    [after] = packets.of(opened(desk, desk, made))
    assert (after.recipient, after.members) == (before.recipient, before.members)
    assert Packet.objects.get().generation == 2
    call_command("verify_ledger")


def test_an_earlier_vouch_that_is_put_back_gets_no_next_key(desk, colleague):
    held = Seat.objects.get(member__email=colleague.email)
    seating.change_role(open_desk(desk), seat_id=held.pk, to=Role.REVIEWER, at=now())
    Seat.objects.filter(pk=held.pk).update(role=held.role, sealed=held.sealed, wrapped=held.wrapped)

    with pytest.raises(Tampered, match="names last"):
        rotation.rotate(open_desk(desk), at=now())
    with pytest.raises(Tampered, match="names last"):
        seating.change_role(open_desk(desk), seat_id=held.pk, to=Role.REVIEWER, at=now())


def test_a_line_that_was_written_without_the_desks_key_vouches_for_nothing(desk, colleague):
    held = Seat.objects.get(member__email=colleague.email)
    seating.change_role(open_desk(desk), seat_id=held.pk, to=Role.REVIEWER, at=now())
    Seat.objects.filter(pk=held.pk).update(role=held.role, sealed=held.sealed, wrapped=held.wrapped)
    row = Desk.objects.get()
    for key in (Recipient(row.recipient), Secret.new().sub("ledger")):
        forged = {"act": "seated", "desk_id": row.pk, "at": now(), "by": "site", "thing_id": held.pk}
        acts.tell(acts.DeskAct(**forged, key=key, of=bytes(held.sealed)))

    with pytest.raises(Tampered, match="names last"):
        open_desk(colleague)


def test_the_paper_kit_opens_the_desk_after_a_rotation(desk, colleague):
    unseat(desk, colleague)

    assert keyring.open_kit(Desk.objects.get(), Identity.parse(desk.kit)).recipient == Desk.objects.get().recipient


def test_a_recipient_that_nobody_vouched_for_is_handed_nothing(desk, colleague):
    held = open_desk(desk)
    Member.objects.filter(email=colleague.email).update(recipient=Secret.new().recipient)

    with pytest.raises(Tampered):
        rotation.rotate(held, at=now())

    assert Desk.objects.get().generation == 1


def test_a_role_that_was_raised_in_the_database_is_refused(colleague):
    Seat.objects.filter(member__email=colleague.email).update(role=Role.LEAD)

    with pytest.raises(Tampered):
        open_desk(colleague)


def test_an_earlier_vouch_that_is_put_back_is_refused(desk, colleague):
    held = Seat.objects.get(member__email=colleague.email)
    seating.change_role(open_desk(desk), seat_id=held.pk, to=Role.REVIEWER, at=now())

    Seat.objects.filter(pk=held.pk).update(role=held.role, sealed=held.sealed, wrapped=held.wrapped)

    with pytest.raises(Tampered, match="names last"):
        open_desk(colleague)
    with pytest.raises(CommandError, match="do not agree"):
        call_command("verify_ledger")


def test_a_kit_that_was_swapped_in_the_database_is_handed_nothing(desk):
    stranger = Secret.new().identity
    held = open_desk(desk)
    Kit.objects.update(recipient=stranger.recipient, wrapped=wraps.wrap(held.secret, stranger.recipient))

    with pytest.raises(Tampered, match="kit"):
        rotation.rotate(held, at=now())


def test_a_key_that_did_not_follow_the_pinned_one_opens_no_desk(desk, site):  # noqa: ARG001
    held = open_desk(desk)
    pin(held.id, Recipient(Secret.new().recipient), verified_on=now().date())

    with pytest.raises(Tampered, match="pinned"):
        open_desk(desk)


def test_the_last_lead_cannot_leave_nor_step_down(desk):
    own = open_desk(desk)

    with pytest.raises(Denied, match="last lead"):
        seating.unseat(own, seat_id=own.seat_id, at=now())
    with pytest.raises(Denied, match="one lead"):
        seating.change_role(own, seat_id=own.seat_id, to=Role.LAWYER, at=now())


def test_of_two_leads_who_unseat_each_other_at_once_one_stays(desk):
    second = seat(desk, Role.LEAD, "second@example.org")
    first_held, second_held = open_desk(desk), open_desk(second)

    seating.unseat(first_held, seat_id=second_held.seat_id, at=now())

    with pytest.raises(Denied, match="changed while you were looking"):
        seating.unseat(second_held, seat_id=first_held.seat_id, at=now())
    assert open_desk(desk) is not None
    assert open_desk(second) is None


@pytest.mark.parametrize("role", [Role.CALL_TAKER, Role.REVIEWER, Role.LAWYER])
def test_who_is_no_lead_seats_and_unseats_nobody_but_themselves(desk, role):
    member = seat(desk, role, "member@example.org")
    held = open_desk(member)

    with pytest.raises(Denied):
        seating.invite(held, email="new@example.org", at=now())
    with pytest.raises(Denied):
        seating.unseat(held, seat_id=open_desk(desk).seat_id, at=now())
    with pytest.raises(Denied):
        operations.make_kit(held, at=now())
    seating.unseat(held, seat_id=held.seat_id, at=now())

    assert open_desk(member) is None


def test_former_keys_stay_while_anything_hangs_on_them_and_for_thirty_days(desk, colleague, site):
    deposit(desk, ANSWERS, folder=site)
    unseat(desk, colleague)
    later = now().replace(year=now().year + 1)
    held = [(Desk.objects.get().pk, 2)]

    assert carrying.drop_former(held, at=later) == 0
    carry_all(desk)
    assert carrying.drop_former(held, at=now()) == 0
    assert carrying.drop_former(held, at=later) == 1
