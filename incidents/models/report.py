"""Sealed answers, their translations and permissions. Never edited."""

from __future__ import annotations

import uuid

from django.db import models

from incidents.models.incident import Incident


class Report(models.Model):
    """One sealed Report: a document, or the inbox form it waits as until a reader turns it into one.

    A trigger refuses every other change of a row (migration 0002).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="reports")
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"Report {self.number}"
