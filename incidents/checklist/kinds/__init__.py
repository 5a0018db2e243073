"""How an answer is asked, checked, compared and read back: one class a kind."""

from __future__ import annotations

from incidents.checklist.kinds.base import Base, WrongType
from incidents.checklist.kinds.choices import Many, One, YesNo
from incidents.checklist.kinds.links import File, Link, Unknown
from incidents.checklist.kinds.moments import Count, Moment, Moments
from incidents.checklist.kinds.people import Contact, Uses
from incidents.checklist.kinds.places import Place
from incidents.checklist.kinds.texts import Long, Mark, Text, Words

KINDS: tuple[type[Base], ...] = (
    One,
    Many,
    YesNo,
    Text,
    Long,
    Count,
    Moment,
    Moments,
    Place,
    Mark,
    Words,
    Link,
    File,
    Contact,
    Uses,
    Unknown,
)

__all__ = [
    "KINDS",
    "Base",
    "Contact",
    "Count",
    "File",
    "Link",
    "Long",
    "Many",
    "Mark",
    "Moment",
    "Moments",
    "One",
    "Place",
    "Text",
    "Unknown",
    "Uses",
    "Words",
    "WrongType",
    "YesNo",
]
