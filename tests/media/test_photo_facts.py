"""What a photo says of itself, each value with where it stood, and what it hides beside its picture."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping

import pytest
from PIL import Image

from incidents.media import photo_facts, pictures
from incidents.media.facts import FACT_LIMIT, TEXT_LIMIT, Sheet
from incidents.media.protocol import Status
from incidents.media.recipes import Recipe, gathered

GPS, EXIF = 0x8825, 0x8769
XMP = b"http://ns.adobe.com/xap/1.0/\0"


@pytest.fixture(scope="module", autouse=True)
def _codecs() -> None:
    pictures.prepare({})


def make_photo(exif: Mapping[int, object] | None = None, *, xmp: str = "", name: str = "JPEG") -> bytes:
    """Return a photo; a mapping among the values of EXIF is a block of its own."""
    blocks, out = Image.Exif(), io.BytesIO()
    for tag, value in (exif or {}).items():
        if isinstance(value, dict):
            blocks.get_ifd(tag).update(value)
        else:
            blocks[tag] = value
    told = {"xmp": f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{xmp}</x:xmpmeta>".encode()} if xmp else {}
    Image.linear_gradient("L").convert("RGB").save(out, name, exif=blocks, **told)
    return out.getvalue()


def read(data: bytes) -> Sheet:
    sheet = Sheet()
    photo_facts.read(data, sheet)
    return sheet


def told(sheet: Sheet, *keys: str) -> list[tuple[str, str, str]]:
    return [(one["key"], one["value"], one["source"]) for one in sheet.facts if one["key"] in keys]


TAKEN_IN_CICERO = {
    0x010F: "Acme",
    0x0110: "Phone 9",
    0x0131: "Camera 1.2",
    0x0132: "2025:11:12 06:50:00",
    0x0112: 6,
    EXIF: {0x9003: "2025:11:12 06:41:07", 0x9291: "25", 0x9011: "-06:00"},
    GPS: {1: "N", 2: (41.0, 52.0, 41.16), 3: "W", 4: (87.0, 37.0, 47.28), 5: b"\0", 6: 180.5,
          7: (12.0, 41.0, 5.0), 29: "2025:11:12"},
}  # fmt: skip
IN_XMP = (
    '<rdf:Description exif:GPSLatitude="41,52.686N" exif:GPSLongitude="87,37,47W" tiff:Make="Acme">'
    "<photoshop:DateCreated>2025-11-12T06:41:07</photoshop:DateCreated></rdf:Description>"
)


def test_exif_and_xmp_are_both_told_and_never_merged():
    made, outputs = gathered(Recipe.PARTICULARS, make_photo(TAKEN_IN_CICERO, xmp=IN_XMP))

    said = dict(made.particulars)
    assert (made.status, outputs, said["kind"], said["warnings"]) == (Status.MADE, (), "photo", [])
    assert said["provenance"] == {"state": "none"}
    assert (said["recipe"], len(str(said["likeness"]))) == ("particulars/1", 64)
    assert [tuple(fact.values()) for fact in said["facts"]] == [
        ("width", "256", "picture"),
        ("height", "256", "picture"),
        ("taken_at", "2025-11-12T06:41:07.25-06:00", "EXIF"),
        ("created_at", "2025-11-12T06:50:00", "EXIF"),
        ("maker", "Acme", "EXIF"),
        ("model", "Phone 9", "EXIF"),
        ("software", "Camera 1.2", "EXIF"),
        ("orientation", "6", "EXIF"),
        ("latitude", "41.8781", "EXIF"),
        ("longitude", "-87.6298", "EXIF"),
        ("altitude", "180.5", "EXIF"),
        ("taken_at", "2025-11-12T12:41:05Z", "GPS"),
        ("taken_at", "2025-11-12T06:41:07", "XMP"),
        ("maker", "Acme", "XMP"),
        ("latitude", "41.8781", "XMP"),
        ("longitude", "-87.6297222", "XMP"),
    ]


@pytest.mark.parametrize("name", ["PNG", "WEBP", "AVIF"])
def test_every_way_to_store_a_picture_tells_its_place(name):
    sheet = read(make_photo(TAKEN_IN_CICERO, name=name))

    assert told(sheet, "latitude", "longitude") == [("latitude", "41.8781", "EXIF"), ("longitude", "-87.6298", "EXIF")]


def test_a_photo_that_was_cut_off_still_tells_its_place():
    whole = make_photo(TAKEN_IN_CICERO, name="AVIF")

    sheet = read(whole[: whole.index(b"Exif\0\0") + 600].replace(b"meta", b"atem"))

    assert "damaged" in sheet.warnings
    assert told(sheet, "latitude") == [("latitude", "41.8781", "EXIF")]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({1: "N", 2: (999.0, 0.0, 0.0), 3: "W", 4: (999.0, 0.0, 0.0)}, ["999", "-999"]),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, ["0", "0"]),
        ({1: "N", 2: (41.0, 0.0, 0.0)}, ["41"]),
    ],
    ids=["beyond the pole", "no fix", "half a place"],
)
def test_a_place_where_no_camera_was_is_told_as_claimed_and_marked(place, expected):
    sheet = read(make_photo({GPS: place}))

    assert [value for _, value, _ in told(sheet, "latitude", "longitude")] == expected
    assert sheet.warnings == ["place_impossible"]


def test_a_place_without_its_half_of_the_globe_is_not_guessed():
    sheet = read(make_photo({GPS: {2: (41.0, 52.0, 30.0), 4: (87.0, 37.0, 40.0)}}))

    assert [value for _, value, _ in told(sheet, "latitude", "longitude")] == ["±41.875", "±87.6277778"]


def test_words_are_told_as_found_but_not_without_end():
    sheet = read(make_photo({0x010F: '"><script>' + "x" * 5000, 0x0110: "one\0hidden", EXIF: {0x9003: "yesterday"}}))

    assert told(sheet, "maker") == [("maker", ('"><script>' + "x" * 5000)[:TEXT_LIMIT], "EXIF")]
    assert told(sheet, "model", "taken_at") == [("taken_at", "yesterday", "EXIF"), ("model", "one", "EXIF")]


def test_no_file_fills_the_sheet():
    sheet = Sheet()
    for number in range(FACT_LIMIT + 50):
        sheet.add("maker", number, "EXIF")

    assert len(sheet.facts) == FACT_LIMIT


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segment(photo: bytes, marker: int, content: bytes) -> bytes:
    return photo[:2] + segment(marker, content) + photo[2:]


def make_exif_thumbnail(photo: bytes) -> bytes:
    """Return an EXIF block whose second directory points at a small picture."""
    entries = struct.pack("<HHII", 0x0201, 4, 1, 56) + struct.pack("<HHII", 0x0202, 4, 1, len(photo))
    ifd0 = struct.pack("<HHHIII", 1, 0x0112, 3, 1, 1, 26)
    return b"Exif\0\0II*\0" + struct.pack("<I", 8) + ifd0 + struct.pack("<H", 2) + entries + bytes(4) + photo


def test_what_is_hidden_beside_the_picture_is_named():
    plain, other = make_photo(), make_photo()
    clip = struct.pack(">I4s4s", 24, b"ftyp", b"mp42") + bytes(12)
    motion = f"{XMP.decode()}<x:xmpmeta><r GCamera:MotionPhoto='1'/></x:xmpmeta>".encode()
    hiding = {
        "nothing": plain,
        "padding": plain + bytes(4096),
        "thumbnail": with_segment(plain, 0xE1, make_exif_thumbnail(other)),
        "second": plain + other,
        "gain map": with_segment(plain, 0xE1, XMP + b"<x:xmpmeta><r hdrgm:Version='1.0'/></x:xmpmeta>"),
        "clip": plain + clip,
        "motion": with_segment(plain, 0xE1, motion),
        "Samsung's clip": plain + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + clip,
        "zip": plain + b"PK\3\4" + bytes(40),
        "after PNG": make_photo(name="PNG") + b"more",
        "after WebP": make_photo(name="WEBP") + b"more",
        "after AVIF": make_photo(name="AVIF") + struct.pack(">I4s", 16, b"mpvd") + bytes(8),
    }

    named = {name: read(data).warnings for name, data in hiding.items()}

    assert named == {
        "nothing": [],
        "padding": [],
        "thumbnail": ["thumbnail_inside"],
        "second": ["second_picture"],
        "gain map": ["second_picture"],
        "clip": ["motion_clip"],
        "motion": ["motion_clip"],
        "Samsung's clip": ["motion_clip"],
        "zip": ["bytes_after_end"],
        "after PNG": ["bytes_after_end"],
        "after WebP": ["bytes_after_end"],
        "after AVIF": ["motion_clip"],
    }


def test_every_real_photo_with_a_place_tells_it(real_data):
    listed = [one for one in json.loads((real_data / "INDEX.json").read_text()) if one["kind"].startswith("photos")]
    placed = {one["file"]: one["exiftool"]["gps"] for one in listed if (one.get("exiftool") or {}).get("gps")}

    found = {name: read((real_data / name).read_bytes()) for name in placed}

    wrong = {
        name: told(found[name], "latitude", "longitude")
        for name, (latitude, longitude) in placed.items()
        if [round(float(one[1]), 3) for one in told(found[name], "latitude", "longitude")][:2]
        != [round(latitude, 3), round(longitude, 3)]
    }
    assert len(placed) >= 25
    assert wrong == {}
