"""Boxes burned into a picture: what lay under them is in no byte of what comes out."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from incidents.media.protocol import Status
from incidents.media.recipes import Made, Recipe, gathered
from incidents.media.redactions import GROWN_PIXELS

SECRET = b"SECRET-a7f3"
FACE = (101, 75, 60, 50)  # left, top, width, height: on no border of a JPEG's blocks
SIZE = (320, 240)


def make_picture(*, face: str) -> bytes:
    """Return a clean copy's like: a scene with something in it that is to be hidden."""
    scene, out = Image.linear_gradient("L").resize(SIZE).convert("RGB"), io.BytesIO()
    left, top, wide, high = FACE
    ImageDraw.Draw(scene).ellipse((left, top, left + wide - 1, top + high - 1), fill=face)
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    scene.save(out, "JPEG", quality=88, exif=exif, comment=SECRET)
    return out.getvalue()


def redacted(data: bytes, *boxes: object, **more: object) -> tuple[Made, tuple[bytes, ...]]:
    return gathered(Recipe.REDACTED_PICTURE, data, parameters={"boxes": list(boxes), **more})


def test_two_pictures_that_differ_only_under_the_box_become_the_same():
    one, other = make_picture(face="white"), make_picture(face="red")
    assert one != other

    made, of_one = redacted(one, list(FACE))
    _, of_other = redacted(other, list(FACE))

    assert made.status is Status.MADE
    assert of_one == of_other
    assert SECRET in one
    assert SECRET not in b"".join(of_one)
    assert dict(made.particulars) | {"tool": ""} == {
        "recipe": "redacted-picture/1",
        "tool": "",
        "softened": False,
        "outputs": [
            {"name": "redacted", "media_type": "image/jpeg", "width": 320, "height": 240},
            {"name": "thumb", "media_type": "image/jpeg", "width": 320, "height": 240},
        ],
    }


def test_a_box_is_one_colour_and_grown_and_the_rest_stays():
    scene = make_picture(face="white")

    _, (picture, thumb) = redacted(scene, [150, 100, 20, 20], [-50, 230, 80, 90])

    before, after = Image.open(io.BytesIO(scene)), Image.open(io.BytesIO(picture))
    hidden = (150 - GROWN_PIXELS, 100 - GROWN_PIXELS, 171 + GROWN_PIXELS, 121 + GROWN_PIXELS)
    inside, corner = after.crop(hidden), after.crop((0, 216, 40, 240))
    assert max(high for _, high in inside.getextrema()) < 12
    assert max(high for _, high in corner.getextrema()) < 12
    assert abs(after.convert("L").getpixel((280, 30)) - before.convert("L").getpixel((280, 30))) < 8
    assert Image.open(io.BytesIO(thumb)).getpixel((160, 110)) < 12


@pytest.mark.parametrize(
    "boxes",
    [[], [[10, 10, 0, 20]], [[400, 10, 20, 20]], [[10, 10, 20]], [["a", 1, 1, 1]], [[1, 1, float("1e999"), 1]], [None]],
    ids=["none", "flat", "outside", "three sides", "words", "without end", "nothing"],
)
def test_a_box_that_cannot_be_burned_stops_the_work(boxes):
    hidden = [[20, 20, 30, 30], *boxes] if boxes else []

    made, outputs = redacted(make_picture(face="white"), *hidden)

    assert (made.status, outputs) == (Status.NOT_DECODABLE, ())


def test_a_softened_picture_is_called_so_and_hides_nothing_for_good():
    made, (of_white, _) = redacted(make_picture(face="white"), list(FACE), softened=True)
    _, (of_red, _) = redacted(make_picture(face="red"), list(FACE), softened=True)

    assert made.particulars["softened"] is True
    assert made.particulars["outputs"][0]["name"] == "softened"
    assert of_white != of_red
    middle = (FACE[0] + FACE[2] // 2, FACE[1] + FACE[3] // 2)
    assert Image.open(io.BytesIO(of_red)).getpixel(middle)[0] > 150
