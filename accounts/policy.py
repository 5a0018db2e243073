"""Why a seat may not do a thing to a desk: one function an act. Denial, Denied, insist()."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Denial:
    """Why not, in the sentence that the page shows where the button would be."""

    sentence: Promise


class Denied(PermissionDenied):
    """An operation whose rule said why not."""

    def __init__(self, denial: Denial) -> None:
        super().__init__(str(denial.sentence))


def insist(denial: Denial | None) -> None:
    """Go on only where no rule says why not.

    Raises:
        Denied: with the rule's sentence.
    """
    if denial is not None:
        raise Denied(denial)
