"""What each job may use: memory, processor, time, and how much of its answer is listened to."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1 << 20
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use.

    Attributes:
        wall_seconds: how long the parent waits for it in all; what the parent itself takes is not counted.
        data_bytes: how large a source may be; a larger one is not begun.
        answer_bytes: how much is taken from a worker that somebody else may be driving.
        answer_times: how many times the size of the source is taken beside that.
    """

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
    data_bytes: int
    answer_bytes: int
    answer_times: int = 0

    def answer_to(self, size_bytes: int) -> int:
        """Return how many bytes are taken for a source of this size."""
        return self.answer_bytes + self.answer_times * size_bytes


# Memory is address space, of which a fresh worker holds 50 MB (pictures, papers) or 170 MB (clips); so no first look
# takes more than 512 MB, whatever a file inflates to.
#
# By job, which is the name of a module beside this one. The largest common mode of a phone, 50 megapixels, takes 455 MB
# at its peak; 120 seconds copy about 20 GB; 600 seconds redact about 10 minutes of a calm 1080p clip.
LIMITS = {
    "pictures": Limits(768 * _MIB, cpu_seconds=4, wall_seconds=5, data_bytes=128 * _MIB, answer_bytes=64 * _MIB),
    "clips": Limits(
        640 * _MIB, cpu_seconds=120, wall_seconds=240, data_bytes=20 * _GIB, answer_bytes=64 * _MIB, answer_times=2
    ),
    "stills": Limits(640 * _MIB, cpu_seconds=4, wall_seconds=5, data_bytes=20 * _GIB, answer_bytes=64 * _MIB),
    "waveforms": Limits(640 * _MIB, cpu_seconds=30, wall_seconds=60, data_bytes=20 * _GIB, answer_bytes=4 * _MIB),
    "papers": Limits(512 * _MIB, cpu_seconds=4, wall_seconds=5, data_bytes=128 * _MIB, answer_bytes=64 * _MIB),
    "particulars": Limits(_GIB, cpu_seconds=10, wall_seconds=15, data_bytes=20 * _GIB, answer_bytes=2 * _MIB),
    "redactions": Limits(768 * _MIB, cpu_seconds=4, wall_seconds=5, data_bytes=128 * _MIB, answer_bytes=64 * _MIB),
    "clip_redactions": Limits(
        2 * _GIB, cpu_seconds=600, wall_seconds=1200, data_bytes=20 * _GIB, answer_bytes=_GIB, answer_times=4
    ),
    "reencoding": Limits(
        2 * _GIB, cpu_seconds=600, wall_seconds=1200, data_bytes=20 * _GIB, answer_bytes=_GIB, answer_times=4
    ),
    "typeset": Limits(4 * _GIB, cpu_seconds=60, wall_seconds=120, data_bytes=_GIB, answer_bytes=512 * _MIB),
    "probe": Limits(768 * _MIB, cpu_seconds=4, wall_seconds=5, data_bytes=0, answer_bytes=_MIB),
}
