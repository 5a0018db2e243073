"""Read what a clip says of itself: when, where and by what it was made, and what is in it beside picture and sound.

A place has five homes: QuickTime's keys, its user data, 3GPP's box, the item list, and the comments of Matroska and
Ogg. Of the first four the boxes are walked here, so that each is told with its home; FFmpeg would keep one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from incidents.media import demuxing, kinds, likeness, stills
from incidents.media.boxes import Box, boxes, find
from incidents.media.facts import Key, Sheet, number, plain
from incidents.media.kinds import Kind
from incidents.media.protocol import TooLarge

_ISO_MEDIA = frozenset({"mp4", "mov", "m4a", "3gp"})
_COMMENT_HOMES = {"matroska": "Matroska", "ogg": "Vorbis comment", "mp3": "ID3"}
_VALUE_BYTES, _LIST_BYTES = 1024, 65536
_STREAMS_TOLD = 32
_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)  # QuickTime counts its seconds from here
_TOP_BOXES = frozenset(
    b"ftyp styp moov mdat moof mfra free skip wide pnot udta meta uuid sidx ssix emsg prft pdin jumb C2PA junk".split()
)
# How the four letters of user data and item lists, and the names of keys and comments, are told.
_LETTERS: Mapping[bytes, Key] = {
    b"\xa9day": "taken_at", b"\xa9mak": "maker", b"\xa9mod": "model", b"\xa9swr": "software", b"\xa9too": "software",
}  # fmt: skip
_NAMES: Mapping[str, Key] = {
    "creationdate": "taken_at", "date_recorded": "taken_at", "date": "taken_at", "creation_time": "created_at",
    "make": "maker", "artist_make": "maker", "model": "model", "software": "software", "encoder": "software",
    "version": "software",
}  # fmt: skip
_PLACE_NAME = re.compile(r"location|geo", re.IGNORECASE)
_KEY_ENDS = re.compile(r"[.:]")


def read(source: BinaryIO, sheet: Sheet, *, size_bytes: int) -> dict[str, object]:
    """Write down the facts of a clip, and return what it holds.

    That is, as far as it can be told: `kind` (sound without pictures is audio), `streams`, `duration_seconds`, `width`,
    `height`, `frame_rate`, and the `likeness` of its first picture. What does not open warns `damaged`; what its boxes
    told is kept all the same.
    """
    source.seek(0)
    if kinds.find(source.read(kinds.HEAD_BYTES)).extension in _ISO_MEDIA:
        _boxes(source, sheet, size_bytes)
    try:
        with demuxing.opened(source) as clip:
            return _opened(clip, sheet)
    except demuxing.NoClip:
        return {}
    except (av.FFmpegError, ValueError, EOFError, OverflowError):
        sheet.warn("damaged")
        return {}


def _opened(clip: InputContainer, sheet: Sheet) -> dict[str, object]:
    home = _COMMENT_HOMES.get(clip.format.name.partition(",")[0])
    for told in (clip.metadata, *(stream.metadata for stream in clip.streams)) if home else ():
        _comments(told, sheet, str(home))
    said: dict[str, object] = {"streams": [_described(stream) for stream in clip.streams][:_STREAMS_TOLD]}
    seconds = demuxing.seconds_of(clip)
    if seconds:
        said["duration_seconds"] = round(float(seconds), 3)
        sheet.add("duration", number(round(float(seconds), 3)), "container")
    pictures, sound = demuxing.pictures_of(clip), demuxing.sound_of(clip)
    if sound:
        said["kind"] = Kind.AUDIO.value
        sheet.add("audio_codec", demuxing.codec_of(sound), "container")
    if pictures:
        said |= _pictures(pictures, sheet) | _first_picture(clip, pictures, sheet)
    if len(clip.streams) > bool(pictures) + bool(sound):
        sheet.warn("extra_tracks")
    return said


def _described(stream: Stream) -> str:
    codec = demuxing.codec_of(stream) if isinstance(stream, VideoStream | AudioStream) else ""
    return plain(f"{stream.type}:{codec}".rstrip(":"))


def _pictures(stream: VideoStream, sheet: Sheet) -> dict[str, object]:
    """Return size and rate of the moving pictures."""
    sheet.add("width", stream.width or "", "container")
    sheet.add("height", stream.height or "", "container")
    sheet.add("video_codec", demuxing.codec_of(stream), "container")
    said: dict[str, object] = {"kind": Kind.VIDEO.value, "width": stream.width, "height": stream.height}
    if stream.average_rate:
        said["frame_rate"] = round(float(stream.average_rate), 3)
        sheet.add("frame_rate", number(round(float(stream.average_rate), 3)), "container")
    return said


def _first_picture(clip: InputContainer, stream: VideoStream, sheet: Sheet) -> dict[str, object]:
    """Return the likeness of the first whole picture, as its still shows it, and write down how it is turned."""
    try:
        frame = stills.first_frame(clip, stream)
    except (av.FFmpegError, demuxing.NoClip, TooLarge):
        return {"likeness": None}
    if frame.rotation:
        sheet.add("rotation", -frame.rotation % 360, "container")  # clockwise, as a player turns it
    return {"likeness": likeness.of(stills.upright(frame))}


def _comments(told: Mapping[str, str], sheet: Sheet, home: str) -> None:
    for name, value in told.items():
        if _PLACE_NAME.search(name):
            sheet.iso_6709(value, home)
        elif key := _NAMES.get(_KEY_ENDS.split(name.lower())[-1]):
            sheet.add(key, value, home)


def _boxes(source: BinaryIO, sheet: Sheet, size_bytes: int) -> None:
    """Read the movie's own metadata and each track's; see whether something follows the last box."""
    end = 0
    for box in boxes(source, 0, size_bytes):
        if box.name not in _TOP_BOXES:
            break
        end = box.end
        if box.cut:
            sheet.warn("damaged")
        if box.name == b"moov":
            _movie(source, box, sheet)
    if 0 < end < size_bytes:
        sheet.warn("bytes_after_end")


def _movie(source: BinaryIO, movie: Box, sheet: Sheet) -> None:
    for header in find(source, movie.start, movie.end, b"mvhd"):
        _created(header.content(source, limit_bytes=20), sheet)
    for holder in (movie, *find(source, movie.start, movie.end, b"trak")):
        for user_data in find(source, holder.start, holder.end, b"udta"):
            _user_data(source, user_data, sheet)
            for meta in find(source, user_data.start, user_data.end, b"meta"):
                _meta(source, meta, sheet)
        for meta in find(source, holder.start, holder.end, b"meta"):
            _meta(source, meta, sheet)


def _created(header: bytes, sheet: Sheet) -> None:
    """Read when the movie was begun, if it says: many write zero."""
    seconds = int.from_bytes(header[4:12] if header[:1] == b"\1" else header[4:8], "big")
    with suppress(OverflowError):
        if seconds:
            sheet.add("created_at", (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ"), "QuickTime")


def _user_data(source: BinaryIO, user_data: Box, sheet: Sheet) -> None:
    """Read ©xyz and its like, each a length, a language and text, and 3GPP's loci."""
    for box in boxes(source, user_data.start, user_data.end):
        content = box.content(source, limit_bytes=_VALUE_BYTES)
        text = plain(content[4 : 4 + int.from_bytes(content[:2], "big")])
        if box.name == b"loci":
            _loci(content, sheet)
        elif box.name == b"\xa9xyz":
            sheet.iso_6709(text, "UserData")
        elif key := _LETTERS.get(box.name):
            sheet.add(key, text, "UserData")


def _loci(content: bytes, sheet: Sheet) -> None:
    """Read 3GPP's place: version, flags, language, a name, its role, then three numbers with 16 bits of fraction."""
    text = content[6:]
    wide = text[:2] in {b"\xfe\xff", b"\xff\xfe"}
    name_ends = next((at + 2 for at in range(0, len(text) - 1, 2) if text[at : at + 2] == b"\0\0"), -1)
    at = name_ends if wide else text.find(b"\0") + 1
    numbers = text[at + 1 : at + 13]
    if at > 0 and len(numbers) == 12:
        longitude, latitude, altitude = (
            int.from_bytes(numbers[here : here + 4], "big", signed=True) / 65536 for here in (0, 4, 8)
        )
        sheet.place(round(latitude, 5), round(longitude, 5), "3GPP loci", altitude=round(altitude, 2) or None)


def _meta(source: BinaryIO, meta: Box, sheet: Sheet) -> None:
    """Read a list of values whose names are four letters or, with a keys box, numbered names."""
    start = meta.start + (0 if meta.content(source, limit_bytes=8)[4:8] == b"hdlr" else 4)  # QuickTime's has no version
    names = [name for keys in find(source, start, meta.end, b"keys") for name in _keys(source, keys)]
    for items in find(source, start, meta.end, b"ilst"):
        for item in boxes(source, items.start, items.end):
            number_of = int.from_bytes(item.name, "big")
            name = names[number_of - 1] if 0 < number_of <= len(names) else ""
            for data in find(source, item.start, item.end, b"data"):
                value = plain(data.content(source, limit_bytes=_VALUE_BYTES)[8:])
                _item(item.name, name, value, sheet)


def _item(letters: bytes, name: str, value: str, sheet: Sheet) -> None:
    if name.endswith("location.ISO6709"):
        sheet.iso_6709(value, "QuickTime Keys")
    elif name:
        if key := _NAMES.get(name.rpartition(".")[2].lower()):
            sheet.add(key, value, "QuickTime Keys")
    elif letters == b"\xa9xyz":
        sheet.iso_6709(value, "ItemList")
    elif key := _LETTERS.get(letters):
        sheet.add(key, value, "ItemList")


def _keys(source: BinaryIO, keys: Box) -> Iterator[str]:
    listed = keys.content(source, limit_bytes=_LIST_BYTES)
    at = 8
    while at + 8 <= len(listed):
        size = int.from_bytes(listed[at : at + 4], "big")
        if size < 8:
            return
        yield listed[at + 8 : at + size].decode("utf-8", "replace")
        at += size
