"""What a paper says of itself, and the names in it that can act."""

from __future__ import annotations

import zlib

import pytest

from incidents.media import paper_facts
from incidents.media.facts import Sheet
from incidents.media.protocol import Status
from incidents.media.recipes import Recipe, gathered

MADE = b"<< /CreationDate (D:20251112064107-06'00') /Producer (Acme PDF) >>"


def make_paper(*, catalog: bytes = b"", more: bytes = b"", pages: int = 1) -> bytes:
    """Return a PDF with empty pages, something more in its catalog, and more objects."""
    kids = b" ".join(b"%d 0 R" % (10 + number) for number in range(pages))
    objects = [
        b"1 0 obj << /Type /Catalog /Pages 2 0 R " + catalog + b" >> endobj",
        b"2 0 obj << /Type /Pages /Kids [" + kids + b"] /Count %d >> endobj" % pages,
        *(b"%d 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >> endobj" % (10 + n) for n in range(pages)),
        b"3 0 obj " + MADE + b" endobj",
        more,
    ]
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\ntrailer << /Root 1 0 R /Info 3 0 R >>\n%%EOF\n"


def object_stream(inside: bytes) -> bytes:
    packed = zlib.compress(inside)
    return b"5 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >> stream\n%b\nendstream endobj" % (
        len(packed),
        packed,
    )


def test_a_paper_tells_its_pages_and_who_made_it():
    made, outputs = gathered(Recipe.PARTICULARS, make_paper(pages=3))

    said = made.particulars
    assert (made.status, outputs, said["kind"], said["pages"], said["warnings"]) == (Status.MADE, (), "paper", 3, [])
    assert [tuple(fact.values()) for fact in said["facts"]] == [
        ("pages", "3", "PDF"),
        ("page_size", "612 x 792 pt", "PDF"),
        ("created_at", "D:20251112064107-06'00'", "PDF"),
        ("software", "Acme PDF", "PDF"),
    ]


@pytest.mark.parametrize(
    ("paper", "named"),
    [
        (make_paper(), ()),
        (make_paper(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), ("JS", "JavaScript")),
        (make_paper(catalog=b"/OpenAction << /S /J#61vaScript /#4AS (x) >>"), ("JS", "JavaScript")),
        (make_paper(more=object_stream(b"6 0 << /S /Launch /F (cmd.exe) >>")), ("Launch",)),
        (make_paper(more=b"% JavaScript, AA and Launch in words are no names"), ()),
        (make_paper(catalog=b"/Names << /EmbeddedFiles 9 0 R >>"), ("EmbeddedFiles",)),
    ],
    ids=["none", "script", "script in disguise", "inside a stream", "words", "files"],
)
def test_names_that_can_act_are_found_wherever_they_stand(paper, named):
    sheet = Sheet()

    paper_facts.read(paper, sheet)

    assert paper_facts.active(paper) == (named, True)
    assert sheet.warnings == (["active_content"] if named else [])


def test_what_cannot_be_looked_into_is_said_and_never_called_harmless():
    bomb = make_paper(more=object_stream(bytes(65 << 20)))
    broken = make_paper(more=b"5 0 obj << /Type /ObjStm /Length 9 >> stream\nnot flate\nendstream endobj")

    assert [paper_facts.active(paper) for paper in (bomb, broken)] == [((), False)] * 2


def test_a_paper_that_was_changed_after_it_was_made_says_so():
    sheet = Sheet()

    paper_facts.read(make_paper() + b"1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n%%EOF\n", sheet)

    assert sheet.warnings == ["incremental_updates"]


def test_what_is_no_paper_is_damaged_and_what_is_locked_says_so(real_data):
    sheets = {"none": Sheet(), "locked": Sheet()}

    paper_facts.read(b"%PDF-1.4\n%%EOF\n", sheets["none"])
    paper_facts.read((real_data / "documents/pypdf__r3-user-password.pdf").read_bytes(), sheets["locked"])

    assert {name: sheet.warnings for name, sheet in sheets.items()} == {"none": ["damaged"], "locked": ["locked"]}


def test_of_real_papers_those_that_carry_script_are_known(real_data):
    active = real_data / "documents/active"
    scripted = [
        *("pdf.js__evaljs", "pdf.js__js-buttons", "pdf.js__doc_actions", "pdf.js__annotation-button-widget"),
        *("tika__testPDF_jsActionOnPage",),
    ]
    plain = [real_data / "documents" / name for name in ("OCRmyPDF__trivial.pdf", "pypdf__multilang.pdf")]

    found = {name: paper_facts.active((active / f"{name}.pdf").read_bytes())[0] for name in scripted}

    assert [name for name, names in found.items() if not {"JS", "JavaScript", "AA", "XFA"} & set(names)] == []
    assert [paper_facts.active(paper.read_bytes())[0] for paper in plain] == [(), ()]
