"""Read what a photo says of itself: when, where and by what it was taken, and what it hides beside its picture.

Times and places stand in EXIF and again in XMP, and the two may differ: both are told. XMP is searched, never parsed.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Mapping
from typing import SupportsFloat, cast

from PIL import ExifTags, Image

from incidents.media.endings import after_end
from incidents.media.facts import Key, Sheet, moment, plain
from incidents.media.pictures import FORMATS

_XMP_LIMIT_BYTES = 256 << 10
_SEARCH_LIMIT_BYTES = 16 << 20
_XMP_START, _XMP_END = b"<x:xmpmeta", b"</x:xmpmeta>"
_EXIF_BLOCK = re.compile(rb"(?:Exif\0\0|eXIf)(?=II\*\0|MM\0\*)")
_SIGNED_THUMBNAIL = b"c2pa.thumbnail"
_EXIF_LIMIT_BYTES = 64 << 10
_PIXEL_LIMIT = 50_000_000
_OF_SIXTIETHS = 3  # degrees, minutes, seconds; hours, minutes, seconds
# XMP writes a value as an attribute or between tags.
_XMP_VALUE = r"\b{name}(?:\s*=\s*[\"']([^\"'<>]{{1,200}})[\"']|>(?:\s*<rdf:\w+[^>]*>)*\s*([^<]{{1,200}})<)"
_XMP_FACTS: Mapping[str, Key] = {
    "exif:DateTimeOriginal": "taken_at", "photoshop:DateCreated": "taken_at", "xmp:CreateDate": "created_at",
    "tiff:Make": "maker", "tiff:Model": "model", "xmp:CreatorTool": "software", "tiff:Software": "software",
    "tiff:Orientation": "orientation",
}  # fmt: skip
_XMP_DEGREES = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,9})?))?([NSEW]?)")
_MOTION = re.compile(r"GCamera:M(?:icroVideo|otionPhoto)\s*(?:=\s*[\"']|>)\s*1")
_SECOND_PICTURE = re.compile(r"hdrgm:Version|HDRGainMap|GDepth:|Item:Semantic\s*=\s*[\"'](?:GainMap|Depth)")
_SOUTH_WEST = frozenset("SW")
_HEIF = frozenset({"HEIF", "AVIF"})

_Gps = Mapping[int, object]


def read(data: bytes, sheet: Sheet) -> dict[str, object]:
    """Write down the facts of a photo, and return its `width` and `height`, if a plugin opens it at all."""
    said: dict[str, object] = {}
    exif, info = None, {}
    try:
        picture: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception:  # noqa: BLE001 - plugins raise anything over foreign bytes; what they do not open is searched
        sheet.warn("damaged")
    else:
        said = {"width": picture.width, "height": picture.height}
        sheet.add("width", picture.width, "picture")
        sheet.add("height", picture.height, "picture")
        exif, info = _exif_of(picture), picture.info
        _hidden(picture, sheet)
    _exif(exif or _found_exif(data), sheet, info.get("original_orientation"))
    _xmp(_found_xmp(data, info), sheet)
    if _SIGNED_THUMBNAIL in data:
        sheet.warn("thumbnail_inside")
    for code in after_end(data):
        sheet.warn(code)
    return said


def _hidden(picture: Image.Image, sheet: Sheet) -> None:
    """See what the container holds beside the picture that is shown."""
    if picture.format in _HEIF:
        if picture.info.get("thumbnails"):
            sheet.warn("thumbnail_inside")
        if getattr(picture, "n_frames", 1) > 1 or picture.info.get("depth_images") or picture.info.get("aux"):
            sheet.warn("second_picture")
    elif picture.info.get("mp"):
        sheet.warn("second_picture")


def _exif_of(picture: Image.Image) -> Image.Exif | None:
    """Return the EXIF of a picture. For a PNG Pillow decodes it first, which is too much for a large one."""
    if "exif" not in picture.info and picture.width * picture.height > _PIXEL_LIMIT:
        return None
    try:
        return picture.getexif()
    except Exception:  # noqa: BLE001 - as above
        return None


def _found_exif(data: bytes) -> Image.Exif | None:
    """Return the EXIF of a file that no plugin opens, such as a HEIC that was cut off."""
    match = _EXIF_BLOCK.search(data, 0, _SEARCH_LIMIT_BYTES)
    if match is None:
        return None
    exif = Image.Exif()
    try:
        exif.load(b"Exif\0\0" + data[match.end() : match.end() + _EXIF_LIMIT_BYTES])
    except Exception:  # noqa: BLE001 - as above
        return None
    return exif


def _block(exif: Image.Exif, which: int) -> dict[int, object]:
    """Return one of the blocks that EXIF points at; empty where it points at nothing that can be read."""
    try:
        return dict(exif.get_ifd(which))
    except Exception:  # noqa: BLE001 - as above
        return {}


def _exif(exif: Image.Exif | None, sheet: Sheet, turned: object) -> None:
    """Write down EXIF. HEIF comes upright, so what its EXIF said of the orientation is kept by its plugin."""
    if exif is None:
        return
    base, detail = dict(exif), _block(exif, ExifTags.IFD.Exif)
    tags, more = ExifTags.Base, detail.get
    taken = _moment(more(tags.DateTimeOriginal), more(tags.SubsecTimeOriginal), more(tags.OffsetTimeOriginal))
    made = _moment(more(tags.DateTimeDigitized), more(tags.SubsecTimeDigitized), more(tags.OffsetTimeDigitized))
    sheet.add("taken_at", taken, "EXIF")
    sheet.add("created_at", made, "EXIF")
    sheet.add("created_at", _moment(base.get(tags.DateTime), None, more(tags.OffsetTime)), "EXIF")
    sheet.add("maker", base.get(tags.Make) or "", "EXIF")
    sheet.add("model", base.get(tags.Model) or "", "EXIF")
    sheet.add("software", base.get(tags.Software) or "", "EXIF")
    sheet.add("orientation", turned or base.get(tags.Orientation) or "", "EXIF")
    _gps(_block(exif, ExifTags.IFD.GPSInfo), sheet)
    small = _block(exif, ExifTags.IFD.IFD1)
    if tags.JpegIFOffset in small or tags.StripOffsets in small:
        sheet.warn("thumbnail_inside")


def _moment(when: object, fraction: object, offset: object) -> str:
    """Return a time with its fraction of a second and its distance from UTC, where the file tells them."""
    time = moment(when or "")
    if not time:
        return ""
    digits = plain(fraction or "")
    return f"{time}{'.' if digits else ''}{digits}{plain(offset or '')}"


def _gps(gps: _Gps, sheet: Sheet) -> None:
    tags = ExifTags.GPS
    north, east = plain(gps.get(tags.GPSLatitudeRef) or ""), plain(gps.get(tags.GPSLongitudeRef) or "")
    latitude, longitude = _degrees(gps.get(tags.GPSLatitude)), _degrees(gps.get(tags.GPSLongitude))
    if latitude is not None or longitude is not None:
        sheet.place(
            -latitude if latitude is not None and north[:1].upper() in _SOUTH_WEST else latitude,
            -longitude if longitude is not None and east[:1].upper() in _SOUTH_WEST else longitude,
            "EXIF",
            altitude=_altitude(gps),
            signed=(bool(north), bool(east)),
        )
    clock = _numbers(gps.get(tags.GPSTimeStamp))
    day = plain(gps.get(tags.GPSDateStamp) or "").replace(":", "-")
    if day and len(clock) == _OF_SIXTIETHS:
        hours, minutes, seconds = (int(part) for part in clock)
        sheet.add("taken_at", f"{day}T{hours:02}:{minutes:02}:{seconds:02}Z", "GPS")


def _altitude(gps: _Gps) -> float | None:
    found = _numbers(gps.get(ExifTags.GPS.GPSAltitude))
    below = gps.get(ExifTags.GPS.GPSAltitudeRef) in {1, b"\1"}
    return (-found[0] if below else found[0]) if found else None


def _degrees(value: object) -> float | None:
    """Return degrees, minutes and seconds as degrees; None where one of them is no number."""
    found = _numbers(value)
    return sum(part / 60**power for power, part in enumerate(found[:_OF_SIXTIETHS])) if found else None


def _numbers(value: object) -> list[float]:
    """Return the numbers in a value of EXIF, or none where one of them is not finite: 0/0 is common."""
    parts = cast("Iterable[SupportsFloat]", value if isinstance(value, tuple | list) else [value])
    found: list[float] = []
    for part in parts:
        try:
            found.append(float(part))
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            return []
    return found if all(map(math.isfinite, found)) else []


def _found_xmp(data: bytes, info: Mapping[str | tuple[int, int], object]) -> str:
    """Return the XMP a plugin found, or the first that stands in the file as it is."""
    held = info.get("xmp")
    if not isinstance(held, bytes):
        start = data.find(_XMP_START, 0, _SEARCH_LIMIT_BYTES)
        end = data.find(_XMP_END, start, start + _XMP_LIMIT_BYTES)
        held = data[start:end] if 0 <= start < end else b""
    return held[:_XMP_LIMIT_BYTES].decode("utf-8", "replace")


def _xmp(text: str, sheet: Sheet) -> None:
    for name, key in _XMP_FACTS.items():
        sheet.add(key, _xmp_value(text, name), "XMP")
    latitude, longitude = (_xmp_degrees(_xmp_value(text, f"exif:GPS{name}")) for name in ("Latitude", "Longitude"))
    if latitude or longitude:
        sheet.place(
            latitude[0] if latitude else None,
            longitude[0] if longitude else None,
            "XMP",
            signed=(bool(latitude and latitude[1]), bool(longitude and longitude[1])),
        )
    if _MOTION.search(text):
        sheet.warn("motion_clip")
    if _SECOND_PICTURE.search(text):
        sheet.warn("second_picture")


def _xmp_value(text: str, name: str) -> str:
    match = re.search(_XMP_VALUE.format(name=name), text)
    return (match[1] or match[2] or "").strip() if match else ""


def _xmp_degrees(text: str) -> tuple[float, str] | None:
    """Return degrees, and the letter of the half of the globe, from 41,52.686N or 41,52,41N."""
    match = _XMP_DEGREES.match(text)
    if match is None:
        return None
    value = float(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return -value if match[4] in _SOUTH_WEST else value, match[4]
