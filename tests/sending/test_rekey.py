"""An incident gets another key while a file is on its way: what came is sealed anew, and its sender goes on."""

from __future__ import annotations

import pytest
from django.test import TestCase
from django.utils.timezone import now

from incidents.custody import ledger
from incidents.models import ArrivingPart
from incidents.vault import rekey
from sealing import files, wraps
from sealing.keys import Tampered
from tests.sending.sender import Script, Sent, came_back, words_of

pytestmark = pytest.mark.django_db(databases="__all__")

DATA = bytes(range(256)) * 10


def go_on(opened):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return rekey.go_on(opened, at=now(), seconds=60)


def opens(path, identity):
    try:
        wraps.unseal(path.read_bytes(), identity)
    except Tampered:
        return False
    return True


def test_its_parts_are_sealed_anew_and_the_rest_goes_to_the_new_key(site, witness, script, read):
    words = words_of(witness)
    sent = script.file(DATA)
    script.begin(sent)
    for number in (1, 3):
        script.part(sent, number)
    former = read().secret.identity

    done = go_on(read())

    objects = list(site.glob("objects/exhibits/*/*"))
    assert done.finished
    assert len(objects) == 2
    assert not any(opens(path, former) for path in objects)
    assert all(opens(path, read().secret.identity) for path in objects)
    assert script.part(sent, 2) == (404, {"error": "gone"})
    back = Script.of(came_back(words))
    held = back.state(sent)[1]
    assert back.part(sent, 1)[0] == 409
    rest = Sent(DATA, back.to, id=sent.id)
    assert back.part(rest, 2)[0] == 201
    assert back.finish(rest, manifest_with(rest, held)) == (200, {"state": "finished"})
    [exhibit] = read().exhibits
    assert read().reader(exhibit).read() == DATA
    assert list(ledger.verify()) == []


def manifest_with(sent, held):
    """Return the manifest of a sender who takes what is held for their own parts."""
    parts = [[p.plain_sha256, p.sealed_sha256, p.plain_bytes, p.sealed_bytes] for p in sent.parts]
    for number, sealed_sha256 in held["held"].items():
        parts[int(number) - 1][1:4:2] = [sealed_sha256, held["bytes"][number]]
    return sent.manifest(parts=parts)


def test_a_part_that_does_not_open_does_not_stand_in_its_way(site, script, read):
    sent = script.file(DATA)
    script.begin(sent)
    script.part(sent, 1, files.seal_part(b"x", rekey.Secret.new().recipient).sealed)
    lay = next(site.glob("objects/exhibits/*/1.age")).read_bytes()

    assert go_on(read()).finished
    assert next(site.glob("objects/exhibits/*/1.age")).read_bytes() == lay
    assert ArrivingPart.objects.get().anew is False


def test_a_damaged_file_does_not_stand_in_its_way_either_and_stays_as_it_came(site, script, read):
    good, bad = script.send(script.file(DATA)), script.file(DATA)
    script.begin(bad)
    for number in (1, 2, 3):
        script.part(bad, number)
    script.finish(bad, bad.manifest(parts=[]))

    assert go_on(read()).finished
    assert [exhibit.id for exhibit in read().exhibits] == [good.id]
    assert [file.id for file in read().damaged] == [bad.id]
    assert sorted(path.name for path in site.glob(f"objects/exhibits/{bad.id}/*")) == ["1.age", "2.age", "3.age"]
    assert read().reader(read().exhibits[0]).read() == DATA
