"""What may be tried for a file, by what its first bytes say it is."""

from __future__ import annotations

from incidents.media.kinds import Kind
from incidents.media.recipes import Recipe

_SOUND_COPIED = frozenset({"m4a", "mp3", "aac", "ogg", "opus"})
_OF_PICTURES = (Recipe.CLEAN, Recipe.REDACTED_PICTURE)
_OF_CLIPS = (Recipe.STILL, Recipe.CLIP_COPY, Recipe.VIEWING_COPY, Recipe.REDACTED_CLIP)
_OF_SOUND = (Recipe.WAVEFORM, Recipe.CLIP_COPY, Recipe.VIEWING_COPY, Recipe.REDACTED_CLIP)


def offered(kind: Kind, extension: str) -> tuple[Recipe, ...]:
    """Return the recipes that may be tried for what `kinds.find` found; first the one that gives a first look.

    A file that no recipe is for is kept all the same, and named.
    """
    if kind is Kind.AUDIO:
        return _OF_SOUND if extension in _SOUND_COPIED else ()
    return {
        Kind.PHOTO: _OF_PICTURES,
        Kind.VIDEO: _OF_CLIPS,
        Kind.PAPER: (Recipe.PAGES, Recipe.REDACTED_PICTURE),
    }.get(kind, ())
