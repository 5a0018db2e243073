"""What a check or a reader can find, whole or not: one class a finding, events like the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from incidents.custody.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedDamaged(Event):
    """`part` is the first that does not fit; 0: what the sender said of the file does not. Everything was kept."""

    act, kind, sentence = "arrived_damaged", "checked", _("A file is damaged, or not what was sent. It was kept.")
    part: int

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"part": str(self.part)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartNotAsStored(Event):
    """Somebody wanted to read a file: `part` of it, counted from 1, is `missing` in storage or holds `other` bytes."""

    act, kind, sentence = (
        "part_not_as_stored",
        "checked",
        _("A file could not be read: what lies in storage is not what was stored."),
    )
    part: int
    found: str

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"found": self.found, "part": str(self.part)}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadDiffers(Event):
    """Somebody kept a head that this log signed, and it does not begin with it: `size` and `root` are the head's."""

    act, kind, sentence = (
        "head_differs",
        "checked",
        _("A head of the ledger that somebody kept does not fit the ledger."),
    )
    size: int
    root: str

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"root": self.root, "size": str(self.size)}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFilesChecked(Event):
    """A whole pass over all that is stored, begun on `since`; sealed to every desk."""

    act, kind, sentence = "stored_files_checked", "checked", _("All that is stored was read again and compared.")
    objects: int
    size_bytes: int
    damaged: int
    left_over: int
    since: str

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {
            "bytes": str(self.size_bytes),
            "damaged": str(self.damaged),
            "left_over": str(self.left_over),
            "objects": str(self.objects),
            "since": self.since,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DamageFound(Event):
    """`part` counts from 1, 0 is the sealed row; `harm` is a code."""

    act, kind, sentence = "damage_found", "checked", _("Something stored is damaged, missing, or not what was stored.")
    of_kind: str
    part: int
    harm: str

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"harm": self.harm, "kind": self.of_kind, "part": str(self.part)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWell(Event):
    """What was damaged is what was stored again: somebody put it back from a backup."""

    act, kind, sentence = "found_well", "checked", _("What was found damaged before is whole again.")
    part: int

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"part": str(self.part)}
