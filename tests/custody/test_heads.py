"""What a member keeps of the log, against a log that somebody rewrote."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts import auditors
from accounts.models import Member
from incidents.custody import checkpoints, heads, ledger
from incidents.models import Event
from tests.custody.pages import FITS, STOP, cut_off, rewrite, text
from tests.factories import Unlocked

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_kept_head_is_held_against_the_log_on_every_page_of_it(lead, desk, made):
    pages = [f"/desk/{desk.slug}/ledger/", f"/desk/{desk.slug}/{made['reference']}/ledger/", "/ledger/head/"]
    assert all("keep no head" in text(lead.get(page)) for page in pages)

    assert lead.post("/ledger/head/keep/").status_code == 302

    assert all(FITS in text(lead.get(page)) for page in pages)
    assert lead.get("/ledger/head/kept/").content.decode() == auditors.kept_head(Unlocked(desk))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda: rewrite(2), "events are not the ones that you saw."),
        (lambda: cut_off(keep=3), "Somebody took events away, or put an old copy back."),
    ],
    ids=["rewritten", "cut off"],
)
def test_a_log_that_was_rewritten_shouts_on_every_page_and_is_written_down_once(lead, desk, made, harm, said):
    lead.post("/ledger/head/keep/")
    pages = ["/ledger/head/", f"/desk/{desk.slug}/ledger/", f"/desk/{desk.slug}/{made['reference']}/ledger/"]
    harm()

    assert said in text(lead.get("/ledger/head/"))
    for page in pages:
        told = text(lead.get(page))
        assert STOP in told
        assert "Call your operator now" in told
        assert "Do not trust this page" in told

    (checked,) = Event.objects.filter(kind="checked")
    assert checked.desk_id == Unlocked(desk).desk(desk.slug).id
    assert "You A head of the ledger that somebody kept does not fit the ledger." in text(lead.get(pages[1]))


@pytest.mark.parametrize("harm", [lambda: rewrite(2), lambda: cut_off(keep=3)], ids=["rewritten", "cut off"])
def test_the_list_of_incidents_shouts_too_after_unlocking(lead, desk, made, harm):
    page = f"/desk/{desk.slug}/"
    assert made["reference"] in text(lead.get(page))
    lead.post("/ledger/head/keep/")
    harm()

    told = text(lead.get(page))

    assert STOP in told
    assert "Call your operator now" in told
    assert Event.objects.filter(kind="checked").count() == 1


def test_the_list_walks_the_log_once_in_five_minutes_and_sees_at_once_that_events_are_gone(lead, desk, made):
    lead.post("/ledger/head/keep/")
    page, later = f"/desk/{desk.slug}/", now() + timedelta(minutes=6)
    with CaptureQueriesContext(connection) as first:
        lead.get(page)
    with CaptureQueriesContext(connection) as again:
        assert made["reference"] in text(lead.get(page))
    assert [sum(walks(query) for query in asked) for asked in (first, again)] == [1, 0]

    rewrite(2)
    assert STOP not in text(lead.get(page))
    assert not heads.compare_lately(auditors.kept_head(Unlocked(desk)), at=later).holds
    assert STOP in text(lead.get(page))


def test_events_that_are_gone_show_at_once_on_the_list(lead, desk, made):
    lead.post("/ledger/head/keep/")
    page = f"/desk/{desk.slug}/"
    assert made["reference"] in text(lead.get(page))

    cut_off(keep=3)

    assert STOP in text(lead.get(page))


def test_where_the_kept_head_was_emptied_the_page_says_what_withstands_that(lead):
    lead.post("/ledger/head/keep/")
    Member.objects.update(kept_head=None)

    told = text(lead.get("/ledger/head/"))

    assert STOP not in told
    assert "Only a head that you took away from this site withstands that" in told


def walks(query):
    return 'SELECT "incidents_event"."entry"' in query["sql"]


def test_a_head_that_does_not_fit_is_not_replaced_before_it_was_saved(lead, desk):
    lead.post("/ledger/head/keep/")
    kept = auditors.kept_head(Unlocked(desk))
    rewrite(0)

    assert lead.post("/ledger/head/keep/").status_code == 409
    assert auditors.kept_head(Unlocked(desk)) == kept
    assert lead.post("/ledger/head/keep/", {"saved": "yes"}).status_code == 302
    assert FITS in text(lead.get("/ledger/head/"))


def test_a_key_that_was_lost_is_said_and_is_no_proof_against_the_log(lead, settings):
    lead.post("/ledger/head/keep/")
    settings.LEDGER_KEY = bytes(32)

    told = text(lead.get("/ledger/head/"))

    assert STOP in told
    assert "signed with another key now" in told
    assert not Event.objects.filter(kind="checked").exists()


def test_a_head_from_a_file_or_a_paper_is_held_against_the_log(lead, desk, made):
    note = lead.get("/ledger/head/checkpoint/").content.decode()
    lead.get(f"/desk/{desk.slug}/{made['reference']}/")

    def checked(note):
        return text(lead.post("/ledger/head/check/", {"note": note}))

    assert "It fits. The ledger begins with this head." in checked(note.replace("\n", "  \r\n").rstrip())
    assert "This is not a head that this ledger signed." in checked(note.replace("/ledger", "/other"))
    assert not Event.objects.filter(kind="checked").exists()
    rewrite(0)
    assert STOP in checked(note)
    assert Event.objects.filter(kind="checked").count() == 1
    assert "Paste the lines" in lead.post("/ledger/head/check/", {"note": " "}).content.decode()


def test_a_log_of_the_same_length_that_says_something_else_is_signed_anew(lead):
    first = lead.get("/ledger/head/checkpoint/").content
    again = lead.get("/ledger/head/checkpoint/").content
    rewrite(0)

    other = lead.get("/ledger/head/checkpoint/").content

    assert first == again
    assert other != first
    assert checkpoints.broken() == [f"The log no longer holds what was signed at {ledger.size()} events."]


def test_a_head_signed_by_a_former_key_of_the_log_is_named_and_stops_no_new_one(lead, settings):
    lead.get("/ledger/head/checkpoint/")
    settings.LEDGER_KEY = bytes(32)

    assert lead.get("/ledger/head/checkpoint/").status_code == 200

    [told] = checkpoints.broken()
    assert "is not signed by the key and name of this log" in told
