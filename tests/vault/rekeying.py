"""A re-key, a step at a time."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.files.storage import default_storage
from django.test import TestCase
from django.utils.timezone import now

from incidents.models import Part
from incidents.vault import exhibits, rekey
from sealing.files import PART_BYTES
from tests.vault.neighbours import neighbours

FOR_EVER = float("inf")


def bytes_of(opened):
    return [opened.reader(exhibit).read() for exhibit in opened.exhibits]


def step(held, *, seconds=FOR_EVER, by=None):
    return go_on(held.opened(by), seconds=seconds)


def go_on(opened, *, seconds=FOR_EVER, at=None):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return rekey.go_on(opened, at=at or now(), seconds=seconds)


def objects():
    """Return the names of the objects that lie in storage."""
    root = Path(default_storage.location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def named():
    return {exhibits.name_of(part) for part in Part.objects.select_related("exhibit")}


def with_files(site):
    """Return two desks and an incident with a small file and one of three parts."""
    clip, photo = site / "clip.mp4", site / "photo.jpg"
    clip.write_bytes(os.urandom(2 * PART_BYTES + 1000))
    photo.write_bytes(os.urandom(5000))
    made = neighbours(site, clip, photo)
    made.files = [clip, photo]
    return made
