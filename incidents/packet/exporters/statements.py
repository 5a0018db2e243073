"""The reports in the words in which they were given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from incidents.checklist.answers import Line
from incidents.checklist.items import Missing
from incidents.packet.bag import Member, member
from incidents.packet.dossier import Dossier, ReportPart
from incidents.packet.exporters.base import by_entry, canonical, filled, plainly, spoken, tag, value_of

UNSAID = (Missing.BLANK, Missing.NOT_ASKED)  # listed below what was said


def export(dossier: Dossier) -> Iterator[Member]:
    """Write `incidents/*/reports/`."""
    for incident in dossier.incidents:
        for report in incident.reports:
            at = f"incidents/{incident.name}/reports/{report.name}"
            with spoken(report.language):
                yield member(f"{at}.json", canonical(_as_json(report)))
                yield member(f"{at}.{tag(report.language)}.txt", _as_prose(report).encode())
            if report.document is not None:
                yield member(f"{at}.document.json", report.document)


def _as_json(report: ReportPart) -> dict[str, object]:
    return filled(
        {
            "schema": "testigo-report/1",
            "report": report.name,
            "incident": report.incident,
            "language": plainly(report.language),
            "form": plainly(report.form),
            "added_on": report.added_on.isoformat() if report.added_on else "",
            "lines": [_line(line) for line in report.lines],
        }
    ) | {"first": report.first, "asked_by_desk": report.asked_by_desk}


def _line(line: Line) -> Mapping[str, object]:
    place = {"section": line.section.key, "entry": line.entry.id, "item": line.item.key, "about": line.entry.about}
    return {key: plainly(text) for key, text in place.items() if text} | {"label": plainly(line.label)} | value_of(line)


def _as_prose(report: ReportPart) -> str:
    """Return the lines as text, section by section; free text stays as it was typed."""
    parts, section = [f"{report.name}\n"], ""
    for entry in by_entry(report.lines):
        first = entry[0]
        if first.section.key != section:
            section = first.section.key
            parts.append(f"\n{str(first.section.title).upper()}\n")
        if title := report.titles.get(first.entry.id):
            parts.append(f"\n{title}\n")
        parts += [f"\n{line.label}\n{line.text}{_sureness(line)}\n" for line in entry if line.missing not in UNSAID]
        for state in UNSAID:
            if questions := [f"  {line.label}\n" for line in entry if line.missing is state]:
                parts.append(f"\n{state.label}:\n{''.join(questions)}")
    return str(plainly("".join(parts)))


def _sureness(line: Line) -> str:
    known = "; ".join(filter(None, (line.basis, line.certainty)))
    return f"\n({known})" if known else ""
