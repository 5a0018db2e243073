"""The packet as it is read: whole, in every script, whatever was typed."""

from __future__ import annotations

import copy
import functools
import io
import re
import shutil
import subprocess
import time
from hashlib import sha256
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from incidents.media import typeset

TEMPLATES = Path(__file__).parents[2] / "templates"
SECONDS = 1_763_596_800  # 20 November 2025
SPOKEN = {
    "en": ("ltr", "English", "What did they say?", "They said: open up!"),
    "es": ("ltr", "Spanish", "¿Qué dijeron?", "«¡Abra!», y no mostraron ninguna orden."),
    "ar": ("rtl", "Arabic", "ماذا قالوا؟", "لم يظهروا أي أمر قضائي."),
    "zh": ("ltr", "Chinese", "他们说了什么", "他们没有出示任何文件。"),
    "hi": ("ltr", "Hindi", "उन्होंने क्या कहा?", "दरवाज़ा खोलो"),
    "vi": ("ltr", "Vietnamese", "Họ đã nói gì?", "Mở cửa ra!"),
    "ru": ("ltr", "Russian", "Что они сказали?", "«Откройте дверь!»"),
}
SIX = [
    "I don't know",
    "I'd rather not say",
    "I could not see or hear it",
    "This does not fit",
    "Not asked",
    "Left blank",
]
LINE = {"question": "How many agents?", "answer": "about 6", "missing": False, "basis": "I saw it", "certainty": "Sure"}
UNKNOWN = {"question": "Who were they looking for?", "answer": SIX[0], "missing": True}


def make_report(number: int, language: str) -> dict[str, object]:
    direction, name, question, answer = SPOKEN[language]
    spoken = {"question": question, "answer": answer, "missing": False}
    entries = [{"title": "Agent 1", "lines": [LINE, UNKNOWN]}, {"lines": [spoken]}]
    return {
        "report": f"R-{number:04}",
        "language": language,
        "language_name": name,
        "dir": direction,
        "added_on": "Received 14 January 2026.",
        "what": "First account, full form.",
        "sections": [{"title": question, "entries": entries}],
    }


def make_exhibit(number: int, **more: object) -> dict[str, object]:
    name = f"EX-{number:04}"
    return {
        "exhibit": name,
        "incident": "IN-0001",
        "kind": "photo",
        "type": "JPEG",
        "bytes": "1,286,767",
        "received_on": "14 January 2026",
        "file": f"data/exhibits/{name}/original.jpg",
        "sha256": sha256(name.encode()).hexdigest(),
        "picture": name,
        "alt": f"Photo {name}, cleaned copy.",
        "language": "es",
        "dir": "ltr",
        "lines": [LINE],
    } | more


def make_data() -> dict[str, object]:
    bare = make_exhibit(13, kind="video", type="MP4", note="Kept as it came. No picture was made of it.")
    for key in ("picture", "alt", "lines", "language", "dir"):
        del bare[key]
    missing = [{"report": "R-0001", "section": "Agents and officers", "questions": ["What did they look like?"]}]
    derived = {"label": "Way in", "value": "Window broken", "reasons": ["A window was broken (R-0001, entry-1)."]}
    return {
        "title": "What happened near 26th and Kedzie",
        "packet": "packet-C-0042-1-full",
        "legend": "COUNSEL ONLY",
        "grade": "full",
        "grade_means": "for the desk's own counsel",
        "number": 1,
        "recipient": "Counsel of the desk",
        "purpose": "Legal help for the people in it",
        "prepared_on": "20 November 2025",
        "organization": "Westside Legal Aid",
        "desk": "Rapid response",
        "signer": sha256(b"desk").hexdigest(),
        "ledger": {
            "origin": "testigo.example/ledger",
            "size": 4711,
            "key": "testigo.example/ledger+0c1f3a5b+" + "A" * 44,
        },
        "exhibits": [*(make_exhibit(number) for number in range(1, 13)), bare],
        "chronology": [{"when": "14 January 2026, 06:10, within 15 minutes", "what": "It started", "source": "R-0001"}],
        "incidents": [
            {
                "incident": "IN-0001",
                "when": "14 January 2026",
                "where": "Illinois, Cook County",
                "derived": [derived],
                "reports": [make_report(number, language) for number, language in enumerate(SPOKEN, 1)],
            }
        ],
        "missing": [
            {"wording": one, "means": f"Means {one}", "items": missing if one == SIX[0] else []} for one in SIX
        ],
        "withheld": [{"what": "Names of 2 people", "why": "They did not say that their names may be shared."}],
        "custody": [
            {"index": 100 + at, "at": "2026-01-14 12:00:07", "by": "reporter", "act": "A report was received."}
            for at in range(60)
        ],
    }


@functools.cache
def make_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), "teal").save(out, "JPEG")
    return out.getvalue()


def printed(data: dict[str, object]) -> bytes:
    source = (TEMPLATES / "packet" / "packet.typ").read_text()
    pictures = {f"EX-{number:04}": make_photo() for number in range(1, 13)}
    return typeset.pdf({"packet.typ": source}, data, pictures, seconds=SECONDS)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return printed(make_data())


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page, without the breaks that its lines have."""
    pages = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in pages]


def with_answer(text: str) -> dict[str, object]:
    data = copy.deepcopy(make_data())
    data["incidents"][0]["reports"][0]["sections"][0]["entries"] = [{"lines": [LINE | {"answer": text}]}]
    return data


def test_it_is_pdf_a_2a_and_ua_1_tagged_and_titled(pdf):
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>", pdf)
    assert re.search(rb"<pdfaid:conformance>A</pdfaid:conformance>", pdf)
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", pdf)
    assert b"/StructTreeRoot" in pdf
    assert pypdfium2.PdfDocument(pdf).get_metadata_dict()["Title"] == "What happened near 26th and Kedzie"


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_qpdf_finds_no_fault(pdf, tmp_path):
    path = tmp_path / "packet.pdf"
    path.write_bytes(pdf)

    assert subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False).returncode == 0


def test_every_page_says_for_whom_it_is_what_it_is_not_and_which_it_is(pdf):
    pages = pages_of(pdf)

    for number, page in enumerate(pages, 1):
        assert "COUNSEL ONLY" in page
        assert "Not legal advice." in page
        assert f"Page {number} of {len(pages)}" in page


def test_the_parts_come_in_their_order(pdf):
    text = "\n".join(pages_of(pdf)[2:])  # after cover and contents

    parts = ["Index of exhibits", "Chronology", "Incident IN-0001", "What follows from the answers", "Report R-0001"]
    parts += ["Exhibit EX-0001", "What is not known", "Left out of this packet", "Custody", "How to check this packet"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("language", ["en", "es", "zh", "vi", "ru"])
def test_what_was_said_stands_there_in_its_own_language(pdf, language):
    _, _, question, answer = SPOKEN[language]

    text = "".join(pages_of(pdf)).replace("\n", "")

    assert question.replace(" ", "") in text.replace(" ", "")
    assert answer.replace(" ", "") in text.replace(" ", "")


@pytest.mark.parametrize("language", ["ar", "hi"])
def test_shaped_scripts_are_printed_with_letters_and_not_with_names_of_letters(pdf, language):
    text = "".join(pages_of(pdf))

    assert "[U+" not in text
    assert any(char in text for char in SPOKEN[language][3])


def test_all_six_ways_of_not_knowing_have_their_place(pdf):
    text = "\n".join(pages_of(pdf))

    assert [wording for wording in SIX if f"Means {wording}" not in text] == []


def test_each_exhibit_shows_its_digest_and_its_picture_where_there_is_one(pdf):
    pages = pypdfium2.PdfDocument(pdf)
    pictures = [
        shown for page in pages for shown in page.get_objects(max_depth=5) if isinstance(shown, pypdfium2.PdfImage)
    ]
    text = "".join(pages_of(pdf))

    assert len(pictures) == 12
    assert all(text.count(sha256(f"EX-{number:04}".encode()).hexdigest()) == 2 for number in range(1, 14))


def test_an_empty_packet_says_what_is_not_there():
    data = make_data() | {"exhibits": [], "chronology": [], "incidents": [], "withheld": [], "custody": []}

    text = "\n".join(pages_of(printed(data)))

    assert "No files came with these incidents." in text
    assert "No report names a moment." in text
    assert "Left out of this packet" not in text


@pytest.mark.parametrize(
    "text",
    ["W" * 200_000, "一" * 200_000, "م" * 50_000, "a\n" * 20_000, "e\u0323\u0302" * 20_000, "word " * 40_000],
    ids=["one long word", "Chinese", "Arabic", "line ends", "marks", "words"],
)
def test_a_very_long_answer_is_printed_in_time(text):
    started = time.monotonic()

    made = printed(with_answer(text))

    assert len(pypdfium2.PdfDocument(made)) > 25
    assert time.monotonic() - started < 20


def test_a_long_word_stays_between_the_margins():
    page = next(
        page
        for page in pypdfium2.PdfDocument(printed(with_answer("W" * 2_000)))
        if "W" * 20 in page.get_textpage().get_text_bounded()
    )

    text = page.get_textpage()
    right = max(text.get_charbox(at)[2] for at in range(text.count_chars()))
    assert right <= page.get_width() - 71


def test_no_template_runs_what_it_is_given():
    sources = {path.name: path.read_text() for path in TEMPLATES.rglob("*.typ")}

    assert [name for name, source in sources.items() if re.search(r"\beval\b|@preview|\bread\(", source)] == []
    assert "packet.typ" in sources
