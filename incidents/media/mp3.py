"""How long a frame of MP3 is, by its head. Between two frames anything can lie, and demuxers pass it on."""

from __future__ import annotations

_HEAD_BYTES = 4
_FIRST_VERSION = 3  # of MPEG; the second and its later half have half the samples, and lower rates
_LAYER_3 = 1
_KILOBITS_FIRST = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KILOBITS_LATER = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def frame_bytes(data: bytes) -> int:
    """Return the length of the frame that begins here, or 0 where none does whose length its head tells."""
    head = int.from_bytes(data[:_HEAD_BYTES], "big")
    version, layer = head >> 19 & 3, head >> 17 & 3
    kilobits, hertz, padding = head >> 12 & 15, head >> 10 & 3, head >> 9 & 1
    if len(data) < _HEAD_BYTES or head >> 21 != 0x7FF or layer != _LAYER_3:
        return 0
    if version not in _HERTZ or hertz >= len(_HERTZ[version]) or not 0 < kilobits < len(_KILOBITS_FIRST):
        return 0
    first = version == _FIRST_VERSION
    rate = (_KILOBITS_FIRST if first else _KILOBITS_LATER)[kilobits] * 1000
    return (144 if first else 72) * rate // _HERTZ[version][hertz] + padding
