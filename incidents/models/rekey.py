"""A re-key under way."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from incidents.models.exhibit import Exhibit
from incidents.models.incident import Incident


class Rekey(models.Model):
    """An incident's next secret, sealed by the desk that drew it: a stranger's could not be put in its place."""

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="rekey")
    desk = models.ForeignKey("accounts.Desk", models.CASCADE, related_name="rekeys")
    generation = models.PositiveIntegerField()  # of the desk's key; after a rotation it is begun anew
    sealed = models.BinaryField()
    started_on = models.DateField()

    def __str__(self) -> str:
        return "Rekey"


class RekeyedPart(models.Model):
    """One part that lies in storage a second time, sealed to the next recipient."""

    rekey = models.ForeignKey(Rekey, models.CASCADE, related_name="parts")
    exhibit = models.ForeignKey(Exhibit, models.CASCADE, related_name="rekeyed")
    number = models.PositiveIntegerField()
    sealed_bytes = models.PositiveIntegerField()
    sealed_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rekey", "exhibit", "number"], name="one_rekeyed_part_a_number")
        ]

    def __str__(self) -> str:
        return f"Part {self.number}"
