"""The ledger's extract: this case's events, each with its proof under one signed head, and nothing of other cases."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator

from incidents.packet.bag import Member, member
from incidents.packet.dossier import Dossier
from incidents.packet.exporters.base import canonical


def export(dossier: Dossier) -> Iterator[Member]:
    """Write `ledger/`."""
    ledger = dossier.ledger
    lines = [
        canonical({"body": json.loads(event.body), "index": event.index, "sealed_sha256": event.sealed_sha256})
        for event in ledger.events
    ]
    proofs = {
        "inclusion": [
            {"index": event.index, "path": [b64encode(step).decode() for step in event.path]} for event in ledger.events
        ],
        "root": b64encode(ledger.head.root).decode(),
        "size": ledger.head.size,
    }
    yield member("ledger/events.ndjson", b"".join(lines))
    yield member("ledger/actors.json", canonical(ledger.actors))
    yield member("ledger/checkpoint.txt", ledger.head.note.encode())
    if ledger.token:
        yield member("ledger/checkpoint.tsr", ledger.token)
    yield member("ledger/proofs.json", canonical(proofs))
