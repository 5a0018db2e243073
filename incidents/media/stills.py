"""The first whole picture of a clip, upright, as a photo would be. Runs inside the worker."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from incidents.media import demuxing, pictures
from incidents.media.protocol import Task, TooLarge, Work

RECIPE = "still/1"

_PIXEL_LIMIT = 50_000_000
_PACKETS_TRIED = 500  # in real clips the first one is a keyframe
_TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


def prepare(_told: Mapping[str, object]) -> Work:
    """Load all that PyAV and Pillow need, and return what makes the still."""
    demuxing.warm_up()
    return _still


def _still(task: Task) -> dict[str, object]:
    """Put out a still and its thumb, and return how they are described.

    Raises:
        NoClip: it holds no pictures, or none that decodes.
    """
    with demuxing.opened(task.source) as source:
        stream = demuxing.pictures_of(source)
        if stream is None:
            raise demuxing.NoClip
        frame = first_frame(source, stream)
        plain = upright(frame)
        return {
            "recipe": RECIPE,
            "tool": f"{demuxing.TOOL}, {pictures.TOOL}",
            "seconds": float(frame.time or 0),
            "outputs": pictures.put_pictures(task, plain, name="still"),
        }


def upright(frame: VideoFrame) -> Image.Image:
    """Return a frame as a picture, turned as it says it should be."""
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV leaves the type out
    turn = _TURNS.get(frame.rotation % 360)
    return picture if turn is None else picture.transpose(turn)


def first_frame(source: InputContainer, stream: VideoStream) -> VideoFrame:
    """Return the first keyframe that decodes, decoded by one thread, for it is one frame.

    Raises:
        NoClip: none does.
        TooLarge: it has more pixels than are decoded here.
    """
    if stream.width * stream.height > _PIXEL_LIMIT:
        raise TooLarge
    stream.thread_type = "NONE"
    stream.codec_context.skip_frame = "NONKEY"
    for packet in islice(source.demux(stream), _PACKETS_TRIED):
        try:
            frames = packet.decode()
        except FFmpegError:  # a damaged beginning; the next keyframe may be whole
            continue
        for frame in frames:
            if isinstance(frame, VideoFrame):
                if frame.width * frame.height > _PIXEL_LIMIT:
                    raise TooLarge
                return frame
    raise demuxing.NoClip
