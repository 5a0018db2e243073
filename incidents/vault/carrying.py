"""Carry what hangs on a desk's former key over to its present one, some at a time, readable at every step."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import acts, rotation
from accounts.acts import DeskAct
from accounts.keyring import OpenDesk
from incidents.custody import events, ledger
from incidents.models import Card, Grant, Packet
from incidents.vault import cards, packets
from sealing import wraps

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a desk hangs on its present key."""

    behind: int
    total: int

    @property
    def done(self) -> int:
        """How much was carried over, or came since."""
        return self.total - self.behind


def progress(desk_id: UUID, *, generation: int) -> Progress:
    """Count grants, cards and packets of a desk; needs no key."""
    held = [model.objects.filter(desk_id=desk_id) for model in (Grant, Card, Packet)]
    behind = sum(rows.filter(generation__lt=generation).count() for rows in held)
    return Progress(behind=behind, total=sum(rows.count() for rows in held))


def carry(
    desk: OpenDesk, *, at: datetime, seconds: float = float("inf"), tell: Callable[[int], None] = lambda _: None
) -> Progress:
    """Carry on for some seconds, in batches that each hold or do not; a killed one is begun again by the next call.

    Args:
        tell: called with how many were carried so far.

    Raises:
        Denied: the desk got another key meanwhile.
    """
    ends = time.monotonic() + seconds
    carried = 0
    for batch in (_grants, _cards, _packets):
        while number := _one_batch(batch, desk, at=at):
            carried += number
            tell(carried)
            if time.monotonic() >= ends:
                break
    return progress(desk.id, generation=desk.generation)


def drop_former(desk_ids: Sequence[tuple[UUID, int]], *, at: datetime) -> int:
    """Drop former keys that nothing hangs on any more, and return how many.

    Args:
        desk_ids: each desk whose pin has moved to its present key, and that key's generation.
    """
    free = [desk for desk, generation in desk_ids if not progress(desk, generation=generation).behind]
    return sum(rotation.drop_former(desk, at=at) for desk in free)


Batch = Callable[[OpenDesk, datetime], int]


@transaction.atomic
def _one_batch(batch: Batch, desk: OpenDesk, *, at: datetime) -> int:
    """Carry some rows; the event that all was carried holds with the last of them, or does not."""
    rotation.locked(desk)
    number = batch(desk, at)
    if number and not _is_behind(desk):
        key, by = desk.secret.sub("ledger"), str(desk.seat_id)
        acts.tell(DeskAct(act="carried", desk_id=desk.id, key=key, at=at, by=by, thing_id=desk.id))
    return number


def _is_behind(desk: OpenDesk) -> bool:
    """Tell whether anything hangs on a former key: found at the first such row, where counting reads them all."""
    held = (model.objects.filter(desk_id=desk.id) for model in (Grant, Card, Packet))
    return any(rows.filter(generation__lt=desk.generation).exists() for rows in held)


def _grants(desk: OpenDesk, at: datetime) -> int:  # noqa: ARG001 # grants are named by no event: rotation told
    rows = list(Grant.objects.filter(desk_id=desk.id, generation__lt=desk.generation)[:AT_ONCE])
    for row in rows:
        former = desk.secret_of(row.generation).identity
        row.wrapped = wraps.rewrap(bytes(row.wrapped), former, desk.secret.recipient)
        row.generation = desk.generation
    Grant.objects.bulk_update(rows, ["wrapped", "generation"])
    return len(rows)


def _cards(desk: OpenDesk, at: datetime) -> int:  # noqa: ARG001 # a card is no evidence
    rows = [
        cards.carried(row, desk=desk)
        for row in Card.objects.filter(desk_id=desk.id, generation__lt=desk.generation)[:AT_ONCE]
    ]
    Card.objects.bulk_update(rows, ["sealed", "generation"])
    return len(rows)


def _packets(desk: OpenDesk, at: datetime) -> int:
    rows = list(Packet.objects.filter(desk_id=desk.id, generation__lt=desk.generation)[:AT_ONCE])
    for row in rows:
        packets.carried(row, desk=desk).save(update_fields=["wrapped", "sealed", "generation"])
        event = events.PacketCarried(at=at, by=str(desk.seat_id), object=row.pk)
        ledger.append(event, to=desk.secret.sub("ledger"), desk_id=desk.id, of=bytes(row.sealed))
    return len(rows)
