"""Lay an open incident out for a page: what the templates show, nothing they could not show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from incidents.casework import policy, uses
from incidents.casework.states import ClosedReason
from incidents.checklist import derived, summary
from incidents.checklist.answers import Answers, Line
from incidents.checklist.items import Missing
from incidents.custody import damages, events
from incidents.custody.sentences import sentence
from incidents.media import kinds
from incidents.review import exhibit_pages, operations
from incidents.review.forms import MoveForm
from incidents.vault import cards, packets
from incidents.vault.openings import OpenIncident, OpenReport
from incidents.vault.promised import Damaged

GRADES = {"full": _("full")}


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry of a section with its lines."""

    title: str
    about: str
    lines: Sequence[Line]
    blank: Sequence[Line]  # what was left blank stands folded below what was said, and so does
    unasked: Sequence[Line]  # what the form did not ask


@dataclass(frozen=True, slots=True)
class SectionShown:
    """One section of a report, as far as the report speaks of it."""

    title: str
    entries: Sequence[EntryShown]


def row(held: cards.Row, *, slug: str) -> dict[str, object]:
    """Return one line of the list for review/inbox.html."""
    return {
        **summary.headline(held.card),
        "url": reverse("review:incident", args=[slug, held.reference]),
        "reference": held.reference,
        "received": held.received_on.isoformat(),
        "unread": held.has_new,
        "state": operations.standing(review if isinstance(review := held.card.get("review"), dict) else {}).label,
    }


def reports(opened: OpenIncident, *, days: Mapping[object, str]) -> list[dict[str, object]]:
    """Return the reports for components/report.html, the first account first."""
    return [_report(report, day=days.get(report.id, "")) for report in opened.reports]


def arrivals(opened: OpenIncident) -> Mapping[object, str]:
    """Return the day each report and file arrived."""
    return {event.entered.thing_id: event.entered.day.isoformat() for event in opened.custody()}


def custody(opened: OpenIncident) -> list[dict[str, object]]:
    """Return the record for components/ledger.html."""
    return [
        {
            "number": event.entered.index,
            "at": event.said["at"].replace("T", " ").removesuffix("Z"),
            "who": _who(event.said["by"], opened),
            "what": sentence(event.said["act"]),
        }
        for event in opened.custody()
    ]


def follows(opened: OpenIncident) -> list[dict[str, object]]:
    """Return what follows from the answers, each with its reasons."""
    found: list[dict[str, object]] = [
        {"title": _("Paper"), "sentence": derived.sentence(value), "reasons": []}
        for answers in opened.answers
        for value in map(derived.paper_type, answers.entries("papers"))
    ]
    found += [
        {
            "title": derived.method_label(value.type),
            "sentence": _("Told by a witness."),
            "reasons": list(map(derived.worded, value.reasons)),
        }
        for value in derived.methods(opened.answers)
    ]
    return found


def exhibits(opened: OpenIncident, *, slug: str) -> Iterator[dict[str, object]]:
    """Return the files for components/exhibit.html: each is looked at on a page of its own."""
    flags, found = exhibit_pages.flags_of(opened), kinds.OTHER
    harm: Promise | str = ""
    for exhibit in opened.exhibits:
        if harm is not exhibit_pages.AWAY:  # then the rest is not asked for: each may take as long to fail
            found, harm = exhibit_pages.found_of(opened, exhibit)
        yield {
            "id": exhibit.name,
            "title": exhibit.name,
            "name": exhibit.file_name,
            "kind": exhibit_pages.KINDS[found.kind],
            "bytes": exhibit.size_bytes,
            "sha256": exhibit.manifest["sha256"],
            "flags": flags,
            "url": reverse("review:exhibit", args=[slug, opened.reference, exhibit.id]),
            "thumb": "" if flags else exhibit_pages.thumb(opened, exhibit, slug=slug),
            "thumb_text": _("Small grey picture of %(name)s") % {"name": exhibit.name},
            "harm": harm,
        }


def damaged(found: Sequence[Damaged], *, slug: str) -> list[dict[str, object]]:
    """Return what the nightly check found, for components/damaged.html."""
    return [
        {
            "reference": one.reference,
            "name": one.name or _("A report or file"),
            "part": one.part,
            "what": damages.SENTENCES[one.harm],
            "url": reverse("review:incident", args=[slug, one.reference]),
        }
        for one in found
    ]


def move_form(opened: OpenIncident, data: Mapping[str, str] | None = None) -> MoveForm:
    """Return the form that moves an incident, with the moves this seat may make from where it stands."""
    role = opened.desk.role if opened.desk else Role.CALL_TAKER
    return MoveForm(data, now=operations.standing(opened.review), role=role)


def standing(opened: OpenIncident) -> dict[str, object]:
    """Return where an incident stands at this desk, and why where it is closed."""
    reason = str(opened.review.get("reason", ""))
    return {
        "state": operations.standing(opened.review).label,
        "reason": ClosedReason(reason).label if reason in set(ClosedReason) else "",
    }


def packets_of(opened: OpenIncident) -> list[dict[str, object]]:
    """Return what this desk handed over of the incident."""
    return [
        {
            "number": frozen.number,
            "grade": GRADES[frozen.grade],
            "day": frozen.prepared_at.date().isoformat(),
            "recipient": frozen.recipient,
        }
        for frozen in packets.of(opened)
    ]


def why_not_hand_over(opened: OpenIncident) -> str:
    """Return why this seat may take no packet out, or an empty text."""
    role, slug = (opened.desk.role, opened.desk.slug) if opened.desk else (Role.CALL_TAKER, "")
    denial = policy.why_not_hand_over(role) or policy.why_not_use(uses.allowed_at(opened.answers, desk=slug))
    denial = denial or policy.why_not_hand_over_yet(waiting=len(opened.waiting))
    return str(denial.sentence) if denial else ""


def mail(opened: OpenIncident, *, on: date, failed: bool) -> dict[str, bool]:
    """Return whether the reporter can be mailed now, whether a mail went today, and whether one just failed."""
    denial = operations.why_not_mail_reporter(opened, on=on)
    sent = denial is not None and operations.may_be_mailed(opened)
    return {"may": denial is None, "sent": sent, "failed": failed}


def _report(report: OpenReport, *, day: str) -> dict[str, object]:
    answers = report.answers
    return {
        "id": report.name,
        "first": report.number == 1,
        "asked_by_desk": False,
        "day": day,
        "language_name": summary.language_name(answers.language),
        "sections": list(_sections(answers)),
        "troubles": answers.troubles,
    }


def _sections(answers: Answers) -> Iterator[SectionShown]:
    """Group the walk by section and entry; a section of which nothing was said is left out."""
    for _key, of_section in groupby(answers.lines(), key=lambda line: line.section.key):
        lines = list(of_section)
        if all(line.answer.missing is not None and not line.known for line in lines):
            continue
        grouped = [list(of_entry) for _id, of_entry in groupby(lines, key=lambda line: line.entry.id)]
        yield SectionShown(str(lines[0].section.title), [_entry(answers, of_entry) for of_entry in grouped])


def _entry(answers: Answers, lines: Sequence[Line]) -> EntryShown:
    return EntryShown(
        title=answers.title_of(lines[0].section, lines[0].entry),
        about=lines[0].entry.about or "",
        lines=[line for line in lines if line.missing not in {Missing.BLANK, Missing.NOT_ASKED}],
        blank=[line for line in lines if line.missing is Missing.BLANK],
        unasked=[line for line in lines if line.missing is Missing.NOT_ASKED],
    )


def _who(by: str, opened: OpenIncident) -> str:
    if by in {events.RECEIPT, events.FILING}:
        return str(_("The reporter"))
    if by == events.SITE:
        return str(_("The site"))
    return str(_("You") if by == opened.by else _("A member"))
