"""Read what a PDF says of itself, and name what in it could act: a warning, never a verdict.

Its names are read in the file and in its inflated object streams, for tools that follow the objects miss a script in
an OpenAction.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import pypdfium2

from incidents.media.facts import Sheet, number

_ACTIVE = frozenset(
    b"JS JavaScript AA Launch SubmitForm ImportData GoToR EmbeddedFile EmbeddedFiles XFA RichMedia".split()
)
_LOCKED = b"Encrypt"
_NAME = re.compile(rb"/((?:[^\x00\t\n\f\r ()<>\[\]{}/%#]|#[0-9A-Fa-f]{2})+)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_BEFORE_STREAM_BYTES = 600  # where its dictionary is looked for
_INFLATE_LIMIT_BYTES = 64 << 20
_SIZES_TOLD = 5
_SAID = (("CreationDate", "created_at"), ("Producer", "software"), ("Creator", "software"))


def warm_up() -> None:
    """Load what is otherwise loaded when a paper is first opened and asked."""
    paper = pypdfium2.PdfDocument.new()  # type: ignore[no-untyped-call]  # it has no types
    paper.new_page(8, 8)
    paper.get_metadata_dict()
    b"".decode("utf-16-le")


def read(data: bytes, sheet: Sheet) -> dict[str, object]:
    """Write down the facts of a paper, and return its `pages`, if it can be opened without a password."""
    found, whole = active(data)
    if found:
        sheet.warn("active_content")
    if data.count(b"%%EOF") > 1:
        sheet.warn("incremental_updates")
    try:
        paper = pypdfium2.PdfDocument(data)  # type: ignore[no-untyped-call]  # it has no types
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        sheet.warn("locked" if locked else "damaged")
        return {}
    if not whole:
        sheet.warn("active_content")  # what could not be looked into may hold some
    return _opened(paper, sheet)


def active(data: bytes) -> tuple[tuple[str, ...], bool]:
    """Return the names that can act, and whether everything could be looked into."""
    found, left, whole = _names(data), _INFLATE_LIMIT_BYTES, True
    for inflated in _object_streams(data):
        whole = whole and inflated is not None
        found |= _names((inflated or b"")[:left])
        left -= len(inflated or b"")
        if left <= 0:
            whole = False
            break
    return tuple(sorted(name.decode() for name in found - {_LOCKED})), whole and _LOCKED not in found


def _opened(paper: pypdfium2.PdfDocument, sheet: Sheet) -> dict[str, object]:
    pages = len(paper)
    sheet.add("pages", pages, "PDF")
    for at in range(min(pages, _SIZES_TOLD)):
        try:
            width, height = paper.get_page_size(at)  # type: ignore[no-untyped-call]  # as above
        except pypdfium2.PdfiumError:
            sheet.warn("damaged")
            break
        sheet.add("page_size", f"{number(round(width, 1))} x {number(round(height, 1))} pt", "PDF")
    told = paper.get_metadata_dict(skip_empty=True)  # type: ignore[no-untyped-call]  # as above
    for name, key in _SAID:
        sheet.add("created_at" if key == "created_at" else "software", told.get(name, ""), "PDF")
    return {"pages": pages}


def _names(data: bytes) -> set[bytes]:
    """Return the names of interest; /J#61vaScript is /JavaScript."""
    found = {_ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), match[1]) for match in _NAME.finditer(data)}
    return found & (_ACTIVE | {_LOCKED})


def _object_streams(data: bytes) -> Iterator[bytes | None]:
    """Yield the object streams inflated, or None for one that does not inflate."""
    left = _INFLATE_LIMIT_BYTES
    for match in _STREAM.finditer(data):
        head = data[max(0, match.start() - _BEFORE_STREAM_BYTES) : match.start()]
        if b"ObjStm" not in head[head.rfind(b"obj") :] or left <= 0:
            continue
        try:
            inflated = zlib.decompressobj().decompress(memoryview(data)[match.end() :], left)
        except zlib.error:
            yield None
        else:
            left -= len(inflated)
            yield inflated
