"""Move all sealed objects to another place: each compared by its hash there, none removed here before all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from django.core.files.storage import Storage

from incidents.vault import removals, storage

AT_ONCE = 4  # each holds a part or two in memory
A_BATCH = 64

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Moved:
    """What lies at the other place, and what does not lie there as it should."""

    verified: set[str] = field(default_factory=set)
    copied: int = 0
    size_bytes: int = 0
    removed: int = 0
    wrong: dict[str, str] = field(default_factory=dict)  # name: what is wrong with it, as a sentence


@dataclass(frozen=True, slots=True)
class _Done:
    name: str
    size_bytes: int = 0
    copied: bool = False
    wrong: str = ""


def move(source: Storage, target: Storage, *, remove: bool, tell: Tell) -> Moved:
    """Copy what the other place does not hold, compare what it holds, and go on until nothing new has come.

    Killed at any moment it may be called again: what is there already is compared, not copied. The other place is
    taken to be nobody's yet: what a killed process was writing there goes first.

    Args:
        remove: remove each object from the source, after all of them were found right at the target. Where one was
            not, none is removed. The site must be stopped: it would look for them here.
        tell: hears how many are done, of how many.

    Raises:
        Unavailable: one of the places does not answer. Nothing was removed that is not at the target.
        Full: there is no room at the target.
    """
    _clear(target)
    moved = Moved()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while new := sorted(_names(source) - moved.verified - moved.wrong.keys()):
            wanted, total = removals.named(), len(moved.verified) + len(moved.wrong) + len(new)
            for batch in _batches(new):
                for done in pool.map(partial(_one, source, target, wanted), batch):
                    _count(moved, done)
                    tell(len(moved.verified) + len(moved.wrong), total)
    if remove and not moved.wrong:
        moved.removed = _remove(source, moved.verified)
        _clear(source)
    return moved


def _names(source: Storage) -> set[str]:
    """Return what lies there or is named by a row: what an earlier run removed must be at the target."""
    lying = {name for folder in removals.FOLDERS for name in storage.names(folder, at=source)}
    return lying | {name for name, sha256 in removals.named().items() if sha256}


def _one(source: Storage, target: Storage, wanted: Mapping[str, str | None], name: str) -> _Done:
    """Have one object at the target; it is right where it has the hash of its row, or else of the source."""
    there = _held(name, at=target)
    said = wanted.get(name)
    if there is not None and _hash(there) == said:
        return _Done(name, len(there))
    here = _held(name, at=source)
    if here is None:
        if said is None:  # it went meanwhile, and so will its copy: `expire` sweeps what no row names
            return _Done(name)
        return _Done(name, wrong="is missing." if there is None else "is not what was stored.")
    if there is None:
        storage.put(name, here, at=target)  # confirmed, or it raises
    elif there != here:
        return _Done(name, wrong="lies there already, with other bytes.")
    if said is not None and _hash(here) != said:
        return _Done(name, wrong="is not what was stored. It was copied as it is.")
    return _Done(name, len(here), copied=there is None)


def _count(moved: Moved, done: _Done) -> None:
    if done.wrong:
        moved.wrong[done.name] = done.wrong
    else:
        moved.verified.add(done.name)
        moved.copied += done.copied
        moved.size_bytes += done.size_bytes


def _remove(source: Storage, verified: set[str]) -> int:
    lying = [name for folder in removals.FOLDERS for name in storage.names(folder, at=source) if name in verified]
    for name in lying:
        storage.remove(name, at=source)
    return len(lying)


def _clear(place: Storage) -> None:
    """Remove what a killed process was writing."""
    for folder in removals.FOLDERS:
        for left in [held.name for held in storage.listing(folder, at=place) if not held.whole]:
            storage.remove(left, at=place)


def _held(name: str, *, at: Storage) -> bytes | None:
    try:
        return storage.get(name, at=at)
    except FileNotFoundError:
        return None


def _hash(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    """Yield some at a time: a pool that is given all of them holds the results of those that nobody asked for yet."""
    left = iter(names)
    while batch := list(islice(left, A_BATCH)):
        yield batch
