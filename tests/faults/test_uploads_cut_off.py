"""A line that breaks in the middle of an upload leaves nothing behind, and the next filing works."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest

from accounts.queries import receiving
from incidents.models import Exhibit, Grant, Incident, Report
from sealing.files import PART_BYTES
from tests.factories import make_desk
from tests.faults.browser import Browser

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

CLIP = bytes(range(256)) * (3 * PART_BYTES // 256)
AT_MOST_SECONDS = 60


@pytest.fixture
def phone(open_site, tmp_path):
    desk = make_desk(tmp_path)
    found = Browser(open_site)
    found.ask("GET", f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    return found


def objects(folder):
    return [path for path in (folder / "objects").rglob("*") if path.is_file()]


def until(true):
    ends = time.monotonic() + AT_MOST_SECONDS
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def counts():
    return [model.objects.count() for model in (Incident, Report, Exhibit, Grant)]


def test_adding_a_file_cut_off_leaves_what_was_filed_and_no_more(phone, tmp_path):
    assert phone.post("/report/", badge="4471B")[0] == 302
    body, kind = phone.form("/report/files/", CLIP, name="clip.mp4")
    line = phone.begin("/report/files/", body, kind, sent=2 * PART_BYTES)
    until(lambda: objects(tmp_path))
    line.close()
    until(lambda: not objects(tmp_path))

    assert counts()[:3] == [1, 1, 0]
    assert phone.upload("/report/files/", CLIP)[0] == 302
    assert counts()[:3] == [1, 1, 1]


def test_many_lines_cut_off_do_not_use_up_the_turns(phone, tmp_path):
    assert phone.post("/report/", badge="4471B")[0] == 302
    body, kind = phone.form("/report/files/", CLIP, name="clip.mp4")
    for _ in range(5):  # one more than may upload at once
        line = phone.begin("/report/files/", body, kind, sent=PART_BYTES + 2**17)
        until(lambda: objects(tmp_path))
        line.close()
        until(lambda: not objects(tmp_path))

    assert phone.upload("/report/files/", b"moving")[0] == 302


@pytest.mark.parametrize("sent", [2 * PART_BYTES, len(CLIP) + 300], ids=["in the file", "in the last bytes"])
def test_a_filing_cut_off_leaves_no_row_and_no_object_and_the_next_one_works(phone, tmp_path, sent):
    body, kind = phone.form("/report/", CLIP, name="clip.mp4", badge="4471B")
    line = phone.begin("/report/", body, kind, sent=min(sent, len(body) - 2))
    until(lambda: objects(tmp_path))
    line.close()
    until(lambda: not objects(tmp_path))

    assert counts() == [0, 0, 0, 0]
    assert phone.upload("/report/", CLIP, badge="4471B")[0] == 302
    assert counts()[:3] == [1, 1, 1]
    assert len(objects(tmp_path)) == 3


def test_adding_a_file_and_an_answer_cut_off_adds_neither(phone, tmp_path):
    assert phone.post("/report/", badge="4471B")[0] == 302
    body, kind = phone.form("/report/files/", CLIP, name="clip.mp4", original="yes_first_file")
    line = phone.begin("/report/files/", body, kind, sent=2 * PART_BYTES)
    until(lambda: objects(tmp_path))
    line.close()
    until(lambda: not objects(tmp_path))

    assert counts()[:3] == [1, 1, 0]


def test_answers_cut_off_are_not_filed_by_half(phone):
    body = urlencode({"csrfmiddlewaretoken": phone.token("/report/"), "badge": "4471B", "place-town": "Calle 26"})
    line = phone.begin("/report/", body.encode(), "application/x-www-form-urlencoded", sent=len(body) - 10)
    line.close()
    time.sleep(3)  # there is nothing to see where it is right: a wait, and then nothing

    assert counts() == [0, 0, 0, 0]
