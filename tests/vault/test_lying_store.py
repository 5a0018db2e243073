"""A bucket that lies: nothing is said to be stored that is not, and a reader gets a clear answer."""

from __future__ import annotations

import os
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from accounts.queries import receiving
from incidents.models import Exhibit, Incident
from incidents.vault import openings, removals, storage
from tests.accounts.members import sign_in
from tests.between import between  # noqa: F401 # a fixture of theirs
from tests.factories import Unlocked, deposit, make_desk
from tests.vault.neighbours import ANSWERS

pytestmark = pytest.mark.django_db(databases="__all__")

PHOTO = os.urandom(50_000)
AWAY = "We cannot reach the files right now"
WAIT_SECONDS = 1


@pytest.fixture
def bucket(site, between, s3, settings):  # noqa: ARG001, F811 # after the site's own choice; the same
    """The site's storage: a bucket behind the one that lies."""
    name = f"lied-{uuid.uuid4()}"
    s3.new_bucket(name)
    settings.STORAGES = {**settings.STORAGES, "default": s3.place(name, at=between.address, wait=WAIT_SECONDS)}
    return between


@pytest.mark.parametrize(
    ("lie", "error"),
    [
        ("500", storage.Unavailable),
        ("403", storage.Unavailable),
        ("507", storage.Full),
        ("slow", storage.Unavailable),
        ("forgets", storage.Unavailable),
    ],
)
def test_what_was_not_stored_is_never_said_to_be(bucket, lie, error):
    with bucket.lying(lie, to="PUT"), pytest.raises(error):
        storage.put("exhibits/a/1.age", PHOTO)

    assert list(storage.names("exhibits")) == []
    storage.put("exhibits/a/1.age", PHOTO)
    assert storage.get("exhibits/a/1.age") == PHOTO


@pytest.mark.parametrize("lie", ["other", "short", "truncated", "500"])
def test_what_does_not_read_back_is_not_said_to_be_stored(bucket, lie):
    with bucket.lying(lie, to="GET"), pytest.raises(storage.Unavailable):
        storage.put("exhibits/a/1.age", PHOTO)


@pytest.mark.parametrize("lie", ["500", "lost"])
def test_what_fails_once_is_tried_again_and_finds_its_own(bucket, lie):
    for method in ("PUT", "GET"):
        with bucket.lying(lie, to=method, times=1):
            storage.put(f"exhibits/a/{method}.age", PHOTO)

    with bucket.lying("truncated", to="GET", times=1):
        assert storage.get("exhibits/a/PUT.age") == storage.get("exhibits/a/GET.age") == PHOTO
    with bucket.lying("lost", to="PUT", times=1), pytest.raises(FileExistsError):
        storage.put("exhibits/a/PUT.age", b"other")
    assert storage.get("exhibits/a/PUT.age") == PHOTO


def test_a_witness_is_told_in_words_and_nothing_is_half_kept(site, bucket):
    desk = make_desk(site)
    phone = Client()
    phone.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    phone.raise_request_exception = False

    def send():
        said = {"badge": "4471B", "file": SimpleUploadedFile("photo.jpg", PHOTO)}
        return phone.post("/report/", said)

    with bucket.lying("403", to="PUT"):
        refused = send()
    with bucket.lying("507", to="PUT"):
        full = send()

    assert (refused.status_code, full.status_code) == (503, 507)
    assert AWAY in refused.content.decode()
    assert "There is no room for this right now" in full.content.decode()
    assert (Incident.objects.count(), Exhibit.objects.count(), list(storage.names("exhibits"))) == (0, 0, [])
    assert send().status_code == 302
    assert Exhibit.objects.count() == 1
    assert set(storage.names("exhibits")) == removals.named().keys()


def test_a_reader_is_told_in_words_and_the_ledger_what_was_wrong(site, bucket):
    desk = make_desk(site)
    photo = site / "photo.bin"
    photo.write_bytes(PHOTO)
    reference = deposit(desk, ANSWERS, photo, folder=site)["reference"]
    member = sign_in(desk)
    member.raise_request_exception = False

    address = f"/desk/{desk.slug}/{reference}/files/{Exhibit.objects.get().pk}/original/"

    def read():
        answer = member.get(address)
        return answer.status_code, answer.getvalue().decode(errors="replace")

    for lie in ("500", "403", "slow", "truncated"):
        with bucket.lying(lie, to="GET"):
            status, page = read()
        assert (lie, status) == (lie, 503)
        assert AWAY in page
    for lie, found in (("other", "is not the one that was stored"), ("short", "is not"), ("404", "")):
        with bucket.lying(lie, to="GET"):
            for _ in range(2):
                status, page = read()
        assert (lie, status) == (lie, 502)
        assert f"Part 1 of a file {found}" in page

    assert read()[0] == 200
    opened = openings.incident(reference, slug=desk.slug, using=Unlocked(desk), at=now())
    told = [event.said for event in opened.custody() if event.said["act"] == "part_not_as_stored"]
    assert [(said["part"], said["found"]) for said in told] == [("1", "other"), ("1", "missing")]
