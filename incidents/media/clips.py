"""Copy a clip's pictures and sound into a new file that tells nothing else. Runs inside the worker.

Nothing is decoded: frames stay what they were. The new file is a fragmented MP4, for it leaves over a pipe. What stays
behind: every tag, cover, subtitle, timecode and data track, trailing box, and user data inside the streams.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from incidents.media import demuxing, headers, mp3
from incidents.media.protocol import BLOCK_BYTES, NotCopyable, Task, Work

RECIPE = "clip-copy/1"

_COPIED = frozenset({"h264", "hevc", "vp9", "av1", "aac", "mp3", "opus", "flac", "alac"})
# What a decoder needs, and nothing else: no SEI, no metadata, no filler, no type that the standards leave to anyone.
_FILTERS = {
    "h264": "filter_units=pass_types=1-5|7-11",
    "hevc": "filter_units=pass_types=0-9|16-21|32-37",
    "av1": "filter_units=pass_types=1-4|6-7",
}
_BARE_SOUND = "aac_adtstoasc"  # AAC that comes without a container repeats before each frame what it is
_PLAIN = {"fflags": "+bitexact", "write_tmcd": "0", "empty_hdlr_name": "1"}
# The header is written late, when the first frames are there: then sound that begins early is cut where it was.
_FLAGS = "frag_keyframe+empty_moov+delay_moov+default_base_moof"
_FRAGMENT_BYTES = 16 << 20  # however far apart keyframes lie, a fragment waits in memory until it is whole
_SOUND_FRAGMENT_MICROSECONDS = 5_000_000  # in sound alone no frame is a key, so nothing else would end a fragment


def prepare(_told: Mapping[str, object]) -> Work:
    """Load all that PyAV needs, and return what copies."""
    demuxing.warm_up()
    return _copied


class Fragments:
    """What the new file is written into: the header is held until it is whole and blanked, then all is passed on."""

    def __init__(self, task: Task, *, size_limit: int = BLOCK_BYTES) -> None:
        self._task, self._size_limit = task, size_limit
        self._held, self._in_header = bytearray(), True

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._held += data
        if self._in_header and (end := _header_end(self._held)):
            self._held[:end] = headers.blanked(bytes(self._held[:end]))
            self._in_header = False
        if not self._in_header and len(self._held) >= self._size_limit:
            self._pass_on()
        return len(data)

    def end(self) -> None:
        """Pass the rest on.

        Raises:
            NoClip: no fragment was written.
        """
        if self._in_header:
            raise demuxing.NoClip
        self._pass_on()

    def _pass_on(self) -> None:
        if self._held:
            self._task.put(0, bytes(self._held))
        self._held.clear()


def _header_end(held: bytearray) -> int:
    """Return where the first fragment begins, or 0 while it has not."""
    at = 0
    while at + 8 <= len(held):
        if held[at + 4 : at + 8] == b"moof":
            return at
        at += max(8, int.from_bytes(held[at : at + 4], "big"))
    return 0


def written(sink: Fragments, *, sound_only: bool) -> OutputContainer:
    """Return a new fragmented MP4 that tells nothing of its own accord."""
    cut = {"frag_duration": str(_SOUND_FRAGMENT_MICROSECONDS)} if sound_only else {"frag_size": str(_FRAGMENT_BYTES)}
    container = av.open(sink, "w", format="mp4", options=_PLAIN | {"movflags": _FLAGS} | cut)
    container.metadata.clear()
    return container


@dataclass(frozen=True, slots=True)
class _Way:
    """Where the packets of one stream go, and what they pass through."""

    target: demuxing.Stream
    cleaner: BitStreamFilterContext | None
    measured: bool

    def through(self, packet: demuxing.AnyPacket) -> Iterator[demuxing.AnyPacket]:
        """Yield what is written for one packet; the last one of a stream ends the filter."""
        last = demuxing.ends(packet)
        if self.cleaner:
            yield from self.cleaner.filter(None if last else packet)
        elif self.measured and not last:
            yield from _whole_frame(packet)
        elif not last:
            yield packet


def _copied(task: Task) -> dict[str, object]:
    """Put out the copy, and return how it is described.

    Raises:
        NotCopyable: a stream is in a coding that is not copied.
        NoClip: it holds neither pictures nor sound.
    """
    with ExitStack() as both:
        source = both.enter_context(demuxing.opened(task.source))
        pictures, sound = demuxing.pictures_of(source), demuxing.sound_of(source)
        streams = [stream for stream in (pictures, sound) if stream]
        if not streams:
            raise demuxing.NoClip
        if not {demuxing.codec_of(stream) for stream in streams} <= _COPIED:
            raise NotCopyable
        sink = Fragments(task)
        target = both.enter_context(written(sink, sound_only=pictures is None))
        _copy(source, target, streams, task)
    sink.end()
    size = {"width": pictures.width, "height": pictures.height} if pictures else {}
    media_type = "video/mp4" if pictures else "audio/mp4"
    return {
        "recipe": RECIPE,
        "tool": demuxing.TOOL,
        "codecs": [demuxing.codec_of(stream) for stream in streams],
        "outputs": [{"name": "copy", "media_type": media_type, **size}],
    }


def _copy(source: InputContainer, target: OutputContainer, streams: list[demuxing.Stream], task: Task) -> None:
    bare = demuxing.demuxer_is(source, "aac")
    ways = {
        stream.index: _way(stream, target, filters={"aac": _BARE_SOUND} if bare else _FILTERS) for stream in streams
    }
    duration = demuxing.seconds_of(source)
    for packet in demuxing.packets_of(source, streams):
        way = ways[packet.stream.index]
        if duration and packet.dts is not None and packet.time_base:
            task.progress(float(packet.dts * packet.time_base / duration))
        for cleaned in way.through(packet):
            cleaned.stream = way.target
            target.mux(cleaned)


def _way(stream: demuxing.Stream, target: OutputContainer, *, filters: Mapping[str, str]) -> _Way:
    new = target.add_stream_from_template(stream)
    new.metadata.clear()
    codec = demuxing.codec_of(stream)
    name = filters.get(codec)
    return _Way(new, BitStreamFilterContext(name, stream, new) if name else None, measured=codec == "mp3")


def _whole_frame(packet: demuxing.AnyPacket) -> Iterator[demuxing.AnyPacket]:
    """Yield one frame of MP3 without what lies between it and the next, where anything can be; of no frame, nothing."""
    data = bytes(packet)
    length = mp3.frame_bytes(data)
    if length == len(data):
        yield packet
    elif 0 < length < len(data):
        cut = Packet(data[:length])
        cut.pts, cut.dts, cut.time_base, cut.duration = packet.pts, packet.dts, packet.time_base, packet.duration
        yield cut
