"""Boxes are drawn by mouse and by keys in a real browser, on a picture and on a clip, and burned."""

from __future__ import annotations

from io import BytesIO

import av
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from incidents.media.recipes import Recipe
from incidents.vault import derivatives, openings
from tests.factories import Unlocked, deposit, make_desk
from tests.spare_code import spare_code

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases="__all__", transaction=True)]

FRAMES, RATE = 20, 10


def clip(path):
    """Two seconds of a white picture, with a tone."""
    with av.open(str(path), "w") as made:
        pictures, sound = made.add_stream("libx264", rate=RATE), made.add_stream("aac", rate=48000, layout="mono")
        pictures.width, pictures.height, pictures.pix_fmt = 320, 240, "yuv420p"
        for _ in range(FRAMES):
            made.mux(pictures.encode(av.VideoFrame.from_image(Image.new("RGB", (320, 240), "white"))))
        made.mux(pictures.encode(None))
        for at in range(0, 96000, 1024):
            frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            frame.planes[0].update(b"\x00\x00\x00\x3f" * 1024)
            frame.sample_rate, frame.pts = 48000, at
            made.mux(sound.encode(frame))
        made.mux(sound.encode(None))


@pytest.fixture
def desk(open_site, tmp_path):  # noqa: ARG001 # a site to sit in
    return make_desk(tmp_path)


class Held:
    """One incident with one file, and the copies that boxes are drawn on."""

    def __init__(self, at, desk, path, *recipes):
        self.at, self.desk = at, desk
        self.reference = deposit(desk, {"language": "en", "sections": {}}, path, folder=path.parent)["reference"]
        for recipe in recipes:
            now = self.opened()
            derivatives.make(now, now.exhibits[0], recipe, at=timezone.now())

    def opened(self):
        return openings.incident(self.reference, slug=self.desk.slug, using=Unlocked(self.desk), at=timezone.now())

    def made(self, recipe):
        return next(copy for copy in self.opened().copies if derivatives.recipe_of(copy) == recipe)

    def address(self, file):
        return f"{self.at}/desk/{self.desk.slug}/{self.reference}/files/{file.id}/cover/"


@pytest.fixture
def page(browser, open_site, desk):
    """A member who signed in; what the browser complains of is kept on the page."""
    context = browser.new_context(locale="en", viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    code = spare_code(desk.email)
    page.goto(f"{open_site}/member/sign-in/")
    page.fill("input[type=email]", desk.email)
    page.fill("input[type=password]", desk.words)
    page.locator("main button").click()
    page.fill("main [name=code]", code)
    page.locator("#answers button").click()
    page.wait_for_url("**/desk/*/")
    yield page
    assert page.said == []
    context.close()


def sides(page, number=0):
    """Return what stands in the fields of a row."""
    return [int(page.locator(f"#id_box-{number}-{side}").input_value()) for side in "xywh"]


def drag(page, *, start, end):
    """Drag over the picture, between two places in its own pixels."""
    frame = page.locator("[data-surface] svg")
    seen, whole = frame.bounding_box(), frame.evaluate("svg => svg.viewBox.baseVal.width")
    scale = seen["width"] / whole
    page.mouse.move(seen["x"] + start[0] * scale, seen["y"] + start[1] * scale)
    page.mouse.down()
    page.mouse.move(seen["x"] + end[0] * scale, seen["y"] + end[1] * scale, steps=3)
    page.mouse.up()


def shuts_nobody_out(page):
    """See what axe sees, and that nothing scrolls sideways on a phone."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    page.set_viewport_size(wide)


def near(found, wanted):
    return all(abs(one - other) <= 2 for one, other in zip(found, wanted, strict=True))


def test_boxes_are_drawn_by_mouse_and_by_keys_and_burned_into_a_picture(page, open_site, desk, tmp_path):
    Image.new("RGB", (640, 480), "white").save(tmp_path / "photo.png")
    held = Held(open_site, desk, tmp_path / "photo.png", Recipe.CLEAN)
    page.goto(held.address(held.made(Recipe.CLEAN)))

    by_mouse(page)
    by_keys(page)
    page.get_by_label("What is under it?").first.select_option("plate")
    drawn = sides(page)
    shuts_nobody_out(page)
    page.get_by_role("button", name="Make the covered copy").click()

    expect(page.locator("h1")).to_contain_text("Covered copy")
    shuts_nobody_out(page)
    page.get_by_role("button", name="I looked at it. It may be used").click()
    expect(page.get_by_text("Looked at", exact=True)).to_be_visible()
    copy = held.made(Recipe.REDACTED_PICTURE)
    assert copy.manifest["parameters"] == {"boxes": [drawn], "names": ["plate 1"]}


def by_mouse(page):
    """Draw a box, move it, take it by a corner, undo that, and let a slip of the hand leave nothing."""
    drag(page, start=(100, 100), end=(250, 180))
    assert near(sides(page), [100, 100, 150, 80])
    drag(page, start=(150, 140), end=(350, 260))
    assert near(sides(page), [300, 220, 150, 80])
    drag(page, start=(450, 300), end=(500, 340))
    assert near(sides(page), [300, 220, 200, 120])
    page.get_by_role("button", name="Undo").click()
    assert near(sides(page), [300, 220, 150, 80])
    drag(page, start=(20, 20), end=(23, 22))
    expect(page.locator("[data-surface] rect")).to_have_count(1)


def by_keys(page):
    """Move the box, change its size, add another one, and remove that."""
    boxes = page.locator("[data-surface] rect")
    boxes.first.focus()
    x, y, wide, high = sides(page)
    for keys in ("ArrowLeft", "Control+ArrowUp", "Shift+ArrowRight", "Control+Shift+ArrowDown"):
        page.keyboard.press(keys)
    assert sides(page) == [x - 12, y - 1, wide + 12, high + 1]
    said = f"Box 1, A face: {x - 12} from the left, {y - 1} from the top, {wide + 12} wide, {high + 1} high"
    expect(boxes.first).to_have_attribute("aria-label", said)
    expect(page.locator("[data-status]")).to_have_text(said)
    page.get_by_role("button", name="Add a box").press("Enter")
    expect(boxes.nth(1)).to_be_focused()
    page.keyboard.press("Delete")
    expect(boxes).to_have_count(1)
    expect(page.locator("[data-status]")).to_have_text("Box 2 removed")
    expect(boxes.first).to_be_focused()


def test_a_box_lasts_from_where_the_clip_stands_to_where_it_stands_and_sound_is_silenced(
    page, open_site, desk, tmp_path
):
    clip(tmp_path / "film.mp4")
    held = Held(open_site, desk, tmp_path / "film.mp4", Recipe.STILL, Recipe.CLIP_COPY)
    page.goto(held.address(held.opened().exhibits[0]))
    page.wait_for_function("document.querySelector('video').readyState > 0")

    drag(page, start=(40, 40), end=(120, 100))
    row = page.locator("[data-row=box]:visible")
    stand_at(page, 0.5)
    row.get_by_role("button", name="Begin here").click()
    stand_at(page, 1)
    row.get_by_role("button", name="End here").click()
    stand_at(page, 1.6)
    expect(page.locator("[data-surface] rect")).to_have_class("away")
    page.get_by_role("button", name="Add a silence").click()
    page.locator("[data-row=mute]:visible").get_by_label("To second").fill("0.8")
    page.get_by_role("button", name="Make the covered copy").click()

    expect(page.locator("h1")).to_contain_text("Covered copy", timeout=20_000)
    copy = held.made(Recipe.REDACTED_CLIP)
    said = copy.manifest["parameters"]
    assert said["mute"] == [[0, 0.8]]
    assert (said["boxes"][0]["from"], said["boxes"][0]["to"]) == (0.5, 1)
    with av.open(BytesIO(held.opened().reader(copy).read())) as burned:
        seen = {round(frame.time, 1): frame.to_image().getpixel((80, 70))[0] for frame in burned.decode(video=0)}
    assert [seen[second] < 40 for second in (0.2, 0.6, 0.9, 1.5)] == [False, True, True, False]


def stand_at(page, second):
    page.locator("[data-where]").fill(str(second))
    page.wait_for_function(f"Math.abs(document.querySelector('video').currentTime - {second}) < 0.02")
