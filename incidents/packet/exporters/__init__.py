"""Everything a packet can hold, in the order in which it is made."""

from __future__ import annotations

from incidents.packet.exporters import custody, exhibits, facts, report, statements
from incidents.packet.exporters.base import Exporter

EXPORTERS: tuple[Exporter, ...] = (
    report.export,
    facts.export,
    statements.export,
    exhibits.export,
    custody.export,
)
