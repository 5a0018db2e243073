"""Open a clip by the one demuxer that its first bytes name; a playlist, above all, is opened by none."""

from __future__ import annotations

import importlib
import io
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, BinaryIO, TypeAlias

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image

from incidents.media import kinds

Stream = VideoStream | AudioStream
AnyPacket: TypeAlias = "Packet[Any]"  # of whatever stream; PyAV's own class takes no index when it runs

TOOL = f"PyAV {av.__version__}, FFmpeg libavformat {'.'.join(map(str, av.library_versions['libavformat']))}"

_DEMUXERS: Mapping[str, str] = {
    **dict.fromkeys(("mp4", "mov", "3gp", "m4a"), "mp4"),
    **dict.fromkeys(("mkv", "webm"), "matroska"),
    **dict.fromkeys(("ogg", "ogv", "opus"), "ogg"),
    "mp3": "mp3",
    "aac": "aac",
}
_WAITING_PACKETS = 32  # more than any coding puts out of order
_OPTIONS = {"protocol_whitelist": "file"}
_COVER = Disposition.attached_pic | Disposition.timed_thumbnails


class NoClip(ValueError):
    """Nothing here is opened as a clip, or it holds neither pictures nor sound."""


def warm_up() -> None:
    """Load all that PyAV loads late; behind the lock it could not."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        importlib.import_module(module.name)
    av.logging.set_level(None)
    Image.init()
    Image.new("RGB", (8, 8)).save(io.BytesIO(), "JPEG")
    av.VideoFrame(16, 16, "yuv420p").reformat(32, 32, "rgb24").to_image()  # type: ignore[no-untyped-call]  # PyAV leaves the type out
    AudioResampler("s16", "mono", 8000)


def opened(source: BinaryIO) -> InputContainer:
    """Return an open clip.

    Raises:
        NoClip: by its first bytes it is none.
        FFmpegError: by what follows it is none.
    """
    source.seek(0)
    demuxer = _DEMUXERS.get(kinds.find(source.read(kinds.HEAD_BYTES)).extension)
    source.seek(0)
    if demuxer is None:
        raise NoClip
    return av.open(source, "r", format=demuxer, metadata_errors="ignore", options=_OPTIONS)


def demuxer_is(container: InputContainer, name: str) -> bool:
    """Tell whether a clip was opened by this demuxer, which may go by several names."""
    return name in container.format.name.split(",")


def pictures_of(container: InputContainer) -> VideoStream | None:
    """Return the first stream of moving pictures; a cover is none."""
    return next((one for one in container.streams.video if not one.disposition & _COVER), None)


def sound_of(container: InputContainer) -> AudioStream | None:
    """Return the first stream of sound."""
    return next(iter(container.streams.audio), None)


def codec_of(stream: Stream) -> str:
    """Return the name of a stream's coding, whatever decodes it, or nothing where it is not known."""
    # PyAV gives a stream without decoder no context, which its types leave out.
    context = getattr(stream, "codec_context", None)
    return str(context.codec.canonical_name) if context else ""


def seconds_of(container: InputContainer) -> Fraction | None:
    """Return how long a clip says it is."""
    return Fraction(container.duration, av.time_base) if container.duration and container.duration > 0 else None


def packets_of(container: InputContainer, streams: Sequence[Stream]) -> Iterator[AnyPacket]:
    """Yield the packets of these streams, each with the time at which it is decoded; the last of a stream is empty.

    Matroska tells only when frames are shown. FFmpeg finds the other time behind the first few, which wait here for it.
    """
    waiting: dict[int, list[AnyPacket]] = {stream.index: [] for stream in streams}
    for packet in container.demux(*streams):
        held = waiting[packet.stream.index]
        if packet.dts is None and packet.pts is not None and len(held) < _WAITING_PACKETS:
            held.append(packet)
            continue
        yield from _with_times(held, until=packet.dts)
        held.clear()
        if packet.dts is None:
            packet.dts = packet.pts
        yield packet


def ends(packet: AnyPacket) -> bool:
    """Tell whether this is the empty packet that ends a stream."""
    return packet.dts is None and packet.pts is None and not packet.size


def _with_times(held: Sequence[AnyPacket], *, until: int | None) -> Iterator[AnyPacket]:
    """Yield packets with times spaced evenly before one that is known, and never after they show."""
    for number, packet in enumerate(held):
        shown = packet.pts or 0
        even = shown if until is None else until - (len(held) - number) * (packet.duration or 1)
        packet.dts = min(even, shown)
        yield packet
