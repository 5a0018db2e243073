"""Typst to PDF, from data only.

The words of a packet are never part of a program: a template reads them from JSON, in memory, inside the worker. `pdf`
is for everyone; `prepare` is the worker's half.
"""

from __future__ import annotations

import base64
import importlib.resources
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import cast

import typst
from PIL import Image

from incidents.media import sandbox
from incidents.media.glyphs import coverage, visible_throughout
from incidents.media.protocol import Status, Task, Work, pack, unpack

_MAIN = "main.typ"  # the one name from which Typst starts
_STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
_FONT_PACKAGES = {
    "fontpkg_noto_sans": "files",
    "fontpkg_noto_sans_arabic": "files",
    "fontpkg_noto_sans_devanagari": "files",
    "manimgx_fonts_cjk": ".",
}
_PICTURE_PIXELS = 1600
_PICTURE_QUALITY = 85


class NotTypeset(Exception):
    """No PDF was made. `status` says how the worker ended; what it would have printed stays out of the message."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.name)
        self.status = status


def font_folders(more: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the folders of the fonts that came with Testigo, and then those the operator names."""
    ours = [str(importlib.resources.files(name).joinpath(folder)) for name, folder in _FONT_PACKAGES.items()]
    return (*ours, *more)


def pdf(
    sources: Mapping[str, str],
    data: Mapping[str, object],
    pictures: Mapping[str, bytes],
    *,
    seconds: int,
    more_fonts: Sequence[str] = (),
    accept_degraded: bool = False,
) -> bytes:
    """Return a PDF/A-2A that is also PDF/UA-1; the same bytes for the same input, in any process.

    Args:
        sources: Typst files by name. The first is the document; its data waits beside it under the same name, as JSON:
            `packet.typ` reads `json("packet.json")`. What no font can show arrives there as `[U+XXXX]`.
        pictures: JPEGs by name; "EX-0001" is shown with `image("EX-0001.svg")`, at 1,600 pixels at most.
        seconds: the moment the document names as its own, in Unix time.
        more_fonts: folders of fonts beside those that came with Testigo.
        accept_degraded: work even where neither Landlock nor seccomp holds.

    Raises:
        NotTypeset: the template has a fault, or the document is too large for the worker.
        Busy: as in `sandbox.run`.
    """
    folders = font_folders(more_fonts)
    printable = json.dumps(visible_throughout(data, covered=coverage(folders)), ensure_ascii=False)
    texts = {**sources, PurePath(next(iter(sources))).with_suffix(".json").name: printable}
    document = bytearray()
    order = sandbox.order_over(
        pack(*(text.encode() for text in texts.values()), *pictures.values()),
        parameters={"seconds": seconds, "texts": list(texts), "pictures": list(pictures)},
        into=lambda _number, chunk: document.extend(chunk),
    )
    outcome = sandbox.run("typeset", order, told={"font_folders": folders}, accept_degraded=accept_degraded)
    if outcome.status is not Status.MADE:
        raise NotTypeset(outcome.status)
    return bytes(document)


def prepare(told: Mapping[str, object]) -> Work:
    """Load every face of every font, which Typst would do when a letter first needs it, and return what typesets."""
    folders = [str(folder) for folder in cast("list[str]", told["font_folders"])]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    faces = (f'#text(font: "{face.family}", style: "{face.style}", weight: {face.weight})[a]' for face in fonts.fonts())
    _compiled({_MAIN: "\n".join(faces).encode()}, fonts, standards=[], seconds=0)
    dot = io.BytesIO()
    Image.new("RGB", (8, 8)).save(dot, "JPEG")
    _in_svg(dot.getvalue())

    def typeset(task: Task) -> dict[str, object]:
        """Put out the PDF. The parts of the source are the texts and pictures that the parameters name."""
        parameters = task.parameters
        texts, pictures = cast("list[str]", parameters["texts"]), cast("list[str]", parameters["pictures"])
        files = dict(zip([*texts, *pictures], unpack(task.source.read()), strict=True))
        files |= {f"{name}.svg": _in_svg(files.pop(name)) for name in pictures}
        files[_MAIN] = files.pop(texts[0])
        seconds = cast("int", parameters["seconds"])
        task.put(0, _compiled(files, fonts, standards=_STANDARDS, seconds=seconds))
        return {}

    return typeset


def _compiled(
    files: Mapping[str, bytes], fonts: typst.Fonts, *, standards: list[typst.PDFStandard], seconds: int
) -> bytes:
    several = cast("bytes", files)  # Typst takes files by name as well, which its own types leave out
    return typst.compile(several, font_paths=fonts, pdf_standards=standards, timestamp=seconds)


def _in_svg(jpeg: bytes) -> bytes:
    """Return a small copy of a picture as Typst can take it from memory: as text, so inside an SVG."""
    picture: Image.Image = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
    picture.draft("RGB", (_PICTURE_PIXELS, _PICTURE_PIXELS))
    picture.thumbnail((_PICTURE_PIXELS, _PICTURE_PIXELS), reducing_gap=2)
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=_PICTURE_QUALITY)
    size = f'width="{picture.width}" height="{picture.height}"'
    inside = f'<image {size} href="data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'.encode()
