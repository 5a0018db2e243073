"""A desk's sealed summaries."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from incidents.models.incident import Incident


class Card(models.Model):
    """One incident as one desk lists it. A change is a new row, so that newer cards have higher numbers.

    A notice is laid over the card by whoever has no key of the desk: what the reporter allows counts at once.
    """

    seq = models.BigAutoField(primary_key=True)
    desk = models.ForeignKey("accounts.Desk", models.CASCADE, related_name="cards")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="cards")
    generation = models.PositiveIntegerField()
    version = models.PositiveIntegerField()  # 0: sealed to the desk's recipient, not opened yet
    notice = models.BooleanField(default=False)
    posted_by = models.ForeignKey("accounts.Desk", models.PROTECT, null=True, related_name="+")  # a coalition's only
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["desk", "incident"], condition=models.Q(notice=False), name="one_card_a_desk"
            )
        ]

    def __str__(self) -> str:
        return "Card"
