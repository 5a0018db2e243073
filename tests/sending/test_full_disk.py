"""A disk without room says so in clear words, keeps nothing by half, and takes the same again once there is room."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.queries import receiving
from incidents.models import ArrivingPart, Exhibit, Incident

pytestmark = pytest.mark.django_db(databases="__all__")

DISK_BYTES = 512 << 10


@contextmanager
def small_disk(at):
    at.mkdir(exist_ok=True)
    made = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "testigo-small", str(at)]
    if subprocess.run(made, capture_output=True, check=False).returncode:
        pytest.skip("this user may mount nothing: a full disk was not tried")
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)


def room(folder):
    subprocess.run(["mount", "-o", "remount,size=8m", str(folder)], check=True)


def objects(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_part_without_room_is_refused_and_goes_through_once_there_is_room(site, script):
    with small_disk(site / "objects") as disk:
        sent = script.file(bytes(600_000), part_bytes=200_000)
        script.begin(sent)
        answers = [script.part(sent, number) for number in (1, 2, 3)]

        assert answers[0][0] == answers[1][0] == 201
        assert answers[2] == (507, {"error": "full"})
        assert [path.name for path in sorted(objects(disk))] == ["1.age", "2.age"]
        assert ArrivingPart.objects.count() == 2
        assert script.finish(sent) == (409, {"error": "missing", "missing": [3]})

        room(disk)
        assert script.part(sent, 3)[0] == 201
        assert script.finish(sent)[0] == 200


def test_the_plain_forms_say_it_in_words_and_keep_nothing(site, desk):
    witness = Client(raise_request_exception=False)
    witness.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")

    def post(path):
        clip = SimpleUploadedFile("clip.mp4", bytes(2 * DISK_BYTES))
        return witness.post(path, {"place-town": "Cicero", "file": clip})

    with small_disk(site / "objects") as disk:
        first = post("/report/")
        assert (first.status_code, Incident.objects.count(), objects(disk)) == (507, 0, [])
        assert "no room" in " ".join(first.content.decode().split())
        assert witness.post("/report/", {"place-town": "Cicero"}).status_code == 302
        later = post("/report/files/")
        assert (later.status_code, Exhibit.objects.count(), objects(disk)) == (507, 0, [])

        room(disk)
        assert post("/report/files/").status_code == 302
        assert Exhibit.objects.count() == 1
