"""Invented incidents for trying the site out: no person, place or paper in them is real."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import av
from PIL import Image, ImageDraw

COOK, LAKE = "17031", "17097"
NORTH: Mapping[str, object] = {
    "area": {"en": "Cook and Lake County, Illinois", "es": "Condados de Cook y Lake, Illinois"},
    "languages": ["English", "Español"],
    "phone": "+1 312 555 0100",
    "what_next": {
        "en": "A member reads your report within three days. They may ask you more.",
        "es": "Un miembro lee su reporte en tres días. Puede hacerle más preguntas.",
    },
    "not_done": {
        "en": "We do not send anyone to you now. This is not legal advice.",
        "es": "No mandamos a nadie ahora. Esto no es asesoría legal.",
    },
    "how_to_join": {
        "en": "We take cases of Illinois. Tell us here that we may ask you; we call back, nobody has to decide alone.",
        "es": "Llevamos casos de Illinois. Díganos aquí que podemos preguntarle; le llamamos, nadie decide a solas.",
    },
}
WEST: Mapping[str, object] = {
    "area": {"en": "Illinois, for people who work by the day", "es": "Illinois, para quienes trabajan por día"},
    "languages": ["Español", "English", "Polski"],
    "phone": "+1 312 555 0101",
    "what_next": {
        "en": "A lawyer reads your report within a week.",
        "es": "Un abogado lee su reporte en una semana.",
    },
    "not_done": {"en": "We take no cases of families.", "es": "No llevamos casos de familia."},
}


@dataclass(frozen=True, slots=True)
class Group:
    """One desk to found: its name, its lead's address, what the public sees of it."""

    name: str
    lead: str
    page: Mapping[str, object] | None
    cards_only: bool = False


GROUPS = (
    Group("Northside Legal (demo)", "lead@example.org", NORTH),  # what is filed goes to the first
    Group("West Side Workers (demo)", "west@example.org", WEST),
    Group("Illinois coalition (demo)", "coalition@example.org", None, cards_only=True),
)


@dataclass(frozen=True, slots=True)
class Invented:
    """One incident: a Report's JSON and its files by name."""

    document: Mapping[str, object]
    files: Mapping[str, bytes]


def picture(text: str, *, color: str) -> bytes:
    """Return a drawn photo: a wall, a door and a vest with words on it."""
    drawn = Image.new("RGB", (1200, 900), "#c9c2b4")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((80, 120, 430, 900), fill="#6d5a48")
    pen.rectangle((520, 260, 1080, 860), fill=color)
    pen.text((600, 480), text, fill="white", font_size=72)
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=85)
    return out.getvalue()


def clip() -> bytes:
    """Return two seconds of a drawn street."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        stream = made.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(20):
            frame = Image.new("RGB", (320, 240), "#9aa7ad")
            ImageDraw.Draw(frame).rectangle((number * 12, 140, number * 12 + 60, 190), fill="#22303a")
            made.mux(stream.encode(av.VideoFrame.from_image(frame)))  # type: ignore[no-untyped-call] # av says no more
        made.mux(stream.encode(None))
    return out.getvalue()


def paper() -> bytes:
    """Return a drawn paper as a PDF of one page."""
    page = Image.new("RGB", (850, 1100), "white")
    pen = ImageDraw.Draw(page)
    for line, text in enumerate(("INVENTED SAMPLE, NOT A REAL PAPER", "Department of Homeland Security", "Form I-200")):
        pen.text((120, 120 + 60 * line), text, fill="black", font_size=30)
    out = io.BytesIO()
    page.save(out, "PDF")
    return out.getvalue()


def _report(language: str, story: str, **sections: list[dict[str, object]]) -> Mapping[str, object]:
    told: dict[str, list[dict[str, object]]] = {**sections, "story": [{"answers": {"text": {"value": story}}}]}
    return {"language": language, "form": "full", "sections": told}


def _entry(**answers: object) -> dict[str, object]:
    return {"answers": {key: {"value": value} for key, value in answers.items()}}


def incidents() -> list[Invented]:
    """Return the invented incidents, oldest first."""
    return [_laundry(), _van(), _doorway(), _parking_lot(), _window()]


def _event(county: str, town: str, place_type: str, *, day: str, at: str) -> dict[str, object]:
    started = {"day": day, "time": at, "zone": "America/Chicago", "precision": "about_15_min"}
    return _entry(place={"state": "IL", "county": county, "town": town}, place_type=place_type, started=started)


def _laundry() -> Invented:
    document = _report(
        "en",
        "Two men with vests waited by the door of the laundry. One held a paper against the glass.",
        event=[_event(COOK, "Cicero", "work_public_area", day="2026-01-09", at="05:50")],
        agents=[
            _entry(badge={"seen": "44?1", "reading": "partial"}, agency_seen=["ice_ero"], face="full_face_mask"),
            _entry(vest_text="POLICE", agency_seen=["police_only"], when_asked="refused"),
        ],
        papers=[_entry(shown="read_it", header="homeland_security", signed_by="immigration_officer")],
        entry=[_entry(entered="yes", how=["door_opened_then_pushed"], who_agreed="nobody")],
    )
    return Invented(document, {"IMG_0411.jpg": picture("POLICE", color="#1f3a5f"), "paper.pdf": paper()})


def _van() -> Invented:
    document = _report(
        "es",
        "Bajaron de una camioneta blanca sin placas. Nadie dijo su nombre. Mi vecino pidió ver la orden.",
        event=[_event(LAKE, "Waukegan", "street", day="2026-01-14", at="06:10")],
        agents=[_entry(vest_text="ERO", face="mask_or_neck_gaiter", when_asked="ignored_it")],
        vehicles=[_entry(plate={"seen": "AB12?4", "reading": "partial"}, body="van")],
        papers=[_entry(shown="asked_and_refused")],
    )
    return Invented(document, {"VID_20260114.mp4": clip(), "foto.jpg": picture("ERO", color="#2e3d2f")})


def _doorway() -> Invented:
    document = _report(
        "fr",
        "J'étais de l'autre côté de la rue. Ils ont frappé, puis ils sont entrés sans attendre.",
        event=[_event(COOK, "Skokie", "home_doorway", day="2026-01-16", at="07:00")],
        entry=[_entry(entered="yes", knocked="knocked_only")],
    )
    return Invented(document, {})


def _parking_lot() -> Invented:
    document = _report(
        "zh-hans",
        "三个戴口罩的人在停车场拦住我们的车。他们没有出示任何文件。",
        event=[_event(COOK, "Chicago", "parking_lot", day="2026-01-17", at="18:30")],
        agents=[_entry(agency_seen=["border_patrol"], face="mask_or_neck_gaiter")],
        papers=[_entry(shown="none_not_asked")],
    )
    return Invented(document, {})


def _window() -> Invented:
    document = _report(
        "ht",
        "Yo te frape fò nan pòt la. Yo te montre yon papye nan fenèt la, men mwen pa t ka li li.",
        event=[_event(LAKE, "Zion", "home_doorway", day="2026-01-20", at="06:00")],
        papers=[_entry(shown="saw_not_readable")],
    )
    return Invented(document, {"foto.jpg": picture("POLICE", color="#40342a")})
