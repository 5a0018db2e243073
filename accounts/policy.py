"""Why a seat may not do a thing to a desk: one function an act. Denial, Denied, insist()."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role


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


def why_not_seat(role: Role) -> Denial | None:
    """Return why this seat may not invite and seat people, or None."""
    if role < Role.LEAD:
        return Denial(_("Only a lead of this desk can seat people."))
    return None


def why_not_offer_words(*, is_auditor: bool, only_lead: bool) -> Denial | None:
    """Return why a lead may not give this member new words, or None: at other desks their seats would wait too."""
    if is_auditor:
        return Denial(_("This person is an auditor too. Your operator ends that first, or helps them."))
    if only_lead:
        return Denial(_("Another desk has no other lead. Its recovery kit opens it: ask your operator."))
    return None


def why_not_forget_phone(*, is_auditor: bool, elsewhere: bool) -> Denial | None:
    """Return why a lead may not let this member set up another second step, or None: it is one for all their desks."""
    if is_auditor or elsewhere:
        return Denial(_("This person reads elsewhere too. Your operator lets them set up another second step."))
    return None


def why_not_unseat(role: Role, *, own: bool, seated: Role, leads: int) -> Denial | None:
    """Return why a seat may not be taken away, or None. Anybody may leave; the last lead cannot."""
    if not own and role < Role.LEAD:
        return Denial(_("Only a lead of this desk can take a seat away."))
    if seated == Role.LEAD and leads <= 1:
        return Denial(_("The last lead cannot leave. Seat a second lead first."))
    return None


def why_not_change_role(role: Role, *, seated: Role, to: Role, leads: int) -> Denial | None:
    """Return why a seat may not get another role, or None."""
    if role < Role.LEAD:
        return Denial(_("Only a lead of this desk can change a role."))
    if seated == Role.LEAD and to < Role.LEAD and leads <= 1:
        return Denial(_("This desk has one lead. Seat a second lead first."))
    return None


def why_not_make_kit(role: Role) -> Denial | None:
    """Return why this seat may not make and try a recovery kit, or None."""
    if role < Role.LEAD:
        return Denial(_("Only a lead of this desk can make a recovery kit."))
    return None


def why_not_publish(role: Role) -> Denial | None:
    """Return why this seat may not write what witnesses see of the desk, or None."""
    if role < Role.LEAD:
        return Denial(_("Only a lead of this desk can change its public page."))
    return None
