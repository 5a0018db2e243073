"""The doctor looks a site over and says in words what must be mended, and how."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings as site_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from accounts import rotation, unlock
from accounts.models import Desk, Kit, Role
from incidents.custody import checkpoints
from incidents.management.findings import of_sandbox
from incidents.models import Checkpoint
from sealing.keys import Secret
from tests.accounts.members import seat
from tests.custody.pages import rewrite
from tests.factories import Unlocked, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def desk(site):
    made = make_desk(site)
    seat(made, Role.LEAD, "second@example.org")
    return made


def looked():
    """Return what must be mended, what is good to know, and the exit status."""
    out, status = StringIO(), 0
    try:
        call_command("doctor", stdout=out)
    except CommandError as refused:
        status = refused.returncode
    said = re.sub(r"\n +", " ", out.getvalue())
    return re.findall(r"^MEND  (.*)$", said, re.MULTILINE), re.findall(r"^Note  (.*)$", said, re.MULTILINE), status


def test_a_site_in_order_is_told_so_with_what_was_never_checked(desk):  # noqa: ARG001 # in order
    checkpoints.sign(at=now())

    wrong, notes, status = looked()

    assert (wrong, status) == ([], 0)
    assert [note for note in notes if "never. This version cannot do it yet." in note] == [
        "Last drill with a backup: never. This version cannot do it yet.",
    ]
    assert any(note.startswith("No outside clock stamps the ledger.") for note in notes)
    assert "All that is stored was never read again and compared. Run audit every night." in notes
    assert any(note.startswith("No mail leaves this site") for note in notes)


def test_a_site_without_a_desk_is_told_how_to_found_one(site):  # noqa: ARG001 # an empty one
    assert "There is no desk. create_desk NAME --lead EMAIL" in looked()[1]


def other_key(_desk):
    Desk.objects.update(recipient=Secret.new().recipient)


def no_pin(_desk):
    site_settings.DESK_PINS.unlink()


def new_key(desk):
    rotation.rotate(Unlocked(desk).desk(desk.slug), at=now())


def bad_pins(_desk):
    site_settings.DESK_PINS.write_text("nonsense\n")


def kit_not_tried(_desk):
    Kit.objects.update(tested=False)


def nobody_leads(_desk):
    Desk.objects.get().seats.all().delete()


def rewritten(_desk):
    checkpoints.sign(at=now())
    rewrite(0)


def open_pins(_desk):
    site_settings.DESK_PINS.chmod(0o644)


def open_folder(_desk):
    site_settings.PRIVATE.chmod(0o750)


def behind(_desk):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'incidents'")


@pytest.mark.parametrize(
    ("harm", "what", "cure"),
    [
        (other_key, "in the database is not the pinned one", "somebody wrote into your database"),
        (no_pin, "is not pinned and receives nothing", "pin_desk northside-legal"),
        (new_key, "has a new key; reports are still sealed to the former one", "pin_desk northside-legal"),
        (bad_pins, "Line 1 of the desk pins is not", "Mend it."),
        (kit_not_tried, "The recovery kit of Northside Legal (northside-legal) was not tried", "try the paper"),
        (nobody_leads, "Northside Legal (northside-legal) has no lead", "seat a second one"),
        (rewritten, "The log no longer holds what was signed", "run verify_ledger"),
        (open_pins, "The file desk_pins is open to others", "chmod 600 desk_pins"),
        (open_folder, "The folder private is open to others", "chmod 700 private"),
        (behind, "The database default is behind this version", "migrate --database default"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_must_be_mended_is_named_with_its_cure_and_ends_the_command_with_one(desk, harm, what, cure):
    try:
        harm(desk)
        wrong, _notes, status = looked()
    finally:
        site_settings.PRIVATE.chmod(0o700)

    [told] = wrong
    assert what in told
    assert cure in told
    assert status == 1


def test_an_unsafe_setting_must_be_mended(desk, settings):  # noqa: ARG001 # else in order
    settings.ADMINS = [("Somebody", "somebody@example.org")]

    wrong, _notes, status = looked()

    assert wrong == ["Errors would be mailed. A mail holds what people wrote."]
    assert status == 1


@pytest.mark.parametrize(("data", "mode"), [(b"x" * 31, 0o400), (b"x" * 32, 0o444)], ids=["short", "open to others"])
def test_a_boot_half_that_is_not_whole_must_be_mended(desk, settings, tmp_path, data, mode):  # noqa: ARG001 # in order
    settings.RUNTIME = tmp_path / "run"
    settings.RUNTIME.mkdir(mode=0o700)
    assert "There is no boot half yet" in " ".join(looked()[1])
    os.chmod(settings.RUNTIME, 0o700)  # noqa: PTH101 # whatever this machine's umask is
    half = settings.RUNTIME / "boot"
    half.write_bytes(data)
    half.chmod(mode)

    [told] = looked()[0]

    assert "The boot half is not 32 bytes that only this user can read." in told
    assert unlock.HALF_BYTES == 32


@pytest.mark.parametrize(
    ("missing", "accepted", "must"),
    [
        ([], False, []),
        (["landlock"], False, [False]),
        (["landlock", "seccomp"], False, [True]),
        (["landlock", "seccomp"], True, [False]),
    ],
)
def test_no_sandbox_at_all_must_be_mended_or_accepted(missing, accepted, must):
    assert [one.must for one in of_sandbox(missing, accepted=accepted)] == must


def test_one_lead_and_a_head_that_nobody_signed_lately_are_good_to_know(site):
    make_desk(site)

    _wrong, notes, _status = looked()
    assert any(note.startswith("Northside Legal (northside-legal) has one lead.") for note in notes)
    assert "No head of the ledger was ever signed. Run expire once a day." in notes

    checkpoints.sign(at=now())
    Checkpoint.objects.update(day=now().date() - timedelta(days=3))
    assert any(note.startswith("The last head of the ledger was signed on") for note in looked()[1])
