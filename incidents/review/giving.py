"""Share an incident, take it back, give it another key: one rule, one transaction, one event each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.policy import Denial, Denied, insist
from accounts.queries import PublicDesk
from incidents.casework import policy, uses
from incidents.casework.policy import Basis
from incidents.vault import coalition, holding, rekey, sharing
from incidents.vault.holding import Holder
from incidents.vault.openings import Absent, OpenIncident
from incidents.vault.rekey import Progress
from incidents.vault.sharing import Terms


def share(opened: OpenIncident, to: PublicDesk, terms: Terms, *, at: datetime) -> None:
    """Share an incident with another desk.

    Raises:
        Denied: with the sentence that says why not. Where the database holds another key than the pinned one, that is
            in the ledger then.
    """
    desk = sharing.desk_of(opened)
    insist(policy.why_not_share(desk.role))
    allowed = uses.allowed_at(opened.answers, desk=desk.slug)
    insist(policy.why_not_use(allowed))
    insist(policy.why_not_share_on(Basis(terms.basis), agreed=policy.SHARING in allowed))
    insist(policy.why_not_share_until(terms.until, own=sharing.until_of(opened)))
    if not sharing.stands_on_pin(opened, to, at=at):
        raise Denied(rekey.NOT_PINNED)
    sharing.share(opened, to, terms, at=at)


def withdraw(opened: OpenIncident, slug: str, *, at: datetime) -> None:
    """Take an incident's key back from another desk.

    Raises:
        Absent: that desk has none.
        Denied: with the sentence that says why not.
    """
    desk = sharing.desk_of(opened)
    insist(policy.why_not_share(desk.role))
    holders = holding.key_holders(opened)
    holder = next((one for one in holders if one.slug == slug), None)
    if holder is None:
        raise Absent
    insist(why_not_withdraw(holder, opened, holders))
    sharing.withdraw(opened, slug, at=at)


def why_not_withdraw(holder: Holder, opened: OpenIncident, holders: Sequence[Holder]) -> Denial | None:
    """Return why the desk that opened an incident may not take a holder's key back, or None."""
    desk = sharing.desk_of(opened)
    return policy.why_not_withdraw(
        holder.basis,
        own=holder.slug == desk.slug,
        gave=holder.giver == str(desk.id),
        chosen=any(one.slug == desk.slug and one.basis == Basis.CHOSEN_BY_REPORTER for one in holders),
    )


def go_on_with_rekey(opened: OpenIncident, *, at: datetime, seconds: float) -> Progress:
    """Give an incident another key, some seconds at a time.

    Raises:
        Denied: with the sentence that says why not.
    """
    insist(policy.why_not_share(sharing.desk_of(opened).role))
    return rekey.go_on(opened, at=at, seconds=seconds)


def post_card(opened: OpenIncident, to: PublicDesk, *, at: datetime) -> None:
    """Post an incident's short card to a coalition.

    Raises:
        Denied: with the sentence that says why not.
    """
    desk = sharing.desk_of(opened)
    insist(policy.why_not_share(desk.role))
    insist(policy.why_not_post_card(uses.allowed_at(opened.answers, desk=desk.slug)))
    if not sharing.stands_on_pin(opened, to, at=at):
        raise Denied(rekey.NOT_PINNED)
    coalition.post(opened, to, at=at)


def withdraw_card(opened: OpenIncident, to: PublicDesk, *, at: datetime) -> None:
    """Take a short card back from a coalition, whoever posted it.

    Raises:
        Absent: it has none.
        Denied: with the sentence that says why not.
    """
    insist(policy.why_not_share(sharing.desk_of(opened).role))
    coalition.withdraw(opened, to, at=at)
