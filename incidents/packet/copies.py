"""What was made from a file and what was said of it, as far as a grade takes it along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from incidents.casework import covered
from incidents.checklist.items import Grade
from incidents.media.recipes import Recipe
from incidents.vault.derivatives import output_of, particulars_of
from incidents.vault.openings import OpenEvent, OpenExhibit, OpenIncident

EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "video/mp4": "mp4",
    "audio/mp4": "m4a",
    "text/plain": "txt",
}
PAGE = "page"  # with its number, how an output of a paper's recipe is named
LEFT_BEHIND = ("thumb", str(Recipe.PARTICULARS))  # what is for lists; what particulars.json says


@dataclass(frozen=True, slots=True)
class CopyPart:
    """One copy, or words about a file: its name in the file's folder, how it came to be, and a way to read it.

    `parent` is the name of what it was made from; `by` a seat, as the ledger's extract names it.
    """

    name: str
    parent: str
    media_type: str
    recipe: str
    tool: str
    language: str
    how: str
    made_at: str
    by: str
    size_bytes: int
    crc32: int
    sha256: str
    sha512: str
    origin: str
    chunks: Callable[[], Iterable[bytes]]


def of(
    opened: OpenIncident, exhibit: OpenExhibit, *, original: str, custody: Sequence[OpenEvent], grade: Grade
) -> Iterator[CopyPart]:
    """Yield the copies of a file that a packet takes along, the first one first.

    A covered copy goes only after a member looked at it, and what was made of one that stays does not go either.

    Args:
        original: the name of the file itself in its folder.
        custody: the record, which says what was looked at.
    """
    if grade is not Grade.FULL:  # elsewhere each one is looked at first, and no page asks for that yet
        return
    seen = covered.looked_at(custody)
    named = {exhibit.id: original}
    for copy in opened.copies_of(exhibit):
        if copy.parent not in named or output_of(copy) in LEFT_BEHIND:
            continue
        if covered.why_not_use(copy, seen=seen):
            continue
        named[copy.id] = _name(copy, taken=frozenset(named.values()))
        yield _part(opened, copy, name=named[copy.id], parent=named[copy.parent])


def count(opened: OpenIncident) -> tuple[int, int]:
    """Return how many copies a packet at grade full takes along, and how many covered ones wait to be looked at."""
    custody = opened.custody()
    taken = [
        copy
        for exhibit in opened.exhibits
        for copy in of(opened, exhibit, original="", custody=custody, grade=Grade.FULL)
    ]
    seen = covered.looked_at(custody)
    waiting = [
        one for one in opened.copies if covered.why_not_use(one, seen=seen) and output_of(one) not in LEFT_BEHIND
    ]
    return len(taken), len(waiting)


def claims_of(opened: OpenIncident, exhibit: OpenExhibit, *, grade: Grade) -> Mapping[str, object]:
    """Return what a file says of itself, where the grade may see it and a member had it read; all of it are claims."""
    return particulars_of(opened, exhibit) if grade is Grade.FULL else {}


def _part(opened: OpenIncident, copy: OpenExhibit, *, name: str, parent: str) -> CopyPart:
    manifest = copy.manifest
    return CopyPart(
        name=name,
        parent=parent,
        media_type=copy.media_type,
        recipe=str(manifest["recipe"]),
        tool=str(manifest.get("tool", "")),
        language=str(manifest.get("language", "")),
        how=str(manifest.get("how", "")),
        made_at=str(manifest["at"]),
        by=str(manifest["by"]),
        size_bytes=copy.size_bytes,
        crc32=int(str(manifest["crc32"])),
        sha256=str(manifest["sha256"]),
        sha512=str(manifest["sha512"]),
        origin=str(copy.id),
        chunks=lambda: opened.reader(copy).chunks(),
    )


def _name(copy: OpenExhibit, *, taken: frozenset[str]) -> str:
    """Return "derivative.jpg", "page-0003.jpg", and where that is taken "derivative-2.jpg": never a name that came."""
    extension = EXTENSIONS.get(copy.media_type, "bin")
    what, _dash, number = output_of(copy).partition("-")
    is_page = what == PAGE and number.isdecimal() and len(number) < len("10000")
    stem = f"{PAGE}-{int(number):04d}" if is_page else "derivative"
    names = (f"{stem}{suffix}.{extension}" for suffix in ("", *(f"-{n}" for n in range(2, len(taken) + 2))))
    return next(name for name in names if name not in taken)
