"""Every night all that is stored is read again; what a storage lost, cut or changed is named where it counts."""

from __future__ import annotations

import fcntl
import os
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings as site_settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from accounts.models import Role
from incidents.custody import fixity
from incidents.models import (
    Damage,
    Event,
    Exhibit,
    FixityPass,
    Grant,
    Incident,
    Part,
    Report,
)
from incidents.vault import openings
from incidents.vault.exhibits import Sealer
from incidents.vault.promised import Stored
from tests.accounts.members import seat, sign_in
from tests.custody.conftest import ANSWERS
from tests.custody.pages import text
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

STOP = "Stop: something that was stored is damaged"
WELL = "Each is what was stored."


@pytest.fixture
def filed(desk, site):
    """An incident with one file of 1,000 bytes."""
    photo = site / "photo.bin"
    photo.write_bytes(os.urandom(1000))
    return deposit(desk, ANSWERS, photo, folder=site)


@pytest.fixture
def stored(filed, site):  # noqa: ARG001 # after it was filed
    """The one object that lies in storage."""
    [path] = (path for path in (site / "objects").rglob("*") if path.is_file())
    return path


def audit():
    """Return what the night's pass printed, and its exit status."""
    out, status = StringIO(), 0
    try:
        call_command("audit", stdout=out, stderr=out)
    except CommandError as damaged:
        out.write(str(damaged))
        status = damaged.returncode
    return out.getvalue().replace("DAMAGED  ", "DAMAGED "), status


def changed(path):
    held = bytearray(path.read_bytes())
    held[-1] ^= 1
    path.write_bytes(held)


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def lost(path):
    path.unlink()


def kept_back(path):
    path.unlink()
    path.mkdir()


def test_a_pass_that_finds_all_well_is_in_the_ledger_and_on_the_health_page(auditor, filed):  # noqa: ARG001 # a file
    assert "Last check of all stored files never" in text(auditor.get("/ledger/health/"))

    said, status = audit()

    assert status == 0
    assert said.startswith("1 objects were read (")
    assert WELL in said
    [checked] = Event.objects.filter(kind="checked")
    assert (checked.incident_id, checked.desk_id) == (None, None)
    shown = text(auditor.get("/ledger/health/"))
    assert f"{now().date()} (begun {now().date()}): 1 object" in shown
    assert "Each is what was stored" in shown
    assert audit()[1] == 0
    assert Event.objects.filter(kind="checked").count() == 2


HARMS = {
    changed: "Its bytes are not the ones that were stored.",
    cut: "It is shorter or longer than what was stored.",
    lost: "It is missing in storage.",
    kept_back: "The storage does not hand it out.",
}


def test_a_storage_that_lies_is_named_the_same_night_file_by_file(desk, lead, auditor, site):
    for name in (files := [site / f"{number}.bin" for number in range(5)]):
        name.write_bytes(os.urandom(1000))
    made = deposit(desk, ANSWERS, *files, folder=site)
    whole, *harmed = Exhibit.objects.order_by("number")
    for exhibit, harm in zip(harmed, HARMS, strict=True):
        harm(site / "objects/exhibits" / str(exhibit.pk) / "1.age")

    said, status = audit()

    assert status == 1
    assert str(whole.pk) not in said
    found = Event.objects.filter(kind="checked", incident_id=whole.incident_id)
    assert [event.thing_id for event in found.order_by("index")] == [exhibit.pk for exhibit in harmed]
    record = text(lead.get(f"/desk/{desk.slug}/{made['reference']}/ledger/"))
    pages = [text(lead.get(f"/desk/{desk.slug}/{page}")) for page in ("", f"{made['reference']}/")]
    health = text(auditor.get("/ledger/health/"))
    with pytest.raises(CommandError):
        call_command("doctor", stdout=(doctor := StringIO()))
    assert all(STOP in page for page in [*pages, health])
    assert record.count("Something stored is damaged, missing, or not what was stored.") == len(HARMS)
    for exhibit, what in zip(harmed, HARMS.values(), strict=True):
        assert f"DAMAGED exhibit {exhibit.pk}, part 1: {what}" in said
        assert what in record
        assert all(f"{made['reference']} , EX-{exhibit.number:04d}, part 1: {what}" in page for page in pages)
        assert f"{exhibit.pk} , part 1: {what}" in health
        assert f"MEND  DAMAGED: exhibit {exhibit.pk}, part 1: {what}" in doctor.getvalue()


def test_what_was_put_back_is_found_well_and_the_record_keeps_both(desk, lead, filed, stored):
    held = stored.read_bytes()
    changed(stored)
    assert audit()[1] == 1
    stored.write_bytes(held)

    said, status = audit()

    assert (status, WELL in said) == (0, True)
    assert STOP not in text(lead.get(f"/desk/{desk.slug}/"))
    record = text(lead.get(f"/desk/{desk.slug}/{filed['reference']}/ledger/"))
    assert "Something stored is damaged" in record
    assert "What was found damaged before is whole again." in record


def test_leads_of_a_desk_that_holds_the_key_are_told_once_and_nobody_else_is(lead, desk, stored, settings, site):
    settings.DEFAULT_FROM_EMAIL = "site@example.org"
    seat(desk, Role.REVIEWER, "reviewer@example.org")
    other = make_desk(site, "Southside", "south@example.org")
    deposit(other, ANSWERS, folder=site)
    lost(stored)

    assert audit()[1] == audit()[1] == 1

    [sent] = mail.outbox
    assert sent.to == [desk.email]
    assert "Something waits for you. Open this site and sign in." in sent.body
    assert Incident.objects.first().reference not in sent.body
    assert Event.objects.filter(incident_id__isnull=False, kind="checked").count() == 1
    assert STOP in text(lead.get(page := f"/desk/{desk.slug}/"))
    Grant.objects.filter(desk__isnull=False).update(until=now().date() - timedelta(days=1))
    assert STOP not in text(lead.get(page))
    assert STOP not in text(sign_in(other).get(f"/desk/{other.slug}/"))


def test_a_row_that_is_not_what_the_ledger_names_is_named_like_a_file(desk, lead, filed, site):
    others = [deposit(desk, ANSWERS, site / "photo.bin", folder=site) for _ in range(2)]
    assert audit()[1] == 0
    first, second, third = Exhibit.objects.order_by("incident__received_on", "incident__pk")
    Exhibit.objects.filter(pk=first.pk).update(sealed=b"\x01" + os.urandom(300))
    Part.objects.filter(exhibit=second).delete()
    gone = Report.objects.get(incident_id=third.incident_id).pk
    Report.objects.filter(pk=gone).delete()

    said, status = audit()

    assert status == 1
    harmed = {
        first.pk: "Its row in the database is not the one that the ledger names.",
        second.pk: "The rows of some of its parts are gone.",
        gone: "Its row in the database is gone; the ledger names it.",
    }
    assert all(f"{pk}: {what}" in said for pk, what in harmed.items())
    shown = text(lead.get(f"/desk/{desk.slug}/"))
    assert all(what in shown for what in harmed.values())
    assert all(made["reference"] in shown.partition(STOP)[2] for made in (filed, *others))


def many_parts(desk, filed, *, parts):
    """Add a file of many tiny parts to the incident."""
    opened = openings.incident(filed["reference"], slug=desk.slug, using=Unlocked(desk), at=now())
    sealer = Sealer(to=opened.secret.recipient, part_bytes=1)
    sealer.write(b"x" * parts)
    opened.add(None, files=[sealer.close(name="many", media_type="")], at=now())
    return sealer.id


class Watched(Stored):
    """The real objects, and which of them were read."""

    def __init__(self):
        self.names = []

    def digest(self, name):
        self.names.append(name)
        return super().digest(name)


def test_a_pass_that_was_cut_off_goes_on_where_it_stood(desk, filed, monkeypatch):
    monkeypatch.setattr(fixity, "BATCH", 8)
    many_parts(desk, filed, parts=20)
    first, rest = Watched(), Watched()

    def kill(passed):
        if passed.objects >= 16:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fixity.go_on(first, clock=now, tell=kill)
    assert fixity.last() is None
    assert fixity.under_way().objects == 16
    passed = fixity.go_on(rest, clock=now)

    assert sorted([*first.names, *rest.names]) == sorted({*first.names, *rest.names})
    assert (len(first.names), len(rest.names), passed.objects) == (16, 5, 21)
    assert FixityPass.objects.count() == 1
    assert Event.objects.filter(kind="checked").count() == 1


def test_where_storage_hands_out_nothing_at_all_nobody_is_accused_and_the_pass_stands_still(
    desk, filed, site, monkeypatch
):
    monkeypatch.setattr(fixity, "PAUSE_SECONDS", 0)
    folder = site / "objects/exhibits" / str(many_parts(desk, filed, parts=9))
    Part.objects.filter(exhibit_id=Exhibit.objects.get(number=1).pk).delete()
    folder.rename(aside := site / "aside")
    folder.write_bytes(b"not a folder")

    said, status = audit()

    assert status == 1
    assert "Storage hands nothing out." in said
    assert not Damage.objects.exists()
    assert fixity.under_way().objects == 0
    folder.unlink()
    aside.rename(folder)
    assert "9 objects were read" in audit()[0]


def test_what_is_removed_while_it_is_read_is_no_damage(filed):  # noqa: ARG001 # a file
    class Racing(Stored):
        def digest(self, name):
            raise FileNotFoundError(name)

        def is_promised(self, promised):
            Part.objects.update(sealed_sha256="0" * 64)
            return super().is_promised(promised)

    assert fixity.go_on(Racing(), clock=now).damaged == 0


def test_an_object_that_no_row_names_is_told_of_after_a_day(filed, site):  # noqa: ARG001 # a file
    left = site / "objects/exhibits/left/1.age"
    left.parent.mkdir()
    left.write_bytes(b"age-encryption.org/v1\n")
    assert "named by no row" not in audit()[0]
    os.utime(left, (time.time() - 25 * 3600,) * 2)

    said, status = audit()

    assert "1 objects older than a day are named by no row: expire removes them." in said
    assert status == 0


def test_two_passes_never_run_at_once(filed):  # noqa: ARG001 # a file
    with (site_settings.RUNTIME / "audit.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said, status = audit()

    assert status == 1
    assert "Another audit is running" in said
