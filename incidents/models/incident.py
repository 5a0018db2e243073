"""Incident, Grant, and the tombstone that stays."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Incident(models.Model):
    """One filing and all that was added to it. Its secret is in no column: grants hold it, wrapped."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=16, unique=True)
    recipient = models.CharField(max_length=2000)
    received_on = models.DateField()
    # Sealed under `rows`: the receipt's handle and recipient, so that a re-key need not ask the reporter.
    keyring = models.BinaryField()
    generation = models.PositiveIntegerField(default=1)  # of the secret; one more with each re-key

    def __str__(self) -> str:
        return self.reference


class Grant(models.Model):
    """The incident's secret wrapped to a desk, or to the receipt, which a handle finds and nothing else does."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="grants")
    desk = models.ForeignKey("accounts.Desk", models.PROTECT, null=True, related_name="grants")
    generation = models.PositiveIntegerField(default=1)
    until = models.DateField(null=True)  # the last day on which it opens, where one was set
    handle = models.BinaryField(null=True, unique=True)
    wrapped = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["incident", "desk"], name="one_grant_a_desk"),
            models.CheckConstraint(
                condition=models.Q(desk__isnull=True) ^ models.Q(handle__isnull=True), name="to_a_desk_or_a_receipt"
            ),
        ]

    def __str__(self) -> str:
        return "Grant"
