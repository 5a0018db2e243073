"""A first look at every real clip and sound, and a copy in which no frame changed."""

from __future__ import annotations

from tests.media import sweeping


def test_every_real_clip_is_copied_as_it_was_and_tells_nothing(real_data, tmp_path):
    listed = sweeping.indexed(real_data, "video_audio")

    swept, faults = sweeping.faults(real_data, listed, into=tmp_path)

    assert faults == []
    copies = {look.file: look.outputs[0] for look in swept.looks if look.recipe == "clip-copy" and look.outputs}
    assert len(copies) > 15
    assert [file for file, copy in copies.items() if sweeping.frames_differ(real_data / file, copy)] == []
    assert not [look for look in swept.looks if look.status == "STOPPED"]
