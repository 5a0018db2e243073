"""The packet to read: `packet.pdf`, with README.txt and VERIFY.txt beside the bag's payload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format

from incidents.checklist.answers import Line
from incidents.checklist.derived import looks_like, method_label, worded
from incidents.checklist.items import Grade, Missing
from incidents.checklist.summary import language_name
from incidents.media import recipes, typeset
from incidents.media.kinds import Kind
from incidents.media.recipes import Recipe
from incidents.packet import verify
from incidents.packet.bag import Member, member
from incidents.packet.copies import CopyPart
from incidents.packet.dossier import Dossier, ExhibitPart, IncidentPart, ReportPart
from incidents.packet.exporters.base import by_entry, spoken, tag
from incidents.packet.exporters.exhibits import copy_name, original_name

LEGENDS: Mapping[Grade, str] = {Grade.FULL: "COUNSEL ONLY"}
MEANINGS: Mapping[Grade, str] = {Grade.FULL: "for counsel of this group and co-counsel"}
MEANS: Mapping[Missing, str] = {
    Missing.UNKNOWN: "The person was asked, and does not know.",
    Missing.PREFER_NOT_TO_SAY: "The person was asked, and would rather not say.",
    Missing.NOT_SEEN: "The person was asked, and could not see or hear it.",
    Missing.NOT_APPLICABLE: "The person was asked, and says that the question does not fit.",
    Missing.NOT_ASKED: "Nobody asked the person.",
    Missing.BLANK: "The question was on the page, and nothing was written.",
}
MADE_HOW: Mapping[str, str] = {
    Recipe.CLEAN: "Cleaned picture",
    Recipe.CLIP_COPY: "Cleaned copy of the clip, its frames as they were",
    Recipe.VIEWING_COPY: "Copy for viewing, encoded anew",
    Recipe.STILL: "One picture of the clip",
    Recipe.WAVEFORM: "The sound as a picture",
    Recipe.PAGES: "Page as a picture",
    Recipe.REDACTED_PICTURE: "Picture with parts covered",
    Recipe.REDACTED_CLIP: "Clip with parts covered or muted, encoded anew",
    "transcript": "Transcript, written by a member",
    "translation": "Translation, written by a member",
    "description": "Description, written by a member",
}
PICTURE_LIMIT_BYTES = 128 << 20
TITLE_LIMIT = 200  # a section this version does not know may be called anything, or nothing
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "yi", "dv"})


def export(dossier: Dossier) -> Iterator[Member]:
    """Write `packet.pdf`.

    Raises:
        NotTypeset: the packet is too large for one document.
        Busy: no worker was free.
    """
    pictures = {exhibit.name: picture for exhibit in dossier.exhibits if (picture := _picture(exhibit))}
    source = Path(settings.BASE_DIR / "templates" / "packet" / "packet.typ").read_text(encoding="utf-8")
    with translation.override("en"):
        data = _data(dossier, pictured=frozenset(pictures))
    pdf = typeset.pdf(
        {"packet.typ": source},
        data,
        pictures,
        seconds=int(dossier.prepared_at.timestamp()),
        more_fonts=[str(folder) for folder in settings.FONT_DIRS],
        accept_degraded=settings.ACCEPT_DEGRADED_SANDBOX,
    )
    yield member("packet.pdf", pdf)


def documents(dossier: Dossier) -> Mapping[str, bytes]:
    """Return the files that lie beside the payload: what this is, how to check it, and the checker."""
    context = {
        "dossier": dossier,
        "grade": dossier.grade.name.lower(),
        "grade_means": MEANINGS[dossier.grade],
        "prepared_on": _day(dossier.prepared_at.date()),
    }
    with translation.override("en"):
        texts = {name: render_to_string(f"packet/{name}", context).encode() for name in ("README.txt", "VERIFY.txt")}
    return texts | {"verify.py": Path(verify.__file__).read_bytes()}


def _picture(exhibit: ExhibitPart) -> bytes | None:
    """Return a clean copy of a photo, made in the locked worker, or None where none could be made."""
    if exhibit.found.kind is not Kind.PHOTO or exhibit.size_bytes > PICTURE_LIMIT_BYTES:
        return None
    data = b"".join(exhibit.chunks())
    _, outputs = recipes.gathered(recipes.Recipe.CLEAN, data, accept_degraded=settings.ACCEPT_DEGRADED_SANDBOX)
    return outputs[0] if outputs else None


def _data(dossier: Dossier, *, pictured: frozenset[str]) -> dict[str, object]:
    """Return what templates/packet/packet.typ says at its head."""
    reports = [report for incident in dossier.incidents for report in incident.reports]
    return {
        "title": f"Incident {dossier.reference}",
        "packet": dossier.folder,
        "legend": LEGENDS[dossier.grade],
        "grade": dossier.grade.name.lower(),
        "grade_means": MEANINGS[dossier.grade],
        "number": dossier.number,
        "recipient": dossier.recipient,
        "purpose": dossier.purpose,
        "prepared_on": _day(dossier.prepared_at.date()),
        "organization": dossier.organization,
        "signer": dossier.signer,
        "ledger": {"origin": dossier.ledger.origin, "size": dossier.ledger.head.size, "key": dossier.ledger.key},
        "exhibits": [_exhibit(exhibit, pictured=exhibit.name in pictured) for exhibit in dossier.exhibits],
        "chronology": _chronology(reports),
        "incidents": [_incident(incident) for incident in dossier.incidents],
        "missing": [_open_questions(state, reports) for state in Missing],
        "withheld": [{"what": one.what, "why": one.basis} for one in dossier.withheld],
        "custody": [
            {
                "index": event.index,
                "at": event.at.replace("T", " ").removesuffix("Z"),
                "by": event.by,
                "act": event.sentence,
            }
            for event in dossier.ledger.events
        ],
    }


def _exhibit(exhibit: ExhibitPart, *, pictured: bool) -> dict[str, object]:
    shown: dict[str, object] = {
        "exhibit": exhibit.name,
        "incident": exhibit.incident,
        "kind": exhibit.found.kind.value.capitalize(),
        "type": exhibit.found.media_type,
        "bytes": f"{exhibit.size_bytes:,}",
        "received_on": _day(exhibit.received_on),
        "file": f"data/{original_name(exhibit)}",
        "sha256": exhibit.sha256,
        "copies": [
            {"file": f"data/{copy_name(exhibit, copy)}", "how": _how(copy), "sha256": copy.sha256}
            for copy in exhibit.copies
        ],
    }
    if pictured:
        return shown | {"picture": exhibit.name, "alt": f"Photo {exhibit.name}, cleaned copy"}
    return shown | {"note": "Kept as it came. No picture of it was made for this document."}


def _how(copy: CopyPart) -> str:
    """Return how a copy was made, in words, with its recipe; what this version does not know stands as its recipe."""
    name, _slash, _version = copy.recipe.partition("/")
    words = [MADE_HOW[name]] if name in MADE_HOW else []
    if copy.language:
        words.append(language_name(copy.language) or copy.language)
    return "; ".join([*words, copy.recipe, f"from {copy.parent}"])


def _chronology(reports: Sequence[ReportPart]) -> list[dict[str, str]]:
    """Return every moment that a report names, by day and clock; what has no day stands last."""
    told = [(line, report) for report in reports for line in report.lines if line.known and not line.missing]
    moments = [(line, report) for line, report in told if line.item.kind.name == "moment"]
    return [
        {"when": line.text, "what": line.label, "source": report.name}
        for line, report in sorted(moments, key=lambda pair: _clock(pair[0]))
    ]


def _clock(line: Line) -> tuple[bool, str, str]:
    value = line.answer.value if isinstance(line.answer.value, dict) else {}
    day = str(value.get("day", ""))
    return (not day, day, str(value.get("time", "")))


def _incident(incident: IncidentPart) -> dict[str, object]:
    follows = [("Paper", looks_like(paper.type), paper.reasons) for paper in incident.papers]
    follows += [("Told by a witness", method_label(method.type), method.reasons) for method in incident.methods]
    follows += [
        ("Factor of 740 ILCS 16/5-15", _worded(f"{factor.factor}: {factor.state}"), factor.reasons)
        for factor in incident.factors
        if factor.state != "not_known"
    ]
    return {
        "incident": incident.name,
        "when": incident.headline["happened"] or "Not known",
        "where": incident.headline["place"] or "Not known",
        "derived": [
            {"label": label, "value": value, "reasons": [worded(reason, section="papers") for reason in reasons]}
            for label, value, reasons in follows
        ],
        "reports": [_report(report) for report in incident.reports],
    }


def _report(report: ReportPart) -> dict[str, object]:
    """Return a report in its own language; what was left blank stands under what is not known, and not here."""
    said = [line for line in report.lines if line.missing not in {Missing.BLANK, Missing.NOT_ASKED}]
    account = (
        "First account"
        if report.first
        else "Answers to questions of the group"
        if report.asked_by_desk
        else ("Added later")
    )
    shown = {
        "report": report.name,
        "language": tag(report.language).partition("-")[0],
        "language_name": language_name(report.language) or "language not told",
        "dir": "rtl" if report.language.partition("-")[0] in RIGHT_TO_LEFT else "ltr",
        "added_on": f"Received {_day(report.added_on)}.",
        "what": f"{account}.",
    }
    with spoken(report.language):
        sections = [
            {
                "title": str(title)[:TITLE_LIMIT] or "?",
                "entries": [_entry(entry, report) for entry in by_entry(list(lines))],
            }
            for title, lines in groupby(said, key=lambda line: line.section.title)
        ]
    return shown | {"sections": sections}


def _entry(lines: Sequence[Line], report: ReportPart) -> dict[str, object]:
    shown = [
        {"question": line.label, "answer": line.text, "missing": line.missing is not None}
        | {key: text for key, text in (("basis", line.basis), ("certainty", line.certainty)) if text}
        for line in lines
    ]
    title = report.titles.get(lines[0].entry.id)
    return {"lines": shown} | ({"title": title} if title else {})


def _open_questions(state: Missing, reports: Sequence[ReportPart]) -> dict[str, object]:
    items = [
        {"report": report.name, "section": _place(lines[0], report), "questions": [line.label for line in lines]}
        for report in reports
        for lines in by_entry([line for line in report.lines if line.missing is state])
    ]
    return {"wording": str(state.label), "means": MEANS[state], "items": items}


def _place(line: Line, report: ReportPart) -> str:
    return ": ".join(filter(None, (str(line.section.title), report.titles.get(line.entry.id))))


def _worded(code: str) -> str:
    return code.replace("_", " ").capitalize()


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else "on an unknown day"
