"""The reporter's say: who holds a key and why, what each may do, and a change of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents.casework import uses
from incidents.checklist.answers import Answers
from incidents.checklist.items import Answer, JsonValue
from incidents.checklist.kinds.people import USES
from incidents.custody import events
from incidents.vault import holding, sharing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from incidents.intake.forms import UseForm
    from incidents.vault.holding import Holder
    from incidents.vault.openings import OpenIncident

SECTION, ITEM = "permission", "uses"
WHY: Mapping[str, StrOrPromise] = {
    "chosen_by_reporter": _("You sent your report to this group."),
    "same_client": _("Another group shared it: both help the same person."),
    "common_interest": _("Another group shared it: both work on the same kind of case."),
    "reporters_wish": _("Another group shared it, because you wished so."),
}
SHARED = _("Another group shared it.")


def holders(opened: OpenIncident, *, on: date) -> Iterator[dict[str, object]]:
    """Yield each group that holds a key, as the page shows it."""
    for holder in _holding(opened, on=on):
        yield {
            "name": holder.name,
            "since": day_in_words(holder.since),
            "until": day_in_words(holder.until),
            "why": WHY.get(holder.basis, SHARED),
        }


def former_holders(opened: OpenIncident, *, on: date) -> Iterator[dict[str, object]]:
    """Yield each group that held a key and holds none any more, with the day that ended."""
    held = holding.key_holders(opened)
    ended = {holder.slug: (holder.name, holder.until) for holder in held if holder.has_ended(on=on)}
    here = {holder.slug for holder in held}
    known = {str(desk.id): desk for desk in sharing.pinned_desks()}
    for event in opened.custody():
        desk = known.get(event.said.get("desk", "")) if event.said["act"] == events.Withdrawn.act else None
        if desk and desk.slug not in here:
            ended[desk.slug] = (desk.name, event.entered.day)
    for name, day in ended.values():
        yield {"name": name, "ended": day_in_words(day)}


def uses_of(opened: OpenIncident, *, on: date) -> Iterator[dict[str, object]]:
    """Yield each use with what was said of it, once where it is the same for all groups."""
    said = uses.said(opened.answers)
    holding = _holding(opened, on=on)
    for use, title in USES.items():
        found = [(holder.name, uses.standing(said, desk=holder.slug).get(use)) for holder in holding]
        last = {(one.yes, one.on, one.statement) if one else None for _name, one in found}
        shown = found if len(last) > 1 else [("", one) for _name, one in found[:1]]
        yield {"code": use, "title": title, "states": [_state(name, one) for name, one in shown]}


def now_of(opened: OpenIncident, use: str, *, on: date) -> dict[str, tuple[str, bool]]:
    """Return each group's name and whether it may use the report for this, by the group's address."""
    said = uses.said(opened.answers)
    return {holder.slug: (holder.name, uses.allowed(said, use, desk=holder.slug)) for holder in _holding(opened, on=on)}


def keep(opened: OpenIncident, use: str, form: UseForm, *, at: datetime) -> None:
    """Add what was changed as a report of its own: nothing that was said before is touched."""
    if not (changed := form.changed):
        return
    to_all = set(form.said.values()) == {"no"}  # even where some of them heard it before
    found = rows(use, changed, to_all=to_all, on=at.date(), statement=settings.STATEMENT)
    language = get_language() or settings.LANGUAGE_CODE
    answers = Answers.start(form="question_set", language=language, statement=settings.STATEMENT)
    opened.add(answers.with_entry(SECTION, {ITEM: Answer(value=found)}), files=(), at=at)


def rows(use: str, said: Mapping[str, str], *, to_all: bool, on: date, statement: str) -> list[JsonValue]:
    """Return what is said of one use as rows.

    Args:
        said: yes or no by the group's address.
        to_all: whether every group that holds a key has this answer. A no to all names none, so that groups that come
            later hear it too; a yes names each.
    """
    told: dict[str, JsonValue] = {"on": on.isoformat(), "statement": statement}
    if to_all and set(said.values()) == {"no"}:
        return [{"use": use, "answer": "no", **told}]
    return [{"use": use, "answer": answer, "desk": slug, **told} for slug, answer in said.items()]


def to_each(answers: Mapping[str, Answer], *, desks: Sequence[str], on: date) -> Mapping[str, Answer]:
    """Return a section's answers with the uses as rows of each group: its form asks them for all at once."""
    held = answers.get(ITEM)
    if held is None or not isinstance(held.value, list) or not desks:
        return answers
    found: list[JsonValue] = []
    for row in held.value:
        if isinstance(row, dict):
            said = dict.fromkeys(desks, str(row["answer"]))
            found += rows(str(row["use"]), said, to_all=True, on=on, statement=settings.STATEMENT)
    return {**answers, ITEM: replace(held, value=found)}


def day_in_words(day: date | None) -> str:
    """Return a day as people write it, or an empty text."""
    return date_format(day, "DATE_FORMAT") if day else ""


def _holding(opened: OpenIncident, *, on: date) -> Sequence[Holder]:
    return [holder for holder in holding.key_holders(opened) if not holder.has_ended(on=on)]


def _state(name: str, said: uses.Said | None) -> dict[str, object]:
    if said is None:
        return {"name": name, "yes": False, "since": "", "statement": ""}
    return {"name": name, "yes": said.yes, "since": day_in_words(said.on), "statement": said.statement}
