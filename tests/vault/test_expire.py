"""Once a day: what has had its day goes, the head is signed, and it is said in words."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils.timezone import now

from accounts import rotation, seating
from accounts.models import Desk, FormerKey, Invitation
from incidents.custody import checkpoints
from incidents.models import Card, Checkpoint, Event, Grant
from incidents.vault import carrying, rekey
from tests.accounts.members import pin, sign_in
from tests.factories import Unlocked
from tests.vault.neighbours import STORY, neighbours

pytestmark = pytest.mark.django_db(databases="__all__")

LONG_AGO = 25 * 3600  # seconds


@pytest.fixture
def two(site):
    photo = site / "photo.bin"
    photo.write_bytes(os.urandom(1000))
    return neighbours(site, photo)


def expire(*words):
    out = StringIO()
    call_command("expire", *words, stdout=out, stderr=out)
    return out.getvalue()


def stored(site):
    """Return every object that lies in storage, by name."""
    folder = site / "objects"
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def lay(site, name, *, seconds_ago):
    path = site / "objects" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"age-encryption.org/v1\n")
    os.utime(path, (time.time() - seconds_ago,) * 2)


def test_a_key_with_a_last_day_is_taken_back_the_day_after_and_the_record_says_so(two):
    two.share(until=(now() + timedelta(days=3)).date().isoformat())
    other = Desk.objects.get(slug=two.other.slug)
    Grant.objects.filter(desk=other).update(until=now().date())

    shared = Event.objects.filter(incident_id__isnull=False).latest("index").index
    proof = f"/desk/{two.other.slug}/ledger/{shared}/proof/"

    assert "0 keys that had a last day were taken back" in expire()
    assert STORY in sign_in(two.other).get(two.address(held=two.other)).content.decode()
    assert sign_in(two.other).get(proof).status_code == 200
    Grant.objects.filter(desk=other).update(until=now().date() - timedelta(days=1))
    assert sign_in(two.other).get(proof).status_code == 404
    assert "1 keys that had a last day were taken back" in expire()

    assert not Grant.objects.filter(desk=other).exists()
    assert not Card.objects.filter(desk=other).exists()
    assert sign_in(two.other).get(two.address(held=two.other)).status_code == 404
    [said] = [event.said for event in two.opened().custody() if event.said["act"] == "withdrawn"]
    assert (said["by"], said["desk"]) == ("site", str(other.pk))
    assert STORY in sign_in(two.desk).get(two.address()).content.decode()
    assert Grant.objects.filter(handle__isnull=False).count() == 1


def test_a_key_stays_where_the_ledger_takes_no_event_of_its_end(two):
    two.share(until=(now() + timedelta(days=3)).date().isoformat())
    Grant.objects.filter(until__isnull=False).update(until=now().date() - timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER full BEFORE INSERT ON incidents_event BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )

    with pytest.raises(DatabaseError, match="the disk is full"):
        expire()

    assert Grant.objects.filter(until__isnull=False).exists()


def test_objects_that_no_row_names_go_after_a_day_and_all_others_stay(two, site):
    kept = stored(site)
    assert len(kept) == 1
    [original] = kept
    os.utime(site / "objects" / original, (time.time() - LONG_AGO,) * 2)
    gone = {f"{original}.0a1b2c3d.new", original.replace("/1.age", "/2.age"), "packets/left/1.age"}
    for name in gone:
        lay(site, name, seconds_ago=LONG_AGO)
    lay(site, "exhibits/under-way/1.age", seconds_ago=60)

    assert "3 left-over objects were removed (66 bytes)" in expire()

    assert stored(site) == kept | {"exhibits/under-way/1.age"}
    assert not (site / "objects" / "packets" / "left").exists()
    assert STORY in sign_in(two.desk).get(two.address()).content.decode()


def test_what_a_packet_and_a_re_key_under_way_hold_stays(site):
    files = [site / "one.bin", site / "other.bin"]
    for path in files:
        path.write_bytes(os.urandom(1000))
    two = neighbours(site, *files)
    said = {"recipient": "Counsel of this group", "purpose": "Legal help"}
    assert sign_in(two.desk).post(two.address("packets"), said).status_code == 302
    assert not rekey.go_on(two.opened(), at=now(), seconds=0).finished
    held = stored(site)
    folders = sorted(name.partition("/")[0] for name in held)
    assert folders == ["exhibits"] * 3 + ["packets"]  # one of the two files lies there a second time
    for name in held:
        os.utime(site / "objects" / name, (time.time() - LONG_AGO,) * 2)

    assert "0 left-over objects were removed" in expire()

    assert stored(site) == held
    assert rekey.go_on(two.opened(), at=now(), seconds=0).finished


def test_codes_that_are_over_go(two):
    lead = Unlocked(two.desk).desk(two.desk.slug)
    seating.invite(lead, email="new@example.org", at=now() - timedelta(days=30))
    seating.invite(lead, email="newer@example.org", at=now())

    assert "1 codes to join with ended" in expire()

    assert [held.email for held in Invitation.objects.all()] == ["newer@example.org"]


def test_a_former_desk_key_goes_once_the_pin_moved_and_nothing_hangs_on_it(two):
    rotation.rotate(Unlocked(two.desk).desk(two.desk.slug), at=now() - timedelta(days=40))
    assert "0 former desk keys were dropped" in expire()
    desk = Desk.objects.get(slug=two.desk.slug)
    pin(desk.pk, desk.recipient, verified_on=now().date())
    assert "0 former desk keys were dropped" in expire()
    carrying.carry(Unlocked(two.desk).desk(two.desk.slug), at=now())

    assert "1 former desk keys were dropped" in expire()

    assert not FormerKey.objects.exists()
    assert STORY in sign_in(two.desk).get(two.address()).content.decode()


def test_the_head_of_the_day_is_signed_and_printed_once(two):  # noqa: ARG001 # something happened
    said = expire()
    again = expire()

    kept = Checkpoint.objects.get()
    assert kept.size == Event.objects.count()
    assert kept.note in said
    assert kept.note in again
    assert not checkpoints.broken()


def test_members_are_mailed_the_fixed_text_only_when_asked_and_a_sender_is_named(two, settings):
    expire()
    assert "mails nothing" in expire("--tell-members")
    assert not mail.outbox
    settings.DEFAULT_FROM_EMAIL = "site@example.org"

    assert "2 members were mailed the fixed text" in expire("--tell-members")

    assert sorted(sent.to[0] for sent in mail.outbox) == sorted([two.desk.email, two.other.email])
    assert len({(sent.subject, sent.body) for sent in mail.outbox}) == 1
