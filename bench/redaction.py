"""Encode a 1080p clip anew: with a box burned in and sound silenced, and as a viewing copy; read what it tells.

Two clips are made first: one as calm as a street at night, one in which every pixel changes. The processor time is that
of the worker alone, its memory the most it ever had.
"""

from __future__ import annotations

import io
import resource
import sys
import time
from fractions import Fraction

from testbed import ROOT, Figures, asked

sys.path.insert(0, str(ROOT))

import av
from PIL import Image

from incidents.media.protocol import Status
from incidents.media.recipes import Recipe, make

SIZE, RATE = (1920, 1080), 30
MILLISECONDS_A_CALM_FRAME, MILLISECONDS_A_NOISY_FRAME = 40, 150
MEBIBYTE = 1 << 20
BOX = {"x": 700, "y": 300, "w": 400, "h": 400, "from": 0, "to": 3600}


def main() -> int:
    """Measure, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--seconds", type=int, default=4, help="of each clip (4)")
    given = parser.parse_args()
    figures = Figures(aims=not given.no_aims)
    aims = {"calm": MILLISECONDS_A_CALM_FRAME, "noisy": MILLISECONDS_A_NOISY_FRAME}
    for kind, at_most in aims.items():
        clip = _clip(kind, frames=given.seconds * RATE)
        figures.show(f"{kind} clip of {given.seconds} s", len(clip) / MEBIBYTE, "MiB")
        redaction = {"boxes": [BOX], "mute": [[0, 1]]}
        took, seconds = _used(Recipe.REDACTED_CLIP, clip, redaction)
        figures.show("  redacting a frame, processor", took * 1000 / given.seconds / RATE, "ms", at_most=at_most)
        figures.show("  redacting, seconds for one of the clip", seconds / given.seconds, "s")
        took, seconds = _used(Recipe.VIEWING_COPY, clip, {})
        figures.show("  viewing copy, a frame, processor", took * 1000 / given.seconds / RATE, "ms", at_most=at_most)
        figures.show("  viewing copy, times as fast as it plays", given.seconds / seconds, "x")
        took, seconds = _used(Recipe.PARTICULARS, clip, {})
        figures.show("  reading what it tells", seconds, "s", at_most=5)
    most_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    figures.show("most memory of a worker", most_bytes / MEBIBYTE, "MiB", at_most=512)
    return figures.exit_code


def _used(recipe: Recipe, clip: bytes, parameters: dict[str, object]) -> tuple[float, float]:
    """Return the processor seconds and the seconds that a recipe took."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    made = make(
        recipe, io.BytesIO(clip), size_bytes=len(clip), parameters=parameters, into=lambda _number, _chunk: None
    )
    seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if made.status is not Status.MADE:
        raise SystemExit(f"{recipe}: {made.status.name}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, seconds


def _clip(kind: str, *, frames: int) -> bytes:
    """Return a clip as a phone writes it: H.264, with a minute hand of a picture or with noise."""
    out = io.BytesIO()
    slope = Image.radial_gradient("L").resize((SIZE[0] * 2, SIZE[1] * 2)).convert("RGB")
    noise = [Image.effect_noise(SIZE, 60).convert("RGB") for _ in range(8 if kind == "noisy" else 0)]
    with av.open(out, "w", format="mp4") as clip:
        stream = clip.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(frames):
            at = number * 2 % SIZE[1]
            picture = slope.crop((at, at // 2, at + SIZE[0], at // 2 + SIZE[1]))
            if noise:
                picture = Image.blend(picture, noise[number % len(noise)], 0.3)
            frame = av.VideoFrame.from_image(picture)
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            clip.mux(stream.encode(frame))
        clip.mux(stream.encode(None))
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
