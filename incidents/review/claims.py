"""Lay what a file says of itself beside what the reporter said: never merged, and where they differ, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.media.kinds import Kind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from incidents.checklist.answers import Line
    from incidents.vault.openings import OpenIncident

Said = Mapping[str, object]

_LABELS: Mapping[str, StrOrPromise] = {
    "taken_at": gettext_lazy("Taken"),
    "created_at": gettext_lazy("Made"),
    "latitude": gettext_lazy("Latitude"),
    "longitude": gettext_lazy("Longitude"),
    "altitude": gettext_lazy("Height above the sea, in meters"),
    "maker": gettext_lazy("Maker"),
    "model": gettext_lazy("Model"),
    "software": gettext_lazy("Software"),
    "width": gettext_lazy("Width in pixels"),
    "height": gettext_lazy("Height in pixels"),
    "orientation": gettext_lazy("How it is turned"),
    "duration": gettext_lazy("Length in seconds"),
    "rotation": gettext_lazy("Turned by, in degrees"),
    "video_codec": gettext_lazy("Coding of the picture"),
    "audio_codec": gettext_lazy("Coding of the sound"),
    "frame_rate": gettext_lazy("Pictures a second"),
    "pages": gettext_lazy("Pages"),
    "page_size": gettext_lazy("Size of a page"),
}
WARNINGS: Mapping[str, StrOrPromise] = {
    "thumbnail_inside": gettext_lazy("A small picture lies inside. It may show what was cut off or blacked out."),
    "second_picture": gettext_lazy("A second picture lies inside."),
    "motion_clip": gettext_lazy("Some seconds of video with sound lie inside this photo."),
    "bytes_after_end": gettext_lazy("Something lies behind the end of the picture."),
    "extra_tracks": gettext_lazy("There are more tracks than one picture and one sound. A copy holds only the first."),
    "active_content": gettext_lazy(
        "This paper holds scripts or actions. Do not open the original on a computer in use."
    ),
    "locked": gettext_lazy("This paper is locked with a password."),
    "incremental_updates": gettext_lazy("This paper was changed after it was made. Older forms of it may lie inside."),
    "damaged": gettext_lazy("The file is damaged. What could be read is shown."),
    "reduced": gettext_lazy("The picture is very large. The copy is smaller than the original."),
    "place_impossible": gettext_lazy("The place in the file cannot be right."),
}
_FIT = {  # what a reporter may call each kind of file
    Kind.PHOTO: {"photo", "screenshot", "scan_of_paper"},
    Kind.VIDEO: {"video", "doorbell_or_store_camera", "body_camera"},
    Kind.AUDIO: {"audio", "call_to_911"},
    Kind.PAPER: {"scan_of_paper"},
}
_NEAR_KM = 1
_EARTH_KM = 6371


@dataclass(frozen=True, slots=True)
class Claim:
    """One value as the file says it, and where in the file it stood."""

    label: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the reporter said of the same."""

    label: str
    text: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One matter: the claims, what was said, and in words where they differ."""

    title: str
    claims: Sequence[Claim]
    told: Sequence[Told]
    differs: str = ""
    beside: str = ""  # why nobody compared them
    alone: bool = False  # nobody is asked for it


def rows(opened: OpenIncident, said: Said, *, kind: Kind) -> list[Row]:
    """Return what the file says of itself beside what was said, matter by matter; matters without either are left out.

    Which of several files an answer is about, no answer says: each stands beside each.
    """
    facts = [fact for fact in _list(said.get("facts")) if isinstance(fact, dict)]
    lines = [line for answers in opened.answers for line in answers.lines()]
    when = _told(lines, ("exhibit", "taken_when"), ("event", "started"), ("exhibit", "clock_right"))
    where = _told(lines, ("exhibit", "taken_where"), ("event", "place"))
    found = [
        Row(_("When"), _claims(facts, "taken_at", "created_at"), when, differs=_days_differ(facts, lines)),
        _place(facts, lines, where),
        Row(
            _("What it is"),
            _claims(facts, "maker", "model", "software"),
            _told(lines, ("exhibit", "kind"), ("exhibit", "who_made"), ("exhibit", "original")),
            differs=_kinds_differ(lines, kind),
        ),
        Row(_("How it is made"), _claims(facts, *list(_LABELS)[8:]), [], alone=True),
    ]
    return [row for row in found if row.claims or row.told]


def warnings(said: Said) -> list[str]:
    """Return what to know before the original is opened, one sentence each."""
    return [str(WARNINGS[code]) for code in map(str, _list(said.get("warnings"))) if code in WARNINGS]


def provenance(said: Said, *, day: str) -> str:
    """Return what was found of a signature inside; it never says that a file is genuine."""
    held = said.get("provenance")
    told: Mapping[str, object] = held if isinstance(held, dict) else {}
    by = {"signer": str(told.get("signer", "")) or _("nobody named"), "day": day}
    state = str(told.get("state", "not_looked"))
    if state == "c2pa_valid":
        return _("The file carries a signature by %(signer)s, checked on %(day)s.") % by
    if state == "c2pa_untrusted":
        sentence = _("The file carries a signature by %(signer)s, checked on %(day)s. Nobody here knows the signer.")
        return sentence % by
    if state == "c2pa_invalid":
        sentence = _("The file carries a signature by %(signer)s that does not fit the file, checked on %(day)s.")
        return sentence % by
    return {
        "proofmode": _("This is a proof that the app ProofMode wrote about another file."),
        "tella": _("This is a proof that the app Tella wrote about another file."),
        "none": _("The file carries no signature. That says nothing about it."),
    }.get(state, _("Nobody could look for a signature in this file."))


def frame_rate(said: Said) -> float:
    """Return how many pictures a second a clip has; 30 where it does not say."""
    rate = said.get("frame_rate")
    return float(rate) if isinstance(rate, int | float) and 1 <= rate <= 1000 else 30.0  # a clip's


def is_hevc(said: Said) -> bool:
    """Tell whether a clip is in a coding that many browsers do not play."""
    facts = [fact for fact in _list(said.get("facts")) if isinstance(fact, dict)]
    return any(fact.get("key") == "video_codec" and fact.get("value") == "hevc" for fact in facts)


def _claims(facts: Sequence[Mapping[str, object]], *wanted: str) -> list[Claim]:
    return [
        Claim(str(_LABELS[key]), str(fact.get("value", "")), str(fact.get("source", "")))
        for key in wanted
        for fact in facts
        if fact.get("key") == key
    ]


def _told(lines: Sequence[Line], *wanted: tuple[str, str]) -> list[Told]:
    return [
        Told(line.label, line.text, missing=line.missing is not None)
        for section, item in wanted
        for line in lines
        if (line.section.key, line.item.key) == (section, item) and (line.missing is None or line.answer.other)
    ]


def _values(lines: Sequence[Line], *wanted: tuple[str, str]) -> Iterator[object]:
    for line in lines:
        if (line.section.key, line.item.key) in wanted and line.missing is None:
            yield line.answer.value


def _days_differ(facts: Sequence[Mapping[str, object]], lines: Sequence[Line]) -> str:
    claimed = {day for fact in facts if fact.get("key") == "taken_at" and (day := _day(fact.get("value")))}
    told = {
        day
        for value in _values(lines, ("exhibit", "taken_when"), ("event", "started"))
        if isinstance(value, dict) and value.get("precision") != "month_only" and (day := _day(value.get("day")))
    }
    if not claimed or not told:
        return ""
    apart = min(abs((one - other).days) for one in claimed for other in told)
    if apart == 0:
        return ""
    if apart == 1:
        return _("The day in the file and the day that was told lie one day apart. A clock in another zone does that.")
    return _("The file names another day than the reporter: they lie %(days)s days apart.") % {"days": apart}


def _place(facts: Sequence[Mapping[str, object]], lines: Sequence[Line], told: Sequence[Told]) -> Row:
    claims = _claims(facts, "latitude", "longitude", "altitude")
    here = _point(_first(facts, "latitude"), _first(facts, "longitude"))
    points = [
        point
        for value in _values(lines, ("exhibit", "taken_where"), ("event", "place"))
        if isinstance(value, dict) and (point := _point(value.get("lat"), value.get("lon")))
    ]
    if here is None or not told:
        return Row(_("Where"), claims, told)
    if not points:
        beside = _("The file gives numbers and the reporter a name. Nobody looked them up: that would tell somebody.")
        return Row(_("Where"), claims, told, beside=beside)
    apart = min(_kilometers(here, point) for point in points)
    sentence = _("The file names another place than the reporter: they lie about %(km)s kilometers apart.")
    return Row(_("Where"), claims, told, differs=sentence % {"km": round(apart)} if apart > _NEAR_KM else "")


def _kinds_differ(lines: Sequence[Line], kind: Kind) -> str:
    told = {str(value) for value in _values(lines, ("exhibit", "kind"))}
    if not told or kind not in _FIT or told & _FIT[kind]:
        return ""
    return _("By its first bytes this file is of another kind than any that was told.")


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _first(facts: Sequence[Mapping[str, object]], key: str) -> object:
    return next((fact.get("value") for fact in facts if fact.get("key") == key), None)


def _point(latitude: object, longitude: object) -> tuple[float, float] | None:
    try:
        point = float(str(latitude)), float(str(longitude))
    except ValueError:
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None  # degrees


def _kilometers(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return how far two points lie apart on the ball."""
    north, east, north2, east2 = map(math.radians, (*one, *other))
    half = math.sin((north2 - north) / 2) ** 2 + math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
