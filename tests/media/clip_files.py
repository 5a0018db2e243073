"""Small clips, made for a test, that tell on their maker in every way there is."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction

import av
from PIL import Image, ImageDraw

SECRET = "SECRET-a7f3"
TAGS = {
    "title": SECRET,
    "comment": SECRET,
    "make": SECRET,
    "model": SECRET,
    "location": "+41.8781-087.6298/",
    "creation_time": "2025-11-20T10:00:00Z",
    "com.apple.quicktime.location.ISO6709": "+41.8781-087.6298/",
}
_TURNED = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
_FAST = {"preset": "ultrafast"}
_QUIET = {"libx264": {}, "libx265": {"x265-params": "pools=none:log-level=0"}}
_KEEP_TAGS = {"mov": {"movflags": "use_metadata_tags"}}
_RATE = 10


def make_clip(
    container: str = "mp4",
    *,
    video: str | None = "libx264",
    audio: str | None = None,
    frames: int = 10,
    size: tuple[int, int] = (64, 48),
    cover: bool = False,
    encoder: Mapping[str, str] = _FAST,
) -> bytes:
    """Return a clip whose left half is red and whose right half moves; with tags, and behind its end some more."""
    out = io.BytesIO()
    with av.open(out, "w", format=container, options=_KEEP_TAGS.get(container, {})) as made:
        made.metadata.update(TAGS)
        # All streams before the first packet: it writes the header.
        pictures = _stream_of_pictures(made, video, size, encoder) if video else None
        sound = _stream_of_sound(made, audio) if audio else None
        art = _stream_of_art(made) if cover else None
        if art:
            _write_art(made, art)
        if sound:
            _write_sound(made, sound, 48_000 * frames // _RATE)
        if pictures:
            _write_pictures(made, pictures, frames, size)
    return out.getvalue() + struct.pack(">I4s", 8 + len(SECRET), b"skip") + SECRET.encode()


def turned(mp4: bytes) -> bytes:
    """Return the clip as a phone held upright writes it: to be shown a quarter turn clockwise."""
    at = mp4.index(b"tkhd") + 44
    return mp4[:at] + _TURNED + mp4[at + len(_TURNED) :]


def frames_of(clip: bytes, *, kind: str = "video") -> list[bytes]:
    """Return each decoded frame, as bytes, without what does not decode."""
    found = []
    with av.open(io.BytesIO(clip), metadata_errors="ignore") as opened:
        for packet in opened.demux(*opened.streams.get(**{kind: 0})):
            with suppress(av.FFmpegError):
                found += [b"".join(bytes(plane) for plane in frame.planes) for frame in packet.decode()]
    return found


def picture(number: int, size: tuple[int, int]) -> Image.Image:
    scene = Image.new("RGB", size, "red")
    pen = ImageDraw.Draw(scene)
    pen.rectangle((size[0] // 2, 0, size[0], size[1]), fill=(0, 0, 255 - number * 10))
    return scene


def _stream_of_pictures(
    made: av.container.OutputContainer, codec: str, size: tuple[int, int], encoder: Mapping[str, str]
) -> av.VideoStream:
    stream = made.add_stream(codec, rate=_RATE, options={**encoder, **_QUIET[codec]} if codec in _QUIET else {})
    stream.width, stream.height, stream.pix_fmt, stream.gop_size = *size, "yuv420p", 5
    stream.metadata.update({"title": SECRET, "handler_name": SECRET, "language": "spa"})
    return stream


def _write_pictures(
    made: av.container.OutputContainer, stream: av.VideoStream, frames: int, size: tuple[int, int]
) -> None:
    for number in range(frames):
        made.mux(stream.encode(av.VideoFrame.from_image(picture(number, size))))
    made.mux(stream.encode())


def _stream_of_sound(made: av.container.OutputContainer, codec: str) -> av.AudioStream:
    stream = made.add_stream(codec, rate=48_000, layout="mono")
    stream.metadata.update({"title": SECRET, "handler_name": SECRET})
    return stream


def _write_sound(made: av.container.OutputContainer, stream: av.AudioStream, samples: int) -> None:
    made.start_encoding()
    length = stream.codec_context.frame_size or 1024
    resampler = av.AudioResampler(stream.codec_context.format, "mono", 48_000)
    for start in range(0, samples, length):
        sound = av.AudioFrame(format="s16", layout="mono", samples=length)
        sound.sample_rate, sound.time_base = 48_000, Fraction(1, 48_000)
        sound.planes[0].update(_wave(start, length))
        for frame in resampler.resample(sound):
            frame.pts = start
            made.mux(stream.encode(frame))
    made.mux(stream.encode())


def _wave(start: int, length: int) -> bytes:
    """Return samples that grow louder."""
    heights = ((at // 60 % 2 * 2 - 1) * min(30_000, at // 2) for at in range(start, start + length))
    return struct.pack(f"<{length}h", *heights)


def _stream_of_art(made: av.container.OutputContainer) -> av.VideoStream:
    stream = made.add_stream("mjpeg", rate=1)
    stream.width, stream.height, stream.pix_fmt = 32, 32, "yuvj420p"
    stream.disposition = av.stream.Disposition.attached_pic
    return stream


def _write_art(made: av.container.OutputContainer, stream: av.VideoStream) -> None:
    made.start_encoding()
    jpeg = io.BytesIO()
    Image.new("RGB", (32, 32), "white").save(jpeg, "JPEG", comment=SECRET.encode())
    packet = av.Packet(jpeg.getvalue())
    packet.stream, packet.pts, packet.dts, packet.time_base = stream, 0, 0, Fraction(1, 1)
    made.mux(packet)
