"""Parts arrive in any order, again and again; nothing that is held is replaced."""

from __future__ import annotations

import uuid

import pytest

from incidents.models import Arriving, ArrivingPart, Exhibit, Part
from sealing import files
from tests.sending.sender import Script, came_back, digest, words_of

pytestmark = pytest.mark.django_db(databases="__all__")

DATA = bytes(range(256)) * 10  # three parts
ENDLESS = b"age-encryption.org/v1\n" + b"-> X25519 aaaa\n" * 1000


def names(site):
    return sorted(path.name for path in site.glob("objects/exhibits/*/*"))


def test_parts_out_of_order_and_repeated_make_one_file(site, script):
    sent = script.file(DATA)

    begun = [script.begin(sent, parts=3)[0]]
    statuses = [script.part(sent, number)[0] for number in (3, 1, 3, 2, 1)]
    ends = [script.finish(sent, manifest := sent.manifest()), script.finish(sent, manifest)]

    assert begun + statuses == [201, 201, 201, 200, 201, 200]
    assert ends == [(200, {"state": "finished"})] * 2
    assert script.state(sent) == (200, {"state": "finished"})
    assert [part.sealed_sha256 for part in Part.objects.order_by("number")] == [p.sealed_sha256 for p in sent.parts]
    assert names(site) == ["1.age", "2.age", "3.age"]
    assert not Arriving.objects.exists()


def test_what_is_held_is_told_part_by_part(script):
    sent = script.file(DATA)
    script.begin(sent)
    script.part(sent, 2)

    held = sent.parts[1]
    assert script.state(sent) == (
        200,
        {"state": "open", "parts": 3, "held": {"2": held.sealed_sha256}, "bytes": {"2": held.sealed_bytes}},
    )


def test_other_bytes_in_a_held_place_are_refused_and_the_first_stay(site, script):
    sent, other = script.file(DATA), script.file(DATA)
    script.begin(sent)
    script.part(sent, 1)
    lay = next(site.glob("objects/exhibits/*/1.age")).read_bytes()

    status, said = script.part(sent, 1, other.parts[0].sealed)

    first = sent.parts[0]
    assert (status, said) == (409, {"error": "held", "sha256": first.sealed_sha256, "bytes": first.sealed_bytes})
    assert next(site.glob("objects/exhibits/*/1.age")).read_bytes() == lay == first.sealed


def test_a_second_beginning_is_the_first_or_refused(script):
    sent = script.file(DATA)
    beginning = sent.beginning

    statuses = [script.ask("PUT", sent.id, body=each)[0] for each in (beginning, beginning, sent.beginning)]

    assert statuses == [201, 200, 409]


def test_a_finish_names_the_parts_that_are_not_here_and_goes_through_once_they_are(script):
    sent = script.file(DATA)
    script.begin(sent)
    script.part(sent, 2)

    assert script.finish(sent) == (409, {"error": "missing", "missing": [1, 3]})
    assert [script.part(sent, number)[0] for number in (1, 3)] == [201, 201]
    assert script.finish(sent)[0] == 200


def test_a_recording_has_as_many_parts_as_the_highest(script):
    sent = script.file(DATA)
    script.begin(sent, parts=0)
    script.part(sent, 3)

    assert script.finish(sent) == (409, {"error": "missing", "missing": [1, 2]})
    assert script.part(sent, 1)[0] == script.part(sent, 2)[0] == 201
    assert script.finish(sent)[0] == 200


def test_a_file_without_any_part_is_never_finished(script):
    sent = script.file(DATA)
    script.begin(sent, parts=0)

    assert script.finish(sent) == (409, {"error": "missing", "missing": [1]})


def test_a_finished_file_takes_no_other_manifest_and_no_other_part(script):
    sent = script.send(script.file(DATA))

    assert script.finish(sent) == (409, {"error": "finished"})
    assert script.begin(sent) == (409, {"error": "finished"})
    assert script.part(sent, 1)[0] == 200
    assert script.part(sent, 1, sent.parts[1].sealed)[0] == 409
    assert script.part(sent, 4, sent.parts[1].sealed) == (409, {"error": "finished"})
    assert script.ask("DELETE", sent.id) == (409, {"error": "finished"})
    assert Exhibit.objects.count() == 1


def test_two_tabs_send_two_files_at_once(witness, script):
    other = Script.of(witness)
    sent = [script.file(DATA), other.file(DATA)]

    for one, tab in zip(sent, (script, other), strict=True):
        assert tab.begin(one)[0] == 201
    for number in (1, 2, 3):
        assert [tab.part(one, number)[0] for one, tab in zip(sent, (script, other), strict=True)] == [201, 201]
    assert [tab.finish(one)[0] for one, tab in zip(sent, (script, other), strict=True)] == [200, 200]
    assert sorted(Exhibit.objects.values_list("number", flat=True)) == [1, 2]


DAMAGED = {
    "a byte changed on the way": lambda sealed: (sealed[:-1] + bytes([sealed[-1] ^ 1]), digest(sealed)),
    "cut short": lambda sealed: (sealed[:-1], digest(sealed)),
    "no age file": lambda _sealed: (b"plain words", digest(b"plain words")),
    "a header without end": lambda _sealed: (ENDLESS, digest(ENDLESS)),
}


def test_what_was_damaged_on_the_way_is_refused_and_the_right_one_goes_through(site, script):
    sent = script.file(DATA)
    script.begin(sent)

    for how, damage in DAMAGED.items():
        body, said = damage(sent.parts[0].sealed)
        assert script.part(sent, 1, body, **{"Content-Digest": said}) == (422, {"error": "damaged"}), how
    assert names(site) == []
    assert script.part(sent, 1)[0] == 201


def test_length_and_digest_are_asked_for(script):
    sent = script.file(DATA)
    script.begin(sent)

    assert script.part(sent, 1, **{"Content-Digest": "md5=:abc:"}) == (422, {"error": "digest"})
    assert script.part(sent, 1, **{"Content-Length": ""})[0] == 411
    assert script.part(sent, 1, bytes(files.PART_BYTES + files.SEALED_PART_SLACK + 1)) == (413, {"error": "too_large"})
    assert script.part(sent, 4, sent.parts[0].sealed) == (422, {"error": "number"})
    assert script.ask("PUT", uuid.uuid4(), body=sent.beginning, **{"Testigo-Parts": "many"}) == (
        422,
        {"error": "parts"},
    )


@pytest.mark.parametrize(("limit", "code"), [("FILE_LIMIT_BYTES", "file"), ("INCIDENT_LIMIT_BYTES", "incident")])
def test_a_part_over_a_limit_is_refused_and_what_is_held_stays(script, settings, limit, code):
    sent = script.file(bytes(40_000), part_bytes=20_000)
    script.begin(sent)
    setattr(settings, limit, 22_000)

    statuses = [script.part(sent, number) for number in (1, 2, 1)]

    assert statuses == [(201, {"state": "held"}), (413, {"error": code}), (200, {"state": "held"})]
    assert ArrivingPart.objects.count() == 1


def test_more_files_than_a_report_may_hold_are_refused_before_a_byte(script, settings):
    settings.INCIDENT_LIMIT_FILES = 1
    assert script.begin(script.file(DATA))[0] == 201

    assert script.begin(script.file(DATA)) == (413, {"error": "files"})


def test_a_file_with_more_parts_than_the_limit_lets_in_is_refused_at_once(script):
    assert script.begin(script.file(DATA), parts=300) == (413, {"error": "file"})


def test_what_was_left_by_a_process_that_died_between_object_and_row_is_the_part(site, script):
    sent = script.file(DATA)
    script.begin(sent)
    script.part(sent, 1)
    ArrivingPart.objects.all().delete()

    again = script.file(DATA)
    again.id = sent.id
    assert script.part(again, 1) == (
        409,
        {"error": "held", "sha256": sent.parts[0].sealed_sha256, "bytes": sent.parts[0].sealed_bytes},
    )
    ArrivingPart.objects.all().delete()
    assert script.part(sent, 1)[0] == 201
    assert names(site) == ["1.age"]


def test_an_upload_that_was_begun_here_can_be_taken_back_and_leaves_nothing(
    site, script, django_capture_on_commit_callbacks
):
    sent = script.file(DATA)
    script.begin(sent)
    script.part(sent, 1)

    with django_capture_on_commit_callbacks(execute=True):
        assert script.ask("DELETE", sent.id)[0] == 204

    assert names(site) == []
    assert script.ask("DELETE", sent.id) == script.state(sent) == (404, {"error": "gone"})


def test_another_visit_to_the_same_report_goes_on_but_takes_nothing_back(witness, script):
    words = words_of(witness)
    sent = script.file(DATA)
    script.begin(sent)
    script.part(sent, 1)
    other = Script.of(came_back(words))

    assert other.page["incident"] == script.page["incident"]
    assert other.ask("DELETE", sent.id) == (404, {"error": "gone"})
    assert [other.part(sent, number)[0] for number in (2, 3)] == [201, 201]
    assert other.finish(sent)[0] == 200
