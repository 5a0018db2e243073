"""Find what a file is by its first bytes; its name and what a browser calls it are claims, and not asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

HEAD_BYTES = 1024


class Kind(StrEnum):
    """What a file is to a reviewer."""

    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    PAPER = "paper"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Found:
    """What the first bytes say: the kind, the extension a copy may carry (no dot), and the media type."""

    kind: Kind
    extension: str
    media_type: str


JPEG = Found(Kind.PHOTO, "jpg", "image/jpeg")
OTHER = Found(Kind.OTHER, "bin", "application/octet-stream")

_HEIC = Found(Kind.PHOTO, "heic", "image/heic")
_AVIF = Found(Kind.PHOTO, "avif", "image/avif")
_MP4 = Found(Kind.VIDEO, "mp4", "video/mp4")
_MOV = Found(Kind.VIDEO, "mov", "video/quicktime")
_MKV = Found(Kind.VIDEO, "mkv", "video/x-matroska")
_OGG = Found(Kind.AUDIO, "ogg", "audio/ogg")
_MP3 = Found(Kind.AUDIO, "mp3", "audio/mpeg")

_BY_BRAND = {
    b"heic": _HEIC,
    b"heix": _HEIC,
    b"hevc": _HEIC,
    b"mif1": Found(Kind.PHOTO, "heif", "image/heif"),
    b"msf1": Found(Kind.PHOTO, "heif", "image/heif-sequence"),
    b"avif": _AVIF,
    b"avis": _AVIF,
    b"qt  ": _MOV,
    b"M4A ": Found(Kind.AUDIO, "m4a", "audio/mp4"),
    b"M4B ": Found(Kind.AUDIO, "m4a", "audio/mp4"),
}
_SHARED_BRANDS = (b"mif1", b"msf1")  # a picture of any coding; the compatible brands say which
_OLD_QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip")
_OGG_VIDEO = (b"\x80theora", b"\x01video\0\0\0", b"fishead\0")
# Layers II and III with a bit rate that exists: FF FE, the mark of UTF-16 text, is no sound.
_MPEG_AUDIO = re.compile(rb"\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd][\x10-\xef]", re.DOTALL)
_ADTS_AUDIO = re.compile(rb"\xff[\xf0\xf1\xf8\xf9]", re.DOTALL)


def find(head: bytes) -> Found:
    """Return what a file is, from its first `HEAD_BYTES`; anything not known is `OTHER`, and kept all the same.

    Bytes are compared and nothing is parsed, so this may look at foreign bytes outside the sandbox. A file that is
    several things at once is the first that fits, in the order of this table.
    """
    head = head[:HEAD_BYTES]
    return next((found for look in _LOOKS if (found := look(head))), OTHER)


def _starting(start: bytes, found: Found) -> Callable[[bytes], Found | None]:
    return lambda head: found if head.startswith(start) else None


def _matching(pattern: re.Pattern[bytes], found: Found) -> Callable[[bytes], Found | None]:
    return lambda head: found if pattern.match(head) else None


def _riff(form: bytes, found: Found) -> Callable[[bytes], Found | None]:
    return lambda head: found if head.startswith(b"RIFF") and head[8:12] == form else None


def _iso_media(head: bytes) -> Found | None:
    if head[4:8] in _OLD_QUICKTIME_BOXES:
        return _MOV
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    if brand in _SHARED_BRANDS:
        listed = head[16 : int.from_bytes(head[:4], "big")]
        brands = [listed[at : at + 4] for at in range(0, len(listed), 4)]
        brand = next((one for one in brands if one in _BY_BRAND and one not in _SHARED_BRANDS), brand)
    if brand[:2] == b"3g":
        return Found(Kind.VIDEO, "3gp", "video/3gpp")
    return _BY_BRAND.get(brand, _MP4)


def _ogg(head: bytes) -> Found | None:
    if not head.startswith(b"OggS"):
        return None
    if any(mark in head for mark in _OGG_VIDEO):
        return Found(Kind.VIDEO, "ogv", "video/ogg")
    return Found(Kind.AUDIO, "opus", "audio/ogg") if b"OpusHead" in head else _OGG


def _matroska(head: bytes) -> Found | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    return Found(Kind.VIDEO, "webm", "video/webm") if b"webm" in head[:64] else _MKV


def _pdf(head: bytes) -> Found | None:
    return Found(Kind.PAPER, "pdf", "application/pdf") if b"%PDF-" in head else None


_LOOKS = (
    _starting(b"\xff\xd8\xff", JPEG),
    _starting(b"\x89PNG", Found(Kind.PHOTO, "png", "image/png")),
    _riff(b"WEBP", Found(Kind.PHOTO, "webp", "image/webp")),
    _starting(b"GIF8", Found(Kind.PHOTO, "gif", "image/gif")),
    _iso_media,
    _matroska,
    _ogg,
    _starting(b"fLaC", Found(Kind.AUDIO, "flac", "audio/flac")),
    _riff(b"WAVE", Found(Kind.AUDIO, "wav", "audio/wav")),
    _starting(b"ID3", _MP3),
    _matching(_MPEG_AUDIO, _MP3),
    _matching(_ADTS_AUDIO, Found(Kind.AUDIO, "aac", "audio/aac")),
    _starting(b"#!AMR", Found(Kind.AUDIO, "amr", "audio/amr")),
    _pdf,
)
