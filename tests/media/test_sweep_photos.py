"""A first look at every real photo: clean, upright, in bounds, and as INDEX.json expects."""

from __future__ import annotations

from PIL import Image

from tests.media import sweeping


def test_every_real_photo_is_shown_and_tells_nothing(real_data, tmp_path):
    listed = sweeping.indexed(real_data, "photos", "documents/warrants_built", "provenance")

    swept, faults = sweeping.faults(real_data, listed, into=tmp_path)

    assert faults == []
    shown = [look for look in swept.looks if (look.recipe, look.status) == ("clean", "MADE")]
    assert len(shown) > 60
    turned = [Image.open(look.outputs[0]) for look in shown if look.file.startswith("photos/orientation")]
    assert len(turned) == 9
    assert len({picture.width > picture.height for picture in turned}) == 1
