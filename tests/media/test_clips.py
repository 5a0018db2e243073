"""Copies of clips: frames stay what they were, and nothing that the file told goes along."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
from pathlib import Path

import av
import pytest

from incidents.media.headers import Unexpected, blanked
from incidents.media.protocol import Status
from incidents.media.recipes import Made, Recipe, gathered, make
from tests.media.clip_files import SECRET, frames_of, make_clip, turned

# What exiftool tells of a copy: the frame of a file, and nothing that anyone wrote.
STRUCTURE = {"SourceFile", "ExifTool", "System", "File", "JFIF", "Composite", "QuickTime", "Track1", "Track2"}
CLIPS = {
    "H.264 and AAC, MP4": {"audio": "aac"},
    "H.264, turned, with a cover": {"cover": True},
    "HEVC and AAC, MOV": {"container": "mov", "video": "libx265", "audio": "aac"},
    "VP9 and Opus, MKV": {"container": "matroska", "video": "libvpx-vp9", "audio": "libopus"},
    "H.264 and FLAC, MKV": {"container": "matroska", "audio": "flac"},
    "frames out of order, MKV": {"container": "matroska", "encoder": {"preset": "medium"}},
    "frames out of order, MP4": {"encoder": {"preset": "medium"}},
    "ALAC with a cover": {"video": None, "audio": "alac", "cover": True},
    "AAC alone": {"container": "adts", "video": None, "audio": "aac"},
    "MP3 alone": {"container": "mp3", "video": None, "audio": "libmp3lame"},
    "Opus alone": {"container": "ogg", "video": None, "audio": "libopus"},
}


def copied(clip: bytes) -> bytes:
    made, outputs = gathered(Recipe.CLIP_COPY, clip)
    assert made.status is Status.MADE, made
    assert made.particulars["recipe"] == "clip-copy/1"
    return outputs[0]


@pytest.fixture(scope="module")
def pairs() -> dict[str, tuple[bytes, bytes]]:
    """Each clip with its copy."""
    clips = {name: make_clip(**sides) for name, sides in CLIPS.items()}
    clips["H.264, turned, with a cover"] = turned(clips["H.264, turned, with a cover"])
    return {name: (clip, copied(clip)) for name, clip in clips.items()}


@pytest.mark.parametrize("name", CLIPS)
def test_a_copy_holds_the_frames_of_the_original(pairs, name):
    clip, copy = pairs[name]
    kinds = {"video", "audio"} - ({"video"} if CLIPS[name].get("video", "") is None else set())
    kinds -= set() if "audio" in CLIPS[name] else {"audio"}

    for kind in kinds:
        of_clip, of_copy = frames_of(clip, kind=kind), frames_of(copy, kind=kind)
        # A player of MP3 cuts the silence of the first frame by a note that stays behind.
        first = 1 if name.startswith("MP3") else 0
        assert of_copy[first:] == of_clip[first:], kind
        assert len(of_clip) >= 10, kind


@pytest.mark.parametrize("name", CLIPS)
def test_nothing_that_the_clip_told_is_in_the_copy(pairs, name):
    clip, copy = pairs[name]
    told = [SECRET, "+41.8781", "x264", "x265", "Lavf"]
    assert SECRET.encode() in clip

    assert [word for word in told if word.encode() in copy] == []


def test_exiftool_finds_nothing_but_the_frame_of_a_file_in_the_copies(pairs, tmp_path):
    if not shutil.which("exiftool"):
        pytest.skip("exiftool is not installed")
    for number, (clip, copy) in enumerate(pairs.values()):
        (tmp_path / f"{number}-clip.mp4").write_bytes(clip)
        (tmp_path / f"{number}-copy.mp4").write_bytes(copy)

    done = subprocess.run(["exiftool", "-j", "-a", "-G1", str(tmp_path)], capture_output=True, check=False)

    told = {Path(one["SourceFile"]).name: one for one in json.loads(done.stdout)}
    assert sum(SECRET in json.dumps(one) for name, one in told.items() if "clip" in name) >= 5
    for name, one in told.items():
        if "copy" in name:
            assert {key.partition(":")[0] for key in one} <= STRUCTURE, name
            assert not [
                value
                for key, value in one.items()
                if "Date" in key and key.startswith(("Quick", "Track"))
                if value != "0000:00:00 00:00:00"
            ]


def test_a_copy_keeps_how_the_picture_is_turned_and_one_track_of_each_kind(pairs):
    _, turned_copy = pairs["H.264, turned, with a cover"]
    _, with_sound = pairs["H.264 and AAC, MP4"]

    with av.open(io.BytesIO(turned_copy)) as opened:
        assert next(opened.decode(video=0)).rotation == -90
        assert [stream.type for stream in opened.streams] == ["video"]
    with av.open(io.BytesIO(with_sound)) as opened:
        assert [stream.type for stream in opened.streams] == ["video", "audio"]
        assert [dict(stream.metadata) for stream in opened.streams] == [{"language": "und"}] * 2


def test_the_same_clip_gives_the_same_copy_and_says_how(pairs):
    clip, copy = pairs["HEVC and AAC, MOV"]

    made, outputs = gathered(Recipe.CLIP_COPY, clip)

    assert outputs == (copy,)
    told = dict(made.particulars)
    assert told.pop("tool").startswith("PyAV ")
    assert told == {
        "recipe": "clip-copy/1",
        "codecs": ["hevc", "aac"],
        "outputs": [{"name": "copy", "media_type": "video/mp4", "width": 64, "height": 48}],
    }


def test_sound_alone_is_called_sound_and_comes_in_fragments(pairs):
    made, _ = gathered(Recipe.CLIP_COPY, pairs["MP3 alone"][0])
    long = copied(make_clip("ogg", video=None, audio="libopus", frames=120))

    assert made.particulars["outputs"] == [{"name": "copy", "media_type": "audio/mp4"}]
    assert long.count(b"moof") >= 2


def test_a_clip_that_is_cut_is_copied_as_far_as_it_goes():
    clip = make_clip("matroska", frames=30)

    copy = copied(clip[: len(clip) // 2])

    assert 0 < len(frames_of(copy)) < 30


def test_how_far_it_is_is_heard_while_it_is_copied():
    clip, heard = make_clip(frames=40), []

    make(
        Recipe.CLIP_COPY,
        io.BytesIO(clip),
        size_bytes=len(clip),
        into=lambda _number, _chunk: None,
        progress=heard.append,
    )

    assert heard == sorted(heard)
    assert len(heard) > 10
    assert heard[-1] > 0.9


@pytest.mark.parametrize("sides", [{"video": "mpeg4"}, {"container": "3gp", "video": "h263", "size": (128, 96)}])
def test_a_coding_that_is_not_copied_is_said_to_be(sides):
    made, outputs = gathered(Recipe.CLIP_COPY, make_clip(**sides))

    assert (made, outputs) == (Made(Status.NOT_COPYABLE, held=made.held), ())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\0\0\0\x01moov\x7f" + b"\xff" * 7,
        b"\xff\xd8\xff" + bytes(99),
    ],
    ids=["nothing", "a playlist", "a box of 2^63", "a photo"],
)
def test_what_is_no_clip_is_not_decodable(data):
    assert gathered(Recipe.CLIP_COPY, data)[0].status is Status.NOT_DECODABLE


def box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), name) + body


def header_with(entry: bytes, *boxes: bytes) -> bytes:
    """Return what stands in front of the fragments, with these boxes in the one entry."""
    fields = bytearray(78)
    fields[42:74] = SECRET.encode().ljust(32, b"\0")
    description = box(b"stsd", bytes(8), box(entry, bytes(fields), *boxes))
    return box(b"ftyp", b"iso5") + box(
        b"moov", box(b"mvhd"), box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", description))))
    )


def hevc_array(kind: int, *units: bytes) -> bytes:
    return struct.pack(">BH", kind, len(units)) + b"".join(struct.pack(">H", len(unit)) + unit for unit in units)


def av1_unit(kind: int, content: bytes) -> bytes:
    return bytes([kind << 3 | 2, len(content)]) + content


HEVC = bytes([1]) + bytes(21)
AV1 = b"\x81\0\0\0"


@pytest.mark.parametrize(
    ("entry", "telling", "kept"),
    [
        (
            b"hvc1",
            box(b"hvcC", HEVC, b"\2", hevc_array(33, b"sequence"), hevc_array(39, SECRET.encode())),
            box(b"hvcC", HEVC, b"\1", hevc_array(33, b"sequence")),
        ),
        (
            b"av01",
            box(b"av1C", AV1, av1_unit(1, b"sequence"), av1_unit(5, SECRET.encode())),
            box(b"av1C", AV1, av1_unit(1, b"sequence")),
        ),
        (b"avc1", box(b"colr", b"prof", SECRET.encode()), b""),
        (b"avc1", box(b"uuid", SECRET.encode()), b""),
    ],
    ids=["SEI of HEVC", "metadata of AV1", "a profile", "a box not known"],
)
def test_a_header_is_blanked_in_place(entry, telling, kept):
    before, after = box(b"pasp", bytes(8)), box(b"colr", b"nclx", bytes(7))
    header = header_with(entry, before, telling, after)

    plain = blanked(header)

    gap = len(telling) - len(kept)
    assert SECRET.encode() not in plain
    assert len(plain) == len(header)
    assert before + kept + struct.pack(">I4s", gap, b"free") + bytes(gap - 8) + after in plain


@pytest.mark.parametrize(
    ("entry", "odd"),
    [
        (b"hvc1", box(b"hvcC", b"\2", bytes(30))),
        (b"hvc1", box(b"hvcC", HEVC, b"\1", hevc_array(39, b"x")[:-1], b"")),
        (b"hvc1", box(b"hvcC", HEVC, b"\2", hevc_array(33, b"x"), hevc_array(39, b""))),
        (b"av01", box(b"av1C", AV1, b"\x08")),
        (b"av01", box(b"av1C", AV1, b"\x0a\x7f")),
        (b"av01", box(b"av1C", AV1, b"\x0a" + b"\xff" * 9)),
    ],
    ids=["version", "cut", "a small gap", "no size", "beyond", "a number without end"],
)
def test_a_header_that_is_odd_is_refused_and_not_guessed_at(entry, odd):
    with pytest.raises(Unexpected):
        blanked(header_with(entry, odd))
