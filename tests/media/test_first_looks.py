"""The first look at a clip, a sound and a paper; and what may be tried for which file."""

from __future__ import annotations

import io
import shutil
import subprocess

import pypdfium2
import pytest
from PIL import Image

from incidents.media import kinds
from incidents.media.offers import offered
from incidents.media.protocol import Status
from incidents.media.recipes import Made, Recipe, gathered
from tests.media.clip_files import make_clip, turned


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def looks(colour: tuple[int, ...]) -> str:
    return max(zip(colour, ("red", "green", "blue"), strict=True))[1] if max(colour) > 90 else "dark"


def test_a_still_shows_the_first_picture_upright():
    made, (still, thumb) = gathered(Recipe.STILL, turned(make_clip(size=(128, 96))))

    picture = opened(still)
    assert (made.status, picture.size, opened(thumb).mode) == (Status.MADE, (96, 128), "L")
    # The left half, which is red, is the upper half after a quarter turn clockwise.
    assert [looks(picture.getpixel(place)) for place in [(48, 20), (48, 108)]] == ["red", "blue"]
    assert [one["name"] for one in made.particulars["outputs"]] == ["still", "thumb"]


@pytest.mark.parametrize("recipe", [Recipe.STILL, Recipe.WAVEFORM])
def test_there_is_no_look_at_what_is_not_there(recipe):
    silent_or_blind = make_clip() if recipe is Recipe.WAVEFORM else make_clip(video=None, audio="aac", cover=True)

    assert gathered(recipe, silent_or_blind)[0].status is Status.NOT_DECODABLE


def test_a_waveform_shows_where_it_is_loud():
    made, (drawn,) = gathered(Recipe.WAVEFORM, make_clip("ogg", video=None, audio="libopus", frames=20))

    picture = opened(drawn)
    dark = [sum(picture.getpixel((x, y)) < 170 for y in range(picture.height)) for x in range(0, picture.width, 5)]
    assert made.particulars["recipe"] == "waveform/1"
    assert picture.mode == "L"
    assert dark[20] < dark[60] < dark[110]


def make_paper(*, pages: int = 3, size: tuple[int, int] = (612, 792)) -> bytes:
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        document.new_page(*size)
    document.save(out)
    return out.getvalue()


def test_pages_come_as_pictures_ten_at_a_time():
    paper = make_paper(pages=12)

    first, of_first = gathered(Recipe.PAGES, paper)
    second, of_second = gathered(Recipe.PAGES, paper, parameters={"first": 10, "count": 10})
    beyond, of_none = gathered(Recipe.PAGES, paper, parameters={"first": 12})

    assert [len(of_first), len(of_second), len(of_none)] == [10, 2, 0]
    assert [made.particulars["pages"] for made in (first, second, beyond)] == [12, 12, 12]
    assert [one["name"] for one in second.particulars["outputs"]] == ["page-11", "page-12"]
    assert max(opened(of_first[0]).size) == 2200


def test_pages_of_any_shape_are_bounded():
    _, (narrow,) = gathered(Recipe.PAGES, make_paper(pages=1, size=(2, 14_400)))

    assert opened(narrow).size == (1, 2200)


def test_a_paper_wants_its_password_and_opens_with_it(tmp_path):
    if not shutil.which("qpdf"):
        pytest.skip("qpdf is not installed: no paper was locked")
    (tmp_path / "plain.pdf").write_bytes(make_paper())
    for name, password in [("locked.pdf", "larkfield"), ("encrypted.pdf", "")]:
        command = [
            "qpdf",
            "--encrypt",
            password,
            "owner",
            "256",
            "--",
            str(tmp_path / "plain.pdf"),
            str(tmp_path / name),
        ]
        subprocess.run(command, check=True)
    locked, encrypted = (tmp_path / "locked.pdf").read_bytes(), (tmp_path / "encrypted.pdf").read_bytes()

    none, wrong = gathered(Recipe.PAGES, locked), gathered(Recipe.PAGES, locked, parameters={"password": "Larkfield"})
    right, pages = gathered(Recipe.PAGES, locked, parameters={"password": "larkfield"})

    assert (none, wrong) == ((Made(Status.LOCKED, held=right.held), ()),) * 2
    assert (right.status, len(pages)) == (Status.MADE, 3)
    assert "larkfield" not in str(right)
    assert gathered(Recipe.PAGES, encrypted)[0].status is Status.MADE


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%%EOF", b"not a paper"])
def test_what_is_no_paper_is_not_decodable(data):
    assert gathered(Recipe.PAGES, data)[0].status is Status.NOT_DECODABLE


@pytest.mark.parametrize(
    ("head", "first"),
    [
        (b"\xff\xd8\xff\xe0", Recipe.CLEAN),
        (b"\0\0\0\x18ftypheic", Recipe.CLEAN),
        (b"\0\0\0\x18ftypisom", Recipe.STILL),
        (b"\x1a\x45\xdf\xa3webm", Recipe.STILL),
        (b"\0\0\0\x18ftypM4A ", Recipe.WAVEFORM),
        (b"OggS" + bytes(24) + b"OpusHead", Recipe.WAVEFORM),
        (b"ID3\4", Recipe.WAVEFORM),
        (b"%PDF-1.7", Recipe.PAGES),
    ],
)
def test_the_first_offer_is_a_first_look(head, first):
    found = kinds.find(head)

    assert offered(found.kind, found.extension)[0] is first


@pytest.mark.parametrize(
    "head", [b"II*\0", b"PK\3\4", b"#!AMR\n", b"fLaC", b"RIFF\0\0\0\0WAVE", b"<svg/>", b"plain text", b""]
)
def test_for_what_no_recipe_is_for_nothing_is_offered(head):
    found = kinds.find(head)

    assert offered(found.kind, found.extension) == ()
