"""Lay the ledger out for a page: who, what and when, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import auditors, queries
from accounts.keyring import OpenDesk
from incidents.casework.policy import Basis
from incidents.casework.states import ClosedReason, State
from incidents.custody import damages, events, ledger
from incidents.custody.sentences import sentence
from incidents.review.ledger_forms import KINDS, LinesForm, SeatLinesForm
from incidents.vault import record
from incidents.vault.record import Line

ROWS = 50
ROLES = {
    "call_taker": (_("A call-taker"), _("A call-taker of another desk")),
    "reviewer": (_("A reviewer"), _("A reviewer of another desk")),
    "lawyer": (_("A lawyer"), _("A lawyer of another desk")),
    "lead": (_("A lead"), _("A lead of another desk")),
}
ROLE_WORDS: Mapping[str, Promise] = {
    "call_taker": _("Call-taker"),
    "reviewer": _("Reviewer"),
    "lawyer": _("Lawyer"),
    "lead": _("Lead"),
}
# What a body may say more: what it is called, and the words of its codes.
DETAILS: Mapping[str, tuple[Promise, Mapping[str, Promise]]] = {
    "role": (_("Role"), ROLE_WORDS),
    "to": (_("To"), {state.value: state.label for state in State}),
    "reason": (_("Why"), {reason.value: reason.label for reason in ClosedReason}),
    "basis": (_("Why"), {basis.value: basis.label for basis in Basis}),
    "until": (_("Last day"), {}),
    "number": (_("Packet"), {}),
    "size": (_("Events in that head"), {}),
    "part": (_("Part"), {}),
    "harm": (_("What is wrong"), damages.SENTENCES),
}
OTHERS = {
    events.FILING: _("The reporter, while filing"),
    events.RECEIPT: _("The reporter, with their receipt"),
    events.SITE: _("The site"),
}
GONE = _("A member whose seat is gone")


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of lines and the form that narrowed them."""

    page: Page[Mapping[str, object]]
    form: LinesForm
    total: int


def lines(held: Sequence[Line], asked: Mapping[str, str], *, desk: OpenDesk) -> Shown:
    """Return the asked page of a desk's or an incident's lines for components/ledger.html."""
    form = SeatLinesForm(asked, seats=_seats(held, desk))
    narrowed, seat = form.narrowed, form.seat_id
    found = [line for line in held if narrowed.fits(line.entered) and seat in {"", line.by}]
    page = _paged(len(found), asked)
    first = (page.number - 1) * ROWS
    page.object_list = list(_rows(found[first : first + ROWS], desk))
    return Shown(page, form, len(found))


def all_lines(asked: Mapping[str, str]) -> Shown:
    """Return the asked page of all lines as they stand in the open, for review/audit.html."""
    form = LinesForm(asked)
    total = ledger.count(form.narrowed)
    page = _paged(total, asked)
    found = ledger.page(form.narrowed, number=page.number, rows=ROWS)
    page.object_list = [
        {
            "number": entered.index,
            "day": entered.day.isoformat(),
            "kind": KINDS.get(entered.kind, entered.kind),
            "about": _("Incident") if entered.incident_id else _("Desk") if entered.desk_id else _("The ledger"),
            "id": entered.incident_id or entered.desk_id or "",
            "of": entered.of.hex() if entered.of else "",
            "changed": not entered.holds,
        }
        for entered in found
    ]
    return Shown(page, form, total)


def _paged(total: int, asked: Mapping[str, str]) -> Page[Mapping[str, object]]:
    """Return the asked page of so many lines, or the nearest there is; its rows are put in later."""
    numbers: Paginator[Mapping[str, object]] = Paginator([{}] * total, ROWS)
    return numbers.get_page(asked.get("page"))


def _rows(shown: Sequence[Line], desk: OpenDesk) -> Iterator[dict[str, object]]:
    seats = queries.seats_by_id({line.by for line in shown})
    names = auditors.names_of([line.said["desk"] for line in shown if line.said.get("desk")])
    objects = {line.said["object"] for line in shown if line.said.get("object")}
    references = record.references(objects, desk=desk)
    for line in shown:
        entered, said = line.entered, line.said
        reference = "" if entered.incident_id else references.get(said.get("object", ""), "")
        yield {
            "number": entered.index,
            "at": said["at"].replace("T", " ").removesuffix("Z") if said else entered.day.isoformat(),
            "who": _who(line, desk, seats) if said else "",
            "what": sentence(said["act"]) if said else "",
            "details": list(_details(said, names)),
            "closed": not said,
            "changed": not entered.holds,
            "kind": KINDS.get(entered.kind, entered.kind),
            "proof_url": reverse("review:ledger_proof", args=[desk.slug, entered.index]),
            "reference": reference,
            "url": reverse("review:incident_ledger", args=[desk.slug, reference]) if reference else "",
        }


def _who(line: Line, desk: OpenDesk, seats: Mapping[str, tuple[str, str]]) -> object:
    if line.by in OTHERS:
        return OTHERS[line.by]
    if line.by == str(desk.seat_id):
        return _("You")
    if line.by not in seats:
        return GONE
    slug, role = seats[line.by]
    return ROLES[role][slug != desk.slug]


def _details(said: Mapping[str, str], names: Mapping[str, str]) -> Iterator[tuple[object, object]]:
    """Yield what a body says beside act, moment and seat: what it is called, and its words."""
    if said.get("desk"):
        yield _("Desk"), names.get(said["desk"], said["desk"])
    for name, (label, words) in DETAILS.items():
        if text := said.get(name):
            yield label, words.get(text, text)


def _seats(held: Sequence[Line], desk: OpenDesk) -> list[tuple[str, str]]:
    """Return who did something here, as the filter lists them: the desk's own by name, others by what they are."""
    here = {line.by for line in held if line.by}
    seats = {str(seat.id): f"{seat.name} ({ROLE_WORDS[seat.role.label]})" for seat in queries.seats_at(desk.id)}
    elsewhere = queries.seats_by_id(here - set(seats) - set(OTHERS))
    named = [(by, str(OTHERS[by])) for by in OTHERS if by in here]
    named += [(by, name) for by, name in seats.items() if by in here]
    named += [(by, str(ROLES[role][1])) for by, (_slug, role) in elsewhere.items()]
    return named + [(by, f"{GONE} ({by[:8]})") for by in sorted(here - set(seats) - set(OTHERS) - set(elsewhere))]
