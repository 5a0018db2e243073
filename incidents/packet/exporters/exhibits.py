"""The files as they came, each with its particulars."""

from __future__ import annotations

from collections.abc import Iterator

from incidents.packet.bag import Member, member
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
        yield member(f"exhibits/{exhibit.name}/particulars.json", canonical(_particulars(exhibit)))


def original_name(exhibit: ExhibitPart) -> str:
    """Return the name of an original: ours, with an extension that follows the type found, never the sender's."""
    return f"exhibits/{exhibit.name}/original.{exhibit.found.extension}"


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
            "received": exhibit.received_at or (exhibit.received_on.isoformat() if exhibit.received_on else ""),
            "sealed_by": "server",
            "uploader_name": plainly(exhibit.file_name),
        }
    )
