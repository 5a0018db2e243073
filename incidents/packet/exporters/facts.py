"""The packet and each incident for machines, with the schemas that describe them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from incidents.checklist import codebook
from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.derived import RULES, Derived, Factor
from incidents.packet.bag import Member, member
from incidents.packet.dossier import Dossier, IncidentPart, ReportPart
from incidents.packet.exporters.base import (
    by_entry,
    canonical,
    filled,
    moment,
    plainly,
    value_of,
)
from incidents.packet.exporters.exhibits import copy_name, original_name

SCHEMAS = Path(__file__).parents[1] / "schema"


def export(dossier: Dossier) -> Iterator[Member]:
    """Write `packet.json`, `incidents/*/incident.json` and `schema/`."""
    yield member("packet.json", canonical(_packet(dossier)))
    for incident in dossier.incidents:
        yield member(f"incidents/{incident.name}/incident.json", canonical(_incident(incident, dossier)))
    for path in sorted(SCHEMAS.glob("*.schema.json")):
        yield member(f"schema/{path.name}", canonical(json.loads(path.read_bytes())))
    yield member("schema/document-1.schema.json", canonical(codebook.report_schema()))


def _packet(dossier: Dossier) -> dict[str, object]:
    return {
        "schema": "testigo-packet/1",
        "packet": dossier.folder,
        "number": dossier.number,
        "grade": dossier.grade.name.lower(),
        "not_legal_advice": True,
        "prepared_at": moment(dossier.prepared_at),
        "prepared_by": {"organization": plainly(dossier.organization), "desk": dossier.desk},
        "recipient": plainly(dossier.recipient),
        "purpose": plainly(dossier.purpose),
        "incidents": [incident.name for incident in dossier.incidents],
        "exhibits": [
            {
                "exhibit": exhibit.name,
                "incident": exhibit.incident,
                "kind": exhibit.found.kind.value,
                "original": {
                    "name": original_name(exhibit),
                    "bytes": exhibit.size_bytes,
                    "sha256": exhibit.sha256,
                },
                "derivatives": [copy_name(exhibit, copy) for copy in exhibit.copies],
            }
            for exhibit in dossier.exhibits
        ],
        "withheld": [
            {"log_no": number, "what": plainly(one.what), "basis": plainly(one.basis)}
            for number, one in enumerate(dossier.withheld, 1)
        ],
        "rules": {"catalogue": CATALOGUE.version, "derivation": RULES},
    }


def _incident(incident: IncidentPart, dossier: Dossier) -> dict[str, object]:
    found = incident.where
    occurred = {"on": found.day, "precision": found.day_precision, "hour": found.hour}
    place = {
        "state": found.state,
        "county": found.county,
        "district": found.district.type,
        "circuit": found.circuit,
    }
    return {
        "schema": "testigo-incident/1",
        "incident": incident.name,
        "received_on": incident.received_on.isoformat(),
        "occurred": {key: plainly(text) for key, text in filled(occurred).items() if isinstance(text, str)},
        "place": {key: plainly(text) for key, text in filled(place).items() if isinstance(text, str)},
        "derived": {
            "papers": [_derived(paper) for paper in incident.papers],
            "methods": [_derived(method) for method in incident.methods],
            "illinois": {factor.factor: _factor(factor) for factor in incident.factors},
        },
        "sections": _sections(incident.reports),
        "reports": [report.name for report in incident.reports],
        "exhibits": [exhibit.name for exhibit in dossier.exhibits if exhibit.incident == incident.name],
    }


def _derived(value: Derived) -> dict[str, object]:
    return {"type": value.type} | filled({"flags": list(value.flags), "reasons": _told(value.reasons)})


def _factor(factor: Factor) -> dict[str, object]:
    told = {"reasons": _told(factor.reasons), "notes": list(factor.notes)}
    return {"state": factor.state} | filled(told)


def _told(reasons: Sequence[str]) -> list[object]:
    return [plainly(reason) for reason in reasons]


def _sections(reports: Sequence[ReportPart]) -> dict[str, list[dict[str, object]]]:
    """Return every entry of every report by section, each with its answers by item: made by the walk of every page."""
    found: dict[str, list[dict[str, object]]] = {}
    for report in reports:
        for lines in by_entry(report.lines):
            entry = lines[0].entry
            said = {"report": report.name, "entry": entry.id, "about": entry.about, "title": report.titles[entry.id]}
            answers = {str(plainly(line.item.key)): value_of(line) for line in lines}
            told = {key: plainly(text) for key, text in said.items() if text}
            found.setdefault(str(plainly(lines[0].section.key)), []).append(told | {"answers": answers})
    return found
