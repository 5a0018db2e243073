"""Which section comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from incidents.checklist.catalogue import CATALOGUE

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FILES = "exhibit"  # its files have a page of their own
SENT_FILES = "files"  # what the session counts them under


@dataclass(frozen=True, slots=True)
class Row:
    """One section in the list, as components/task_row.html draws it."""

    key: str
    title: StrOrPromise
    url: str
    saved: int


@dataclass(frozen=True, slots=True)
class Step:
    """Some rows under one heading."""

    title: StrOrPromise
    rows: Sequence[Row]


def listed(saved: Mapping[str, int]) -> list[Step]:
    """Return all that can be added, with how much of it was."""
    return [Step(step.title, [row for key in step.sections for row in _rows(key, saved)]) for step in CATALOGUE.steps]


def _rows(key: str, saved: Mapping[str, int]) -> list[Row]:
    found = CATALOGUE.by_key[key]
    url = reverse("intake:section", args=[key])
    if key != FILES:
        return [Row(key, found.title, url, saved.get(key, 0))]
    files = Row(SENT_FILES, found.title, reverse("intake:files"), saved.get(SENT_FILES, 0))
    return [files, Row(key, found.more, url, saved.get(key, 0))]
