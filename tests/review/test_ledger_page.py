"""The ledger of a desk and of an incident as members read it."""

from __future__ import annotations

import re

import pytest
from django.utils.timezone import now

from accounts import rotation, seating
from accounts.models import Role, Seat
from incidents.custody import ledger
from incidents.custody.events import Moved, Rekeyed
from incidents.models import Event
from tests.accounts.members import seat, sign_in
from tests.custody.pages import numbers, text
from tests.factories import Unlocked, deposit, make_desk
from tests.vault.neighbours import neighbours

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERS = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "A white van."}}}]}}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def made(desk, site):
    return deposit(desk, ANSWERS, folder=site)


@pytest.fixture
def lead(desk):
    return sign_in(desk)


def test_an_incident_s_ledger_says_who_did_what_and_when_newest_first(lead, desk, made):
    lead.get(f"/desk/{desk.slug}/{made['reference']}/")

    page = lead.get(f"/desk/{desk.slug}/{made['reference']}/ledger/")

    said = text(page)
    assert re.search(r"\d\d:\d\d:\d\d You The incident was opened and read\.", said)
    assert re.search(r"The reporter, while filing A report arrived and was sealed\.", said)
    assert (
        "A desk was given the key, as the reporter chose. Desk: Northside Legal , Why: The reporter sent it to them ."
        in said
    )
    assert numbers(page) == sorted(numbers(page), reverse=True)


def test_a_desk_s_ledger_lists_its_own_acts_with_a_link_to_the_incident_s(lead, desk, made):
    lead.post(f"/desk/{desk.slug}/{made['reference']}/move/", {"to": "closed", "reason": "duplicate"})

    page = lead.get(f"/desk/{desk.slug}/ledger/")

    said = text(page)
    assert "You The incident was moved to another state. To: Closed , Why: Filed twice" in said
    assert "The site The desk was founded." in said
    assert "A report arrived" not in said
    assert f'href="/desk/{desk.slug}/{made["reference"]}/ledger/"' in page.content.decode()


def test_acts_from_before_a_rotation_and_sealed_to_the_desk_are_read_too(desk):
    code = seating.invite(Unlocked(desk).desk(desk.slug), email="new@example.org", at=now())
    seating.join(email="new@example.org", code=code, as_member=None, at=now())  # no key was in hand
    rotation.rotate(Unlocked(desk).desk(desk.slug), at=now())

    said = text(sign_in(desk).get(f"/desk/{desk.slug}/ledger/"))

    assert "The desk was founded." in said
    assert "The site A code was used. Nobody is seated by it yet." in said
    assert "The desk got a new key." in said
    assert "Sealed, not for this desk." not in said


def test_what_no_key_here_opens_stands_as_a_closed_line_and_may_still_be_proved(lead, desk, site):
    other = make_desk(site, "Southside Legal", "other@example.org")
    held, theirs = Unlocked(desk).desk(desk.slug), Unlocked(other).desk(other.slug)
    ledger.append(Rekeyed(at=now(), by="site", object=held.id), to=theirs.secret.sub("ledger"), desk_id=held.id)

    page = lead.get(f"/desk/{desk.slug}/ledger/")

    assert "New keys. Sealed, not for this desk." in text(page)
    assert Event.objects.latest("index").index - 1 in numbers(page)


def test_lines_are_narrowed_by_kind_by_day_and_by_who(lead, desk, made):
    at = f"/desk/{desk.slug}/{made['reference']}/ledger/"
    lead.get(at)
    first, seat_id = Event.objects.earliest("day").day.isoformat(), str(Unlocked(desk).desk(desk.slug).seat_id)

    every = len(numbers(lead.get(at)))
    found = {
        query: len(numbers(lead.get(f"{at}?{query}")))
        for query in (
            "kind=received",
            f"seat={seat_id}",
            "seat=filing",
            f"since={first}",
            "until=2020-01-01",
            f"kind=received&seat={seat_id}",
            "kind=nonsense&since=nonsense&seat=nonsense",
        )
    }

    assert every == 3  # arrived, granted, opened
    assert list(found.values()) == [1, 1, 2, every, 0, 0, every]
    assert "No line fits." in text(lead.get(f"{at}?until=2020-01-01"))


def test_fifty_lines_stand_on_a_page_and_the_filter_stays_on_the_next(lead, desk):
    held = Unlocked(desk).desk(desk.slug)
    for _ in range(60):
        event = Moved(at=now(), by=str(held.seat_id), object=held.id, to="screening")
        ledger.append(event, to=held.secret.sub("ledger"), desk_id=held.id)
    at = f"/desk/{desk.slug}/ledger/"

    first = lead.get(f"{at}?kind=moved")
    following = lead.get(f"{at}?kind=moved&page=2")

    assert (len(numbers(first)), len(numbers(following))) == (50, 10)
    assert re.search(r'href="\?kind=moved&amp;page=2"', first.content.decode())
    assert min(numbers(first)) > max(numbers(following))


@pytest.mark.parametrize("path", ["ledger/", "{reference}/ledger/", "ledger/0/proof/"])
def test_who_may_not_read_the_desk_s_incidents_may_not_read_its_ledger(desk, made, path):
    call_taker = sign_in(seat(desk, Role.CALL_TAKER, "calls@example.org"))

    assert call_taker.get(f"/desk/{desk.slug}/{path.format(**made)}").status_code == 403


def test_another_desk_s_lines_are_proved_to_nobody(lead, desk, made, site):
    other = make_desk(site, "Southside Legal", "other@example.org")
    theirs = sign_in(other)
    own = Event.objects.filter(desk_id=Unlocked(desk).desk(desk.slug).id).first().index
    of_incident = Event.objects.filter(incident_id__isnull=False).first().index

    for index in (own, of_incident, 10_000, 2**80):
        assert theirs.get(f"/desk/{other.slug}/ledger/{index}/proof/").status_code == 404
        assert theirs.get(f"/desk/{desk.slug}/ledger/{index}/proof/").status_code == 404
    for index in (own, of_incident):
        assert lead.get(f"/desk/{desk.slug}/ledger/{index}/proof/").status_code == 200
    assert theirs.get(f"/desk/{other.slug}/{made['reference']}/ledger/").status_code == 404


def test_whose_seat_is_at_another_desk_or_gone_is_said_so_and_named_by_nobody(site):
    two = neighbours(site)
    lawyer = seat(two.desk, Role.LAWYER, "lawyer@example.org")
    sign_in(lawyer).get(two.address())
    two.share()
    sign_in(two.other).get(two.address(held=two.other))
    Seat.objects.get(member__email=lawyer.email).delete()

    page = sign_in(two.desk).get(two.address("ledger"))

    said = text(page)
    assert "A member whose seat is gone The incident was opened and read." in said
    assert "A lead of another desk The incident was opened and read." in said
    assert "example.org" not in said.replace(two.desk.email, "")
    assert re.search(r"<option[^>]*>A lead of another desk</option>", page.content.decode())
