"""What agents did, as a set of coded acts that cohorts and orders compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from incidents.checklist.answers import Answers, Entry
from incidents.checklist.derived.facts import Derived, Seen, codes_of, seen
from incidents.checklist.derived.papers import paper_type

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ADMIN = frozenset({"admin_arrest_i200", "admin_removal_i205", "detainer_i247a", "admin_kind_not_seen"})
JUDICIAL = frozenset({"judicial_arrest", "judicial_search", "judicial_kind_not_seen"})

# An act that one answer tells: the section, the item, and the codes.
TOLD: Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "collateral": (("event", "targeted", ("took_others_too", "person_named_was_not_there")),),
    "forced_entry": (
        (
            "entry",
            "how",
            ("door_opened_then_pushed", "broke_a_door", "broke_a_window", "opened_a_car", "ordered_people_out"),
        ),
    ),
    "ruse": (
        (
            "entry",
            "trick",
            (
                "said_police_case",
                "showed_a_photo",
                "identity_theft",
                "car_crash",
                "probation_check",
                "delivery_or_utility",
                "lost_child",
                "other",
            ),
        ),
        ("agents", "agency_said", ("false_story",)),
    ),
    "masked": (("agents", "face", ("mask_or_neck_gaiter", "full_face_mask")),),
    "no_identification": (("agents", "when_asked", ("refused", "ignored_it", "hid_it")),),
    "unmarked_car": (("vehicles", "markings", ("no_markings",)),),
    "filming_stopped": (
        ("event", "activity", ("stopping_people_from_filming",)),
        ("harm", "kind", ("filming_stopped",)),
    ),
    "phone_searched": (
        ("event", "activity", ("searching_phone",)),
        ("entry", "searched", ("phone_or_computer",)),
    ),
    "face_scan": (("event", "activity", ("scanning_face_or_finger",)), ("stop", "scan", ("face",))),
    "id_ignored": (("stop", "id_response", ("would_not_look", "said_it_was_fake", "kept_it")),),
}

# What each act is called on pages and papers: what a witness told, never a verdict.
LABELS: Mapping[str, StrOrPromise] = {
    "arrest_no_paper_shown": _("Arrest, and no paper was shown"),
    "collateral": _("Other people were taken too"),
    "entry_on_admin_paper": _("They went in, and the paper was an agency's own"),
    "entry_without_yes": _("They went in, and nobody said yes"),
    "face_scan": _("A face was scanned"),
    "filled_in_at_scene": _("A paper was filled in on the spot"),
    "filming_stopped": _("Filming was stopped"),
    "force_used": _("Force was used"),
    "forced_entry": _("They forced their way in"),
    "id_ignored": _("ID was not looked at, or not believed"),
    "masked": _("Faces were covered"),
    "no_identification": _("Agents did not say who they were"),
    "phone_searched": _("A phone was searched"),
    "ruse": _("They may have used a trick"),
    "unmarked_car": _("A car without markings"),
}


def agencies_of(entry: Entry) -> tuple[str, ...]:
    """Return the codes of an agent's agency: what was seen, else what was said."""
    return codes_of(entry, "agency_seen") or codes_of(entry, "agency_said")


def methods(reports: Sequence[Answers]) -> tuple[Derived, ...]:
    """Return the acts the Reports tell, each with the answers that tell it, in alphabetical order."""
    found: dict[str, tuple[str, ...]] = {}
    for act, reasons in (*_told(reports), *_papers(reports), *_entries(reports), *_unnamed(reports), *_force(reports)):
        if reasons:
            found[act] = (*found.get(act, ()), *reasons)
    return tuple(Derived(act, reasons=found[act]) for act in sorted(found))


def _told(reports: Sequence[Answers]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for act, places in TOLD.items():
        for section, key, codes in places:
            for one in seen(reports, section):
                yield act, one.among(key, codes)


def _papers(reports: Sequence[Answers]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A paper may exist unseen: "no paper shown" is not "no warrant"."""
    arrests = [reason for one in seen(reports, "event") for reason in one.among("activity", ("arresting",))]
    for one in seen(reports, "papers"):
        yield "filled_in_at_scene", one.among("filled_in", ("filled_in_at_the_scene",))
        if arrests and paper_type(one.entry).type == "none_shown":
            yield "arrest_no_paper_shown", (*arrests, *one.among("shown", codes_of(one.entry, "shown")))


def _entries(reports: Sequence[Answers]) -> Iterator[tuple[str, tuple[str, ...]]]:
    papers = [(one, paper_type(one.entry)) for one in seen(reports, "papers")]
    admin = [reason for one, paper in papers if paper.type in ADMIN for reason in _named(one, paper)]
    judicial = any(paper.type in JUDICIAL for _one, paper in papers)
    for one in seen(reports, "entry"):
        inside = one.among("entered", ("yes",))
        if not inside:
            continue
        without = one.among("asked_to_enter", ("no",)) + one.among("who_agreed", ("nobody",))
        yield "entry_without_yes", (*inside, *without) if without else ()
        yield "entry_on_admin_paper", (*inside, *admin) if admin and not judicial else ()


def _named(one: Seen, paper: Derived) -> tuple[str, ...]:
    return tuple(f"R-{one.report:04d}/{one.entry.id}: {reason}" for reason in paper.reasons)


def _unnamed(reports: Sequence[Answers]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in seen(reports, "agents"):
        silent, nothing = one.among("agency_said", ("said_nothing",)), one.among("visible_id", ("neither",))
        yield "no_identification", (*silent, *nothing) if silent and nothing else ()


def _force(reports: Sequence[Answers]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in seen(reports, "force"):
        yield "force_used", one.among("kind", set(codes_of(one.entry, "kind")) - {"none"})


def method_label(act: str) -> str:
    """Return what an act is called, in the language in force; its code where this version has no words for it."""
    return str(LABELS.get(act, act))
