"""Hold a head of the log that somebody kept against the log as it is now; prove one event under the present head."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from incidents.custody import checkpoints, checks, ledger
from incidents.custody.checkpoints import Head
from sealing import merkle, notes
from sealing.keys import Tampered
from sealing.types import Key, Recipient

FRESH = timedelta(minutes=5)
REMEMBERED = 1000  # kept heads, of a few hundred bytes each
_lately: dict[str, tuple[datetime, Compared]] = {}
LOG = UUID(int=0)  # the thing that an event about the log itself is about


class Standing(StrEnum):
    """How a kept head and the log stand to each other."""

    HOLDS = "holds"  # the log began with it
    SHORTER = "shorter"  # events are gone
    OTHER = "other"  # the log is another one
    UNSIGNED = "unsigned"  # this log's key never signed it


@dataclass(frozen=True, slots=True)
class Compared:
    """A kept head beside the log."""

    standing: Standing
    kept: notes.Checkpoint | None  # None: it is not signed by this log's key
    size: int

    @property
    def holds(self) -> bool:
        """Whether nothing changed since."""
        return self.standing is Standing.HOLDS

    @property
    def is_proof(self) -> bool:
        """Whether what this log signed once and what it holds now cannot both be true."""
        return self.standing in {Standing.SHORTER, Standing.OTHER}

    @property
    def newer(self) -> int:
        """How many events came since."""
        return self.size - self.kept.size if self.kept else 0


def compare(note: str, leaves: Sequence[bytes] | None = None) -> Compared:
    """Hold a kept head against the log by the proof that anybody else would check (RFC 9162, 2.1.4)."""
    leaves = ledger.leaves(first=ledger.size()) if leaves is None else leaves
    try:
        kept = notes.read_checkpoint(note, checkpoints.verifier_key())
    except Tampered:
        return Compared(Standing.UNSIGNED, None, len(leaves))
    if kept.size > len(leaves):
        return Compared(Standing.SHORTER, kept, len(leaves))
    holds = merkle.consistent(
        old_size=kept.size,
        new_size=len(leaves),
        old_root=kept.root,
        new_root=merkle.root(leaves),
        proof=merkle.consistency(kept.size, leaves),
    )
    return Compared(Standing.HOLDS if holds else Standing.OTHER, kept, len(leaves))


def compare_lately(note: str, *, at: datetime) -> Compared:
    """Return how a kept head stood to the log some minutes ago or stands now: pages that everybody opens ask this.

    The whole log is walked for it once in `FRESH`, in each process; events that are gone show at once.
    """
    found = _lately.get(note)
    if found is None or not timedelta() <= at - found[0] < FRESH or _is_shorter(found[1]):
        if len(_lately) >= REMEMBERED:
            _lately.clear()
        found = _lately[note] = (at, compare(note))
    return found[1]


def _is_shorter(compared: Compared) -> bool:
    return compared.kept is not None and ledger.size() < compared.kept.size


def note_differs(compared: Compared, *, to: Key | Recipient, desk_id: UUID | None, by: str, at: datetime) -> None:
    """Write that a head which this log signed does not fit it.

    Args:
        to: the `ledger` sub-key of the desk of whoever found it, or the recipient of an auditor, who has no desk.
    """
    kept = compared.kept
    assert kept is not None  # noqa: S101 # only what this log signed is proof against it
    event = checks.HeadDiffers(at=at, by=by, object=LOG, size=kept.size, root=kept.root.hex())
    ledger.append(event, to=to, desk_id=desk_id)


def proof(entered: ledger.Entry, head: Head, *, kept: str | None) -> Mapping[str, object]:
    """Return all that a stranger needs to see that an event is in the log; it does not say what happened.

    Args:
        kept: the head that the reader kept, to show that the log only grew since.
    """
    line = entered.stored[: len(entered.stored) - len(entered.sealed_body)]
    return {
        "event_proof": 1,
        "verifier_key": checkpoints.verifier_key(),
        "checkpoint": head.note,
        "index": entered.index,
        "line": line.decode(),
        "stored": base64.b64encode(entered.stored).decode(),
        "entry": entered.entry.hex(),
        "inclusion": _texts(head.inclusions([entered.index])[entered.index]),
        "consistency": _consistency(kept, head) if kept else None,
    }


def _consistency(kept: str, head: Head) -> Mapping[str, object] | None:
    """Return the path from a kept head to this one; empty where there is none, so that no check of it passes."""
    try:
        old = notes.read_checkpoint(kept, checkpoints.verifier_key())
    except Tampered:
        return None
    path = merkle.consistency(old.size, head.leaves) if old.size <= head.size else []
    return {"from": kept, "path": _texts(path)}


def _texts(path: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(step).decode() for step in path]
