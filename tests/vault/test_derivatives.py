"""Copies hang on the file they were made of, sealed like it; what is not made whole leaves nothing."""

from __future__ import annotations

import hashlib
import io
import json

import pytest
from django.core.management import call_command
from django.utils.timezone import now
from PIL import Image

from accounts.policy import Denied
from incidents.media.protocol import Status
from incidents.media.recipes import Recipe
from incidents.models import Exhibit, Part
from incidents.vault import cards, deposits, derivatives
from incidents.vault.openings import Absent
from tests.vault.neighbours import neighbours
from tests.vault.rekeying import go_on, named, objects

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def held(site):
    photo, note = site / "photo.jpg", site / "note.txt"
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), "teal").save(out, "JPEG", comment=b"canary-comment")
    photo.write_bytes(out.getvalue())
    note.write_text("no picture")
    made = neighbours(site, photo, note)
    made.files = [photo, note]
    return made


def clean(opened, **but):
    return derivatives.make(opened, opened.exhibits[0], Recipe.CLEAN, at=now(), **but)


def test_a_copy_is_a_sealed_child_that_says_how_it_was_made(held):
    opened = held.opened()

    copy, thumb = clean(opened)

    again = held.opened()
    assert [one.id for one in again.copies_of(again.exhibits[0])] == [copy.id, thumb.id]
    assert again.copies_of(again.exhibits[1]) == []
    assert [one.name for one in again.copies] == ["EX-0001-C1", "EX-0001-C2"]
    said = again.copies[0].manifest
    shown = again.reader(again.copies[0]).read()
    assert hashlib.sha256(shown).hexdigest() == said["sha256"]
    assert Image.open(io.BytesIO(shown)).size == (1200, 900)
    assert b"canary" not in shown
    assert said["recipe"] == "clean/1"
    assert "Pillow" in said["tool"]
    assert (said["parent"], said["by"]) == (str(again.exhibits[0].id), again.by)
    assert "landlock" in said["locks"]
    assert again.reader(again.exhibits[0]).read() == held.files[0].read_bytes()


def test_each_copy_is_an_event_and_the_ledger_holds_them_all(held):
    copy, thumb = clean(held.opened())

    made = [event for event in held.opened().custody() if event.said["act"] == "derivative_made"]

    assert [event.said["object"] for event in made] == [str(copy.id), str(thumb.id)]
    assert [event.said["sha256"] for event in made] == [copy.manifest["sha256"], thumb.manifest["sha256"]]
    call_command("verify_ledger")


def test_the_same_request_finds_the_copy_that_was_made(held):
    first = clean(held.opened())

    second = clean(held.opened())
    stale = clean_stale(held)

    assert [one.id for one in second] == [one.id for one in first]
    assert [one.id for one in stale] == [one.id for one in first]
    assert Exhibit.objects.filter(parent__isnull=False).count() == 2
    assert objects() == named()


def clean_stale(held):
    """Make a copy as somebody who looked before another made it."""
    opened = held.opened()
    making = derivatives.Making(opened, opened.exhibits[0], Recipe.CLEAN, {}, now())
    assert making.run() is Status.MADE
    return making.finish()


def test_what_cannot_be_made_leaves_nothing(held):
    opened = held.opened()
    before = objects()

    status = derivatives.make(opened, opened.exhibits[1], Recipe.CLEAN, at=now())

    assert status is Status.NOT_DECODABLE
    assert (objects(), Exhibit.objects.count()) == (before, 2)


def test_a_making_that_is_given_up_leaves_nothing(held):
    opened = held.opened()
    before = objects()
    making = derivatives.Making(opened, opened.exhibits[0], Recipe.CLEAN, {}, now(), part_bytes=1000)

    assert making.run() is Status.MADE
    assert objects() != before
    making.discard()

    assert objects() == before


def test_a_copy_that_ends_after_a_new_key_is_not_kept(held):
    opened = held.opened()
    making = derivatives.Making(opened, opened.exhibits[0], Recipe.CLEAN, {}, now())
    making.run()
    go_on(held.opened())

    with pytest.raises(Denied):
        making.finish()

    assert objects() == named()


def test_copies_go_with_the_incident_to_its_next_key(held):
    copy, _thumb = clean(held.opened())
    before = held.opened().reader(copy).read()

    go_on(held.opened())

    opened = held.opened()
    assert opened.reader(opened.copies[0]).read() == before
    assert opened.copies[0].version == 2
    assert objects() == named()
    call_command("verify_ledger")


def test_copies_count_for_no_limit_no_list_and_no_number_of_a_file(held):
    counted = deposits.held(held.opened().id)
    clean(held.opened())

    opened = held.opened()
    card = cards.index_of(opened.desk, facts=frozenset()).page({}, number=1).rows[0]

    assert deposits.held(opened.id) == counted
    assert [exhibit.name for exhibit in opened.exhibits] == ["EX-0001", "EX-0002"]
    assert not card.has_new


def test_a_copy_of_a_copy_is_of_the_same_original(held):
    clean(held.opened())
    opened = held.opened()

    derivatives.make(opened, opened.copies[0], Recipe.CLEAN, at=now())

    again = held.opened()
    assert [one.name for one in again.copies] == ["EX-0001-C1", "EX-0001-C2", "EX-0001-C3", "EX-0001-C4"]
    assert [one.parent for one in again.copies[2:]] == [opened.copies[0].id] * 2
    assert len(again.copies_of(again.exhibits[0])) == 4


def test_words_about_a_file_are_sealed_with_who_how_and_when(held):
    opened = held.opened()
    said = derivatives.say(
        opened,
        opened.exhibits[0],
        kind=derivatives.Says.TRANSLATION,
        text="«Salgan» canary",
        language="en",
        how="Heard and written down.",
        at=now(),
    )

    again = held.opened()
    assert again.reader(again.copies[0]).read().decode() == "«Salgan» canary"
    assert {key: said.manifest[key] for key in ("recipe", "language", "how", "by")} == {
        "recipe": "translation/1",
        "language": "en",
        "how": "Heard and written down.",
        "by": opened.by,
    }
    assert [event.said["act"] for event in again.custody()][-2:] == ["words_added", "opened"]


def test_a_password_is_kept_nowhere_and_an_original_cannot_be_had_as_another_incidents(held):
    opened = held.opened()
    derivatives.make(opened, opened.exhibits[0], Recipe.CLEAN, parameters={"password": "canary"}, at=now())

    assert "canary" not in json.dumps(dict(held.opened().copies[0].manifest))
    with pytest.raises(Absent):
        held.opened().exhibit(held.opened().copies[0].id)


def test_every_part_of_a_copy_stands_in_the_table_that_the_fixity_pass_reads(held):
    copy, _thumb = clean(held.opened())

    part = Part.objects.get(exhibit_id=copy.id)

    assert part.sealed_sha256 == copy.manifest["parts"][0][1]
