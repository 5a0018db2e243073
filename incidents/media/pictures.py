"""New pictures.

Upright pixels in a file made anew: of the old file nothing can follow but what it shows. Runs inside the worker.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from importlib.metadata import version

from pi_heif.as_plugin import register_heif_opener
from PIL import Image, ImageCms, ImageFile, ImageOps

from incidents.media.protocol import Task, TooLarge, Work

RECIPE = "clean/1"
THUMB_PIXELS = 480

TOOL = f"Pillow {version('pillow')}, pi-heif {version('pi-heif')}"
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF")  # never list MPO: Image.open raises KeyError for it
_PIXEL_LIMIT = 50_000_000  # the largest common phone mode is 8160 x 6120; its peak stays under 512 MB
_PIXEL_LIMITS = {"WEBP": 30_000_000}  # its decoder keeps a second picture
_SCALES = (1, 2, 4, 8)  # how many times smaller a JPEG can be decoded
_SCAN_LIMIT = 100  # real photos have at most 12
_CLEAN_QUALITY, _THUMB_QUALITY = 88, 75

# A marker that begins a segment with a length: not a stuffed byte, not RSTn, not SOI.
MARKER = re.compile(rb"\xff+([^\x00\x01\xd0-\xd8\xff])", re.DOTALL)
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA


def prepare(_told: Mapping[str, object]) -> Work:
    """Load every codec while files can still be opened, and return what makes the copies."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit is stricter, and knows that a JPEG can be decoded smaller
    Image.init()  # every plugin, among them those that Pillow otherwise loads when it meets an MPO or EXIF
    register_heif_opener()
    dot = Image.new("RGB", (8, 8))
    for name in ("JPEG", "PNG", "WEBP", "AVIF", "GIF"):
        buffer = io.BytesIO()
        dot.save(buffer, name)
        Image.open(buffer).load()
    ImageCms.profileToProfile(dot, ImageCms.createProfile("sRGB"), ImageCms.createProfile("sRGB"))
    return _copies


def _copies(task: Task) -> dict[str, object]:
    """Put out the clean JPEG and its thumb, grey and 480 pixels at most, and return what was found.

    Found are: `format` as decoded, `width` and `height` of the clean copy, `reduced` (2, 4 or 8 where the picture was
    too large to decode whole, else 1), `damaged` (true where the file breaks off; what is missing is grey).

    Raises:
        TooLarge: more pixels or more scans than are decoded here.
    """
    picture, reduced, damaged = opened(task.source.read())
    decoded_as = "JPEG" if picture.format == "MPO" else picture.format
    plain = plain_copy(upright(picture))
    return {
        "format": decoded_as,
        "width": plain.width,
        "height": plain.height,
        "reduced": reduced,
        "damaged": damaged,
        "recipe": RECIPE,
        "tool": TOOL,
        "outputs": put_pictures(task, plain, name="clean"),
    }


def put_pictures(task: Task, plain: Image.Image, *, name: str) -> list[dict[str, object]]:
    """Put out a picture and its thumb, and return how particulars describe them."""
    thumb = _small(plain)
    task.put(0, jpeg(plain, quality=_CLEAN_QUALITY))
    task.put(1, jpeg(thumb, quality=_THUMB_QUALITY))
    return [described(name, plain), described("thumb", thumb)]


def described(name: str, picture: Image.Image) -> dict[str, object]:
    """Return how particulars describe an output that is a picture."""
    return {"name": name, "media_type": "image/jpeg", "width": picture.width, "height": picture.height}


def scan_count(data: bytes) -> int:
    """Return the scans of a JPEG's first picture, walking its segments and stopping past the limit.

    Counting FF DA blindly would also count those of thumbnails and profiles: 53 for 10, in a real file.
    """
    found, at = 0, 2
    while found <= _SCAN_LIMIT and (marker := MARKER.search(data, at)):
        code = marker[1][0]
        if code == _END_OF_IMAGE:
            break
        found += code == _START_OF_SCAN
        at = marker.end() + max(2, int.from_bytes(data[marker.end() : marker.end() + 2], "big"))
    return found


def opened(data: bytes) -> tuple[Image.Image, int, bool]:
    """Return the loaded picture, how many times smaller than it could be, and whether the file broke off."""
    if data.startswith(b"\xff\xd8") and scan_count(data) > _SCAN_LIMIT:
        raise TooLarge
    for damaged in (False, True):
        ImageFile.LOAD_TRUNCATED_IMAGES = damaged
        picture, reduced = _sized(data)
        try:
            picture.load()  # before anything is asked of it: a PNG may tell its orientation after its pixels
        except OSError:
            if damaged:
                raise
        else:
            break
    return picture, reduced, damaged


def _sized(data: bytes) -> tuple[Image.Image, int]:
    """Return the picture, not loaded, at the largest scale within the limit; only a JPEG decodes to less."""
    picture: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    limit, pixels = _PIXEL_LIMITS.get(picture.format or "", _PIXEL_LIMIT), picture.width * picture.height
    scales = _SCALES if picture.format in {"JPEG", "MPO"} else _SCALES[:1]
    reduced = next((scale for scale in scales if pixels <= limit * scale**2), None)
    if reduced is None:
        raise TooLarge
    if reduced > 1:
        picture.draft("RGB", (picture.width // reduced, picture.height // reduced))  # Pillow heeds the first call only
    return picture, reduced


def upright(picture: Image.Image) -> Image.Image:
    """Return the picture turned as it says it should be, in sRGB. HEIF is upright when loaded, and says so."""
    profile = picture.info.get("icc_profile")
    ImageOps.exif_transpose(picture, in_place=True)
    if not profile or picture.mode not in {"RGB", "L", "CMYK"}:
        return picture
    try:
        srgb = ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(picture, io.BytesIO(profile), srgb, outputMode="RGB")
    except ImageCms.PyCMSError:
        return picture  # a broken profile says nothing about the pixels
    return turned or picture


def plain_copy(picture: Image.Image) -> Image.Image:
    """Return the pixels alone, in a new picture over white."""
    plain = Image.new("RGB", picture.size, "white")
    if picture.mode.startswith("I"):  # 16 bits a pixel, of which Pillow would take the lower 8
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        shown = picture.convert("RGBA")
        plain.paste(shown, mask=shown.getchannel("A"))
    else:
        plain.paste(picture if picture.mode == "RGB" else picture.convert("RGB"))
    return plain


def _small(plain: Image.Image) -> Image.Image:
    shrink = max(1, max(plain.size) / THUMB_PIXELS)
    size = (max(1, round(plain.width / shrink)), max(1, round(plain.height / shrink)))
    return plain.resize(size, reducing_gap=2).convert("L")


def jpeg(picture: Image.Image, *, quality: int) -> bytes:
    """Return a picture as a JPEG that holds nothing else."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
