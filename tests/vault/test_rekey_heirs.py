"""Who gets an incident's next key: the desks that its record names, whatever rows lie in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from accounts.models import Desk
from incidents.custody import events, ledger
from incidents.models import Grant, Incident
from incidents.vault import openings
from incidents.vault.openings import Absent
from sealing.types import Recipient
from tests.accounts.members import sign_in
from tests.factories import Unlocked, make_desk
from tests.vault.neighbours import STORY, make_coalition, neighbours
from tests.vault.rekeying import go_on, step

pytestmark = pytest.mark.django_db(databases="__all__")

ENDED = "these desks got none, and their key ended:"
NONE_FOR = "These desks get no new key"


@pytest.fixture
def two(site):
    return neighbours(site)


def lay_grant(held, **but):
    """Put a row there as somebody does who writes the database and has no key."""
    desk = Desk.objects.get(slug=held.slug)
    row = {"generation": desk.generation, "wrapped": b"junk", **but}
    return Grant.objects.create(incident=Incident.objects.get(), desk=desk, **row)


def forge(event, *, to):
    ledger.append(event, to=to, incident_id=Incident.objects.get().pk)


def shared_with(held):
    desk = Desk.objects.get(slug=held.slug)
    incident = Incident.objects.get()
    giver = Desk.objects.get(slug="northside-legal").pk
    said = {"desk": desk.pk, "basis": "same_client", "digits": "0" * 24, "giver": giver}
    return events.Shared(at=now(), by=events.SITE, object=incident.pk, **said)


def page_of(two, held=None):
    return " ".join(sign_in(held or two.desk).get(two.address("sharing", held=held)).content.decode().split())


def assert_left_out(two, held):
    assert not Grant.objects.filter(desk__slug=held.slug).exists()
    with pytest.raises(Absent):
        two.opened(held)
    page = page_of(two)
    assert page.index(ENDED) < page.rindex(Desk.objects.get(slug=held.slug).name)
    acts = [event.said["act"] for event in two.opened().custody()]
    assert "withdrawn" in acts[acts.index("rekeyed") :]
    assert STORY in str([answers.document for answers in two.opened().answers])
    call_command("verify_ledger")


def test_a_row_that_somebody_wrote_into_the_database_gets_no_key(two):
    lay_grant(two.other)

    assert step(two).finished

    assert_left_out(two, two.other)


def test_a_grant_that_was_taken_back_and_put_back_gets_no_key(two):
    two.share()
    kept = Grant.objects.filter(desk__slug=two.other.slug).values().get()
    two.withdraw()
    Grant.objects.create(**kept)

    assert step(two).finished

    assert_left_out(two, two.other)


def test_a_coalition_gets_no_key_whatever_the_record_says(two):
    river = make_coalition()
    lay_grant(river)
    two.opened().record(shared_with(river))

    assert step(two).finished

    assert_left_out(two, river)


def test_a_last_day_that_was_moved_does_not_hold(two):
    two.share(until=now().date().isoformat())
    Grant.objects.filter(desk__slug=two.other.slug).update(until=now().date() + timedelta(days=4000))
    later = now() + timedelta(days=3)

    opened = openings.incident(two.reference, slug=two.desk.slug, using=Unlocked(two.desk), at=later)
    assert go_on(opened, at=later).finished

    assert_left_out(two, two.other)


def test_a_last_day_that_was_moved_and_is_not_over_is_the_one_of_the_record_again(two):
    last = now().date() + timedelta(days=9)
    two.share(until=last.isoformat())
    Grant.objects.filter(desk__slug=two.other.slug).update(until=None)

    assert step(two).finished

    assert Grant.objects.get(desk__slug=two.other.slug).until == last
    assert two.opened(two.other).reference == two.reference


def test_a_line_that_was_sealed_to_the_incident_by_a_stranger_gives_no_key(two):
    lay_grant(two.other)
    forge(shared_with(two.other), to=Recipient(Incident.objects.get().recipient))

    assert step(two).finished

    assert_left_out(two, two.other)


def test_who_kept_a_former_key_writes_nobody_into_the_record(two):
    former = two.opened().secret.sub("ledger")
    step(two)
    lay_grant(two.other)
    forge(shared_with(two.other), to=former)

    assert step(two).finished

    assert_left_out(two, two.other)


def test_a_desk_that_the_record_does_not_name_gives_no_other_key(two):
    two.share()
    kept = Grant.objects.filter(desk__slug=two.other.slug).values().get()
    two.withdraw()
    Grant.objects.create(**kept)

    answer = sign_in(two.other).post(two.address("sharing", "key", held=two.other))

    assert answer.status_code == 403
    assert "does not say that this desk holds a key" in answer.content.decode()
    assert Incident.objects.get().generation == 1


def test_before_pressing_the_page_says_who_gets_the_new_key_and_who_does_not(two, site):
    two.share()
    lay_grant(make_desk(site, "Third Legal", "third@example.org"))

    page = page_of(two)

    getting, not_getting = page.split("These desks get the new key:")[1].split(NONE_FOR)
    assert "Northside Legal" in getting
    assert "Southside Legal" in getting
    assert "Third Legal" not in getting
    assert "Third Legal" in not_getting.split("</p>")[0]
    assert ENDED not in page
    assert step(two).finished
    assert NONE_FOR not in page_of(two)
