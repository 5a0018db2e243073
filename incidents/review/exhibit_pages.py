"""Lay one file out for its page: what is shown and how, what may be made, what was made and said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.checklist.kinds.base import label_of
from incidents.checklist.summary import language_name
from incidents.media import kinds, offers
from incidents.media.kinds import Found, Kind
from incidents.media.recipes import Recipe
from incidents.review import claims, making, playing, staging, surfaces
from incidents.review.making import Choice
from incidents.vault import alike, derivatives, storage
from incidents.vault.derivatives import Says
from sealing.keys import Tampered

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from incidents.vault.openings import OpenExhibit, OpenIncident

KINDS: Mapping[Kind, StrOrPromise] = {
    Kind.PHOTO: gettext_lazy("Photo"),
    Kind.VIDEO: gettext_lazy("Video"),
    Kind.AUDIO: gettext_lazy("Audio"),
    Kind.PAPER: gettext_lazy("Paper"),
    Kind.OTHER: gettext_lazy("Other"),
}
PROBLEMS: Mapping[str, StrOrPromise] = {
    "too_large": gettext_lazy("It is too large to make a copy of here. Download the original to look at it."),
    "not_decodable": gettext_lazy("No copy could be made: what is in the file is damaged, or of another kind."),
    "not_copyable": gettext_lazy("There is no preview of this kind of file yet. It is kept as it came."),
    "unguarded": gettext_lazy("This machine cannot lock the program that opens foreign files. Tell your operator."),
    "locked": gettext_lazy("This paper is locked. Write its password; it is kept nowhere."),
    "stopped": gettext_lazy("The copy took too much time or memory and was given up. Nothing of it was kept."),
    "busy": gettext_lazy("Other copies are being made right now. Try again in a minute."),
    "tampered": gettext_lazy("This file is not the one that was stored. Nothing was made. Tell your operator."),
    "changed": gettext_lazy("This incident changed while the copy was made. Nothing was kept. Try again."),
}
HARMED = gettext_lazy("What is stored is not what arrived: it is damaged or missing. Call your operator.")
AWAY = gettext_lazy("The storage does not hand this file out right now. Try again; if it stays so, call your operator.")
_HIDDEN = ("thumb",)  # of no use beside the copy itself
_NO_FLAG = "no"


def page(opened: OpenIncident, held: OpenExhibit, *, slug: str, asked: Mapping[str, str]) -> dict[str, object]:
    """Return what review/exhibit.html shows.

    Args:
        asked: the query: `show` opens what is marked, `copy` shows another copy, `problem` says why none was made.
    """
    found, harm = found_of(opened, held)
    said = derivatives.particulars_of(opened, held)
    kind = Kind(str(said["kind"])) if said.get("kind") in set(Kind) else found.kind
    flags = flags_of(opened)
    stage = staging.stage(opened, held, said, slug=slug, copy=asked.get("copy", ""), first=asked.get("first", ""))
    day = str(newest.manifest["at"])[:10] if (newest := derivatives.newest(opened, held, Recipe.PARTICULARS)) else ""
    return {
        "file": {
            "id": held.id,
            "name": held.name,
            "kind": KINDS[kind],
            "bytes": held.size_bytes,
            "file_name": held.file_name,
            "received": held.received_on.isoformat() if held.received_on else "",
            "sha256": held.manifest["sha256"],
            "sha512": held.manifest["sha512"],
        },
        "flags": flags,
        "closed": bool(flags) and "show" not in asked and stage is not None,
        "stage": stage,
        "offers": list(_offers(opened, held, said, kind=found.kind, extension=found.extension)),
        "locked": asked.get("problem") == "locked",
        "harm": harm,
        "problem": PROBLEMS.get(asked.get("problem", ""), ""),
        "claims": claims.rows(opened, said, kind=kind),
        "warnings": claims.warnings(said),
        "provenance": claims.provenance(said, day=day) if said else "",
        "words": list(_words(opened, held)),
        "covering": surfaces.listed(opened, held, slug=slug),
        "copies": list(_copies(opened, held)),
        "alike": [
            {
                "reference": one.reference,
                "here": one.reference == opened.reference,
                "url": reverse("review:exhibit", args=[slug, one.reference, one.exhibit_id]),
            }
            for one in alike.of(opened, held)
        ],
        "before": neighbor(opened, held, slug=slug, step=-1),
        "after": neighbor(opened, held, slug=slug, step=1),
    }


def found_of(opened: OpenIncident, held: OpenExhibit) -> tuple[Found, Promise | str]:
    """Return what a file is, and what is wrong with its beginning, if anything is: one damaged file hides no other."""
    try:
        return making.kind_of(opened, held), ""
    except Tampered:
        return kinds.OTHER, HARMED
    except storage.Unavailable:
        return kinds.OTHER, AWAY


def flags_of(opened: OpenIncident) -> list[str]:
    """Return what a reporter marked as hard to watch; of which file, no answer says, so it closes each."""
    lines = (line for answers in opened.answers for line in answers.lines())
    marked = [line for line in lines if (line.section.key, line.item.key) == ("exhibit", "hard_to_watch")]
    found = {
        str(code): label_of(str(code), line.item.kind.codes)
        for line in marked
        if isinstance(line.answer.value, list)
        for code in line.answer.value
    }
    return [label for code, label in found.items() if code != _NO_FLAG]


def neighbor(opened: OpenIncident, held: OpenExhibit, *, slug: str, step: int) -> str:
    """Return the address of the file before or after, or an empty text."""
    at = [exhibit.id for exhibit in opened.exhibits].index(held.id) + step
    if not 0 <= at < len(opened.exhibits):
        return ""
    return reverse("review:exhibit", args=[slug, opened.reference, opened.exhibits[at].id])


def _offers(
    opened: OpenIncident, held: OpenExhibit, said: Mapping[str, object], *, kind: Kind, extension: str
) -> Iterator[dict[str, object]]:
    """Yield what a member may ask for, each with the reason for it."""
    offered = offers.offered(kind, extension)
    if not offered:
        return
    first_looks = (Recipe.CLEAN, Recipe.CLIP_COPY, Recipe.WAVEFORM, Recipe.PAGES)
    if not any(derivatives.newest(opened, held, recipe) for recipe in first_looks):
        why = _("It is made anew in a locked program and sealed like the file. No hidden place or name goes along.")
        yield {"choice": Choice.LOOK, "label": _("Make a copy to look at"), "why": why, "main": True}
    viewing = Recipe.VIEWING_COPY in offered and not derivatives.newest(opened, held, Recipe.VIEWING_COPY)
    if viewing and derivatives.newest(opened, held, Recipe.CLIP_COPY):
        plain = _("If this browser does not play the cleaned copy: the same in a coding that every browser plays.")
        why = (
            _("The clip is in HEVC, which this browser may not play: the same in H.264.")
            if claims.is_hevc(said)
            else plain
        )
        yield {"choice": Choice.VIEWING_COPY, "label": _("Make a viewing copy"), "why": why, "main": False}
    pages = [copy for copy in opened.copies_of(held) if staging.page_number(copy)]
    made = {staging.page_number(copy) for copy in pages}
    total = max(map(staging.total, pages), default=0)
    missing = next((number for number in range(1, total + 1) if number not in made), None)
    if missing:
        label = _("Make the pages from %(first)s on, of %(total)s") % {"first": missing, "total": total}
        yield {"choice": Choice.PAGES, "label": label, "why": "", "main": False, "first": missing - 1}


def _words(opened: OpenIncident, held: OpenExhibit) -> Iterator[dict[str, object]]:
    for copy in opened.copies_of(held):
        if derivatives.recipe_of(copy) in set(Says):
            language = str(copy.manifest.get("language", ""))
            yield {
                "what": staging.called(copy),
                "name": copy.name,
                "language": language,
                "language_name": language_name(language),
                "how": copy.manifest.get("how", ""),
                "who": _who(copy, opened),
                "day": str(copy.manifest["at"])[:10],
                "text": opened.reader(copy).read().decode(errors="replace"),
            }


def _copies(opened: OpenIncident, held: OpenExhibit) -> Iterator[dict[str, object]]:
    for copy in opened.copies_of(held):
        if derivatives.output_of(copy) in _HIDDEN or copy.media_type == derivatives.TEXT:
            continue
        shown = copy.media_type in playing.TYPES
        yield {
            "id": copy.id,
            "name": copy.name,
            "what": staging.called(copy),
            "bytes": copy.size_bytes,
            "day": str(copy.manifest["at"])[:10],
            "who": _who(copy, opened),
            "tool": copy.manifest["tool"],
            "recipe": copy.manifest["recipe"],
            "sha256": copy.manifest["sha256"],
            "unlocked": not copy.manifest["locks"],
            "show": shown,
        }


def _who(copy: OpenExhibit, opened: OpenIncident) -> str:
    return _("You") if copy.manifest["by"] == opened.by else _("A member")


def thumb(opened: OpenIncident, held: OpenExhibit, *, slug: str) -> str:
    """Return the address of a small grey picture of a file, or an empty text where none was made."""
    for recipe in (Recipe.CLEAN, Recipe.STILL):
        if made := derivatives.newest(opened, held, recipe, output="thumb"):
            return staging.copy_url(opened, held, made, slug=slug)
    return ""


def chosen(copies: Sequence[OpenExhibit], copy_id: UUID) -> OpenExhibit | None:
    """Return the copy of this id."""
    return next((copy for copy in copies if copy.id == copy_id), None)
