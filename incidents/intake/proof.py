"""What the reporter keeps: hashes, a day, the checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts import qr
from incidents.custody import checkpoints, ledger


@dataclass(frozen=True, slots=True)
class Receipt:
    """The words as a page shows them once, with a code to scan."""

    groups: Sequence[str]
    digits: bool
    language: str
    code: qr.Code


def receipt(words: str, *, language: str) -> Receipt:
    """Return words or digits as they are shown.

    Args:
        language: of the page, in which the words were drawn.
    """
    digits = words.replace(" ", "").isdecimal()
    return Receipt(groups=words.split(), digits=digits, language=language, code=qr.code(words))


def of_filing(incident_id: UUID, *, at: datetime) -> Mapping[str, object]:
    """Return the proof that something was filed and when: it holds no answer, name, place or desk.

    Each event is its line in the tree (the hashes of its body and of its sealed row) and the path to the signed root.
    """
    head = checkpoints.sign(at=at)
    entered = [entry for entry in ledger.of_incident(incident_id) if entry.index < head.size]
    paths = head.inclusions(entry.index for entry in entered)
    return {
        "proof": 1,
        "day": at.date().isoformat(),
        "checkpoint": head.note,
        "events": [
            {
                "index": entry.index,
                "day": entry.day.isoformat(),
                "entry": entry.entry.hex(),
                "path": [sibling.hex() for sibling in paths[entry.index]],
            }
            for entry in entered
        ],
    }
