"""Whether two pictures may show the same."""

from __future__ import annotations

import io
import json
from itertools import combinations

import pytest
from PIL import Image, ImageDraw, ImageEnhance

from incidents.media import likeness, pictures


def make_scene(*, seed: int = 0) -> Image.Image:
    """Return a picture of some shapes on a slope of grey."""
    scene = Image.linear_gradient("L").resize((640, 480)).convert("RGB")
    pen = ImageDraw.Draw(scene)
    for number in range(12):
        at = (number * 97 + seed * 131) % 560, (number * 61 + seed * 71) % 400
        grey = (number * 53 + seed * 29) % 256
        pen.ellipse((*at, at[0] + 40 + number * 9, at[1] + 60), fill=(grey, 255 - grey, grey))
    return scene


def saved(picture: Image.Image, *, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))


@pytest.mark.parametrize(
    "changed",
    [
        lambda scene: saved(scene, quality=30),
        lambda scene: saved(scene.resize((384, 288)), quality=50),
        lambda scene: ImageEnhance.Brightness(scene).enhance(1.15),
        lambda scene: scene.convert("L"),
    ],
    ids=["saved again", "sent by a messenger", "brighter", "grey"],
)
def test_a_picture_stays_alike_through_what_phones_do_to_it(changed):
    scene = make_scene()

    assert likeness.alike(str(likeness.of(scene)), str(likeness.of(changed(scene))))


def test_another_picture_is_not_alike():
    bits = [str(likeness.of(make_scene(seed=seed))) for seed in range(6)]

    assert not any(likeness.alike(one, other) for one, other in combinations(bits, 2))


def test_a_picture_that_shows_next_to_nothing_is_like_no_other():
    noise = Image.effect_noise((640, 480), 3)

    assert [likeness.of(flat) for flat in (Image.new("RGB", (640, 480), "white"), noise)] == [None, None]


def test_of_real_photos_only_those_that_show_the_same_are_alike(real_data):
    listed = json.loads((real_data / "INDEX.json").read_text())
    names = [one["file"] for one in listed if one["kind"] == "photos" and one.get("pillow", {}).get("loaded")]
    pictures.prepare({})

    bits = {}
    for name in names:
        if (real_data / name).suffix in {".jpg", ".png", ".webp"}:
            upright = pictures.upright(pictures.opened((real_data / name).read_bytes())[0])
            bits[name] = likeness.of(upright)

    seen = {name: one for name, one in bits.items() if one}
    alike = {frozenset(pair) for pair in combinations(seen, 2) if likeness.alike(*(seen[name] for name in pair))}
    motion = "photos/media__pixel-motion-photo"
    assert len(seen) >= 25
    assert alike == {frozenset({f"{motion}-shortened.jpg", f"{motion}-video-removed-shortened.jpg"})}
