"""Make the first looks and a copy as a member's click would, and measure them beside what the machine can do at most.

A photo of 12 megapixels is made clean, a paper's page is drawn, a still is taken, and a clip of the given size is
copied. Each is made through the worker, with its start. Beside them stand SHA-256 over the same clip, reading it
plainly, and the start of a worker that does nothing. The clip repeats one small clip's packets until it is large
enough, so that nothing is encoded for long.
"""

from __future__ import annotations

import hashlib
import io
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import av
import pypdfium2
from PIL import Image
from testbed import Figures, asked

sys.path.insert(0, str(Path(__file__).parents[1]))

from incidents.media import sandbox
from incidents.media.protocol import Status
from incidents.media.recipes import Recipe, gathered, make

MEGABYTE = 10**6
PHOTO_SECONDS, PAGE_SECONDS, STILL_SECONDS = 1.0, 0.6, 1.0
COPY_MB_A_SECOND = 60
WORKER_MB = 512
_READ_BYTES = 1 << 20


def main() -> int:
    """Measure, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--size", type=int, default=300, metavar="MB", help="of the clip (300)")
    parser.add_argument("--rounds", type=int, default=7, help="of each small look (7)")
    given = parser.parse_args()
    figures, rounds = Figures(aims=not given.no_aims), given.rounds
    photo, paper = _photo(), _paper()
    idle = _middle(rounds, lambda: sandbox.run("probe", sandbox.order_over()))
    figures.show("start of a worker, middle", idle, "s")
    decode = _middle(rounds, lambda: Image.open(io.BytesIO(photo)).load())
    figures.show("12 MP photo, decoding alone", decode, "s")
    clean = _middle(rounds, lambda: _looked(Recipe.CLEAN, photo))
    figures.show("12 MP photo, clean copy and thumb", clean, "s", at_most=PHOTO_SECONDS)
    page = _middle(rounds, lambda: _looked(Recipe.PAGES, paper))
    figures.show("a paper's first page", page, "s", at_most=PAGE_SECONDS)
    with tempfile.TemporaryFile() as clip:
        _fill(clip, given.size * MEGABYTE)
        _clips(figures, clip, rounds)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MEGABYTE
    figures.show("the most memory of a worker", peak_mb, "MB", at_most=WORKER_MB)
    return figures.exit_code


def _clips(figures: Figures, clip: BinaryIO, rounds: int) -> None:
    size = clip.seek(0, io.SEEK_END)
    still = _middle(rounds, lambda: _made(Recipe.STILL, clip, size))
    figures.show(f"still of a clip of {size / MEGABYTE:.0f} MB", still, "s", at_most=STILL_SECONDS)
    read = _middle(3, lambda: _read(clip, lambda _chunk: None))
    hashed = _middle(3, lambda: _read(clip, hashlib.sha256().update))
    copied = _middle(3, lambda: _made(Recipe.CLIP_COPY, clip, size))
    figures.show("  reading it plainly", size / MEGABYTE / read, "MB/s")
    figures.show("  SHA-256 of it", size / MEGABYTE / hashed, "MB/s")
    figures.show("  copying it", size / MEGABYTE / copied, "MB/s", at_least=COPY_MB_A_SECOND)


def _middle(rounds: int, act: Callable[[], object]) -> float:
    """Return the middle of the seconds that some rounds take."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _looked(recipe: Recipe, data: bytes) -> None:
    assert gathered(recipe, data, parameters={"count": 1})[0].status is Status.MADE


def _made(recipe: Recipe, source: BinaryIO, size_bytes: int) -> None:
    assert make(recipe, source, size_bytes=size_bytes, into=lambda _number, _chunk: None).status is Status.MADE


def _read(file: BinaryIO, take: Callable[[bytes], object]) -> None:
    file.seek(0)
    while chunk := file.read(_READ_BYTES):
        take(chunk)


def _photo() -> bytes:
    """Return 12 megapixels that are not easy to store: noise, smoothed, as a phone's picture is."""
    out = io.BytesIO()
    Image.effect_noise((1008, 756), 60).resize((4032, 3024)).convert("RGB").save(out, "JPEG", quality=92)
    return out.getvalue()


def _paper() -> bytes:
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(612, 792)
    document.save(out)
    return out.getvalue()


def _fill(file: BinaryIO, size_bytes: int) -> None:
    """Write a 1080p clip of at least this size: a dozen noisy frames, encoded once, over and over."""
    with av.open(file, "w", format="matroska") as made:
        stream = made.add_stream("libx264", rate=30, options={"preset": "ultrafast", "crf": "10", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 1920, 1080, "yuv420p", 12
        pictures = [Image.effect_noise((1920, 1080), 40 + number).convert("RGB") for number in range(12)]
        packets = [one for picture in pictures for one in stream.encode(av.VideoFrame.from_image(picture))]
        packets += stream.encode()
        frames = [(bytes(one), one.is_keyframe) for one in packets]
        number = 0
        while number * sum(len(data) for data, _ in frames) // len(frames) < size_bytes:
            data, key = frames[number % len(frames)]
            packet = av.Packet(data)
            packet.stream, packet.time_base, packet.is_keyframe = stream, packets[0].time_base, key
            packet.pts = packet.dts = number * int(1 / (30 * packets[0].time_base))
            made.mux(packet)
            number += 1


if __name__ == "__main__":
    sys.exit(main())
