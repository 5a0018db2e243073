"""Write down what a file says of itself: each value with where it stood, and warnings by code.

All of it is a claim of the file. Nothing here is checked, merged or believed; a stranger may have written every word.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

FACT_LIMIT, TEXT_LIMIT = 100, 200

Key = Literal[
    "taken_at", "created_at", "latitude", "longitude", "altitude", "maker", "model", "software", "width", "height",
    "orientation", "duration", "rotation", "video_codec", "audio_codec", "frame_rate", "pages", "page_size",
]  # fmt: skip
Warned = Literal[
    "thumbnail_inside", "second_picture", "motion_clip", "bytes_after_end", "extra_tracks", "active_content", "locked",
    "incremental_updates", "damaged", "reduced", "place_impossible",
]  # fmt: skip

# ISO 6709 as phones write it: +41.8781-087.6298+180.5/ in degrees, or +4152.69-08737.79/ in degrees and minutes.
_ISO_6709 = re.compile(r"([+-]\d{1,7}(?:\.\d{0,12})?)([+-]\d{1,8}(?:\.\d{0,12})?)([+-]\d{1,6}(?:\.\d{0,6})?)?")
_COLON_MOMENT = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d:\d\d:\d\d)")
_LATITUDE_DIGITS, _LONGITUDE_DIGITS = 2, 3
_LATITUDE_LIMIT, _LONGITUDE_LIMIT = 90, 180


@dataclass(slots=True)
class Sheet:
    """The facts and warnings of one file, in the order they were found; each is written down once."""

    facts: list[dict[str, str]] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)

    def add(self, key: Key, value: object, source: str) -> None:
        """Write down one value, if it says anything: at most 200 characters, and 100 values in all."""
        found = {"key": key, "value": plain(value), "source": source}
        if found["value"] and found not in self.facts and len(self.facts) < FACT_LIMIT:
            self.facts.append(found)

    def warn(self, code: Warned) -> None:
        """Write down one warning."""
        if code not in self.warnings:
            self.warnings.append(code)

    def place(
        self,
        latitude: float | None,
        longitude: float | None,
        source: str,
        *,
        altitude: float | None = None,
        signed: tuple[bool, bool] = (True, True),
    ) -> None:
        """Write down a place as claimed, and warn where no camera can have been.

        Args:
            signed: false where the file does not say which half of the globe: then `±41.875` is written down.
        """
        for key, value, known in (("latitude", latitude, signed[0]), ("longitude", longitude, signed[1])):
            if value is not None:
                self.add("latitude" if key == "latitude" else "longitude", number(value, known=known), source)
        if altitude is not None and math.isfinite(altitude):
            self.add("altitude", number(altitude), source)
        if not possible(latitude, longitude):
            self.warn("place_impossible")

    def iso_6709(self, text: str, source: str) -> None:
        """Write down the place in a string as clips carry it, if it is one."""
        match = _ISO_6709.search(text)
        if match:
            latitude = _degrees(match[1], whole_digits=_LATITUDE_DIGITS)
            longitude = _degrees(match[2], whole_digits=_LONGITUDE_DIGITS)
            self.place(latitude, longitude, source, altitude=float(match[3]) if match[3] else None)


def plain(value: object) -> str:
    """Return the text as found, up to a NUL, without what UTF-8 cannot carry and without space around it."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.partition("\0")[0].strip()[:TEXT_LIMIT].encode("utf-8", "replace").decode()


def number(value: float, *, known: bool = True) -> str:
    """Return a number with seven decimals at most: a centimetre on the ground."""
    text = f"{value:.7f}".rstrip("0").rstrip(".") if math.isfinite(value) else str(value)
    return text if known else f"±{text}"


def moment(text: object) -> str:
    """Return a time as EXIF writes it in the usual form, 2025-11-12T06:41:07; anything else as found."""
    return _COLON_MOMENT.sub(r"\1-\2-\3T\4", plain(text))


def possible(latitude: float | None, longitude: float | None) -> bool:
    """Return whether a camera can have been there: 0,0 is what a phone without a fix writes."""
    known = [value for value in (latitude, longitude) if value is not None]
    if len(known) == 1 or not all(map(math.isfinite, known)):
        return False
    if not known:
        return True
    return abs(known[0]) <= _LATITUDE_LIMIT and abs(known[1]) <= _LONGITUDE_LIMIT and known != [0, 0]


def texts(facts: Iterable[dict[str, str]], key: Key) -> list[str]:
    """Return the values of one key."""
    return [fact["value"] for fact in facts if fact["key"] == key]


def _degrees(text: str, *, whole_digits: int) -> float:
    """Read degrees, or degrees with minutes and seconds run together, by the number of digits before the point."""
    sign, whole = (-1 if text[0] == "-" else 1), text[1:].partition(".")[0]
    value = float(text[1:])
    if len(whole) == whole_digits + 2:
        value = value // 100 + value % 100 / 60
    elif len(whole) == whole_digits + 4:
        value = value // 10000 + value % 10000 // 100 / 60 + value % 100 / 3600
    return sign * value
