"""What a paper looks like, from what was seen on it (data dictionary 3.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext_lazy as _

from incidents.checklist.answers import Entry
from incidents.checklist.catalogue.papers import PAPERS
from incidents.checklist.derived.facts import Derived, among, codes_of
from incidents.checklist.items import Item, Missing
from incidents.checklist.reference import table

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# A type with its reasons, where a rule fits.
Fit: TypeAlias = "tuple[str, tuple[str, ...]] | None"

# What each flag is read from: the item, and the codes that raise it.
FLAGS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "claimed": (("shown", ("said_they_had_one",)),),
    "unsigned": (("signed_by", ("nobody",)),),
    "filled_in_at_scene": (("filled_in", ("filled_in_at_the_scene",)),),
    "blank_name": (("filled_in", ("blank_or_no_name", "name_added_after_arrest")), ("person_named", ("no_name",))),
    "name_differs": (("person_named", ("someone_else", "wrong_or_misspelled")),),
    "address_differs": (("address_named", ("other_address",)),),
    "shown_after_entry": (("shown_when", ("after_they_went_in",)),),
    "shown_after_arrest": (
        ("shown_when", ("after_the_cuffs", "after_they_left_the_place", "later_by_mail_or_lawyer")),
    ),
}
KEPT_BY_SOMEONE = {"gave_us_a_copy", "left_behind"}

SENTENCES: Mapping[str, StrOrPromise] = {
    "not_asked": _("Nothing was asked about a paper."),
    "none_shown": _("No paper was shown. There may be one all the same."),
    "unclear": _("It is not clear what kind of paper this was."),
    "admin_arrest_i200": _("Looks like an immigration warrant (I-200)."),
    "admin_removal_i205": _("Looks like an immigration warrant of removal (I-205)."),
    "detainer_i247a": _("Looks like an immigration detainer (I-247A)."),
    "other_immigration_form": _("Looks like another immigration form."),
    "judicial_arrest": _("Looks like an arrest warrant of a court."),
    "judicial_search": _("Looks like a search warrant of a court."),
    "judicial_kind_not_seen": _("Looks like a paper of a court; the kind was not seen."),
    "admin_kind_not_seen": _("Looks like a paper of an agency; the kind was not seen."),
    "subpoena": _("Looks like a subpoena."),
}


def paper_type(entry: Entry | None) -> Derived:
    """Return what one paper looks like; the first rule that fits decides.

    Two Reports that disagree give two types, never one merged.
    """
    found = entry or Entry()
    kind, reasons = next(fits for rule in RULES_IN_ORDER if (fits := rule(found)))
    raised = {flag: why for flag in FLAGS if (why := _flag(found, flag))} | _no_copy(found) | _photo(found)
    beside = tuple(reason for why in raised.values() for reason in why if reason not in reasons)
    return Derived(kind, tuple(raised), (*reasons, *beside))


def looks_like(kind: str) -> str:
    """Return a paper's type in words, or the code of a type this version does not know."""
    return str(SENTENCES.get(kind, kind))


def sentence(derived: Derived) -> str:
    """Return a paper's type for a member: what it looks like, what was seen, and that a lawyer must check."""
    asked = [reason.partition(" = ") for reason in derived.reasons]
    told = [f"{item.label} {_said(item, code)}" for key, _is, code in asked if (item := PAPERS.item(key))]
    said = [looks_like(derived.type)]
    if told:
        said.append(str(_("What was told: %(answers)s.")) % {"answers": "; ".join(told)})
    return " ".join((*said, str(_("A lawyer must check."))))


def _said(item: Item, code: str) -> StrOrPromise:
    return Missing(code).label if code in list(Missing) else item.kind.codes.get(code, code)


def _court(entry: Entry) -> tuple[str, ...]:
    """An immigration judge is not a court here."""
    header = among(entry, "header", ("us_district_court", "state_or_local_court"))
    return (*header, *among(entry, "signed_by", ("judge",)))


def _agency(entry: Entry) -> tuple[str, ...]:
    forms = (code for code in codes_of(entry, "form_number") if code.startswith("i_"))
    return (
        *among(entry, "header", ("homeland_security",)),
        *among(entry, "signed_by", ("immigration_officer",)),
        *among(entry, "form_number", forms),
    )


def _not_asked(entry: Entry) -> Fit:
    """Rule 1; an addition that says more of a paper need not repeat that it was shown."""
    shown = entry.answers.get("shown")
    if shown and shown.missing is not Missing.NOT_ASKED:
        return None
    told = any(key != "shown" and answer.missing is None for key, answer in entry.answers.items())
    return None if told else ("not_asked", (f"shown = {shown.missing if shown else Missing.BLANK}",))


def _none_shown(entry: Entry) -> Fit:
    why = among(entry, "shown", ("said_they_had_one", "asked_and_refused", "none_not_asked"))
    return ("none_shown", why) if why else None


def _contradicting(entry: Entry) -> Fit:
    court, agency = _court(entry), _agency(entry)
    if court and agency:
        return "unclear", (*court, *agency)
    form = among(entry, "form_number", ("ao_93", "ao_442"))
    header = among(entry, "header", ("homeland_security",))
    return ("unclear", (*form, *header)) if form and header else None


def _immigration_court(entry: Entry) -> Fit:
    why = among(entry, "header", ("immigration_court",)) + among(entry, "signed_by", ("immigration_judge",))
    return ("other_immigration_form", why) if why else None


def _by_form_number(entry: Entry) -> Fit:
    number = next(iter(codes_of(entry, "form_number")), "")
    other = {"type": "other_immigration_form"} if number.startswith("i_") else None
    row = table("papers")["form_number"].get(number, other)
    why = among(entry, "form_number", (number,))
    return (row["type"], (*why, *_court(entry), *_agency_but(entry, why))) if row else None


def _agency_but(entry: Entry, why: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(reason for reason in _agency(entry) if reason not in why)


def _by_title(entry: Entry) -> Fit:
    rows = {code: row for code, row in table("papers")["title"].items() if not row.get("needs_court")}
    why, court = among(entry, "title", rows), _court(entry)
    if not why:
        return None
    row = rows[codes_of(entry, "title")[0]]
    kind = "unclear" if row.get("agency") and court else row["type"]
    return kind, (*why, *court, *_agency(entry))


def _court_paper(entry: Entry) -> Fit:
    court = _court(entry)
    if not court:
        return None
    search = among(entry, "title", ("search_and_seizure_warrant",)) + among(entry, "lists_places", ("yes",))
    arrest = among(entry, "title", ("arrest_warrant",))
    kind = "judicial_search" if search else "judicial_arrest" if arrest else "judicial_kind_not_seen"
    return kind, (*court, *search, *arrest)


def _agency_paper(entry: Entry) -> Fit:
    agency = _agency(entry)
    return ("admin_kind_not_seen", agency) if agency else None


def _unclear(entry: Entry) -> Fit:
    shown = entry.answers.get("shown")
    return "unclear", (f"shown = {(shown.missing or shown.value) if shown else Missing.BLANK}",)


RULES_IN_ORDER: tuple[Callable[[Entry], Fit], ...] = (
    _not_asked,
    _none_shown,
    _contradicting,
    _immigration_court,
    _by_form_number,
    _by_title,
    _court_paper,
    _agency_paper,
    _unclear,
)


def _flag(entry: Entry, flag: str) -> tuple[str, ...]:
    return tuple(reason for key, codes in FLAGS[flag] for reason in among(entry, key, codes))


def _no_copy(entry: Entry) -> dict[str, tuple[str, ...]]:
    how = codes_of(entry, "how_shown")
    return {"no_copy_given": among(entry, "how_shown", how)} if how and not KEPT_BY_SOMEONE & set(how) else {}


def _photo(entry: Entry) -> dict[str, tuple[str, ...]]:
    photo = codes_of(entry, "photo")
    return {"photo_held": among(entry, "photo", photo)} if photo and photo != ("no",) else {}
