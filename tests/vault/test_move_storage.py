"""All objects move from a folder to a bucket and back: compared, resumed after a kill, removed only when asked."""

from __future__ import annotations

import os
import uuid
from functools import partial
from io import StringIO

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from incidents.vault import moving, openings, removals, storage
from incidents.vault.bucket import Bucket
from incidents.vault.places import place as moving_place
from tests.factories import Unlocked, deposit, make_desk
from tests.killed import kill_at_random
from tests.vault.neighbours import ANSWERS

pytestmark = pytest.mark.django_db(databases="__all__")

KILLS = 10  # of each way


@pytest.fixture
def places(site, s3, settings):
    """Where objects may lie: the addresses of an empty folder and of an empty bucket."""
    bucket = f"moved-{uuid.uuid4()}"
    s3.new_bucket(bucket)
    settings.STORAGE_KEY = s3.key
    return {"folder": f"file://{site}/kept", "bucket": s3.url(bucket)}


@pytest.fixture(params=[("folder", "bucket"), ("bucket", "folder")], ids="-to-".join)
def way(request, places, settings):
    """The site keeps its objects at the first; the second is empty."""
    source, target = (places[kind] for kind in request.param)
    stand(settings, source)
    return source, target


def place(settings, address):
    return moving_place(address, key=settings.STORAGE_KEY, default=None)


def stand(settings, address):
    settings.STORAGES = {**settings.STORAGES, "default": place(settings, address)}


def opened(settings, address):
    """Return a place; that a bucket's client takes a while to make is no part of what is tried."""
    made = storages.create_storage(place(settings, address))
    assert made.client if isinstance(made, Bucket) else made
    return made


def held(settings, address, *, at=None):
    """Return all that lies at an address, with its bytes; what was being written too."""
    at = at or opened(settings, address)
    found = [one.name for folder in removals.FOLDERS for one in storage.listing(folder, at=at)]
    return {name: storage.get(name, at=at) for name in found}


def move(*words):
    out = StringIO()
    call_command("move_storage", *words, stdout=out, stderr=out)
    return out.getvalue()


def filed(site):
    """File a small file and one of two parts."""
    files = [site / "photo.bin", site / "clip.bin"]
    for path, size in zip(files, (5000, (8 << 20) + 1000), strict=True):
        path.write_bytes(os.urandom(size))
    desk = make_desk(site)
    return desk, deposit(desk, ANSWERS, *files, folder=site)["reference"], [path.read_bytes() for path in files]


def read(desk, reference):
    opened = openings.incident(reference, slug=desk.slug, using=Unlocked(desk), at=now())
    return [opened.reader(exhibit).read() for exhibit in opened.exhibits]


def test_everything_is_moved_and_what_came_meanwhile_by_the_next_and_removed_only_when_asked(site, way, settings):
    source, target = way
    desk, reference, files = filed(site)
    first = held(settings, source)

    said = move("--to", target)

    assert "3 objects" in said
    assert "3 of them were copied now, and 0 were removed" in said
    assert held(settings, source) == held(settings, target) == first

    storage.put("exhibits/late/1.age", b"under way")
    storage.remove(next(iter(first)))  # as a removal that was killed leaves it
    said = move("--to", target, "--remove")

    assert "1 of them were copied now, and 3 were removed" in said
    assert f"set TESTIGO_STORAGE to {target}" in said
    assert held(settings, source) == {}
    assert held(settings, target) == {**first, "exhibits/late/1.age": b"under way"}
    stand(settings, target)
    assert read(desk, reference) == files


def test_where_one_object_is_not_right_it_is_named_and_nothing_is_removed(site, places, settings):
    source, target = places["folder"], places["bucket"]
    stand(settings, source)
    filed(site)
    names = sorted(removals.named())
    changed, missing, other = names[0], names[1], names[2]
    right = storage.get(other)
    for name in (changed, missing, other):
        storage.remove(name)
    storage.put(changed, b"not what was stored")
    storage.put(other, right)
    storage.put(other, b"not what lies in the source", at=storages.create_storage(place(settings, target)))
    before = held(settings, source)

    out = StringIO()
    with pytest.raises(CommandError, match="3 objects are not as they should be. Nothing was removed."):
        call_command("move_storage", "--to", target, "--remove", stdout=out, stderr=out)

    assert held(settings, source) == before
    assert f"{changed} is not what was stored. It was copied as it is." in out.getvalue()
    assert f"{missing} is missing." in out.getvalue()
    assert f"{other} lies there already, with other bytes." in out.getvalue()


def test_to_where_they_lie_and_to_no_place_nothing_is_moved(way):
    source, _target = way

    with pytest.raises(CommandError, match="lie there already"):
        move("--to", source)
    with pytest.raises(CommandError, match="names no place"):
        move("--to", "ftp://127.0.0.1/kept")


def test_killed_at_any_moment_it_is_gone_on_with_and_nothing_is_lost(way, settings):
    source, target = way
    before = {f"exhibits/{uuid.uuid4()}/1.age": os.urandom(1000) for _ in range(16)}
    for name, sealed in before.items():
        storage.put(name, sealed)

    ends, seen = ([opened(settings, address) for address in way] for _ in range(2))  # no connection is forked
    work = partial(moving.move, *ends, remove=True, tell=lambda *_: None)
    killed = 0
    for _ in range(KILLS):
        killed += kill_at_random(work, within_seconds=0.3)
        here, there = (held(settings, address, at=at) for address, at in zip(way, seen, strict=True))
        there = {name: sealed for name, sealed in there.items() if not name.endswith(".new")}
        assert there.items() <= before.items()
        assert {**here, **there} == before
    last = work()

    assert killed
    assert last.wrong == {}
    assert held(settings, source) == {}
    assert held(settings, target) == before
