"""Sign the head of the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from incidents.custody import ledger
from incidents.models import Checkpoint
from sealing import merkle, notes
from sealing.keys import Tampered


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the log at one moment, signed, with the leaves it stands on."""

    size: int
    root: bytes
    note: str
    leaves: Sequence[bytes]

    def inclusions(self, indexes: Iterable[int]) -> Mapping[int, Sequence[bytes]]:
        """Return the paths that prove events to be under this head, by index."""
        return merkle.inclusions(indexes, self.leaves)


def sign(*, at: datetime) -> Head:
    """Sign the log as it stands now, and keep the checkpoint; where nothing was entered since the last, it serves."""
    size = ledger.size()
    leaves = ledger.leaves(first=size)
    root = merkle.root(leaves)
    for kept in Checkpoint.objects.filter(size=size):
        read = _read(kept.note)
        if read and read.root == root:
            return Head(size=size, root=root, note=kept.note, leaves=leaves)
    note = notes.checkpoint(settings.LEDGER_ORIGIN, size=size, root=root, signer=_signer())
    Checkpoint.objects.create(size=size, note=note, day=at.date())
    return Head(size=size, root=root, note=note, leaves=leaves)


def origin() -> str:
    """Return the name under which this log signs."""
    return str(settings.LEDGER_ORIGIN)


def verifier_key() -> str:
    """Return the line a verifier of this log is configured with."""
    return notes.verifier_key(settings.LEDGER_ORIGIN, _signer().public)


def newest() -> tuple[int, date] | None:
    """Return the size and the day of the newest checkpoint, or None where none was signed."""
    return Checkpoint.objects.order_by("-size", "-pk").values_list("size", "day").first()


def broken() -> list[str]:
    """Return a sentence for each kept checkpoint that the log no longer stands on."""
    leaves = ledger.leaves(first=ledger.size())
    found = []
    for kept in Checkpoint.objects.order_by("size").iterator():
        read = _read(kept.note)
        if read is None:
            found.append(f"What was signed at {kept.size} events is not signed by the key and name of this log.")
        elif read.size > len(leaves) or merkle.root(leaves[: read.size]) != read.root:
            found.append(f"The log no longer holds what was signed at {read.size} events.")
    return found


def _read(note: str) -> notes.Checkpoint | None:
    """Return what a checkpoint says; None where the key or the name of this log was another then."""
    try:
        return notes.read_checkpoint(note, verifier_key())
    except Tampered:
        return None


def _signer() -> notes.Signer:
    return notes.Signer(settings.LEDGER_KEY)
