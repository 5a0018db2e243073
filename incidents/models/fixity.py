"""How far a check of all stored objects came, and what it found damaged."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class FixityPass(models.Model):
    """One walk over all stored objects and rows; one that was killed goes on where it stands."""

    started_on = models.DateField()
    ended_on = models.DateField(null=True)
    place = models.CharField(max_length=64, default="")  # of the last object that was read
    objects_read = models.PositiveBigIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    damaged = models.PositiveIntegerField(default=0)
    left_over = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"Pass begun on {self.started_on}"


class Damage(models.Model):
    """One object or row that is not what was stored; `part` 0 is the row itself. A later pass may find it well."""

    kind = models.CharField(max_length=12)
    thing_id = models.UUIDField()
    part = models.PositiveIntegerField()
    incident_id = models.UUIDField(null=True, db_index=True)
    harm = models.CharField(max_length=12)
    found_on = models.DateField()
    told_on = models.DateField(null=True)  # when the leads were mailed
    mended_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["thing_id", "part"], condition=models.Q(mended_on__isnull=True), name="one_open_damage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing_id}, part {self.part}: {self.harm}"
