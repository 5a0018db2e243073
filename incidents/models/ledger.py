"""Leaves, checkpoints and stamps, append only."""

from __future__ import annotations

import uuid

from django.db import models


class Log(models.Model):
    """The one ledger: its only row is locked while an event gets its number, so that none is missing."""

    size = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"Log of {self.size}"


class Event(models.Model):
    """One leaf: a line in the open, a sealed body, and the 65 bytes that the tree commits to.

    Triggers refuse every change and removal of a row (migration 0002).
    """

    index = models.PositiveBigIntegerField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=12)  # `class` in the line
    day = models.DateField()
    incident_id = models.UUIDField(null=True, db_index=True)
    desk_id = models.UUIDField(null=True, db_index=True)
    of = models.BinaryField(null=True)  # SHA-256 of the ciphertext it is about, as stored
    thing_id = models.UUIDField(null=True, db_index=True)
    body = models.BinaryField()
    entry = models.BinaryField()

    def __str__(self) -> str:
        return f"Event {self.index}"


class Checkpoint(models.Model):
    """The head of the log, signed: a C2SP checkpoint."""

    size = models.PositiveBigIntegerField()
    note = models.TextField()
    day = models.DateField()

    def __str__(self) -> str:
        return f"Checkpoint at {self.size}"
