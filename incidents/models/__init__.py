"""Everything a seized disk says about incidents, in one folder."""

from __future__ import annotations

from incidents.models.arriving import Arriving, ArrivingPart
from incidents.models.card import Card
from incidents.models.exhibit import Exhibit, Part
from incidents.models.fixity import Damage, FixityPass
from incidents.models.incident import Grant, Incident
from incidents.models.ledger import Checkpoint, Event, Log, Stamp
from incidents.models.packet import Packet, PacketPart
from incidents.models.rekey import Rekey, RekeyedPart
from incidents.models.report import Report

__all__ = [
    "Arriving",
    "ArrivingPart",
    "Card",
    "Checkpoint",
    "Damage",
    "Event",
    "Exhibit",
    "FixityPass",
    "Grant",
    "Incident",
    "Log",
    "Packet",
    "PacketPart",
    "Part",
    "Rekey",
    "RekeyedPart",
    "Report",
    "Stamp",
]
