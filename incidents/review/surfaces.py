"""What boxes are drawn on: a clean picture, a page of a paper, a clip, or sound alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.casework import covered
from incidents.media.kinds import Kind
from incidents.media.recipes import JPEG, MP4, SOUND, Recipe
from incidents.review import claims, making, staging
from incidents.review.redact_forms import Frame
from incidents.vault import derivatives, storage
from incidents.vault.openings import OpenExhibit, OpenIncident
from sealing.keys import Tampered

_DRAWN_ON = frozenset({Recipe.CLEAN, Recipe.PAGES, Recipe.STILL, Recipe.REDACTED_PICTURE})
THUMB = "thumb"  # the small picture for lists
_PLAYED = (Recipe.VIEWING_COPY, Recipe.CLIP_COPY)


class Sort(StrEnum):
    """How it is shown."""

    PICTURE = "picture"
    CLIP = "clip"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Surface:
    """What is shown under the boxes, and how large the thing itself is: `url` may be of a smaller copy."""

    sort: Sort
    source: OpenExhibit
    original: OpenExhibit
    url: str
    frame: Frame
    frame_rate: float = 30.0
    poster: str = ""

    @property
    def recipe(self) -> Recipe:
        """By what it is covered."""
        return Recipe.REDACTED_PICTURE if self.sort is Sort.PICTURE else Recipe.REDACTED_CLIP

    @property
    def text(self) -> str:
        """What a reader who does not see it is told."""
        return _("%(name)s, to draw boxes on") % {"name": self.source.name}


def original_of(opened: OpenIncident, held: OpenExhibit) -> OpenExhibit:
    """Return the file that a copy comes from, or the file itself."""
    while held.parent:
        held = opened.file(held.parent)
    return held


def of(opened: OpenIncident, held: OpenExhibit, *, slug: str) -> Surface | None:
    """Return what is drawn on, or None: this is nothing to draw on, or no copy of it was made to look at yet."""
    original = original_of(opened, held)
    if held.parent:
        return _of_copy(opened, held, original, slug=slug)
    try:
        kind = making.kind_of(opened, held).kind
    except (Tampered, storage.Unavailable):  # the page says so; there is nothing to draw on
        return None
    if kind not in {Kind.VIDEO, Kind.AUDIO}:
        return None
    return _of_clip(opened, held, slug=slug)


def listed(opened: OpenIncident, held: OpenExhibit, *, slug: str) -> dict[str, object]:
    """Return what boxes can be drawn on of a file, and its covered copies, for components/covering.html."""
    found = [surface for one in (held, *opened.copies_of(held)) if (surface := of(opened, one, slug=slug))]
    copies = [copy for copy in opened.copies_of(held) if is_burned(copy)]
    seen = covered.looked_at(opened.custody()) if copies else frozenset()
    return {
        "sources": [
            {"url": _url("cover", opened, one.source, slug=slug), "text": _named(one.source)}
            for one in found
            if not covered.is_covered(one.source)
        ],
        "copies": [
            {
                "url": _url("covered", opened, copy, slug=slug),
                "name": copy.name,
                "seen": covered.why_not_use(copy, seen=seen) is None,
            }
            for copy in copies
        ],
    }


def is_burned(copy: OpenExhibit) -> bool:
    """Whether this is a covered copy itself, and not the small picture of one."""
    return covered.is_covered(copy) and derivatives.output_of(copy) != THUMB


def _named(source: OpenExhibit) -> str:
    return f"{staging.called(source)}, {source.name}" if source.parent else _("The clip, its pictures and sound")


def _url(name: str, opened: OpenIncident, file: OpenExhibit, *, slug: str) -> str:
    return reverse(f"review:{name}", args=[slug, opened.reference, file.id])


def _of_copy(opened: OpenIncident, copy: OpenExhibit, original: OpenExhibit, *, slug: str) -> Surface | None:
    recipe, url = derivatives.recipe_of(copy), staging.copy_url(opened, original, copy, slug=slug)
    width, height = _size(copy)
    if copy.media_type == JPEG and recipe in _DRAWN_ON and derivatives.output_of(copy) != THUMB and width:
        return Surface(Sort.PICTURE, copy, original, url, Frame(width, height))
    if recipe != Recipe.REDACTED_CLIP:
        return None
    if copy.media_type == SOUND:
        return Surface(Sort.SOUND, copy, original, url, Frame(0, 0, is_clip=True))
    return Surface(Sort.CLIP, copy, original, url, Frame(width, height, is_clip=True)) if width else None


def _of_clip(opened: OpenIncident, held: OpenExhibit, *, slug: str) -> Surface | None:
    """Return a clip as the newest copy of it plays; boxes lie in the pixels of its still, which is upright."""
    copies = (derivatives.newest(opened, held, recipe) for recipe in _PLAYED)
    played = next((copy for copy in copies if copy), None)
    if played is None:
        return None
    url = staging.copy_url(opened, held, played, slug=slug)
    if played.media_type != MP4:
        return Surface(Sort.SOUND, held, held, url, Frame(0, 0, is_clip=True))
    still = derivatives.newest(opened, held, Recipe.STILL, output="still")
    width, height = _size(still or played)
    if not width:
        return None
    return Surface(
        Sort.CLIP,
        held,
        held,
        url,
        Frame(width, height, is_clip=True),
        frame_rate=claims.frame_rate(derivatives.particulars_of(opened, held)),
        poster=staging.copy_url(opened, held, still, slug=slug) if still else "",
    )


def _size(copy: OpenExhibit) -> tuple[int, int]:
    output = copy.manifest.get("output")
    said = output if isinstance(output, dict) else {}
    return int(said.get("width", 0)), int(said.get("height", 0))
