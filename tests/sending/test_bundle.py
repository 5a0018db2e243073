"""What script/setup bundles: small, the same each time, and able to see a place in a file."""

from __future__ import annotations

import json
import os
import struct
import subprocess
from pathlib import Path

import brotli
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from tests.sealing.tampering import need
from tests.sending.bundled import MADE, ROOT, Worker, node

LIMITS_BYTES = {"seal.js": 25_000, "upload.js": 6_000}
XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/"
exif:GPSLatitude="41,52.5N" exif:GPSLongitude="87,37.8W"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
GPS = {1: "N", 2: (41.0, 52.0, 30.0), 3: "W", 4: (87.0, 37.0, 48.0)}


@pytest.mark.parametrize("name", LIMITS_BYTES)
def test_a_script_is_small_on_the_wire(name):
    need((MADE / name).is_file(), "no bundle here: run script/setup")

    assert len(brotli.compress((MADE / name).read_bytes())) <= LIMITS_BYTES[name]


def test_the_same_sources_make_the_same_bundle_and_it_is_the_one_that_is_served(tmp_path):
    need((MADE / "seal.js").is_file(), "no bundle here: run script/setup")

    subprocess.run([node(), "static-src/build.mjs", tmp_path], cwd=ROOT, check=True)

    for name in LIMITS_BYTES:
        assert (tmp_path / "js" / name).read_bytes() == (MADE / name).read_bytes(), "run script/setup"


def test_the_lock_names_every_package_by_its_hash_and_no_registry():
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    for name, package in locked.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


@pytest.fixture(scope="module")
def worker():
    with Worker() as running:
        yield running


def photo(folder, *, kind="jpg", gps=None, **save):
    picture, path = Image.new("RGB", (64, 48), "teal"), folder / f"photo.{kind}"
    exif = picture.getexif()
    exif[0x010F] = "Maker"
    if gps:
        exif.get_ifd(0x8825).update(gps)
    picture.save(path, exif=exif, **save)
    return path


def box(kind, *inner):
    body = b"".join(inner)
    return struct.pack(">I", 8 + len(body)) + kind + body


def clip(folder, location):
    """Return a clip as phones write them: the bytes first, and what is said of them behind."""
    path = folder / "clip.mp4"
    said = box(b"moov", box(b"udta", location))
    path.write_bytes(box(b"ftyp", b"mp42\0\0\0\0mp42isom") + box(b"mdat", os.urandom(3 << 20)) + said)
    return path


def noise(folder):
    path = folder / "noise.bin"
    path.write_bytes(b"II*\0\xff\xff\xff\xff" + os.urandom(1 << 20) + b"MM\0*\0\0\0\x08\xff\xff")
    return path


PLACED = {
    "EXIF": lambda folder: photo(folder, gps=GPS),
    "EXIF in a PNG": lambda folder: photo(folder, kind="png", gps=GPS),
    "EXIF in a WebP": lambda folder: photo(folder, kind="webp", gps=GPS),
    "XMP": lambda folder: photo(folder, xmp=XMP),
    "a phone's clip": lambda folder: clip(folder, box(b"\xa9xyz", b"\0\x12\x15\xc7+41.8750-087.6300/")),
}
PLACELESS = {
    "a maker alone": photo,
    "a camera that did not know": lambda folder: photo(folder, gps={1: "N", 2: (IFDRational(0, 0),) * 3}),
    "a clip": lambda folder: clip(folder, b""),
    "noise": noise,
}


@pytest.mark.parametrize("made", PLACED)
def test_a_place_in_a_file_is_seen(worker, tmp_path, made):
    assert worker.ask("place", file=str(PLACED[made](tmp_path))) == {"result": True}


@pytest.mark.parametrize("made", PLACELESS)
def test_no_place_is_seen_where_there_is_none(worker, tmp_path, made):
    assert worker.ask("place", file=str(PLACELESS[made](tmp_path))) == {"result": False}


def test_a_place_is_seen_in_each_file_of_real_devices_that_holds_one_and_in_no_other(worker):
    named = os.environ.get("TESTIGO_REAL_DATA", "")
    need(named and Path(named).is_dir(), "TESTIGO_REAL_DATA names no folder")
    listed = json.loads(Path(named, "INDEX.json").read_text())
    files = [one for one in listed if one["kind"] in {"photos", "video_audio"}]
    placed = {one["file"] for one in files if "location_in" in (one.get("exiftool") or {})}

    seen = {one["file"] for one in files if worker.ask("place", file=f"{named}/{one['file']}")["result"]}

    assert seen == placed
