"""What never came whole is kept, and shown to the desk after a week; nothing sweeps it."""

from __future__ import annotations

import os
import re
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from incidents.models import Arriving, ArrivingPart
from sealing import wraps
from tests.accounts.members import sign_in
from tests.sending.sender import STRANGER

pytestmark = pytest.mark.django_db(databases="__all__")

DATA = bytes(range(256)) * 10
WEEK = timedelta(days=7)


@pytest.fixture
def begun(script):
    """The first and the last part of three came."""
    sent = script.file(DATA, name="visit <b>.mp4")
    script.begin(sent)
    script.part(sent, 1)
    script.part(sent, 3)
    return sent


def aged(**ago):
    Arriving.objects.update(last_on=(now() - timedelta(**ago)).date())


@pytest.mark.parametrize(("days", "shown"), [(6, False), (7, True)])
@pytest.mark.usefixtures("begun")
def test_it_is_shown_after_seven_days_without_a_part(desk, days, shown, where):
    aged(days=days)

    page = " ".join(sign_in(desk).get(where).content.decode().split())

    assert ('An unfinished file</h3> <p class="hint"><bdi>visit &lt;b&gt;.mp4</bdi>' in page) == shown
    assert ("2 of 3 parts came, the last on" in page) == shown


@pytest.mark.usefixtures("begun")
def test_each_part_opens_by_itself_and_that_is_written_down_once(desk, read, where):
    aged(days=8)
    member = sign_in(desk)
    page = member.get(where).content.decode()
    links = re.findall(r'href="(/desk/[^"]+/parts/\d+/)"', page)

    assert [member.get(link).content for link in links] == [DATA[:1000], DATA[2000:]]
    assert [event.said["act"] for event in read().custody()].count("exhibit_opened") == 1


def test_its_sender_can_go_on_after_a_week(begun, script, read):
    aged(days=8)

    assert script.part(begun, 2)[0] == 201
    assert Arriving.objects.get().last_on == now().date()
    assert script.finish(begun)[0] == 200
    assert read().reader(read().exhibits[0]).read() == DATA


def test_expire_takes_only_what_no_row_names(begun, script, site):
    folder = site / f"objects/exhibits/{begun.id}"
    (folder / "7.age").write_bytes(b"left over")
    for path in folder.iterdir():
        os.utime(path, (time.time() - 400 * 86_400,) * 2)
    aged(days=400)

    call_command("expire", stdout=StringIO())

    assert sorted(path.name for path in folder.iterdir()) == ["1.age", "3.age"]
    assert script.state(begun)[1]["held"].keys() == {"1", "3"}


def test_the_audit_finds_what_is_damaged_of_a_file_under_way(begun, site):
    (site / f"objects/exhibits/{begun.id}/3.age").write_bytes(b"x")
    out = StringIO()

    with pytest.raises(CommandError, match="1 damaged"):
        call_command("audit", stdout=out, stderr=out)

    assert f"DAMAGED  exhibit {begun.id}, part 3" in out.getvalue()


def test_a_beginning_that_nobody_can_read_is_shown_without_a_name(script, desk, where):
    sent = script.file(DATA)
    script.ask("PUT", sent.id, body=wraps.seal(b"{}", STRANGER))
    script.part(sent, 1)
    aged(days=9)

    page = " ".join(sign_in(desk).get(where).content.decode().split())

    assert "An unfinished file</h3> <p> 1 parts came" in page
    assert ArrivingPart.objects.count() == 1
