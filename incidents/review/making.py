"""Make the copies that a member asks for, and say how far it is while it goes on."""

from __future__ import annotations

import queue
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from incidents.media import kinds, offers
from incidents.media.kinds import Kind
from incidents.media.protocol import Status
from incidents.media.recipes import Recipe
from incidents.vault import alike, derivatives
from incidents.vault.derivatives import Making
from incidents.vault.exhibits import NotAsStored
from incidents.vault.openings import OpenExhibit, OpenIncident

BEAT_SECONDS = 1  # how often a line is written where nothing is new, so that a closed connection is noticed
PAGES_AT_ONCE = 10
MOST_PAGES = 10_000  # what a page's number may be at most

_FIRST_LOOK = {
    Kind.PHOTO: (Recipe.CLEAN,),
    Kind.VIDEO: (Recipe.STILL, Recipe.CLIP_COPY),
    Kind.AUDIO: (Recipe.WAVEFORM, Recipe.CLIP_COPY),
    Kind.PAPER: (Recipe.PAGES,),
}


class Choice(StrEnum):
    """What a member can ask for."""

    LOOK = "look"  # what the file says of itself, and the copies that its kind is looked at by
    PAGES = "pages"  # ten more pages of a paper
    VIEWING_COPY = "viewing-copy"


@dataclass(slots=True)
class Order:
    """What is asked for of one file; `problem` says afterwards why something of it was not made."""

    opened: OpenIncident
    held: OpenExhibit
    choice: Choice
    at: datetime
    first: int = 0  # page
    password: str = field(default="", repr=False)
    problem: Status | None = None

    def go_on(self) -> Iterator[float]:
        """Make everything, one thing after the other, and yield the fraction that is done.

        A generator that is closed early stops the worker, and nothing of what it was making stays.

        Raises:
            Busy, Tampered, Denied: as for `derivatives.Making`.
        """
        steps, done = self._steps(), 0.0
        for number, recipe in enumerate(steps):
            share = (1 - done) / (_longest(self.choice) - number if number < _longest(self.choice) else 1)
            for fraction in self._one(recipe):
                yield done + share * fraction
            done += share
        yield 1.0

    def _steps(self) -> Iterator[Recipe]:
        """Yield one recipe after the other; what a file says of itself decides how it is looked at."""
        found = kind_of(self.opened, self.held)
        if not offers.offered(found.kind, found.extension):
            self.problem = Status.NOT_COPYABLE
            return
        if self.choice is not Choice.LOOK:
            yield Recipe(str(self.choice))
            return
        yield Recipe.PARTICULARS
        yield from _FIRST_LOOK[self._kind_within(found.kind)]

    def _kind_within(self, kind: Kind) -> Kind:
        """Return what a clip is once it was looked into: sound alone comes in the same boxes as video."""
        said = derivatives.particulars_of(self.opened, self.held).get("kind")
        return Kind.AUDIO if kind is Kind.VIDEO and said == Kind.AUDIO else kind

    def _parameters(self, recipe: Recipe) -> Mapping[str, object]:
        if recipe is not Recipe.PAGES:
            return {}
        said: dict[str, object] = {"first": self.first, "count": PAGES_AT_ONCE}
        return said | ({"password": self.password} if self.password else {})

    def _one(self, recipe: Recipe) -> Iterator[float]:
        parameters = self._parameters(recipe)
        if derivatives.made_before(self.opened, self.held, recipe, parameters=parameters):
            return
        making = Making(self.opened, self.held, recipe, parameters, self.at)
        status = yield from watched(making)
        if status is Status.MADE:
            copies = making.finish()
            self.opened = self.opened.with_copies(copies)
            if recipe is Recipe.PARTICULARS:
                self._keep_likeness()
        elif recipe is not Recipe.PARTICULARS:
            self.problem = status

    def _keep_likeness(self) -> None:
        bits = derivatives.particulars_of(self.opened, self.held).get("likeness")
        if isinstance(bits, str):
            alike.keep(self.opened, self.held, bits)


def kind_of(opened: OpenIncident, held: OpenExhibit) -> kinds.Found:
    """Return what a file is by its first bytes."""
    return kinds.find(opened.reader(held).read(kinds.HEAD_BYTES))


def _longest(choice: Choice) -> int:
    """Return in how many steps a choice is made at most."""
    return 1 + max(map(len, _FIRST_LOOK.values())) if choice is Choice.LOOK else 1


def watched(making: Making) -> Generator[float, None, Status]:
    """Make in a thread of its own, which reaches no database, and yield how far it is; return how it ended.

    Closed early, it stops the worker, and nothing of what was made stays.
    """
    told: queue.SimpleQueue[float] = queue.SimpleQueue()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(making.run, progress=told.put)
        running.add_done_callback(lambda _ended: told.put(1.0))
        fraction = 0.0
        try:
            while not running.done():
                with suppress(queue.Empty):
                    fraction = told.get(timeout=BEAT_SECONDS)
                yield fraction
        except BaseException:
            making.stop.set()
            wait([running])
            making.discard()
            raise
        try:
            return running.result()
        except NotAsStored as wrong:
            making.opened.tell(making.held, wrong)
            raise
