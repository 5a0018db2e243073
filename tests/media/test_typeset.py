"""Typst to PDF: data stays data, and the same bytes come out."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from incidents.media import sandbox, typeset
from incidents.media.glyphs import coverage
from incidents.media.protocol import Status

SECONDS = 1_763_596_800  # 20 November 2025
FONTS = 'font: ("Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari", "Noto Sans CJK SC")'
PAGE = f"""#set document(title: "Lines")
#set text(lang: "en", {FONTS})
#let d = json("page.json")
#for line in d.lines [#line #parbreak()]
"""
# As a witness might type them: code of this and other languages, marks that turn lines around, ends of strings.
HOSTILE = [
    '#read("/etc/passwd")',
    "#{while true {}}",
    '#eval("1 + 1")',
    '#import "@preview/cetz:0.3.4"',
    '#include "main.typ"',
    "@ref",
    "<label>",
    "$x^2$",
    "= not a heading",
    "*bold* _slant_ `code`",
    r"\u{41} \\ \"",
    "/* open",
    "</text><script>alert(1)</script>",
    "{{ title }} {% if %}",
]


def pdf_of(*lines: str) -> bytes:
    return typeset.pdf({"page.typ": PAGE}, {"lines": list(lines)}, {}, seconds=SECONDS)


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages)


def make_photo(*, size: tuple[int, int] = (2400, 1200)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return out.getvalue()


def test_it_claims_pdf_a_2a_and_ua_1():
    told = pdf_of("Hello")

    assert re.search(rb"<pdfaid:part>2</pdfaid:part>", told)
    assert re.search(rb"<pdfaid:conformance>A</pdfaid:conformance>", told)
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", told)
    assert b"/MarkInfo" in told
    assert b"/OutputIntents" in told


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_qpdf_finds_no_fault(tmp_path):
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf_of("Hello", "文 م क"))

    assert subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False).returncode == 0


def test_the_same_data_gives_the_same_bytes_in_every_process():
    photo = make_photo()
    source = '#set document(title: "x")\n#image("EX-0001.svg", alt: "A photo") 文 م क'

    made = {typeset.pdf({"a.typ": source}, {}, {"EX-0001": photo}, seconds=SECONDS) for _ in range(2)}

    assert len(made) == 1


def test_a_picture_rides_along_at_1600_pixels_at_most():
    source = '#set document(title: "x")\n#image("EX-0001.svg", alt: "A photo", width: 100%)'

    page = pypdfium2.PdfDocument(typeset.pdf({"a.typ": source}, {}, {"EX-0001": make_photo()}, seconds=SECONDS))[0]

    found = [shown for shown in page.get_objects(max_depth=5) if isinstance(shown, pypdfium2.PdfImage)]
    assert [picture.get_px_size() for picture in found] == [(1600, 800)]


def test_hostile_strings_come_out_as_letters():
    shown = text_of(pdf_of(*HOSTILE))

    letters = shown.replace("\r\n", "\n")
    assert [line for line in HOSTILE if line not in letters] == []
    assert "root:" not in letters


@pytest.mark.parametrize(
    ("line", "shown"),
    [("a\u202eb", "a[U+202E]b"), ("a\0b", "a[U+0000]b"), ("\U0001f600", "[U+1F600]"), ("\U00012345", "[U+12345]")],
)
def test_a_letter_that_no_font_has_is_visible_and_stops_nothing(line, shown):
    assert shown in text_of(pdf_of(line))


def test_every_letter_that_counts_as_printable_can_be_printed():
    covered = sorted(coverage(typeset.font_folders()))
    letters = [chr(point) for point in covered if not unicodedata.combining(chr(point))]

    printed = pdf_of(*(" ".join(letters[at : at + 2000]) for at in range(0, len(letters), 2000)))

    assert len(letters) > 40_000
    assert len(pypdfium2.PdfDocument(printed)) > 20


@settings(max_examples=12, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=40, max_size=60))
def test_whatever_is_typed_a_document_comes_of_it(lines):
    assert pdf_of(*lines).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "source",
    [
        '#set document(title: "x")\n#image("none.svg", alt: "x")',
        "no title",
        '#set document(title: "x")\n#read("/etc/passwd")',
        '#set document(title: "x")\n#import "@preview/cetz:0.3.4"',
        '#set document(title: "x")\n#{ while true {} }',
        '#set document(title: "x")\n= One\n=== Three',
        '#set document(title: "x")\n#image("EX-0001.svg")',
    ],
    ids=["absent picture", "no title", "a file", "a package", "no end", "a skipped heading", "no alternative text"],
)
def test_a_template_with_a_fault_gives_no_pdf(source):
    with pytest.raises(typeset.NotTypeset) as refused:
        typeset.pdf({"a.typ": source}, {}, {"EX-0001": make_photo(size=(8, 8))}, seconds=SECONDS)

    assert refused.value.status is Status.NOT_DECODABLE


def test_a_picture_that_is_no_jpeg_gives_no_pdf():
    with pytest.raises(typeset.NotTypeset):
        typeset.pdf({"page.typ": PAGE}, {"lines": []}, {"EX-0001": b"GIF89a"}, seconds=SECONDS)


def test_a_language_is_printed_once_its_font_is_named(tmp_path):
    named = Path("/usr/share/fonts/truetype/noto/NotoSansKhmer-Regular.ttf")
    if not named.is_file():
        pytest.skip(f"{named} is not installed")
    shutil.copy(named, tmp_path)

    without = pdf_of("ខ")
    with_font = typeset.pdf({"page.typ": PAGE}, {"lines": ["ខ"]}, {}, seconds=SECONDS, more_fonts=[str(tmp_path)])

    assert "[U+1781]" in text_of(without)
    assert "ខ" in text_of(with_font)


def test_the_worker_that_typesets_knows_nothing_of_ours_but_media():
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import incidents.media.typeset, incidents.media.pictures;"
        "print({name.partition('.')[0] for name in sys.modules} & {'django', 'accounts', 'sealing', 'config'})"
    )
    root = str(sandbox.WORKER.parents[2])

    done = subprocess.run([sys.executable, "-I", "-c", script, root], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"
