"""What follows from the answers, always with reasons: paper type, methods, factors."""

from __future__ import annotations

from incidents.checklist.derived.facts import RULES, Derived, completeness, first_hand, worded
from incidents.checklist.derived.illinois import Factor, illinois
from incidents.checklist.derived.methods import agencies_of, method_label, methods
from incidents.checklist.derived.papers import looks_like, paper_type, sentence
from incidents.checklist.derived.places import Where, district, protected_place, where

__all__ = [
    "RULES",
    "Derived",
    "Factor",
    "Where",
    "agencies_of",
    "completeness",
    "district",
    "first_hand",
    "illinois",
    "looks_like",
    "method_label",
    "methods",
    "paper_type",
    "protected_place",
    "sentence",
    "where",
    "worded",
]
