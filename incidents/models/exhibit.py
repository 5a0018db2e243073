"""Sealed files and derivatives."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from incidents.models.incident import Incident


class Exhibit(models.Model):
    """A sealed file: its manifest, a document or the inbox form it waits as; its parts lie in storage.

    With a parent it was made of that one, or says something of it: everything else holds for both alike. Its number is
    then its place among all that hangs on one original.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="exhibits")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"Exhibit {self.number}"


class Part(models.Model):
    """One object in storage, `exhibits/<exhibit>/<n>.age`: what a fixity pass needs, in the open."""

    exhibit = models.ForeignKey(Exhibit, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    sealed_bytes = models.PositiveIntegerField()
    sealed_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["exhibit", "number"], name="one_part_a_number")
        ]

    def __str__(self) -> str:
        return f"Part {self.number}"
