"""The files as they came, each with what was made of it and its particulars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from incidents.checklist.items import JsonValue
from incidents.packet.bag import Member, member
from incidents.packet.copies import CopyPart
from incidents.packet.dossier import Dossier, ExhibitPart
from incidents.packet.exporters.base import canonical, filled, plainly


def export(dossier: Dossier) -> Iterator[Member]:
    """Write `exhibits/`."""
    for exhibit in dossier.exhibits:
        yield Member(
            original_name(exhibit),
            exhibit.size_bytes,
            exhibit.crc32,
            exhibit.sha256,
            exhibit.sha512,
            exhibit.chunks,
            origin=exhibit.origin,
        )
        for copy in exhibit.copies:
            yield Member(
                copy_name(exhibit, copy),
                copy.size_bytes,
                copy.crc32,
                copy.sha256,
                copy.sha512,
                copy.chunks,
                origin=copy.origin,
            )
        yield member(f"exhibits/{exhibit.name}/particulars.json", canonical(_particulars(exhibit)))


def original_name(exhibit: ExhibitPart) -> str:
    """Return the name of an original."""
    return f"exhibits/{exhibit.name}/{exhibit.original_name}"


def copy_name(exhibit: ExhibitPart, copy: CopyPart) -> str:
    """Return the name of a copy."""
    return f"exhibits/{exhibit.name}/{copy.name}"


def _particulars(exhibit: ExhibitPart) -> dict[str, object]:
    return filled(
        {
            "schema": "testigo-particulars/1",
            "exhibit": exhibit.name,
            "incident": exhibit.incident,
            "kind": exhibit.found.kind.value,
            "type": exhibit.found.media_type,
            "original": {
                "name": original_name(exhibit),
                "bytes": exhibit.size_bytes,
                "crc32": f"{exhibit.crc32:08x}",
                "sha256": exhibit.sha256,
                "sha512": exhibit.sha512,
            },
            **_claims(exhibit.claims),
            "derivatives": [_copy(exhibit, copy) for copy in exhibit.copies],
            "received": exhibit.received_at or (exhibit.received_on.isoformat() if exhibit.received_on else ""),
            "sealed_by": exhibit.sealed_by,
            "uploader_name": plainly(exhibit.file_name),
        }
    )


def _claims(said: Mapping[str, object]) -> dict[str, object]:
    """Return what the file says of itself, never merged with what the reporter says, and never believed here."""
    kept = {"claims": said.get("facts"), "warnings": said.get("warnings"), "provenance": said.get("provenance")}
    return {name: plainly(cast("JsonValue", value)) for name, value in kept.items() if value}


def _copy(exhibit: ExhibitPart, copy: CopyPart) -> dict[str, object]:
    """Return what is told of a copy. Where its boxes lie and what is under them stays in the sealed recipe."""
    told = {
        "name": copy_name(exhibit, copy),
        "parent": f"exhibits/{exhibit.name}/{copy.parent}",
        "type": copy.media_type,
        "bytes": copy.size_bytes,
        "crc32": f"{copy.crc32:08x}",
        "sha256": copy.sha256,
        "sha512": copy.sha512,
        "recipe": copy.recipe,
        "tool": plainly(copy.tool),
        "language": plainly(copy.language),
        "how": plainly(copy.how),
        "made_at": copy.made_at,
        "made_by": copy.by,
    }
    return filled(told)
