"""A picture of a sound: how loud it is from beginning to end. Runs inside the worker."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from PIL import Image, ImageDraw

from incidents.media import demuxing, pictures
from incidents.media.protocol import Task, Work

RECIPE = "waveform/1"

_BARS, _BAR_PIXELS, _GAP_PIXELS, _HEIGHT_PIXELS = 240, 3, 2, 160
_GROUND, _INK, _QUALITY = 242, 96, 80
_RATE_HERTZ = 8000
_LISTENED_SECONDS = 1200  # of a longer sound, evenly spread packets
_LOUDEST = 1 << 15
_PEAKS_A_BAR = 16


def prepare(_told: Mapping[str, object]) -> Work:
    """Load all that PyAV and Pillow need, and return what draws."""
    demuxing.warm_up()
    return _waveform


def _waveform(task: Task) -> dict[str, object]:
    """Put out the picture, and return how it is described.

    Raises:
        NoClip: it holds no sound, or none that decodes.
    """
    with demuxing.opened(task.source) as source:
        stream = demuxing.sound_of(source)
        if stream is None:
            raise demuxing.NoClip
        peaks = list(_peaks(source, stream, task))
    if not peaks:
        raise demuxing.NoClip
    picture = _drawn(peaks)
    task.put(0, pictures.jpeg(picture, quality=_QUALITY))
    return {
        "recipe": RECIPE,
        "tool": f"{demuxing.TOOL}, {pictures.TOOL}",
        "outputs": [pictures.described("waveform", picture)],
    }


def _peaks(source: InputContainer, stream: AudioStream, task: Task) -> Iterator[int]:
    """Yield the loudest sample of each stretch; how long a stretch is follows from how long the sound says it is."""
    duration = demuxing.seconds_of(source)
    seconds = float(duration) if duration else _LISTENED_SECONDS
    every = max(1, round(seconds / _LISTENED_SECONDS))
    stretch = max(1, int(seconds * _RATE_HERTZ / every / (_BARS * _PEAKS_A_BAR)))
    resampler, waiting = AudioResampler("s16", "mono", _RATE_HERTZ), array("h")
    for number, packet in enumerate(source.demux(stream)):
        if number % every:
            continue
        if packet.pts is not None and packet.time_base:
            task.progress(float(packet.pts * packet.time_base) / seconds)
        for frame in _decoded(packet):
            for heard in resampler.resample(frame):
                waiting.frombytes(bytes(heard.planes[0])[: 2 * heard.samples])
        while len(waiting) >= stretch:
            yield max(map(abs, waiting[:stretch]))
            del waiting[:stretch]
    if waiting:
        yield max(map(abs, waiting))


def _decoded(packet: Packet[AudioStream]) -> list[AudioFrame]:
    """Return the sound in a packet; of a damaged one, none."""
    try:
        return packet.decode()
    except FFmpegError:
        return []


def _drawn(peaks: Sequence[int]) -> Image.Image:
    """Return grey bars on pale ground, however many peaks there are."""
    step = _BAR_PIXELS + _GAP_PIXELS
    picture = Image.new("L", (_BARS * step, _HEIGHT_PIXELS), _GROUND)
    pen = ImageDraw.Draw(picture)
    for bar in range(_BARS):
        first, last = bar * len(peaks) // _BARS, (bar + 1) * len(peaks) // _BARS
        loudness = max(peaks[first : max(last, first + 1)]) / _LOUDEST
        half = max(1, round(loudness * (_HEIGHT_PIXELS / 2 - 4)))
        middle = _HEIGHT_PIXELS // 2
        pen.rectangle((bar * step, middle - half, bar * step + _BAR_PIXELS - 1, middle + half), fill=_INK)
    return picture
