"""The sentence in which an event stands in the record."""

from __future__ import annotations

from functools import cache

from django.utils.functional import Promise

from incidents.custody import checks, events
from incidents.custody.desk_acts import DESK_ACTS
from incidents.custody.events import Event


def sentence(act: str) -> Promise | str:
    """Return what an act's name says to a reader; the bare name where this version does not know it."""
    return _all().get(act, act)


@cache
def _all() -> dict[str, Promise | str]:
    kinds = [kind for module in (events, checks) for kind in vars(module).values() if isinstance(kind, type)]
    found: dict[str, Promise | str] = {
        kind.act: kind.sentence for kind in kinds if issubclass(kind, Event) and hasattr(kind, "act")
    }
    return found | {act: said for act, (_class, said) in DESK_ACTS.items()}
