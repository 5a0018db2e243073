"""Look at a file, move an incident, mail its reporter: one rule, one transaction, one event each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts import notices
from accounts.models import Role
from accounts.notices import Notice
from accounts.policy import Denial, insist
from incidents.casework import covered, policy, reaching
from incidents.casework.states import State
from incidents.custody import events
from incidents.vault import cards
from incidents.vault.openings import Absent, OpenExhibit, OpenIncident


def note_exhibit_opened(opened: OpenIncident, exhibit: OpenExhibit, *, what: str, at: datetime) -> None:
    """Write that a file was looked at; `what` is "preview" or "original"."""
    opened.record(events.ExhibitOpened(at=at, by=opened.by, object=exhibit.id, what=what))


@transaction.atomic
def move(opened: OpenIncident, *, to: State, reason: str, at: datetime) -> None:
    """Move an incident to another state at this desk; closing says why.

    Raises:
        Denied: the seat may not, or the incident has moved since the page was shown.
    """
    desk = opened.desk
    if desk is None:
        raise Absent
    review = cards.review_of(opened.id, desk=desk, locked=True)
    insist(policy.why_not_move(desk.role, now=standing(review), to=to))
    said = {**review, "status": str(to), "reason": reason if to is State.CLOSED else ""}
    cards.write_review(opened.id, {key: value for key, value in said.items() if value}, desk=desk)
    why = reason if to is State.CLOSED else ""
    opened.record_at_desk(events.Moved(at=at, by=opened.by, object=opened.id, to=str(to), reason=why))


@transaction.atomic
def check_copy(opened: OpenIncident, copy: OpenExhibit, *, at: datetime) -> None:
    """Write that a member looked at a covered copy and found it good; once is enough."""
    if covered.why_not_use(copy, seen=covered.looked_at(opened.custody())):
        opened.record(events.CopyChecked(at=at, by=opened.by, object=copy.id))


def may_be_mailed(opened: OpenIncident) -> bool:
    """Tell whether this site mails, and the reporter said yes to it last and gave a mail address."""
    return notices.is_set() and reaching.mailbox(opened.answers) is not None


def why_not_mail_reporter(opened: OpenIncident, *, on: date) -> Denial | None:
    """Return why this seat may not mail this reporter that something waits, or None."""
    agreed = may_be_mailed(opened)
    sent = agreed and any(
        event.entered.day == on and event.said["act"] == events.ReporterMailed.act for event in opened.custody()
    )
    role = opened.desk.role if opened.desk else Role.CALL_TAKER
    return policy.why_not_mail_reporter(role, agreed=agreed, sent_today=sent)


def mail_reporter(opened: OpenIncident, *, at: datetime) -> None:
    """Mail the reporter the fixed text that something waits, in their language; the address is kept nowhere.

    The mail server is reached first: nothing waits for it while the ledger is held.

    Raises:
        Denied: with the sentence that says why not.
        Unsent: the mail server did not take it; the record says nothing then.
    """
    insist(why_not_mail_reporter(opened, on=at.date()))
    to = reaching.mailbox(opened.answers)
    assert to is not None  # noqa: S101 # the rule said so
    with notices.post() as server, transaction.atomic():
        opened.record(events.ReporterMailed(at=at, by=opened.by, object=opened.id))
        server.send(Notice.REPORTER, to=to.address, language=to.language)


def standing(review: Mapping[str, object]) -> State:
    """Return where an incident stands by what the desk wrote on its card."""
    said = str(review.get("status", State.NEW))
    return State(said) if said in set(State) else State.NEW
