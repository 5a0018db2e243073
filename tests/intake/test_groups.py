"""Which groups a witness may choose, and what happens when they choose several."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import pins, queries
from accounts.models import Desk, Kit
from incidents.models import Card, Event, Grant, Incident
from tests.accounts.members import pin, sign_in
from tests.factories import PAGE, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

SAID = {"badge": "4471B", "place-town": "Cicero"}


@pytest.fixture
def desks(site):
    """Three desks that may receive."""
    return [make_desk(site, f"{side} Legal", f"{side.lower()}@example.org") for side in ("East", "North", "South")]


@pytest.fixture
def witness():
    return Client()


def name_of(desk):
    return f"{desk.slug}/{queries.receiving(desk.slug).fingerprint}"


def page_of(browser, address):
    return browser.get(address).content.decode()


def test_each_chosen_group_opens_it_and_one_that_was_not_chosen_finds_nothing(witness, desks):
    east, north, south = desks

    chosen = witness.post("/groups/", {"group": [name_of(east), name_of(north)]})
    filed = witness.post("/report/", SAID)

    assert (chosen.url, filed.url) == ("/report/", "/report/receipt/")
    reference = Incident.objects.get().reference
    for desk in (east, north):
        assert "4471B" in page_of(sign_in(desk), f"/desk/{desk.slug}/{reference}/")
        assert reference in page_of(sign_in(desk), f"/desk/{desk.slug}/")
    assert sign_in(south).get(f"/desk/{south.slug}/{reference}/").status_code == 404
    assert reference not in page_of(sign_in(south), f"/desk/{south.slug}/")


def test_each_chosen_group_has_a_grant_a_card_and_an_event(witness, desks):
    witness.post("/groups/", {"group": [name_of(desk) for desk in desks]})
    witness.post("/report/", SAID)

    slugs = [desk.slug for desk in desks]
    assert sorted(Grant.objects.filter(desk__isnull=False).values_list("desk__slug", flat=True)) == slugs
    assert sorted(Card.objects.values_list("desk__slug", flat=True)) == slugs
    assert Event.objects.filter(kind="granted").count() == 3


def test_the_form_carries_all_groups_even_where_the_session_ended(witness, desks):
    witness.post("/groups/", {"group": [name_of(desk) for desk in desks[:2]]})
    page = page_of(witness, "/report/")
    held = re.findall(r'type="hidden" name="group" value="([^"]+)"', page)
    assert held == [name_of(desk) for desk in desks[:2]]
    assert all(name in page for name in ("East Legal", "North Legal"))

    Client().post("/report/", {**SAID, "group": held})

    assert Grant.objects.filter(desk__isnull=False).count() == 2


def test_nothing_can_be_sent_before_a_group_is_chosen(witness, desks):  # noqa: ARG001 # there are some
    refused = witness.post("/groups/", {})

    assert refused.status_code == 422
    assert "Choose one group at least" in refused.content.decode()
    assert witness.post("/report/", SAID).status_code == 404
    assert not Incident.objects.exists()


def test_a_group_that_may_not_receive_any_more_is_never_dropped_quietly(witness, desks):
    east, north, _south = desks
    both = [name_of(east), name_of(north)]
    rows = {desk.slug: desk.pk for desk in Desk.objects.all()}
    pin(rows[north.slug], pins.pinned(rows[east.slug]), verified_on=date(2026, 3, 9))

    response = witness.post("/report/", {**SAID, "group": both})

    assert response.status_code == 422
    assert "One of your groups cannot take reports now" in response.content.decode()
    assert "4471B" in response.content.decode()
    assert not Incident.objects.exists()


@pytest.mark.parametrize("fingerprint", ["0" * 24, "1234", "x"])
def test_a_link_with_another_fingerprint_is_refused_with_clear_words(witness, desks, fingerprint):
    response = witness.get(f"/to/{desks[0].slug}/{fingerprint}/")

    assert response.status_code == 404
    assert "Its check numbers are not those of the group" in response.content.decode()
    assert witness.get("/report/").url == "/groups/"


def test_a_link_chooses_only_its_own_group(witness, desks):
    witness.post("/groups/", {"group": [name_of(desk) for desk in desks]})
    witness.get(f"/to/{name_of(desks[2])}/")

    witness.post("/report/", SAID)

    assert Grant.objects.get(desk__isnull=False).desk.slug == desks[2].slug


def test_only_groups_that_may_receive_are_listed_or_linked(witness, desks):
    east, north, south = desks
    links = {desk.slug: f"/to/{name_of(desk)}/" for desk in desks}
    Kit.objects.filter(desk__slug=east.slug).update(tested=False)
    Desk.objects.filter(slug=north.slug).update(page=None)
    Desk.objects.filter(slug=south.slug).update(cards_only=True)

    page = page_of(witness, "/groups/")

    assert not any(desk in page for desk in ("East Legal", "North Legal", "South Legal"))
    assert "No group can take reports here yet" in page
    assert [witness.get(links[desk.slug]).status_code for desk in desks] == [404, 302, 404]


def test_a_desk_without_a_pin_is_not_listed(witness, desks, settings):
    lines = settings.DESK_PINS.read_text().splitlines()
    gone = str(Desk.objects.get(slug=desks[0].slug).pk)
    settings.DESK_PINS.write_text("".join(f"{line}\n" for line in lines if not line.startswith(gone)))

    page = page_of(witness, "/groups/")

    assert "East Legal" not in page
    assert "North Legal" in page


def test_a_group_says_what_it_does_how_to_join_and_when_its_key_was_checked(witness, site):
    told = {**PAGE, "how_to_join": {"en": "Call us on a Monday.", "es": "Llame un lunes."}}
    (site / "told.json").write_text(json.dumps(told))
    call_command("create_desk", "Told Legal", "--lead", "told@example.org", "--page", str(site / "told.json"), "--json")
    desk = queries.receiving("told-legal")
    pin(desk.id, desk.recipient, verified_on=date(2026, 3, 9))

    page = page_of(witness, "/groups/")

    for text in (
        *("Call us on a Monday.", PAGE["what_next"], PAGE["not_done"], PAGE["area"], "English, Español"),
        *(desk.check_digits, "March 9, 2026", f"/to/told-legal/{desk.fingerprint}/"),
    ):
        assert text in page
    witness.post("/language/", {"language": "es", "next": "/groups/"})
    assert "Llame un lunes." in page_of(witness, "/groups/")


def test_the_last_page_names_every_group_and_the_proof_names_none(witness, desks):
    witness.post("/groups/", {"group": [name_of(desk) for desk in desks[:2]]})
    witness.post("/report/", SAID)

    done, proof = page_of(witness, "/report/done/"), page_of(witness, "/report/proof/")

    assert "East Legal" in done
    assert "North Legal" in done
    assert "East" not in proof
    assert len(json.loads(proof)["events"]) == 3


def test_a_link_that_was_followed_after_filing_does_not_change_who_has_the_report(witness, desks):
    east, north, _south = desks
    witness.post("/groups/", {"group": [name_of(east)]})
    witness.post("/report/", SAID)
    assert witness.get(f"/to/{name_of(north)}/").url == "/report/"

    done = page_of(witness, "/report/done/")

    assert "East Legal" in done
    assert "North Legal" not in done
