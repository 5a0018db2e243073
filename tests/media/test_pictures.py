"""Cleaned copies: what stays behind, what is upright, and what is not decoded at all."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageOps

from incidents.media import sandbox
from incidents.media.pictures import THUMB_PIXELS, scan_count
from incidents.media.protocol import Status, pack

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


def copies(data: bytes) -> tuple[bytes, bytes]:
    made = sandbox.picture(data)
    assert made.status is Status.MADE, made
    assert Image.open(io.BytesIO(made.clean)).size == (made.width, made.height)
    return made.clean, made.thumb


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

    assert sandbox.picture(telling) == sandbox.picture(telling)


def test_the_recipe_is_told():
    made = sandbox.picture(make_telling_jpeg())

    assert made.held == sandbox.run("probe", b"").held
    assert made.particulars is not None
    told = dict(made.particulars)
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
    made = sandbox.picture(encoded(make_scene(size=(side, side)).convert("L"), "JPEG"))

    assert made.particulars is not None
    assert (made.particulars["reduced"], made.width, made.height) == (reduced, side // reduced, side // reduced)
    assert Image.open(io.BytesIO(made.clean)).getpixel((made.width - 9, made.height - 9)) > (200, 200, 200)


def test_a_cut_picture_is_shown_as_far_as_it_goes_and_called_damaged():
    whole = encoded(ImageOps.expand(make_scene(size=(800, 600)), 4, "white"), "JPEG")

    made = sandbox.picture(whole[: len(whole) * 2 // 3])

    assert made.status is Status.MADE
    assert made.particulars is not None
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

    made = sandbox.picture(bomb)

    assert made == sandbox.Picture(Status.TOO_LARGE, held=made.held)
    assert made.held
    assert time.monotonic() - started < 5


def test_scans_are_counted_by_segment_and_not_by_what_looks_like_one():
    photo = encoded(make_scene(), "JPEG", progressive=True)
    looking = photo[:2] + segment(0xE5, b"\xff\xda" * 500) + photo[2:]

    assert scan_count(looking) == scan_count(photo) < 12


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"not a picture", b"%!PS-Adobe-3.0", b"\xff\xd8" + b"\xff" * 9])
def test_what_is_no_picture_is_not_decodable(data):
    assert sandbox.picture(data).status is Status.NOT_DECODABLE


@pytest.mark.parametrize(
    ("told", "parts"),
    [
        ({"width": 8, "height": 8}, (b"GIF89a", b"\xff\xd8\xff")),
        ({"width": 8, "height": 8}, (b"\xff\xd8\xff",)),
        ({"width": 8, "height": 8}, (b"\xff\xd8\xff",) * 3),
        ({"width": "8", "height": 8}, (b"\xff\xd8\xff",) * 2),
        ({"height": 8}, (b"\xff\xd8\xff",) * 2),
    ],
    ids=["no JPEG", "one part", "three parts", "a width in letters", "no width"],
)
def test_copies_that_make_no_sense_are_none(monkeypatch, tmp_path, told, parts):
    answer = pack(b"[]", json.dumps(told).encode(), pack(*parts))
    taken_over = tmp_path / "worker.py"
    taken_over.write_text(f"import sys; sys.stdout.buffer.write({answer!r})")
    monkeypatch.setattr(sandbox, "WORKER", taken_over)

    assert sandbox.picture(b"x") == sandbox.Picture(Status.STOPPED)


def indexed(folder: Path, *kinds: str) -> list[dict[str, object]]:
    return [one for one in json.loads((folder / "INDEX.json").read_text()) if one["kind"].startswith(kinds)]


def run_all(folder: Path, listed: list[dict[str, object]]) -> dict[str, tuple[sandbox.Picture, float]]:
    """Return what was made and the seconds it took, by file, two at a time."""

    def one(name: str) -> tuple[sandbox.Picture, float]:
        started = time.monotonic()
        return sandbox.picture((folder / name).read_bytes()), time.monotonic() - started

    names = [str(entry["file"]) for entry in listed]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(one, names), strict=True))


def test_real_photos_lose_all_they_told_and_stay_what_they_were(real_data, tmp_path):
    photos = indexed(real_data, "photos", "documents/warrants_built")
    decodable = [one for one in photos if one.get("pillow", {}).get("loaded")]

    made = run_all(real_data, decodable)

    for number, (name, (copies_of, _)) in enumerate(made.items()):
        assert copies_of.status is Status.MADE, name
        (tmp_path / f"{number}.jpg").write_bytes(copies_of.clean)
    assert len(decodable) > 30
    assert {name: told for name, told in told_groups(tmp_path).items() if told} == {}
    assert all(sha256((real_data / one["file"]).read_bytes()).hexdigest() == one["sha256"] for one in decodable)


def test_real_photos_of_all_orientations_come_out_upright(real_data):
    turned = indexed(real_data, "photos/orientation")

    shapes = {made.width > made.height for made, _ in run_all(real_data, turned).values()}

    assert len(turned) == 9
    assert len(shapes) == 1


def test_every_hostile_file_ends_in_time_and_as_expected(real_data):
    hostile = indexed(real_data, "hostile")

    ended = run_all(real_data, hostile)

    slow = {name: seconds for name, (_, seconds) in ended.items() if seconds > 5}
    stopped = [name for name, (made, _) in ended.items() if made.status in {Status.STOPPED, Status.UNGUARDED}]
    expected = {str(one["file"]): str(one.get("expect", "")).lower() for one in hostile}
    shown = [name for name, said in expected.items() if said.startswith("accept")]
    refused = [name for name, said in expected.items() if said.startswith("reject")]
    assert (slow, stopped) == ({}, [])
    assert {name for name in shown if ended[name][0].status is not Status.MADE} == set()
    assert {name for name in refused if ended[name][0].status is Status.MADE} == set()
    assert len(shown) >= 4
    assert len(refused) >= 8
