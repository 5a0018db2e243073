"""Make viewing copies in the reader's session and seal them as children, with what a member says of a file."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction

from incidents.custody import events, ledger
from incidents.media import recipes
from incidents.media.protocol import Status
from incidents.media.recipes import Made, Recipe
from incidents.models import Exhibit, Incident, Part
from incidents.vault import openings, rows, sharing
from incidents.vault.exhibits import NotAsStored, Sealer
from incidents.vault.openings import OpenExhibit, OpenIncident
from incidents.vault.rows import RowPlace
from sealing import files

TEXT = "text/plain"
NEVER_KEPT = frozenset({"password"})  # of a recipe's parameters
_OF_THE_RUN = ("recipe", "tool", "parameters")


class Says(StrEnum):
    """What words about a file are."""

    TRANSCRIPT = "transcript"
    TRANSLATION = "translation"
    DESCRIPTION = "description"


class Stopped(Exception):
    """Nobody waits for the copy any more."""


@dataclass(slots=True)
class Making:
    """Copies under way: sealed as they come, and nothing of them counts until `finish`.

    `run` reaches storage and no database, so that it may have a thread of its own; `finish` reaches both. Whoever does
    not come to a finish calls `discard`. A killed process leaves objects that no row names, which `expire` sweeps.
    """

    opened: OpenIncident
    held: OpenExhibit
    recipe: Recipe
    parameters: Mapping[str, object]
    at: datetime
    part_bytes: int = files.PART_BYTES
    made: Made | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    _sealers: list[Sealer] = field(default_factory=list)

    def run(self, *, progress: Callable[[float], None] | None = None) -> Status:
        """Make and seal; on anything but MADE nothing of it stays.

        Args:
            progress: takes a fraction, now and then. What it raises stops the worker and comes out here.

        Raises:
            Busy: other copies are being made right now.
            NotAsStored: the file is not the one that was stored. The ledger hears of it from whoever waits.
            Stopped: somebody set `stop`.
        """

        def heard(fraction: float) -> None:
            self._insist()
            if progress:
                progress(fraction)

        try:
            self.made = recipes.make(
                self.recipe,
                cast("BinaryIO", self.opened.reader(self.held, tell=_later)),
                size_bytes=self.held.size_bytes,
                parameters=self.parameters,
                into=self._take,
                progress=heard,
                accept_degraded=settings.ACCEPT_DEGRADED_SANDBOX,
            )
            if self.made.status is not Status.MADE:
                self.discard()
        except BaseException:
            self.discard()
            raise
        return self.made.status

    def finish(self) -> Sequence[OpenExhibit]:
        """Write the rows and one event each; where somebody made the very same meanwhile, return theirs.

        Raises:
            Denied: the incident got another key meanwhile, or this desk has none any more. Nothing stays.
        """
        try:
            return self._finished()
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Remove every part."""
        for sealer in self._sealers:
            sealer.discard()
        self._sealers.clear()

    def _insist(self) -> None:
        if self.stop.is_set():
            raise Stopped

    def _take(self, number: int, chunk: bytes) -> None:
        self._insist()
        if number == len(self._sealers):
            self._sealers.append(Sealer(to=self.opened.secret.recipient, part_bytes=self.part_bytes))
        self._sealers[number].write(chunk)

    @transaction.atomic
    def _finished(self) -> Sequence[OpenExhibit]:
        if self.made is None or self.made.status is not Status.MADE:
            raise ValueError("Nothing was made.")
        told = dict(self.made.particulars)
        outputs = cast("list[dict[str, object]]", told.pop("outputs"))
        said = {
            "recipe": told.pop("recipe"),
            "tool": told.pop("tool"),
            "parameters": _kept(self.parameters),
            "locks": list(self.made.held),
            "told": told,
            "run": uuid.uuid4().hex,
        }
        hand = _Hand(self.opened, sharing.locked(self.opened), self.held, self.at)
        if there := hand.same_run(said):
            self.discard()
            return there
        if not outputs:  # what was found in a file is the copy then
            outputs = [{"name": str(self.recipe), "media_type": "application/json"}]
            self._take(0, rows.plain(told))
            del said["told"]
        copies = []
        for sealer, output in zip(self._sealers, outputs, strict=True):
            about = {**said, "output": {key: value for key, value in output.items() if key != "media_type"}}
            copies.append(hand.enter(sealer, about, media_type=str(output["media_type"])))
        self._sealers.clear()
        return copies


def make(
    opened: OpenIncident,
    held: OpenExhibit,
    recipe: Recipe,
    *,
    parameters: Mapping[str, object] | None = None,
    at: datetime,
    progress: Callable[[float], None] | None = None,
) -> Sequence[OpenExhibit] | Status:
    """Make copies of a file or of a copy, and return them in order; or the status that says why there are none.

    What was made before by the same recipe of the same file with the same parameters is found again.

    Raises:
        Busy, Tampered, Denied: as for `Making`.
    """
    if there := made_before(opened, held, recipe, parameters=parameters):
        return there
    making = Making(opened, held, recipe, parameters or {}, at)
    try:
        status = making.run(progress=progress)
    except NotAsStored as wrong:
        opened.tell(held, wrong)
        raise
    return making.finish() if status is Status.MADE else status


def made_before(
    opened: OpenIncident, held: OpenExhibit, recipe: Recipe, *, parameters: Mapping[str, object] | None = None
) -> Sequence[OpenExhibit]:
    """Return what the last identical request made, or nothing."""
    wanted = _kept(parameters or {})
    found: list[OpenExhibit] = []
    for copy in opened.copies:
        said = copy.manifest
        if copy.parent == held.id and recipe_of(copy) == recipe and said.get("parameters") == wanted:
            found = [*(one for one in found if one.manifest["run"] == said["run"]), copy]
    return found


def say(  # noqa: PLR0913 # one call says all
    opened: OpenIncident,
    held: OpenExhibit,
    *,
    kind: Says,
    text: str,
    language: str,
    at: datetime,
    how: str = "",
) -> OpenExhibit:
    """Seal words about a file as its child: who, when, in which language, and how they were come by.

    Raises:
        Denied: as for `Making.finish`.
    """
    sealer = Sealer(to=opened.secret.recipient)
    try:
        sealer.write(text.encode(errors="replace"))
        said: dict[str, object] = {"recipe": f"{kind}/1", "tool": "", "parameters": {}, "locks": []}
        said |= {"language": language, "how": how, "output": {"name": str(kind)}, "run": uuid.uuid4().hex}
        with transaction.atomic():
            hand = _Hand(opened, sharing.locked(opened), held, at)
            return hand.enter(sealer, said, media_type=TEXT, event=events.WordsAdded)
    except BaseException:
        sealer.discard()
        raise


def recipe_of(copy: OpenExhibit) -> str:
    """Return the name of what a copy was made by, without its version: a recipe, or a kind of words."""
    return str(copy.manifest.get("recipe", "")).partition("/")[0]


def output_of(copy: OpenExhibit) -> str:
    """Return which of the outputs of its recipe a copy is, such as "thumb"."""
    output = copy.manifest.get("output")
    return str(output.get("name", "")) if isinstance(output, dict) else ""


def particulars_of(opened: OpenIncident, held: OpenExhibit) -> Mapping[str, object]:
    """Return what a file says of itself, once that was read; each value is a claim of the file. Else nothing."""
    copy = newest(opened, held, Recipe.PARTICULARS)
    said = json.loads(opened.reader(copy).read()) if copy else {}
    return said if isinstance(said, dict) else {}


def newest(opened: OpenIncident, held: OpenExhibit, recipe: Recipe, *, output: str = "") -> OpenExhibit | None:
    """Return the last copy of a file by one recipe; `output`: the one of its outputs that is called so."""
    found = [
        copy
        for copy in opened.copies
        if copy.parent == held.id and recipe_of(copy) == recipe and output in {"", output_of(copy)}
    ]
    return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class _Hand:
    """Writes the rows of one run, while the incident is locked."""

    opened: OpenIncident
    incident: Incident
    held: OpenExhibit
    at: datetime

    def same_run(self, said: Mapping[str, object]) -> Sequence[OpenExhibit]:
        """Return the copies of an identical run that has its rows by now."""
        found: list[OpenExhibit] = []
        for row in Exhibit.objects.filter(parent_id=self.held.id).order_by("number"):
            copy = openings.exhibit_of(row, self.opened.secret, original=self._original)
            if all(copy.manifest.get(name) == said[name] for name in _OF_THE_RUN):
                found = [*(one for one in found if one.manifest["run"] == copy.manifest["run"]), copy]
        return found

    def enter(
        self,
        sealer: Sealer,
        said: Mapping[str, object],
        *,
        media_type: str,
        event: type[events.DerivativeMade] = events.DerivativeMade,
    ) -> OpenExhibit:
        """Write one copy: its manifest, the table of its parts, its event."""
        stored = sealer.close(name="", media_type=media_type)
        who = {"parent": str(self.held.id), "by": self.opened.by, "at": events.moment(self.at)}
        manifest = {**stored.manifest, **said, **who}
        sealed = rows.seal(self.opened.secret, rows.plain(manifest), RowPlace("manifest", self.incident.pk, stored.id))
        number = 1 + len(self._family())
        row = Exhibit.objects.create(
            id=stored.id, incident=self.incident, parent_id=self.held.id, number=number, sealed=sealed
        )
        Part.objects.bulk_create(
            Part(exhibit=row, number=n, sealed_bytes=part.sealed_bytes, sealed_sha256=part.sealed_sha256)
            for n, part in enumerate(stored.parts, 1)
        )
        entered = event(
            at=self.at,
            by=self.opened.by,
            object=stored.id,
            sha256=str(manifest["sha256"]),
            recipe=str(said["recipe"]),
            parent=self.held.id,
        )
        ledger.append(entered, to=self.opened.secret.sub("ledger"), incident_id=self.incident.pk, of=sealed)
        return OpenExhibit(stored.id, number, manifest, None, parent=self.held.id, original=self._original)

    @property
    def _original(self) -> int:
        return self.held.original or self.held.number

    def _family(self) -> set[UUID]:
        """Return everything that hangs on the same original."""
        parents = dict(Exhibit.objects.filter(incident=self.incident).values_list("pk", "parent_id"))
        return {pk for pk, parent in parents.items() if parent and _root(pk, parents) == _root(self.held.id, parents)}


def _root(pk: UUID, parents: Mapping[UUID, UUID | None]) -> UUID:
    while parent := parents[pk]:
        pk = parent
    return pk


def _later(_wrong: NotAsStored) -> None:
    """Tell nobody from a thread that reaches no database: the error comes out, and whoever waits tells."""


def _kept(parameters: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in parameters.items() if key not in NEVER_KEPT}
