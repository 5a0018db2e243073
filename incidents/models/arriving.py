"""Files that a browser is still sending."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from incidents.models.incident import Incident
from incidents.models.rekey import Rekey


class Arriving(models.Model):
    """A file under way: what its sender said of it at the beginning, an inbox form. Finished, it is an Exhibit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="arriving")
    visit = models.CharField(max_length=32)  # drawn for the visit that began it, which alone may take it back
    parts_said = models.PositiveIntegerField(null=True)  # none while something is recorded
    last_on = models.DateField()  # the day of the last part
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "Arriving"


class ArrivingPart(models.Model):
    """One object in storage that a file under way has already; never replaced by another."""

    arriving = models.ForeignKey(Arriving, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    sealed_bytes = models.PositiveIntegerField()
    sealed_sha256 = models.CharField(max_length=64)
    anew = models.BooleanField(default=False)  # a re-key sealed it: it lies under a name of its own
    # While a re-key is under way: the same part as it lies there a second time, sealed to the next recipient.
    rekey = models.ForeignKey(Rekey, models.SET_NULL, null=True, related_name="arriving_parts")
    next_bytes = models.PositiveIntegerField(default=0)
    next_sha256 = models.CharField(max_length=64, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["arriving", "number"], name="one_arriving_part_a_number")
        ]

    def __str__(self) -> str:
        return f"Part {self.number}"
