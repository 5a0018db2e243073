"""An incident gets another key: everybody who may reads on, and the old key opens nothing any more."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from accounts import pins, seating
from accounts.models import Role, Seat
from incidents.models import Event, Exhibit, Grant, Incident, Rekey, RekeyedPart, Report
from incidents.packet import operations as handing
from incidents.vault import carrying, holding, packets, rows
from incidents.vault.rows import RowPlace
from sealing import keys, wraps
from sealing.keys import Tampered
from sealing.types import Sealed
from tests.accounts.members import seat, sign_in
from tests.factories import Unlocked, make_desk
from tests.vault.neighbours import STORY
from tests.vault.rekeying import bytes_of, named, objects, step, with_files

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def held(site):
    return with_files(site)


def assert_opens_nothing(secret):
    """Try a secret on everything that the database and storage hold."""
    for sealed in [bytes(grant.wrapped) for grant in Grant.objects.all()]:
        with pytest.raises(Tampered):
            wraps.unseal(sealed, secret.identity)
    for model, kind in ((Report, "report"), (Exhibit, "manifest")):
        for row in model.objects.all():
            for version in range(1, row.version + 1):
                with pytest.raises(Tampered):
                    rows.open_(secret, bytes(row.sealed), RowPlace(kind, row.incident_id, row.pk, version))
    for row in Incident.objects.all():
        for generation in range(1, row.generation + 1):
            place = ("keyring", str(row.pk), generation)
            with pytest.raises(Tampered):
                keys.unseal_bytes(secret.sub("keyring"), Sealed(bytes(row.keyring)), place)
    for name in objects():
        with pytest.raises(Tampered):
            wraps.unseal((Path(default_storage.location) / name).read_bytes(), secret.identity)


def test_everybody_reads_on_and_every_byte_is_as_it_was(held):
    held.share()
    before = bytes_of(held.opened())

    done = step(held)

    assert (done.finished, done.done_bytes) == (True, done.total_bytes)
    assert before == [path.read_bytes() for path in held.files]
    for desk in (held.desk, held.other):
        opened = held.opened(desk)
        assert bytes_of(opened) == before
        assert STORY in opened.reports[0].document.decode()
        assert opened.custody()[0].said["act"] == "report_received"
    assert Incident.objects.get().generation == 2


def test_the_old_key_opens_nothing_of_a_copy_made_afterwards(held):
    held.share()
    taken = held.opened(held.other).secret
    held.withdraw()

    step(held)

    assert_opens_nothing(taken)
    assert len(objects()) == 4


def test_the_reporter_reads_on_with_the_same_words_and_sees_the_new_desk_and_why(held):
    held.share(basis="same_client")
    step(held)
    reporter = Client()

    assert reporter.post("/back/", {"words": held.made["receipt"]}).status_code == 302

    page = reporter.get("/back/report/").content.decode()
    assert STORY in page
    assert "Southside Legal" in page
    assert [(one.slug, one.basis) for one in holding.key_holders(held.opened())] == [
        ("northside-legal", "chosen_by_reporter"),
        ("southside-legal", "same_client"),
    ]


def test_a_reporter_who_has_the_report_open_is_asked_for_the_words_again(held):
    reporter = Client()
    reporter.post("/back/", {"words": held.made["receipt"]})

    step(held)

    assert reporter.get("/back/report/")["Location"].startswith("/back/")
    assert reporter.post("/back/", {"words": held.made["receipt"]}).status_code == 302
    assert reporter.get("/back/report/").status_code == 200


def test_the_ledger_names_every_row_as_it_is_now(held):
    held.share()

    step(held)

    call_command("verify_ledger")
    acts = [event.said["act"] for event in held.opened().custody()]
    assert (acts.count("rekeyed"), acts.count("row_rekeyed")) == (1, 3)
    assert set(Event.objects.filter(kind="rotated", incident_id__isnull=False).values_list("desk_id", flat=True)) == {
        None
    }


def test_a_packet_from_before_is_handed_over_to_the_byte_and_one_from_after_verifies(held, tmp_path):
    handing.prepare(held.opened(), recipient="Counsel", purpose="Legal help", at=now())
    [frozen] = packets.of(held.opened())
    before = b"".join(handing.hand_over(held.opened(), frozen, at=now()).chunks)

    step(held)

    [again] = packets.of(held.opened())
    assert b"".join(handing.hand_over(held.opened(), again, at=now()).chunks) == before
    later = handing.prepare(held.opened(), recipient="Counsel", purpose="Legal help", at=now())
    packet = tmp_path / "later.zip"
    packet.write_bytes(b"".join(handing.hand_over(held.opened(), later, at=now()).chunks))
    verifier = Path(settings.BASE_DIR) / "incidents/packet/verify.py"
    assert subprocess.run([sys.executable, verifier, packet], check=False, capture_output=True).returncode == 0


def test_it_goes_part_by_part_and_all_stands_as_it_was_until_the_last(held):
    first = step(held, seconds=0)
    second = step(held, seconds=0)

    assert [one.finished for one in (first, second)] == [False, False]
    assert 0 < first.done_bytes < second.done_bytes < second.total_bytes == first.total_bytes
    assert (Incident.objects.get().generation, RekeyedPart.objects.count()) == (1, 2)
    assert bytes_of(held.opened()) == [path.read_bytes() for path in held.files]
    page = sign_in(held.desk).get(held.address("sharing")).content.decode()
    assert "are locked with the new key" in page
    assert step(held).finished
    assert bytes_of(held.opened()) == [path.read_bytes() for path in held.files]


def test_nothing_is_left_behind_in_database_and_storage(held):
    step(held, seconds=0)
    step(held)

    assert (Rekey.objects.count(), RekeyedPart.objects.count()) == (0, 0)
    assert objects() == named()


def test_an_incident_gets_a_third_key_and_its_first_events_still_open(held):
    step(held)
    second = held.opened().secret
    step(held)

    opened = held.opened()
    assert opened.custody()[0].said["act"] == "report_received"
    assert [event.said["act"] for event in opened.custody()].count("rekeyed") == 2
    assert bytes_of(opened) == [path.read_bytes() for path in held.files]
    assert_opens_nothing(second)
    call_command("verify_ledger")


def test_who_left_before_the_pin_moved_opens_nothing_of_what_got_another_key(held):
    colleague = seat(held.desk, Role.LAWYER, "colleague@example.org")
    taken = Unlocked(colleague).desk(held.desk.slug).secret
    left = Seat.objects.get(member__email=colleague.email)
    seating.unseat(Unlocked(held.desk).desk(held.desk.slug), seat_id=left.pk, at=now())
    carrying.carry(Unlocked(held.desk).desk(held.desk.slug), at=now())
    assert pins.pinned(left.desk_id) == taken.recipient  # the operator was not called yet

    step(held)

    assert_opens_nothing(taken)
    assert Grant.objects.get(desk__slug=held.desk.slug).generation == 2
    assert bytes_of(held.opened()) == [path.read_bytes() for path in held.files]


def test_a_desk_whose_last_day_is_over_gets_no_other_key(held):
    held.share()
    Grant.objects.filter(desk__slug=held.other.slug).update(until=now().date() - timedelta(days=1))

    step(held)

    assert list(Grant.objects.filter(desk__isnull=False).values_list("desk__slug", flat=True)) == [held.desk.slug]
    assert [event.said["act"] for event in held.opened().custody()].count("withdrawn") == 1


def test_who_presses_the_button_gets_it_done(held):
    lead = sign_in(held.desk)

    answer = lead.post(held.address("sharing", "key"))

    assert (answer.status_code, answer["Location"]) == (302, held.address("sharing"))
    assert Incident.objects.get().generation == 2
    assert STORY in lead.get(held.address()).content.decode()
    assert "The incident got a new key." in lead.get(held.address()).content.decode()


def test_cards_and_notes_of_both_desks_stay(held):
    held.share(note="canary-note")
    sign_in(held.other).post(held.address("move", held=held.other), {"to": "screening"})

    step(held)

    assert held.opened(held.other).review["status"] == "screening"
    assert "canary-note" in sign_in(held.desk).get(held.address("sharing")).content.decode()


def test_a_third_desk_gets_the_new_key_and_reads_all_of_the_record(held, site):
    step(held)
    third = make_desk(site, "Third Legal", "third@example.org")

    assert held.share(third).status_code == 302

    assert held.opened(third).custody()[0].said["act"] == "report_received"
    assert json.loads(held.opened(third).reports[0].document)["sections"]["story"]
