"""A viewing copy: H.264 and AAC of whatever the clip is in, with its times and without what it told."""

from __future__ import annotations

import io

import av
import pytest

from incidents.media.protocol import Status
from incidents.media.recipes import Recipe, gathered, make
from tests.media.clip_files import SECRET, make_clip, turned


def told(clip: bytes) -> list[tuple[str, str, float]]:
    """Return each stream's kind, coding and first second."""
    with av.open(io.BytesIO(clip)) as opened:
        return [
            (stream.type, stream.codec_context.name, float(stream.start_time * stream.time_base))
            for stream in opened.streams
        ]


def times(clip: bytes) -> list[float]:
    with av.open(io.BytesIO(clip)) as opened:
        return [round(frame.time, 2) for frame in opened.decode(video=0)]


@pytest.mark.parametrize(
    ("container", "video", "audio"),
    [("mp4", "libx265", "aac"), ("webm", "libvpx-vp9", "libopus"), ("mov", "mpeg4", "alac")],
    ids=["HEVC", "VP9", "MPEG-4"],
)
def test_what_browsers_do_not_play_is_made_into_what_they_do(container, video, audio):
    clip = make_clip(container, video=video, audio=audio)

    made, (copy,) = gathered(Recipe.VIEWING_COPY, clip)

    assert made.status is Status.MADE
    assert told(copy) == [("video", "h264", 0.0), ("audio", "aac", 0.0)]
    assert times(copy) == times(clip)
    assert SECRET.encode() in clip
    assert not any(word in copy for word in (SECRET.encode(), b"x264", b"Lavc", b"41.87"))
    assert made.particulars["outputs"] == [
        {"name": "viewing copy", "media_type": "video/mp4", "width": 64, "height": 48}
    ]


def test_a_copy_is_upright_and_even_and_no_larger_than_it_need_be():
    sizes = [
        gathered(Recipe.VIEWING_COPY, clip)[0].particulars["outputs"][0]
        for clip in (turned(make_clip(frames=2)), make_clip(frames=1, size=(2400, 98)))
    ]

    assert [(size["width"], size["height"]) for size in sizes] == [(48, 64), (1920, 80)]


def test_sound_alone_is_made_into_sound_that_plays_everywhere():
    made, (copy,) = gathered(Recipe.VIEWING_COPY, make_clip("ogg", video=None, audio="libopus"))

    assert made.particulars["outputs"] == [{"name": "viewing copy", "media_type": "audio/mp4"}]
    assert told(copy) == [("audio", "aac", 0.0)]


def test_it_says_how_far_it_is_and_comes_as_it_is_made():
    clip, heard, came = make_clip(frames=60), [], []

    make(
        Recipe.VIEWING_COPY,
        io.BytesIO(clip),
        size_bytes=len(clip),
        into=lambda number, chunk: came.append((number, len(chunk))),
        progress=heard.append,
    )

    assert heard == sorted(heard)
    assert heard[-1] > 0.9
    assert {number for number, _ in came} == {0}


@pytest.mark.parametrize("data", [b"", b"no clip", b"#EXTM3U\nfile:///etc/passwd\n"])
def test_what_is_no_clip_is_not_decodable(data):
    assert gathered(Recipe.VIEWING_COPY, data)[0].status is Status.NOT_DECODABLE
