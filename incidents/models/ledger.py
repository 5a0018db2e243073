"""Leaves and checkpoints, append only, and the stamps of outside clocks."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from incidents.models.packet import Packet


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


class Stamp(models.Model):
    """What an outside clock was asked about one digest, and what it answered: raw, whatever it is."""

    digest = models.CharField(max_length=64)
    subject = models.CharField(max_length=12)  # checkpoint or tagmanifest
    checkpoint = models.ForeignKey(Checkpoint, models.CASCADE, null=True, related_name="stamps")
    packet = models.ForeignKey(Packet, models.CASCADE, null=True, related_name="stamps")
    server = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default="pending")
    reply = models.BinaryField(null=True)
    wanted_on = models.DateField()
    obtained_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["digest", "server", "packet"], name="one_stamp_a_clock"),
            models.CheckConstraint(
                condition=models.Q(checkpoint__isnull=True) ^ models.Q(packet__isnull=True),
                name="of_head_or_packet",
            ),
        ]

    def __str__(self) -> str:
        return f"Stamp of a {self.subject}: {self.state}"
