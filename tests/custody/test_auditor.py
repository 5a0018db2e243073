"""An auditor walks the lines of the log, holds no key, and sees how desks fare."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.conf import settings as site_settings
from django.utils.timezone import now

from accounts.models import Desk, Kit, Role
from incidents.custody import checkpoints, ledger
from incidents.models import Event
from tests.accounts.members import seat
from tests.custody.pages import STOP, head_in, numbers, rewrite, root_by_inclusion, text, unpacked

pytestmark = pytest.mark.django_db(databases="__all__")


def test_an_auditor_sees_every_line_and_no_body(auditor, made):
    sent = auditor.get("/ledger/")
    page = sent.content.decode()

    assert numbers(sent) == sorted(range(ledger.size()), reverse=True)
    assert f'<code dir="ltr">{Event.objects.filter(kind="received").get().incident_id}</code>' in page
    assert f">{bytes(Event.objects.filter(kind='received').get().of).hex()}</code>" in page
    assert "report_received" not in page
    assert made["reference"] not in page
    assert "A report arrived and was sealed" not in page
    assert len(numbers(auditor.get("/ledger/?kind=received"))) == 1


def test_an_auditor_needs_no_key_and_no_seat(auditor):
    auditor.post("/member/lock/")

    assert auditor.get("/ledger/").status_code == 200
    assert auditor.get("/ledger/health/").status_code == 200
    proved = json.loads(auditor.get("/ledger/0/proof/").content)
    size, root = head_in(proved["checkpoint"])
    leaf = hashlib.sha256(b"\x00" + bytes.fromhex(proved["entry"])).digest()
    assert root_by_inclusion(leaf, 0, size, unpacked(proved["inclusion"])) == root
    assert auditor.get(f"/ledger/{size}/proof/").status_code == 404


def test_an_auditor_walks_the_whole_log_and_is_told_what_does_not_agree(auditor):
    assert "All lines, sealed bodies, rows and signed heads agree." in text(auditor.post("/ledger/walk/"))
    checkpoints.sign(at=now())
    rewrite(1)

    told = text(auditor.post("/ledger/walk/"))

    assert "Stop: these do not agree" in told
    assert "The log no longer holds what was signed" in told


def test_an_auditor_s_own_kept_head_is_held_against_the_log_and_the_finding_is_written_down(auditor):
    auditor.post("/ledger/head/keep/")
    rewrite(0)

    assert STOP in text(auditor.get("/ledger/"))
    (checked,) = Event.objects.filter(kind="checked")
    assert (checked.desk_id, checked.incident_id) == (None, None)
    assert bytes(checked.body).startswith(b"age-encryption.org")


@pytest.mark.parametrize("path", ["", "walk/", "0/proof/", "health/"])
def test_for_a_member_who_is_no_auditor_these_pages_are_not_there(lead, path):
    way = lead.post if path == "walk/" else lead.get

    assert way(f"/ledger/{path}").status_code == 404


def test_the_health_page_says_what_is_fragile_and_what_was_never_checked(auditor, desk):
    before = text(auditor.get("/ledger/health/"))
    seat(desk, Role.LEAD, "second@example.org")
    after = text(auditor.get("/ledger/health/"))
    Kit.objects.update(tested=False)
    untried = text(auditor.get("/ledger/health/"))
    Desk.objects.update(recipient=Desk.objects.get().recipient[:-1] + "q")
    differs = text(auditor.get("/ledger/health/"))
    site_settings.DESK_PINS.write_text("nonsense\n")
    unreadable = text(auditor.get("/ledger/health/"))

    assert "list of desk keys cannot be read" in unreadable
    assert "Seat a second lead" in before
    assert "1 desk needs care." in before
    assert "No desk hangs on one person, and each kit was tried." in after
    assert after.count("never: this version cannot do it yet") == 1
    assert "Not tried" in untried
    assert "Not the pinned key. Share nothing with this desk." in differs
