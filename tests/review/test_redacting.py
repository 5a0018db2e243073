"""A member covers parts of a picture, of a paper's page, of a clip; nothing uses the copy before somebody looked."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw

from incidents.casework import covered
from incidents.media.recipes import Recipe
from incidents.vault import derivatives, openings
from tests.accounts.members import sign_in
from tests.factories import Unlocked, deposit, make_desk
from tests.review.looking import hang_up

pytestmark = pytest.mark.django_db(databases="__all__")

SECRET = "A 123-456-789"
COVERED = (100, 60, 300, 40)


class Held:
    """One incident with one file, and a member who signed in."""

    def __init__(self, site, path):
        self.desk = make_desk(site)
        self.reference = deposit(self.desk, {"language": "es", "sections": {}}, path, folder=site)["reference"]
        self.browser = sign_in(self.desk)

    def opened(self):
        return openings.incident(self.reference, slug=self.desk.slug, using=Unlocked(self.desk), at=timezone.now())

    def made(self, recipe, **parameters):
        now = self.opened()
        return derivatives.make(now, now.exhibits[0], recipe, parameters=parameters, at=timezone.now())[0]

    def page(self, file, name="cover"):
        return f"/desk/{self.desk.slug}/{self.reference}/files/{file.id}/{name}/"

    def seen(self):
        return covered.looked_at(self.opened().custody())


def picture(words=SECRET):
    drawn = Image.new("RGB", (640, 480), "white")
    ImageDraw.Draw(drawn).text((110, 65), words, fill="black", font_size=30)
    return drawn


def box(number, x, y, w, h, reason="paper", **more):
    said = {"x": x, "y": y, "w": w, "h": h, "reason": reason, **more}
    return {f"box-{number}-{name}": str(value) for name, value in said.items()}


@pytest.fixture
def photo(site):
    path = site / "IMG.jpg"
    picture().save(path, quality=95)
    return Held(site, path)


@pytest.fixture
def paper(site):
    """A page whose words are text, which a box drawn over it in another program would leave readable."""
    content = b"BT /F1 20 Tf 72 700 Td (%s) Tj ET" % SECRET.encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    whole = b"%PDF-1.4\n"
    for number, part in enumerate(parts, 1):
        whole += b"%d 0 obj%s endobj\n" % (number, part)
    path = site / "paper.pdf"
    path.write_bytes(whole + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n")
    return Held(site, path)


def test_a_box_is_burned_into_a_new_copy_and_the_copy_is_shown_first(photo):
    clean = photo.made(Recipe.CLEAN)
    before = photo.opened().reader(clean).read()

    shown = photo.browser.get(photo.page(clean)).content.decode()
    answer = photo.browser.post(photo.page(clean), {"box-rows": "1"} | box(0, *COVERED))

    copy = next(copy for copy in photo.opened().copies if derivatives.recipe_of(copy) == Recipe.REDACTED_PICTURE)
    assert "Cleaning is not anonymising" in shown
    assert answer.status_code == 302
    assert answer.url == photo.page(copy, "covered")
    page = photo.browser.get(answer.url).content.decode()
    assert "Look at all of it" in page
    assert "Cleaning is not anonymising" in page
    made = Image.open(BytesIO(photo.opened().reader(copy).read())).convert("RGB")
    left, top, wide, high = COVERED
    assert made.crop((left, top, left + wide, top + high)).getextrema() == ((0, 0),) * 3
    assert made.getpixel((10, 400)) == (255, 255, 255)
    assert photo.opened().reader(clean).read() == before


def test_nothing_may_use_a_covered_copy_before_a_member_said_that_they_looked(photo):
    clean = photo.made(Recipe.CLEAN)
    url = photo.browser.post(photo.page(clean), {"box-rows": "1"} | box(0, *COVERED)).url
    copy = photo.opened().copies[-2]
    unseen = photo.seen()
    packet = photo.browser.get(f"/desk/{photo.desk.slug}/{photo.reference}/packets/").content.decode()

    first = photo.browser.post(url)
    photo.browser.post(url)

    assert unseen == frozenset()
    assert "1 covered copy stays: nobody has looked at it yet." in packet
    assert first.status_code == 302
    assert photo.seen() == {str(copy.id)}
    acts = [event.said["act"] for event in photo.opened().custody()]
    assert acts.count("copy_checked") == 1
    assert "A member looked at this copy" in photo.browser.get(url).content.decode()


def test_the_same_boxes_again_are_the_same_copy_and_names_are_in_the_sealed_recipe_alone(photo, site):
    clean = photo.made(Recipe.CLEAN)
    drawn = {"box-rows": "1"} | box(0, *COVERED, reason="plate")

    answers = [photo.browser.post(photo.page(clean), drawn) for _ in range(2)]

    assert answers[0].url == answers[1].url
    copy = photo.opened().copies[-2]
    assert copy.manifest["parameters"] == {"boxes": [list(COVERED)], "names": ["plate 1"]}
    assert b"plate 1" not in photo.opened().reader(copy).read()
    assert [path for path in site.rglob("*") if path.is_file() and b"plate 1" in path.read_bytes()] == []


def test_without_a_script_rows_are_added_and_drawn_by_the_server(photo):
    clean = photo.made(Recipe.CLEAN)

    answer = photo.browser.post(photo.page(clean), {"box-rows": "1", "more": "box"} | box(0, *COVERED))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="box-1-x"' in page
    assert " ".join(page.split("<rect")[1].split("/>")[0].split()) == 'x="100" y="60" width="300" height="40"'
    assert len(photo.opened().copies) == 2


def test_what_makes_no_sense_is_said_beside_its_field_and_makes_nothing(photo):
    clean = photo.made(Recipe.CLEAN)

    outside = photo.browser.post(photo.page(clean), {"box-rows": "1"} | box(0, 700, 0, 5, 5))
    nothing = photo.browser.post(photo.page(clean), {"box-rows": "1"})

    assert outside.status_code == nothing.status_code == 422
    said = outside.content.decode()
    assert re.search(r'href="#id_box-0-x"\s*>The box must begin inside the picture.', said)
    assert "Nothing is covered yet. Add a box first." in nothing.content.decode()
    assert len(photo.opened().copies) == 2


def test_a_script_hears_how_far_it_is_and_at_last_where_the_copy_is(photo):
    clean = photo.made(Recipe.CLEAN)
    drawn = {"box-rows": "1"} | box(0, *COVERED)

    answer = photo.browser.post(photo.page(clean), drawn, headers={"accept": "application/x-ndjson"})

    lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert all(0 <= line["done"] <= 1 for line in lines[:-1])
    assert lines[-1] == {"to": photo.page(photo.opened().copies[-2], "covered")}


def test_a_page_that_closes_while_it_is_made_leaves_nothing(photo, site):
    clean = photo.made(Recipe.CLEAN)
    before = sorted((site / "objects").rglob("*"))
    drawn = {"box-rows": "1"} | box(0, *COVERED)

    answer = photo.browser.post(photo.page(clean), drawn, headers={"accept": "application/x-ndjson"})
    next(iter(answer.streaming_content))
    hang_up(answer)

    assert sorted((site / "objects").rglob("*")) == before
    assert len(photo.opened().copies) == 2


def test_words_of_a_paper_cannot_be_found_in_the_copy_of_a_covered_page(paper):
    page = paper.made(Recipe.PAGES, first=0, count=1)
    width, height = page.manifest["output"]["width"], page.manifest["output"]["height"]
    scale = width / 612
    drawn = {"box-rows": "1"} | box(0, round(70 * scale), round(70 * scale), round(200 * scale), round(30 * scale))

    paper.browser.post(paper.page(page), drawn)

    now = paper.opened()
    original, copy = now.reader(now.exhibits[0]).read(), now.reader(now.copies[-2]).read()
    assert SECRET.encode() in original
    assert SECRET.encode() not in copy
    made = Image.open(BytesIO(copy)).convert("L")
    assert made.size == (width, height)
    words = Image.open(BytesIO(now.reader(page).read())).convert("L").point(lambda level: 255 * (level < 128)).getbbox()
    assert words is not None
    assert made.crop(words).getextrema() == (0, 0)
    if shutil.which("pdftotext"):
        read = subprocess.run(["pdftotext", "-", "-"], input=original, capture_output=True, check=True)
        assert SECRET.encode() in read.stdout


def test_what_cannot_be_drawn_on_leads_to_its_own_page_and_only_a_covered_copy_has_a_page_to_be_looked_at(photo):
    clean, original = photo.made(Recipe.CLEAN), photo.opened().exhibits[0]

    to_draw_on = photo.browser.get(photo.page(original))
    looked_at = [photo.browser.get(photo.page(file, "covered")) for file in (clean, original, photo.opened().copies[1])]

    assert to_draw_on.url == f"/desk/{photo.desk.slug}/{photo.reference}/files/{original.id}/"
    assert [answer.status_code for answer in looked_at] == [404, 404, 404]
    assert photo.page(clean) in photo.browser.get(to_draw_on.url).content.decode()
