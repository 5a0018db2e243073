"""Pages of a paper as pictures: no script runs, no form is filled, no text can hide under a box. Runs in the worker."""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.metadata import version

import pypdfium2
from PIL import Image

from incidents.media import pictures
from incidents.media.protocol import Locked, Task, Work

RECIPE = "pages/1"
PAGE_LIMIT = 200
PAGES_A_RUN = 10

_TOOL = f"pypdfium2 {version('pypdfium2')}, {pictures.TOOL}"
_LONG_SIDE_PIXELS = 2200  # 200 dpi of a letter page
_QUALITY = 82
_PASSWORD_WANTED = 4  # FPDF_ERR_PASSWORD
_ENOUGH_CPU_SECONDS = 2.5  # of the four a run has: the pages that are made count more than those that are not


def prepare(_told: Mapping[str, object]) -> Work:
    """Load what renders, and return it."""
    blank = pypdfium2.PdfDocument.new()  # type: ignore[no-untyped-call]  # it has no types
    blank.new_page(100, 100)
    pictures.jpeg(_rendered(blank, 0), quality=_QUALITY)
    return _pages


def _pages(task: Task) -> dict[str, object]:
    """Put out a JPEG for each page from `first` on, `count` at most, and return how many the paper has.

    Fewer come where the pages are slow to draw: the caller goes on behind the last.

    Raises:
        Locked: it wants a password that `password` is not.
    """
    first, count = int(str(task.parameters.get("first", 0))), int(str(task.parameters.get("count", PAGES_A_RUN)))
    document = _opened(task.source.read(), str(task.parameters.get("password") or ""))
    total = len(document)
    last = min(first + min(count, PAGES_A_RUN), total, PAGE_LIMIT)
    outputs: list[dict[str, object]] = []
    started = time.process_time()
    for number in range(max(0, first), last):
        if outputs and time.process_time() - started > _ENOUGH_CPU_SECONDS:
            break
        picture = _rendered(document, number)
        task.put(len(outputs), pictures.jpeg(picture, quality=_QUALITY))
        outputs.append(pictures.described(f"page-{number + 1}", picture))
        task.progress(len(outputs) / (last - first))
    return {"recipe": RECIPE, "tool": _TOOL, "pages": total, "first": first, "outputs": outputs}


def _opened(data: bytes, password: str) -> pypdfium2.PdfDocument:
    """Return the document. Many are encrypted and open with no password at all."""
    try:
        return pypdfium2.PdfDocument(data, password=password)  # type: ignore[no-untyped-call]  # it has no types
    except pypdfium2.PdfiumError as why:
        if why.err_code == _PASSWORD_WANTED:
            raise Locked from None
        raise


def _rendered(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    page = document[number]
    scale = _LONG_SIDE_PIXELS / max(page.get_size())
    picture: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    page.close()
    return picture
