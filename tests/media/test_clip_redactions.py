"""Boxes burned into a clip, and sound silenced, for a time: what was there is in no byte of what comes out."""

from __future__ import annotations

import io
import struct
from fractions import Fraction

import av
import pytest
from PIL import Image, ImageDraw

from incidents.media.protocol import Status
from incidents.media.recipes import Made, Recipe, gathered
from tests.media.clip_files import turned
from tests.media.told_clips import make_clip

SECRET = "SECRET-a7f3"
SIZE = (128, 96)
FACE = {"x": 40, "y": 32, "w": 20, "h": 16}
LOUD, QUIET = 20_000, 300


def make_scene(face: str) -> Image.Image:
    scene = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    ImageDraw.Draw(scene).rectangle((40, 32, 59, 47), fill=face)
    return scene


def make_told(face: str, *, voice: int = LOUD) -> bytes:
    """Return two seconds; from the fifth frame to the tenth somebody shows their face and says something."""

    def sound(number: int) -> bytes:
        height = voice if 5 <= number < 10 else QUIET
        return struct.pack("<800h", *(height * (1 if at // 10 % 2 else -1) for at in range(800)))

    return make_clip(
        frames=20,
        size=SIZE,
        paint=lambda number: make_scene(face if 5 <= number < 10 else "gray"),
        sound=sound,
        tags={"title": SECRET, "comment": SECRET},
    )


def redacted(clip: bytes, **asked: object) -> tuple[Made, bytes]:
    made, outputs = gathered(Recipe.REDACTED_CLIP, clip, parameters=asked)
    return made, b"".join(outputs)


def shown(clip: bytes) -> dict[float, Image.Image]:
    with av.open(io.BytesIO(clip)) as opened:
        return {round(frame.time, 3): frame.to_image() for frame in opened.decode(video=0)}


def loudest(clip: bytes) -> dict[int, float]:
    """Return the loudest sample of each tenth of a second."""
    found: dict[int, float] = {}
    with av.open(io.BytesIO(clip)) as opened:
        for frame in opened.decode(audio=0):
            samples = struct.unpack(f"<{frame.samples}f", bytes(frame.planes[0])[: frame.samples * 4])
            for at, sample in enumerate(samples):
                tenth = int((frame.time + at / frame.sample_rate) * 10)
                found[tenth] = max(found.get(tenth, 0), abs(sample))
    return found


def test_two_clips_that_differ_only_in_what_is_hidden_become_the_same():
    one, other = make_told("white"), make_told("red", voice=9_000)
    asked = {"boxes": [FACE | {"from": 0.5, "to": 1.0}], "mute": [[0.5, 1.0]]}
    assert one.count(SECRET.encode()) >= 1

    made, of_one = redacted(one, **asked)
    _, of_other = redacted(other, **asked)

    assert made.status is Status.MADE
    assert of_one == of_other
    assert SECRET.encode() not in of_one
    assert b"x264" not in of_one
    told = dict(made.particulars)
    assert "libx264" in str(told.pop("tool"))
    assert told == {
        "recipe": "redacted-clip/1",
        "damaged": 0,
        "outputs": [{"name": "redacted", "media_type": "video/mp4", "width": 128, "height": 96}],
    }


def test_a_box_covers_every_frame_of_its_time_and_no_other():
    _, clip = redacted(make_told("white"), boxes=[FACE | {"from": 0.5, "to": 1.0}])

    frames = shown(clip)

    black = [at for at, frame in frames.items() if max(frame.getpixel((50, 40))) < 20]
    assert black == [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert list(frames) == [round(number / 10, 3) for number in range(20)]
    assert min(frames[0.7].getpixel((100, 80))) > 100


def test_sound_is_silent_for_its_time_and_stays_for_the_rest():
    _, silenced = redacted(make_told("white"), mute=[[0.5, 1.0]])
    _, whole = redacted(make_told("white"), mute=[[1.8, 1.9]])

    heard, before = loudest(silenced), loudest(whole)

    said = range(6, 9)
    assert min(before[tenth] for tenth in said) > 0.5
    assert max(heard[tenth] for tenth in said) < 0.001
    assert min(heard[tenth] for tenth in (1, 2, 3, 12, 13, 16)) > 0.005


def test_sound_can_be_dropped():
    made, clip = redacted(make_told("white"), drop_sound=True)

    with av.open(io.BytesIO(clip)) as opened:
        assert [stream.type for stream in opened.streams] == ["video"]
    assert made.status is Status.MADE


def test_a_box_lies_where_it_was_drawn_on_a_clip_that_is_turned():
    upright = turned(make_told("white"))
    # The face, seen after a quarter turn clockwise: from the left what was from the bottom.
    face = {"x": SIZE[1] - 32 - 16, "y": 40, "w": 16, "h": 20}

    made, clip = redacted(upright, boxes=[face | {"from": 0, "to": 2}])

    frame = shown(clip)[0.7]
    assert frame.size == (SIZE[1], SIZE[0])
    assert made.particulars["outputs"][0]["width"] == SIZE[1]
    assert max(frame.getpixel((face["x"] + 8, face["y"] + 10))) < 20
    assert max(shown(clip)[0.7].getpixel((10, 120))) > 20


def test_a_box_lies_where_it_was_drawn_where_pixels_are_not_square():
    wide = make_clip(frames=3, size=SIZE, paint=lambda _number: make_scene("white"), pixel=Fraction(3, 2))
    # As a player shows it, half as wide again.
    face = {"x": 60, "y": 32, "w": 30, "h": 16}

    made, clip = redacted(wide, boxes=[face | {"from": 0, "to": 1}])

    frame = shown(clip)[0.1]
    assert (frame.size, made.particulars["outputs"][0]["width"]) == ((192, 96), 192)
    assert max(frame.getpixel((75, 40))) < 20
    assert max(frame.getpixel((30, 80))) > 100


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"boxes": [FACE]},
        {"boxes": [FACE | {"from": 1.0, "to": 0.5}]},
        {"boxes": [FACE | {"x": 500, "from": 0, "to": 1}]},
        {"mute": [[0.5]]},
        {"mute": [["a", "b"]]},
        {"boxes": [FACE | {"from": 0, "to": 1}], "softened": True},
    ],
    ids=["nothing", "no time", "backwards", "outside", "half a span", "words", "softened"],
)
def test_what_cannot_be_hidden_as_asked_is_not_made(asked):
    made, clip = redacted(make_clip(frames=2, size=SIZE), **asked)

    assert (made.status, clip) == (Status.NOT_DECODABLE, b"")
