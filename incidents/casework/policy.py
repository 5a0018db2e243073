"""Why a seat may not do a thing: one function an act."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.policy import Denial
from incidents.casework.states import DECISIONS, MOVES, State


def why_not_read(role: Role) -> Denial | None:
    """Return why this seat may not list and open the desk's incidents, or None."""
    if role < Role.REVIEWER:
        return Denial(_("A call-taker sees only the calls they took."))
    return None


def why_not_move(role: Role, *, now: State, to: State) -> Denial | None:
    """Return why this seat may not move an incident to a state, or None."""
    if role < Role.REVIEWER:
        return Denial(_("A call-taker does not move incidents."))
    if to not in MOVES[now]:
        return Denial(_("An incident cannot go from its state to that one. Choose another."))
    if to in DECISIONS and role < Role.LAWYER:
        return Denial(_("Only a lawyer or lead of this desk decides this."))
    return None


def why_not_hand_over(role: Role) -> Denial | None:
    """Return why this seat may not take a packet out, or None.

    At grade `full`, for the desk's own counsel, `legal_help` is enough, which sending to the desk implies; no state
    of the incident stands in the way.
    """
    if role < Role.LAWYER:
        return Denial(_("Only a lawyer or lead of this desk can take a packet out."))
    return None


def why_not_use(uses: Collection[str]) -> Denial | None:
    """Return why nothing of an incident may leave, or None: sending said yes to legal help, and may be taken back."""
    if "legal_help" not in uses:
        return Denial(_("The reporter said no to legal help. Ask them before anything leaves."))
    return None
