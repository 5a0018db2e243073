"""Choose which copy of a file is looked at, and how: a picture, a clip, a sound, the pages of a paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.media.recipes import Recipe
from incidents.review import claims, playing
from incidents.review.making import PAGES_AT_ONCE
from incidents.vault import derivatives
from incidents.vault.derivatives import Says

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from incidents.vault.openings import OpenExhibit, OpenIncident

# What a copy is called, by its recipe and, where that has several, its output.
_CALLED: Mapping[str, StrOrPromise] = {
    "clean": gettext_lazy("Cleaned copy"),
    "clip-copy": gettext_lazy("Cleaned copy"),
    "viewing-copy": gettext_lazy("Viewing copy, H.264"),
    "still": gettext_lazy("Still picture"),
    "waveform": gettext_lazy("Picture of the sound"),
    "pages": gettext_lazy("Page as a picture"),
    "redacted-picture": gettext_lazy("Redacted copy"),
    "redacted-clip": gettext_lazy("Redacted copy"),
    "particulars": gettext_lazy("What the file says of itself"),
    Says.TRANSCRIPT: gettext_lazy("Transcript"),
    Says.TRANSLATION: gettext_lazy("Translation"),
    Says.DESCRIPTION: gettext_lazy("Description"),
}
_OUTPUT = {Recipe.CLEAN: "clean", Recipe.STILL: "still"}


def stage(
    opened: OpenIncident, held: OpenExhibit, said: Mapping[str, object], *, slug: str, copy: str, first: str
) -> dict[str, object] | None:
    """Return what stands on the stage: the copy that was asked for, else the one that its kind is looked at by."""
    chosen = next((one for one in opened.copies_of(held) if str(one.id) == copy), None)
    if chosen is not None and derivatives.recipe_of(chosen) != Recipe.PAGES and chosen.media_type in playing.TYPES:
        return _shown(opened, held, chosen, said, slug=slug)
    for recipe in (Recipe.VIEWING_COPY, Recipe.CLIP_COPY, Recipe.CLEAN, Recipe.STILL, Recipe.WAVEFORM):
        if made := derivatives.newest(opened, held, recipe, output=_OUTPUT.get(recipe, "")):
            return _shown(opened, held, made, said, slug=slug)
    return _pages(opened, held, slug=slug, first=first, chosen=chosen)


def _shown(
    opened: OpenIncident, held: OpenExhibit, copy: OpenExhibit, said: Mapping[str, object], *, slug: str
) -> dict[str, object]:
    url = copy_url(opened, held, copy, slug=slug)
    shown = {"url": url, "type": copy.media_type, "name": copy.name, "what": called(copy)}
    shown["alt"] = _("%(copy)s of %(file)s") % {"copy": called(copy), "file": held.name}
    if copy.media_type == "image/jpeg":
        return {**shown, "sort": "picture"}
    still = derivatives.newest(opened, held, Recipe.STILL, output="still")
    wave = derivatives.newest(opened, held, Recipe.WAVEFORM)
    poster = wave if copy.media_type == "audio/mp4" else still
    return {
        **shown,
        "sort": "sound" if copy.media_type == "audio/mp4" else "clip",
        "poster": copy_url(opened, held, poster, slug=slug) if poster else "",
        "rate": f"{claims.frame_rate(said):.3f}",
        "hevc": claims.is_hevc(said) and derivatives.recipe_of(copy) == Recipe.CLIP_COPY,
    }


def _pages(
    opened: OpenIncident, held: OpenExhibit, *, slug: str, first: str, chosen: OpenExhibit | None
) -> dict[str, object] | None:
    """Return ten pages of a paper: those from `first` on, or around the one that was asked for."""
    made = {page_number(copy): copy for copy in opened.copies_of(held) if page_number(copy)}
    if not made:
        return None
    most = max(map(total, made.values()))
    asked = page_number(chosen) if chosen else int(first) + 1 if first.isdecimal() and len(first) < 6 else min(made)
    begins = (max(asked, 1) - 1) // PAGES_AT_ONCE * PAGES_AT_ONCE
    shown = [number for number in sorted(made) if begins < number <= begins + PAGES_AT_ONCE]
    return {
        "sort": "pages",
        "name": held.name,
        "total": most,
        "pages": [
            {
                "number": number,
                "url": copy_url(opened, held, made[number], slug=slug),
                "alt": _("Page %(number)s of %(file)s") % {"number": number, "file": held.name},
            }
            for number in shown
        ],
        "runs": [
            {"first": start, "number": start + 1, "to": min(start + PAGES_AT_ONCE, most), "now": start == begins}
            for start in range(0, most, PAGES_AT_ONCE)
            if start + 1 in made
        ],
    }


def page_number(copy: OpenExhibit) -> int:
    """Return which page of a paper a copy shows, or 0."""
    if derivatives.recipe_of(copy) != Recipe.PAGES:
        return 0
    name = derivatives.output_of(copy)
    digits = name.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def total(copy: OpenExhibit) -> int:
    """Return how many pages the paper has that a copy is a page of, or 0."""
    told = copy.manifest.get("told")
    pages = told.get("pages") if isinstance(told, dict) else None
    return pages if isinstance(pages, int) else 0


def called(copy: OpenExhibit) -> str:
    """Return what a copy is, in words."""
    recipe = derivatives.recipe_of(copy)
    named = str(_CALLED.get(recipe, recipe))
    number = page_number(copy)
    return _("%(copy)s: page %(number)s") % {"copy": named, "number": number} if number else named


def copy_url(opened: OpenIncident, held: OpenExhibit, copy: OpenExhibit, *, slug: str) -> str:
    """Return where the bytes of a copy are."""
    return reverse("review:copy", args=[slug, opened.reference, held.id, copy.id])
