"""Sealed objects in a folder and in a bucket: the same questions, the same answers."""

from __future__ import annotations

import os
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils.timezone import now

from incidents.vault import storage

PART = os.urandom((8 << 20) + 4321)  # as long as a sealed part may be


@pytest.fixture(params=["folder", "bucket"])
def kept(request, tmp_path, settings):
    """The site's storage, of each kind."""
    if request.param == "bucket":
        store, bucket = request.getfixturevalue("s3"), f"kept-{uuid.uuid4()}"
        store.new_bucket(bucket)
        settings.STORAGES = {**settings.STORAGES, "default": store.place(bucket)}
    else:
        options = {**settings.STORAGES["default"]["OPTIONS"], "location": tmp_path / "objects"}
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {**settings.STORAGES["default"], "OPTIONS": options},
        }
    return request.param


def stored(folder="exhibits"):
    return {name: storage.get(name) for name in storage.names(folder)}


@pytest.mark.usefixtures("kept")
def test_what_is_put_is_got_back_whole_and_listed_with_its_size():
    before = now()
    storage.put("exhibits/a/1.age", PART)
    storage.put("exhibits/a/2.age", b"two")
    storage.put("packets/a/1.age", b"other")

    assert stored() == {"exhibits/a/1.age": PART, "exhibits/a/2.age": b"two"}
    assert stored("packets") == {"packets/a/1.age": b"other"}
    assert list(storage.names("nothing")) == []
    found = {held.name: held for held in storage.listing("exhibits")}
    assert [found[name].size_bytes for name in sorted(found)] == [len(PART), 3]
    assert storage.size("exhibits/a/1.age") == len(PART)
    assert all(abs(held.changed_at - before) < timedelta(minutes=1) for held in found.values())


@pytest.mark.usefixtures("kept")
def test_a_name_that_is_taken_is_refused_and_keeps_what_it_had():
    storage.put("exhibits/a/1.age", b"first")

    for again in (b"second", b"first"):
        with pytest.raises(FileExistsError):
            storage.put("exhibits/a/1.age", again)

    assert stored() == {"exhibits/a/1.age": b"first"}


@pytest.mark.usefixtures("kept")
def test_of_many_that_put_one_name_at_once_one_is_told_that_it_is_stored():
    def put(number):
        try:
            storage.put("exhibits/a/1.age", bytes([number]) * 100_000)
        except FileExistsError:
            return None
        return number

    with ThreadPoolExecutor(6) as at_once:
        told = [number for number in at_once.map(put, range(6)) if number is not None]

    assert len(told) == 1
    assert stored() == {"exhibits/a/1.age": bytes(told) * 100_000}


@pytest.mark.usefixtures("kept")
def test_what_is_removed_is_gone_and_may_be_removed_again():
    storage.put("exhibits/a/1.age", b"one")
    storage.put("exhibits/a/2.age", b"two")

    for _ in range(2):
        storage.remove("exhibits/a/1.age")

    assert stored() == {"exhibits/a/2.age": b"two"}
    for ask in (storage.get, storage.size):
        with pytest.raises(FileNotFoundError):
            ask("exhibits/a/1.age")
    storage.put("exhibits/a/1.age", b"anew")
    assert storage.get("exhibits/a/1.age") == b"anew"


def test_nobody_is_handed_an_address_of_an_object_in_a_bucket(kept):
    if kept == "bucket":
        with pytest.raises(NotImplementedError):
            default_storage.url("exhibits/a/1.age")


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 1 MB."""
    disk = tmp_path / "objects"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], check=False).returncode:
        pytest.skip("nothing can be mounted here: no full disk was tried")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("kept", ["folder"], indirect=True)
def test_a_full_disk_is_said_and_nothing_half_kept(small_disk, kept):  # noqa: ARG001 # the disk, then what lies on it
    storage.put("exhibits/a/1.age", b"small")

    with pytest.raises(storage.Full):
        storage.put("exhibits/a/2.age", PART)

    assert [path.name for path in small_disk.rglob("*") if path.is_file()] == ["1.age"]
    assert stored() == {"exhibits/a/1.age": b"small"}
    storage.put("exhibits/a/2.age", b"small too")
