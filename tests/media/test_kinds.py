"""What a file is, by its first bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.media.kinds import HEAD_BYTES, OTHER, Found, Kind, find


def box(brand: bytes, *compatible: bytes) -> bytes:
    listed = b"".join(compatible)
    return (16 + len(listed)).to_bytes(4, "big") + b"ftyp" + brand + bytes(4) + listed + b"\0\0\0\x08free"


@pytest.mark.parametrize(
    ("head", "kind", "extension"),
    [
        (b"\xff\xd8\xff\xe1", Kind.PHOTO, "jpg"),
        (b"\x89PNG\r\n\x1a\n", Kind.PHOTO, "png"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", Kind.PHOTO, "webp"),
        (b"GIF89a", Kind.PHOTO, "gif"),
        (box(b"heic"), Kind.PHOTO, "heic"),
        (box(b"mif1", b"mif1", b"heic"), Kind.PHOTO, "heic"),
        (box(b"mif1", b"avif"), Kind.PHOTO, "avif"),
        (box(b"mif1"), Kind.PHOTO, "heif"),
        (box(b"avif"), Kind.PHOTO, "avif"),
        (box(b"isom", b"avif"), Kind.VIDEO, "mp4"),
        (box(b"qt  "), Kind.VIDEO, "mov"),
        (box(b"3gp5"), Kind.VIDEO, "3gp"),
        (box(b"M4A "), Kind.AUDIO, "m4a"),
        (b"\0\0\0\x08mdat", Kind.VIDEO, "mov"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x84webm", Kind.VIDEO, "webm"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x88matroska", Kind.VIDEO, "mkv"),
        (b"OggS" + bytes(24) + b"OpusHead", Kind.AUDIO, "opus"),
        (b"OggS" + bytes(24) + b"\x01vorbis", Kind.AUDIO, "ogg"),
        (b"OggS" + bytes(24) + b"\x80theora", Kind.VIDEO, "ogv"),
        (b"fLaC", Kind.AUDIO, "flac"),
        (b"RIFF\x24\0\0\0WAVEfmt ", Kind.AUDIO, "wav"),
        (b"ID3\x04", Kind.AUDIO, "mp3"),
        (b"\xff\xfb\x90\x64", Kind.AUDIO, "mp3"),
        (b"\xff\xf1\x50\x80", Kind.AUDIO, "aac"),
        (b"#!AMR\n", Kind.AUDIO, "amr"),
        (b"%PDF-1.7", Kind.PAPER, "pdf"),
        (bytes(1000) + b"%PDF-1.4", Kind.PAPER, "pdf"),
        (bytes(HEAD_BYTES) + b"%PDF-1.4", Kind.OTHER, "bin"),
        (b"", Kind.OTHER, "bin"),
        (b"II*\0", Kind.OTHER, "bin"),
        (b"PK\x03\x04", Kind.OTHER, "bin"),
        (b"<svg xmlns=", Kind.OTHER, "bin"),
        (b"#EXTM3U\n", Kind.OTHER, "bin"),
        ("text".encode("utf-16"), Kind.OTHER, "bin"),
        (b"%!PS-Adobe", Kind.OTHER, "bin"),
    ],
)
def test_a_file_is_what_it_begins_with(head, kind, extension):
    found = find(head)

    assert (found.kind, found.extension) == (kind, extension)


def test_a_file_that_is_two_things_is_the_first_that_fits():
    assert find(b"\xff\xd8\xff\xe0 %PDF-1.4").extension == "jpg"


@given(st.binary(max_size=HEAD_BYTES + 10))
def test_any_bytes_have_an_answer(head):
    found = find(head)

    assert isinstance(found, Found)
    assert (found.kind is Kind.OTHER) == (found == OTHER)


def test_real_files_are_what_another_tool_says(real_data):
    index = json.loads((real_data / "INDEX.json").read_text())
    sniffed = {
        one["file"]: one["mime_sniffed"].partition("/")[0]
        for one in index
        if one["kind"] == "photos" and one.get("mime_sniffed", "").startswith("image/")
    }

    found = {name: find((real_data / name).read_bytes()[:HEAD_BYTES]).kind for name in sniffed}

    assert len(found) > 20
    assert set(found.values()) == {Kind.PHOTO}
