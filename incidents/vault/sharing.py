"""Share an incident with another desk, and take its key back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.keyring import OpenDesk
from accounts.models import Desk
from accounts.policy import Denial, Denied
from accounts.queries import PublicDesk
from incidents.custody import events
from incidents.models import Card, Grant, Incident, Rekey
from incidents.vault import cards, grants, posted
from incidents.vault.openings import Absent, OpenIncident

SHARES = "shares"  # what the sharing desk keeps of it, on its own card

Share = Mapping[str, str]
CHANGED = Denial(_("This incident changed while you were looking. Open the page again."))


@dataclass(frozen=True, slots=True)
class Terms:
    """Why an incident is shared, and for how long."""

    basis: str
    until: date | None = None
    note: str = ""  # for the sharing desk alone


def pinned_desks() -> Sequence[PublicDesk]:
    """Return every desk that is pinned here, listed or not, by name."""
    slugs = Desk.objects.order_by("name").values_list("slug", flat=True)
    return [desk for slug in slugs if (desk := queries.receiving(slug))]


def stands_on_pin(opened: OpenIncident, desk: PublicDesk, *, at: datetime) -> bool:
    """Tell whether a desk's key is the pinned one or follows it; where it is not, that is told to the ledger."""
    if grants.stands_on_pin(desk):
        return True
    opened.record_at_desk(events.KeyNotPinned(at=at, by=opened.by, object=opened.id, desk=desk.id))
    return False


@transaction.atomic
def share(opened: OpenIncident, to: PublicDesk, terms: Terms, *, at: datetime) -> None:
    """Give an incident's key to another desk, and let its list show it at once.

    Raises:
        Denied: the incident changed meanwhile, or that desk has it already.
    """
    row = unchanged(opened)
    if Grant.objects.filter(incident=row, desk_id=to.id).exists():
        raise Denied(CHANGED)
    grant = grants.to_desk(row, opened.secret, to)
    grant.until = terms.until
    grant.save()
    reports = [dict(answers.document) for answers in opened.answers]
    cards.write_inbox(row, desk=to, reports=reports, manifests=[exhibit.manifest for exhibit in opened.exhibits])
    until = terms.until.isoformat() if terms.until else ""
    event = events.Shared(
        at=at,
        by=opened.by,
        object=opened.id,
        desk=to.id,
        basis=terms.basis,
        digits=to.fingerprint,
        giver=desk_of(opened).id,
        until=until,
    )
    opened.record(event)
    said = {"desk": to.slug, "basis": terms.basis, "on": at.date().isoformat(), "until": until, "note": terms.note}
    _keep(opened, lambda shares: [*shares, {key: value for key, value in said.items() if value}])


@transaction.atomic
def withdraw(opened: OpenIncident, slug: str, *, at: datetime) -> None:
    """Take an incident's key back from a desk, with that desk's card.

    Raises:
        Absent: that desk has no key to it.
        Denied: the incident changed meanwhile, or it is the last key that opens.
    """
    row = locked(opened)
    grant = Grant.objects.filter(incident=row, desk__slug=slug).select_related("desk").first()
    if grant is None or grant.desk is None:
        raise Absent
    others = Grant.objects.filter(grants.lasting(at.date()), incident=row, desk__isnull=False).exclude(pk=grant.pk)
    if not others.exists():
        raise Denied(Denial(_("This is the last desk that can open the incident. Its key stays.")))
    take(grant, by=opened.by, at=at)
    opened.record(events.Withdrawn(at=at, by=opened.by, object=opened.id, desk=grant.desk.pk))
    day = at.date().isoformat()
    _keep(opened, lambda shares: [{**share, "ended": day} if share["desk"] == slug else share for share in shares])


def take(grant: Grant, *, by: str, at: datetime) -> None:
    """Remove a desk's grant, its card, those it posted, and the next secret if that desk was about to re-key."""
    posted.take_back(posted.of(grant.incident_id).filter(posted_by=grant.desk), by=by, at=at)
    Card.objects.filter(desk=grant.desk, incident_id=grant.incident_id).delete()
    Rekey.objects.filter(desk=grant.desk, incident_id=grant.incident_id).delete()
    grant.delete()


def locked(opened: OpenIncident) -> Incident:
    """Return an incident's row, locked for an act by the desk that opened it.

    Raises:
        Denied: it got another key since, or this desk has none any more.
    """
    desk = desk_of(opened)
    row = Incident.objects.select_for_update().filter(pk=opened.id, recipient=opened.secret.recipient).first()
    if row is None or not Grant.objects.filter(incident=row, desk_id=desk.id).exists():
        raise Denied(CHANGED)
    return row


def unchanged(opened: OpenIncident) -> Incident:
    """Return an incident's row, locked for an act that its reporter's say was asked for.

    Raises:
        Denied: as for `locked`; or a report came since it was opened, in which the reporter may have said no.
    """
    row = locked(opened)
    if row.reports.count() != len(opened.reports):
        raise Denied(CHANGED)
    return row


def desk_of(opened: OpenIncident) -> OpenDesk:
    """Return the desk that an incident was opened from."""
    if opened.desk is None:  # a reporter shares nothing here
        raise Absent
    return opened.desk


def until_of(opened: OpenIncident) -> date | None:
    """Return the last day on which the own desk's key opens, where it has one: it gives no longer than that."""
    return Grant.objects.values_list("until", flat=True).get(incident_id=opened.id, desk_id=desk_of(opened).id)


def kept(opened: OpenIncident) -> Sequence[Share]:
    """Return what this desk wrote down of the times it shared an incident."""
    return _shares(opened.review)


def _keep(opened: OpenIncident, change: Callable[[Sequence[Share]], Sequence[Share]]) -> None:
    desk = desk_of(opened)
    review = cards.review_of(opened.id, desk=desk, locked=True)
    cards.write_review(opened.id, {**review, SHARES: list(change(_shares(review)))}, desk=desk)


def _shares(review: Mapping[str, object]) -> Sequence[Share]:
    shares = review.get(SHARES, [])
    return shares if isinstance(shares, list) else []
