"""What a clip says of itself: a place in each of its homes, times and makers, and what is in it beside the clip."""

from __future__ import annotations

import io
import json

import av
import pytest
from PIL import Image

from incidents.media import clip_facts, likeness
from incidents.media.facts import Sheet
from incidents.media.protocol import Status
from incidents.media.recipes import Recipe, gathered
from tests.media.told_clips import box, data_of, handler_of, keys_of, loci_of, make_clip, telling, text_of

IN_CICERO = "+41.8781-087.6298+180.5/"


@pytest.fixture(scope="module")
def clip() -> bytes:
    return make_clip()


def read(data: bytes) -> Sheet:
    sheet = Sheet()
    clip_facts.read(io.BytesIO(data), sheet, size_bytes=len(data))
    return sheet


def told(sheet: Sheet, *keys: str) -> list[tuple[str, str, str]]:
    return [(one["key"], one["value"], one["source"]) for one in sheet.facts if one["key"] in keys]


def test_a_clip_tells_what_it_is_and_all_that_its_maker_wrote(clip):
    keys = {
        "com.apple.quicktime.location.ISO6709": IN_CICERO,
        "com.apple.quicktime.creationdate": "2025-11-12T06:41:07-0600",
        "com.apple.quicktime.make": "Acme",
        "com.apple.quicktime.model": "Phone 9",
    }

    made, outputs = gathered(Recipe.PARTICULARS, telling(clip, keys_of(keys)) + box(b"evil", b"trailer"))

    said = dict(made.particulars)
    facts = [tuple(fact.values()) for fact in said.pop("facts")]
    assert (made.status, outputs) == (Status.MADE, ())
    assert facts == [
        ("latitude", "41.8781", "QuickTime Keys"),
        ("longitude", "-87.6298", "QuickTime Keys"),
        ("altitude", "180.5", "QuickTime Keys"),
        ("taken_at", "2025-11-12T06:41:07-0600", "QuickTime Keys"),
        ("maker", "Acme", "QuickTime Keys"),
        ("model", "Phone 9", "QuickTime Keys"),
        ("duration", "1", "container"),
        ("width", "64", "container"),
        ("height", "48", "container"),
        ("video_codec", "h264", "container"),
        ("frame_rate", "10", "container"),
    ]
    assert len(str(said.pop("likeness"))) == 64
    assert str(said.pop("tool")).startswith("pillow ")
    assert said == {
        "recipe": "particulars/1",
        "outputs": [],
        "kind": "video",
        "warnings": ["bytes_after_end"],
        "provenance": {"state": "none"},
        "duration_seconds": 1.0,
        "width": 64,
        "height": 48,
        "frame_rate": 10.0,
        "streams": ["video:h264"],
    }


def test_a_place_is_found_in_every_home_and_told_with_it(clip):
    listed = box(b"meta", bytes(4), handler_of(b"mdir"), box(b"ilst", box(b"\xa9xyz", data_of("+41.1-087.1/"))))
    keys = keys_of({"com.apple.quicktime.location.ISO6709": "+41.2-087.2/"})
    user = box(b"udta", box(b"\xa9xyz", text_of("+41.3-087.3/")), loci_of(41.5, -87.5), listed)

    sheet = read(telling(clip, keys, user))

    assert told(sheet, "latitude", "longitude") == [
        ("latitude", "41.3", "UserData"),
        ("longitude", "-87.3", "UserData"),
        ("latitude", "41.5", "3GPP loci"),
        ("longitude", "-87.5", "3GPP loci"),
        ("latitude", "41.1", "ItemList"),
        ("longitude", "-87.1", "ItemList"),
        ("latitude", "41.2", "QuickTime Keys"),
        ("longitude", "-87.2", "QuickTime Keys"),
    ]


@pytest.mark.parametrize(("form", "home"), [("matroska", "Matroska"), ("ogg", "Vorbis comment")])
def test_a_place_in_a_comment_is_found_as_well(form, home):
    tags = {"LOCATION": IN_CICERO, "DATE_RECORDED": "2025-11-12"}
    made = make_clip(form=form, tags=tags) if form == "matroska" else make_sound(tags)

    sheet = read(made)

    assert set(told(sheet, "latitude", "longitude", "taken_at")) == {
        ("latitude", "41.8781", home),
        ("longitude", "-87.6298", home),
        ("taken_at", "2025-11-12", home),
    }


def make_sound(tags: dict[str, str]) -> bytes:
    """Return an Ogg file of a moment of silence."""
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as written:
        written.metadata.update(tags)
        stream = written.add_stream("libopus", rate=48000, layout="mono")
        frame = av.AudioFrame("s16", "mono", 960)
        frame.planes[0].update(bytes(1920))
        frame.pts, frame.sample_rate = 0, 48000
        written.mux(stream.encode(frame))
        written.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize(
    ("words", "latitude", "longitude"),
    [
        ("+4152.686-08737.788/", "41.8781", "-87.6298"),
        ("+415241.16-0873747.28/", "41.8781", "-87.6298"),
        ("+41-087/", "41", "-87"),
    ],
    ids=["minutes", "seconds", "whole degrees"],
)
def test_degrees_with_minutes_and_seconds_run_together_are_read(words, latitude, longitude):
    sheet = Sheet()

    sheet.iso_6709(words, "UserData")

    assert [value for _, value, _ in told(sheet, "latitude", "longitude")] == [latitude, longitude]


def test_what_was_cut_off_tells_what_its_boxes_say(clip):
    keys = keys_of({"com.apple.quicktime.location.ISO6709": IN_CICERO})
    movie_alone = box(b"ftyp", b"qt  ", bytes(4)) + box(b"moov", keys)

    sheet = read(movie_alone)

    assert told(sheet, "latitude") == [("latitude", "41.8781", "QuickTime Keys")]
    assert read(clip[:-200]).warnings == ["damaged"]


@pytest.mark.parametrize(
    "data",
    [
        box(b"ftyp", b"mp42") + b"\0\0\0\1moov" + b"\x7f" + b"\xff" * 7 + b"rest",
        box(b"ftyp", b"mp42") + box(b"moov", *[box(b"moov", b"")] * 9000),
        box(b"ftyp", b"mp42") + box(b"moov", box(b"udta", box(b"\xa9xyz", b"\xff\xff"), box(b"loci", b"\0"))),
        box(b"ftyp", b"mp42") + box(b"moov", box(b"meta", b"\0\0\0\0\0\0\0\1keys")),
        box(b"ftyp", b"mp42") + bytes(64),
        b"\x1a\x45\xdf\xa3" + b"\xff" * 64,
        b"OggS" + b"\xff" * 64,
    ],
    ids=["a box of 2^63", "nine thousand", "text beyond the end", "keys without end", "zeros", "matroska", "ogg"],
)
def test_boxes_that_make_no_sense_end_the_reading_and_nothing_more(data):
    assert read(data).facts == []


def test_what_shows_the_same_is_alike_as_a_photo_and_as_a_clip():
    scene = Image.radial_gradient("L").resize((160, 120)).convert("RGB")
    out = io.BytesIO()
    scene.save(out, "JPEG")

    filmed = make_clip(size=scene.size, paint=lambda _number: scene, frames=2)
    said = clip_facts.read(io.BytesIO(filmed), Sheet(), size_bytes=len(filmed))

    assert likeness.alike(str(said["likeness"]), str(likeness.of(Image.open(out))))


def test_every_real_clip_with_a_place_tells_it(real_data):
    listed = json.loads((real_data / "INDEX.json").read_text())
    placed = {
        one["file"]: one["exiftool"]["gps"]
        for one in listed
        if one["kind"].startswith("video_audio") and (one.get("exiftool") or {}).get("gps")
    }

    found = {name: read((real_data / name).read_bytes()) for name in placed}

    rounded = {
        name: [round(float(value), 3) for _, value, _ in told(sheet, "latitude", "longitude")][:2]
        for name, sheet in found.items()
    }
    assert rounded == {name: [round(float(value), 3) for value in gps] for name, gps in placed.items()}
    assert len(rounded) >= 8
