"""What was handed over: numbers, manifest, signature."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from incidents.models.incident import Incident


class Packet(models.Model):
    """One frozen packet: its members, numbers, recipient and purpose are one document sealed by the desk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    desk = models.ForeignKey("accounts.Desk", models.CASCADE, related_name="packets")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="packets")
    number = models.PositiveIntegerField()
    generation = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    recipient = models.CharField(max_length=2000)  # of the packet's own secret, to which its made members are sealed
    wrapped = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["desk", "incident", "number"], name="one_packet_a_number")
        ]

    def __str__(self) -> str:
        return f"Packet {self.number}"


class PacketPart(models.Model):
    """One sealed object of a made member, `packets/<packet>/<n>.age`."""

    packet = models.ForeignKey(Packet, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    sealed_bytes = models.PositiveIntegerField()
    sealed_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["packet", "number"], name="one_packet_part_a_number")
        ]

    def __str__(self) -> str:
        return f"Part {self.number}"
