"""Cleaned copies: what stays behind, what is upright, and what is not decoded at all."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageOps

from incidents.media import sandbox
from incidents.media.pictures import THUMB_PIXELS, scan_count
from incidents.media.protocol import Status
from incidents.media.recipes import Made, Recipe, gathered

SECRET = b"SECRET-a7f3"
CORNERS = {"top left": "red", "top right": "lime", "bottom left": "blue", "bottom right": "yellow"}
# How a phone stores the pixels for each orientation that it writes.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def make_scene(*, size: tuple[int, int] = (320, 240)) -> Image.Image:
    half = (size[0] // 2, size[1] // 2)
    scene = Image.new("RGB", size)
    for at, colour in zip([(0, 0), (half[0], 0), (0, half[1]), half], CORNERS.values(), strict=True):
        scene.paste(colour, (*at, at[0] + half[0], at[1] + half[1]))
    return scene


def make_exif(*, orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x010F] = orientation, SECRET.decode(), SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 52.0, 41.0), 3: "W", 4: (87.0, 37.0, 47.0)})
    return exif


def encoded(picture: Image.Image, name: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, name, **options)
    return out.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def make_telling_jpeg() -> bytes:
    """Return a photo that tells on its maker in every place known."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = encoded(make_scene(), "JPEG", exif=make_exif(orientation=6), icc_profile=profile, comment=SECRET)
    thumbnail = encoded(Image.new("RGB", (64, 48), "white"), "JPEG", comment=SECRET)
    extra = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")
    extra += segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET)) + SECRET)
    extra += segment(0xE2, b"MPF\0" + SECRET) + segment(0xEB, b"JP" + SECRET) + segment(0xEF, thumbnail)
    return photo[:2] + extra + photo[2:] + b"trailer" + SECRET + thumbnail


def clean_of(data: bytes) -> tuple[Made, tuple[bytes, ...]]:
    return gathered(Recipe.CLEAN, data)


def copies(data: bytes) -> tuple[bytes, bytes]:
    made, (clean, thumb) = clean_of(data)
    assert made.status is Status.MADE, made
    assert made.particulars["outputs"] == [
        {"name": name, "media_type": "image/jpeg", "width": picture.width, "height": picture.height}
        for name, picture in [("clean", Image.open(io.BytesIO(clean))), ("thumb", Image.open(io.BytesIO(thumb)))]
    ]
    return clean, thumb


def corners(jpeg: bytes) -> dict[str, tuple[int, int, int]]:
    """Return the colours of the corners, rounded so that JPEG's own error does not count."""
    picture = Image.open(io.BytesIO(jpeg))
    right, bottom = picture.width - 20, picture.height - 20
    places = [(20, 20), (right, 20), (20, bottom), (right, bottom)]
    rounded = [tuple(round(value / 255) * 255 for value in picture.getpixel(place)) for place in places]
    return dict(zip(CORNERS, rounded, strict=True))


UPRIGHT = {"top left": (255, 0, 0), "top right": (0, 255, 0), "bottom left": (0, 0, 255), "bottom right": (255, 255, 0)}


def told_groups(folder: Path) -> dict[str, set[str]]:
    """Return, by file, the groups in which exiftool finds anything beyond the picture itself."""
    if not shutil.which("exiftool"):
        pytest.skip("exiftool is not installed")
    done = subprocess.run(["exiftool", "-j", "-a", "-G1", str(folder)], capture_output=True, check=True)
    plain = {"SourceFile", "ExifTool", "System", "File", "JFIF", "Composite"}
    return {
        Path(one["SourceFile"]).name: {key.partition(":")[0] for key in one} - plain for one in json.loads(done.stdout)
    }


def test_nothing_that_the_file_told_is_in_the_copies(tmp_path):
    telling = make_telling_jpeg()
    assert telling.count(SECRET) >= 8

    clean, thumb = copies(telling)

    (tmp_path / "clean.jpg").write_bytes(clean)
    (tmp_path / "thumb.jpg").write_bytes(thumb)
    assert SECRET not in clean + thumb
    assert b"Exif" not in clean + thumb
    assert b"ICC_PROFILE" not in clean + thumb
    assert told_groups(tmp_path) == {"clean.jpg": set(), "thumb.jpg": set()}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_out_upright(name, orientation):
    turn = STORED[orientation]
    stored = make_scene() if turn is None else make_scene().transpose(turn)
    data = encoded(stored, name, exif=make_exif(orientation=orientation), quality=95)

    clean, thumb = copies(data)

    assert corners(clean) == UPRIGHT
    assert Image.open(io.BytesIO(clean)).size == (320, 240)
    assert Image.open(io.BytesIO(thumb)).size == (320, 240)


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("AVIF", make_scene()),
        ("GIF", make_scene()),
        ("JPEG", make_scene().convert("CMYK")),
        ("PNG", make_scene().convert("P", palette=Image.Palette.ADAPTIVE)),
        ("PNG", make_scene().convert("RGBA")),
    ],
    ids=["avif", "gif", "cmyk", "palette", "rgba"],
)
def test_every_way_to_store_a_picture_comes_out_as_it_looks(name, picture):
    clean, _ = copies(encoded(picture, name))

    assert corners(clean) == UPRIGHT


@pytest.mark.parametrize(
    ("picture", "shown"),
    [
        (Image.new("RGBA", (32, 32), (0, 0, 0, 0)), 255),
        (Image.new("LA", (32, 32), (0, 128)), 127),
        (Image.new("1", (32, 32), 0), 0),
        (Image.new("I;16", (32, 32), 0x8000), 128),
    ],
    ids=["clear", "half clear", "one bit", "sixteen bits"],
)
def test_what_is_clear_is_shown_over_white_and_depths_are_kept(picture, shown):
    clean, _ = copies(encoded(picture, "PNG"))

    assert Image.open(io.BytesIO(clean)).getpixel((16, 16)) == (shown, shown, shown)


def test_a_broken_profile_is_passed_over():
    clean, _ = copies(encoded(make_scene(), "JPEG", icc_profile=b"no profile" * 20))

    assert corners(clean) == UPRIGHT


def test_the_thumb_is_grey_and_small_and_never_larger_than_the_picture():
    _, of_large = copies(encoded(make_scene(size=(2000, 1000)), "JPEG"))
    _, of_small = copies(encoded(make_scene(size=(40, 60)), "JPEG"))

    large, small = Image.open(io.BytesIO(of_large)), Image.open(io.BytesIO(of_small))
    assert (large.mode, large.size) == ("L", (THUMB_PIXELS, THUMB_PIXELS // 2))
    assert (small.mode, small.size) == ("L", (40, 60))


def test_the_same_file_gives_the_same_bytes():
    telling = make_telling_jpeg()

    assert clean_of(telling) == clean_of(telling)


def test_the_recipe_is_told():
    made, _ = clean_of(make_telling_jpeg())

    assert made.held == sandbox.run("probe", sandbox.order_over()).held
    told = dict(made.particulars)
    told.pop("outputs")
    assert told.pop("tool").startswith("Pillow ")
    assert told == {
        "format": "JPEG",
        "width": 240,
        "height": 320,
        "reduced": 1,
        "damaged": False,
        "recipe": "clean/1",
    }


@pytest.mark.parametrize(("side", "reduced"), [(7_200, 2), (15_000, 4)])
def test_a_jpeg_beyond_the_limit_is_decoded_smaller_and_says_so(side, reduced):
    made, (clean, _) = clean_of(encoded(make_scene(size=(side, side)).convert("L"), "JPEG"))

    told, small = made.particulars, side // reduced
    assert (told["reduced"], told["width"], told["height"]) == (reduced, small, small)
    assert Image.open(io.BytesIO(clean)).getpixel((small - 9, small - 9)) > (200, 200, 200)


def test_a_cut_picture_is_shown_as_far_as_it_goes_and_called_damaged():
    whole = encoded(ImageOps.expand(make_scene(size=(800, 600)), 4, "white"), "JPEG")

    made, _ = clean_of(whole[: len(whole) * 2 // 3])

    assert made.status is Status.MADE
    assert made.particulars["damaged"] is True


def make_bomb(width: int, height: int) -> bytes:
    """Return a PNG of one colour that is small until it is decoded."""
    compressor = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b"".join(compressor.compress(row) for _ in range(height)) + compressor.flush()
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def make_many_scans(count: int) -> bytes:
    photo = encoded(Image.new("RGB", (64, 64)), "JPEG", progressive=True)
    at = photo.rindex(b"\xff\xda")
    return photo[:at] + photo[at:-2] * count + photo[-2:]


@pytest.mark.parametrize(
    "bomb",
    [make_bomb(20_000, 20_000), make_many_scans(101), make_many_scans(5_000)],
    ids=["pixels", "scans", "more scans"],
)
def test_a_bomb_is_too_large(bomb):
    started = time.monotonic()

    made, outputs = clean_of(bomb)

    assert (made, outputs) == (Made(Status.TOO_LARGE, held=made.held), ())
    assert made.held
    assert time.monotonic() - started < 5


def test_scans_are_counted_by_segment_and_not_by_what_looks_like_one():
    photo = encoded(make_scene(), "JPEG", progressive=True)
    looking = photo[:2] + segment(0xE5, b"\xff\xda" * 500) + photo[2:]

    assert scan_count(looking) == scan_count(photo) < 12


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"not a picture", b"%!PS-Adobe-3.0", b"\xff\xd8" + b"\xff" * 9])
def test_what_is_no_picture_is_not_decodable(data):
    assert clean_of(data)[0].status is Status.NOT_DECODABLE
