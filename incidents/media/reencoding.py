"""Decode a clip and encode it anew, as H.264 and AAC: a viewing copy, for many browsers play no HEVC.

What `clip_redactions` burns in goes through here as well. Of the old streams only pixels and samples follow, and of the
new ones x264's note of how it was called is taken out again. Runs inside the worker.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.filter.context import FilterContext
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from incidents.media import clips, demuxing, stills
from incidents.media.protocol import Task, Work

RECIPE = "viewing-copy/1"
LONG_SIDE_PIXELS = 1920  # a viewing copy is no larger; on a slow machine 4K would take an hour

TOOL = f"{demuxing.TOOL}, libx264 veryfast crf 23"
# No frame waits for a later one: a fragment has no edit list, so pictures would come late by as much. No captions, no
# note of the encoder.
_CODEC_OPTIONS = {"preset": "veryfast", "crf": "23", "bf": "0", "a53cc": "0", "udu_sei": "0", "threads": "2"}
_SOUND_OPTIONS = {"flags": "+bitexact"}
_TICKS = Fraction(1, 90_000)
_KEYFRAME_EVERY = 60  # frames; where a player may begin
_PIXEL_LIMIT = 50_000_000
_SOUND_RATE, _SOUND_BITS = 48_000, 128_000
_THREADS = 2  # for decoding; more would only take more memory, and x264 takes as many
_USUAL_RATE = Fraction(30)
_RATIO_LIMIT = 4  # of a pixel's width to its height; a file may claim anything
_TURNS: Mapping[int, tuple[tuple[str, str], ...]] = {
    0: (),
    90: (("transpose", "cclock"),),
    180: (("hflip", ""), ("vflip", "")),
    270: (("transpose", "clock"),),
}
_WITHOUT_NOTES = "filter_units=pass_types=1-5|7-11"


@dataclass(frozen=True, slots=True)
class Changes:
    """What is done to a clip on the way.

    Attributes:
        picture: takes a frame in yuv420p to write in, and from when to when it is shown, in seconds of the clip.
        sound: takes a frame of planar floats to write in, and the second in which it begins.
        long_side_pixels: what is larger is made smaller.
    """

    picture: Callable[[VideoFrame, float, float], None] | None = None
    sound: Callable[[AudioFrame, float], None] | None = None
    drop_sound: bool = False
    long_side_pixels: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How a clip is shown: turned upright, this wide and high."""

    rotation: int
    width: int
    height: int

    def even(self, long_side_pixels: int | None) -> tuple[int, int]:
        """Return the width and height of the new clip; H.264 with halved colours has no odd ones."""
        shrink = max(1.0, max(self.width, self.height) / (long_side_pixels or _PIXEL_LIMIT))
        return _even(self.width / shrink), _even(self.height / shrink)


def prepare(_told: Mapping[str, object]) -> Work:
    """Load all that PyAV needs, and return what makes the viewing copy."""
    warm_up()
    return _viewing_copy


def warm_up() -> None:
    """Load what is otherwise loaded behind the lock, where nothing loads."""
    demuxing.warm_up()
    graph = Graph()
    graph.link_nodes(graph.add("testsrc"), graph.add("format", "yuv420p"), graph.add("buffersink")).configure()


def _viewing_copy(task: Task) -> dict[str, object]:
    """Put out the viewing copy, and return how it is described.

    Raises:
        NoClip, TooLarge: as in `reencoded`.
    """
    changes = Changes(long_side_pixels=LONG_SIDE_PIXELS)
    return {"recipe": RECIPE, **reencoded(task, lambda _shape: changes, name="viewing copy")}


def reencoded(task: Task, changes_for: Callable[[Shape | None], Changes], *, name: str) -> dict[str, object]:
    """Put out the new clip, and return `tool`, `damaged` (how many packets did not decode) and `outputs`.

    Args:
        changes_for: is asked once, before the first frame; takes None for sound alone.

    Raises:
        NoClip: nothing in it decodes to pictures or sound.
        TooLarge: its frames are larger than are decoded here.
    """
    shape = _shape(task.source)
    changes = changes_for(shape)
    sink = clips.Fragments(task)
    with ExitStack() as both:
        source = both.enter_context(demuxing.opened(task.source))
        pictures, sound = demuxing.pictures_of(source), demuxing.sound_of(source)
        target = both.enter_context(clips.written(sink, sound_only=shape is None))
        start = Fraction(source.start_time or 0, av.time_base)
        ways: dict[int, _Pictures | _Sound] = {}
        if pictures and shape:
            ways[pictures.index] = _Pictures(pictures, target, shape, changes, start)
        if sound and not changes.drop_sound:
            ways[sound.index] = _Sound(sound, target, changes, start)
        if not ways:
            raise demuxing.NoClip
        damaged = _through(task, source, ways)
    sink.end()
    size = dict(zip(("width", "height"), shape.even(changes.long_side_pixels), strict=True)) if shape else {}
    media_type = "video/mp4" if shape else "audio/mp4"
    return {"tool": TOOL, "damaged": damaged, "outputs": [{"name": name, "media_type": media_type, **size}]}


def _shape(source: BinaryIO) -> Shape | None:
    """Look at the first whole picture, for only a frame knows its turn; None where there is sound alone."""
    with demuxing.opened(source) as clip:
        stream = demuxing.pictures_of(clip)
        if stream is None:
            return None
        frame = stills.first_frame(clip, stream)
        rotation, size = frame.rotation % 360, _square(frame.width, frame.height, stream.sample_aspect_ratio)
    return Shape(rotation, *(size[::-1] if rotation in {90, 270} else size))


def _square(width: int, height: int, ratio: Fraction | None) -> tuple[int, int]:
    """Return the size as a player shows it, where pixels are not square: boxes are drawn over that."""
    if not ratio or not 1 / _RATIO_LIMIT <= ratio <= _RATIO_LIMIT:
        return width, height
    return (round(width * ratio), height) if ratio > 1 else (width, round(height / ratio))


def _through(task: Task, source: InputContainer, ways: Mapping[int, _Pictures | _Sound]) -> int:
    """Decode every packet and pass it on; return how many did not decode."""
    damaged, duration = 0, demuxing.seconds_of(source)
    for packet in source.demux([stream for stream in source.streams if stream.index in ways]):
        way = ways[packet.stream.index]
        try:
            frames = packet.decode()
        except av.FFmpegError:  # a player would go on as well
            damaged += 1
            continue
        for frame in frames:
            way.take(frame)
        if duration and packet.dts is not None and packet.time_base:
            task.progress(float(packet.dts * packet.time_base / duration))
    for way in ways.values():
        way.end()
    return damaged


class _Pictures:
    """Turn, size and change frames, and encode them. One is held back, for only the next tells how long it is shown."""

    def __init__(
        self, stream: VideoStream, target: OutputContainer, shape: Shape, changes: Changes, start: Fraction
    ) -> None:
        self._target, self._changes, self._start = target, changes, start
        self._held: VideoFrame | None = None
        stream.thread_type, stream.codec_context.thread_count = "AUTO", _THREADS
        width, height = shape.even(changes.long_side_pixels)
        self._graph = Graph()
        nodes = [
            self._graph.add_buffer(template=stream),
            *(self._graph.add(name, turn) for name, turn in _TURNS.get(shape.rotation, ())),
            self._graph.add("format", "yuv420p"),
            *self._sized(stream, shape, width, height),
            self._graph.add("buffersink"),
        ]
        self._graph.link_nodes(*nodes).configure()
        self._new = target.add_stream("libx264", rate=_rate(stream), options=_CODEC_OPTIONS)
        self._new.width, self._new.height, self._new.pix_fmt = width, height, "yuv420p"
        self._new.codec_context.time_base, self._new.codec_context.gop_size = _TICKS, _KEYFRAME_EVERY
        self._cleaner = BitStreamFilterContext(_WITHOUT_NOTES, self._new)

    def _sized(self, stream: VideoStream, shape: Shape, width: int, height: int) -> list[FilterContext]:
        """Bring pictures to their size. An odd one gets a row or column more, and every pixel stays where it was."""
        stored = (stream.height, stream.width) if shape.rotation in {90, 270} else (stream.width, stream.height)
        if (shape.width, shape.height) != stored or max(shape.width, shape.height) > max(width, height):
            return [self._graph.add("scale", f"{width}:{height}"), self._graph.add("setsar", "1")]
        return [self._graph.add("pad", f"{width}:{height}")]

    def take(self, frame: object) -> None:
        """Take the next frame as it was decoded; one that has no time cannot be shown."""
        if isinstance(frame, VideoFrame) and frame.pts is not None:
            self._graph.vpush(frame)
            self._drain()

    def end(self) -> None:
        """Encode what is held back."""
        self._graph.vpush(None)
        self._drain()
        if self._held:
            self._encode(self._held, math.inf)
        self._mux(self._new.encode(None))
        self._mux([None])

    def _drain(self) -> None:
        while True:
            try:
                frame = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            before, self._held = self._held, frame
            if before:
                self._encode(before, self._seconds(frame))

    def _seconds(self, frame: VideoFrame) -> float:
        return float((frame.time or 0) - self._start)

    def _encode(self, frame: VideoFrame, until: float) -> None:
        seconds = self._seconds(frame)
        if self._changes.picture:
            frame.make_writable()
            self._changes.picture(frame, seconds, until)
        frame.pts, frame.time_base = max(0, round(seconds / _TICKS)), _TICKS
        frame.pict_type = PictureType.NONE
        self._mux(self._new.encode(frame))

    def _mux(self, packets: Iterable[Packet[VideoStream] | None]) -> None:
        for packet in packets:
            for cleaned in self._cleaner.filter(packet):
                cleaned.stream = self._new
                self._target.mux(cleaned)


class _Sound:
    """Bring sound to one or two channels of floats, change it, and encode it."""

    def __init__(self, stream: AudioStream, target: OutputContainer, changes: Changes, start: Fraction) -> None:
        self._target, self._changes, self._start = target, changes, start
        layout = "mono" if stream.channels == 1 else "stereo"
        self._resampler = AudioResampler("fltp", layout, _SOUND_RATE)
        self._new = target.add_stream("aac", rate=_SOUND_RATE, options=_SOUND_OPTIONS)
        self._new.layout, self._new.bit_rate = layout, _SOUND_BITS

    def take(self, frame: object) -> None:
        """Take the next frame as it was decoded."""
        if isinstance(frame, AudioFrame):
            self._encode(frame)

    def end(self) -> None:
        """Encode what is held back."""
        self._encode(None)
        self._target.mux(self._new.encode(None))

    def _encode(self, frame: AudioFrame | None) -> None:
        for even in self._resampler.resample(frame):
            seconds = float((even.time or 0) - self._start)
            if self._changes.sound:
                even.make_writable()
                self._changes.sound(even, seconds)
            even.pts, even.time_base = max(0, round(seconds * _SOUND_RATE)), Fraction(1, _SOUND_RATE)
            self._target.mux(self._new.encode(even))


def _rate(stream: VideoStream) -> Fraction:
    """Return a rate that an encoder takes; the frames keep their own times."""
    rate = stream.average_rate or _USUAL_RATE
    return rate if _USUAL_RATE / 30 <= rate <= _USUAL_RATE * 8 else _USUAL_RATE


def _even(pixels: float) -> int:
    return max(2, 2 * math.ceil(pixels / 2))
