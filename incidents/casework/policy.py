"""Why a seat may not do a thing: one function an act."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
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


def why_not_hand_over_yet(*, waiting: int) -> Denial | None:
    """Return why a packet cannot be made now, or None: a file that nobody checked does not go out, nor is it left out.

    Args:
        waiting: how many files are still to be checked.
    """
    if waiting:
        return Denial(_("Some files are not checked yet. Open the incident, and let them be checked first."))
    return None


def why_not_use(uses: Collection[str]) -> Denial | None:
    """Return why nothing of an incident may leave, or None: sending said yes to legal help, and may be taken back."""
    if "legal_help" not in uses:
        return Denial(_("The reporter said no to legal help. Ask them before anything leaves."))
    return None


def why_not_mail_reporter(role: Role, *, agreed: bool, sent_today: bool) -> Denial | None:
    """Return why the reporter may not be mailed that something waits, or None. Whoever reads may ask them back.

    Args:
        agreed: the reporter said yes to it last, and gave a mail address; and this site mails.
        sent_today: another mail on one day tells nothing more, and somebody may see it arrive.
    """
    if denial := why_not_read(role):
        return denial
    if not agreed:
        return Denial(_("No mail may go to this reporter: they did not say yes, or no address is here."))
    if sent_today:
        return Denial(_("A mail went to this reporter today. One a day is enough."))
    return None


SHARING = "named_desks"  # the use that lets groups see it that the reporter did not pick


class Basis(StrEnum):
    """Why a desk holds a key to an incident."""

    CHOSEN_BY_REPORTER = "chosen_by_reporter"
    SAME_CLIENT = "same_client"
    COMMON_INTEREST = "common_interest"
    REPORTERS_WISH = "reporters_wish"

    @property
    def label(self) -> Promise:
        """What a desk's page calls it."""
        return BASES[self]


BASES: Mapping[Basis, Promise] = {
    Basis.CHOSEN_BY_REPORTER: _("The reporter sent it to them"),
    Basis.SAME_CLIENT: _("We help the same person"),
    Basis.COMMON_INTEREST: _("We work on the same matter, and keep it between us"),
    Basis.REPORTERS_WISH: _("The reporter wishes it"),
}


def why_not_share(role: Role) -> Denial | None:
    """Return why this seat may not share an incident, take a key back, or give the incident another, or None."""
    if role < Role.LAWYER:
        return Denial(_("Only a lawyer or lead of this desk can share an incident."))
    return None


def why_not_share_on(basis: Basis, *, agreed: bool) -> Denial | None:
    """Return why an incident may not be shared for this reason, or None.

    Args:
        agreed: whether the reporter said yes to sharing with groups they pick.
    """
    if basis is Basis.REPORTERS_WISH and not agreed:
        return Denial(_("The reporter did not say yes to sharing with groups. Ask them first."))
    return None


def why_not_post_card(uses: Collection[str]) -> Denial | None:
    """Return why no card of an incident may go to a coalition, or None: other groups see it, as where it is shared."""
    return why_not_use(uses) or why_not_share_on(Basis.REPORTERS_WISH, agreed=SHARING in uses)


def why_not_share_until(until: date | None, *, own: date | None) -> Denial | None:
    """Return why a key may not last until that day, or None: nobody gives longer than they have."""
    if own is not None and (until is None or until > own):
        return Denial(_("The key of this desk has a last day. Choose that day, or one before it."))
    return None


def why_not_withdraw(basis: str, *, own: bool, gave: bool, chosen: bool) -> Denial | None:
    """Return why a desk's key may not be taken back, or None: nobody takes the key of whom they have theirs from.

    Args:
        basis: of the key that would be taken.
        own: whether it is the key of the desk that asks.
        gave: whether that desk shared it.
        chosen: whether the reporter chose the desk that asks.
    """
    if own:
        return Denial(_("This is the key of your own desk. It stays."))
    if basis == Basis.CHOSEN_BY_REPORTER:
        return Denial(_("The reporter chose this desk. Only the reporter can take that back."))
    if not (gave or chosen):
        return Denial(
            _("Another desk shared it with them. Only that desk takes it back, or one that the reporter chose.")
        )
    return None
