"""Small clips for tests, and boxes that tell where they were taken."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping
from fractions import Fraction

import av
from PIL import Image

RATE = 10


def make_clip(
    *,
    frames: int = 10,
    size: tuple[int, int] = (64, 48),
    paint: Callable[[int], Image.Image] | None = None,
    sound: Callable[[int], bytes] | None = None,
    form: str = "mp4",
    tags: Mapping[str, str] | None = None,
    pixel: Fraction = Fraction(1),
) -> bytes:
    """Return a clip of some frames, ten a second; pictures and sound decode to just what was painted and played.

    Args:
        paint: returns the picture for a frame by its number.
        sound: returns 800 samples of 16 bits for a frame by its number: 8,000 a second.
        tags: what the clip says of itself.
        pixel: how much wider than high a pixel is to be shown.
    """
    out = io.BytesIO()
    with av.open(out, "w", format=form, options={"fflags": "+bitexact"}) as clip:
        clip.metadata.update(tags or {})
        pictures = clip.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "qp": "0"})
        pictures.width, pictures.height, pictures.pix_fmt = *size, "yuv420p"
        pictures.codec_context.sample_aspect_ratio = pixel
        heard = clip.add_stream("flac", rate=8000, layout="mono") if sound else None
        for number in range(frames):
            painted = paint(number) if paint else Image.linear_gradient("L").resize(size).convert("RGB")
            frame = av.VideoFrame.from_image(painted)
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            clip.mux(pictures.encode(frame))
            if heard:
                samples = av.AudioFrame("s16", "mono", 800)
                samples.planes[0].update(sound(number))
                samples.pts, samples.sample_rate, samples.time_base = number * 800, 8000, Fraction(1, 8000)
                clip.mux(heard.encode(samples))
        for stream in filter(None, (pictures, heard)):
            clip.mux(stream.encode(None))
    return out.getvalue()


def box(name: bytes, *content: bytes) -> bytes:
    """Return a box of an ISO media file."""
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + name + body


def telling(clip: bytes, *told: bytes) -> bytes:
    """Return the clip with boxes at the end of its movie, which must be its last box."""
    at = clip.rindex(b"moov") - 4
    (size,) = struct.unpack(">I", clip[at : at + 4])
    assert at + size == len(clip)
    return clip[:at] + struct.pack(">I", size + sum(map(len, told))) + clip[at + 4 :] + b"".join(told)


def text_of(words: str) -> bytes:
    """Return text as user data has it: a length and a language in front."""
    return struct.pack(">HH", len(words), 0x15C7) + words.encode()


def data_of(words: str) -> bytes:
    """Return text as item lists have it."""
    return box(b"data", struct.pack(">II", 1, 0), words.encode())


def handler_of(kind: bytes) -> bytes:
    """Return the box that says how a list is to be read."""
    return box(b"hdlr", bytes(8), kind, bytes(13))


def keys_of(told: Mapping[str, str]) -> bytes:
    """Return QuickTime's metadata: numbered names, and values by number."""
    names = b"".join(box(b"mdta", name.encode()) for name in told)
    values = b"".join(box(struct.pack(">I", number), data_of(value)) for number, value in enumerate(told.values(), 1))
    return box(
        b"meta", handler_of(b"mdta"), box(b"keys", struct.pack(">II", 0, len(told)), names), box(b"ilst", values)
    )


def loci_of(latitude: float, longitude: float) -> bytes:
    """Return 3GPP's box for a place."""
    numbers = struct.pack(">iii", *(round(value * 65536) for value in (longitude, latitude, 12.5)))
    return box(b"loci", bytes(4), struct.pack(">H", 0x15C7), b"home\0", b"\0", numbers, b"earth\0\0")
