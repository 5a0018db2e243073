"""Which desks hold a key to an incident: what the record says of it, and what the rows say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from incidents.custody import events
from incidents.models import Grant
from incidents.vault.openings import OpenIncident


@dataclass(frozen=True, slots=True)
class Given:
    """A key that a desk was given, as the record tells it."""

    day: date
    basis: str  # why, as a code
    until: date | None = None  # the last day, where one was set
    giver: str = ""  # the id of the desk that shared it, where one did


@dataclass(frozen=True, slots=True)
class Holder:
    """A desk that holds a key to an incident."""

    name: str
    slug: str
    since: date
    basis: str  # why, as a code
    until: date | None  # the last day on which it opens
    giver: str  # the id of the desk that shared it, where one did

    def __str__(self) -> str:
        return self.name

    def has_ended(self, *, on: date) -> bool:
        """Whether its last day is over: it opens nothing any more."""
        return self.until is not None and self.until < on


def given(opened: OpenIncident) -> Mapping[str, Given]:
    """Return which desks have a key by what the record says, by id: rows of grants are written by whoever has the disk.

    Only what was written under the incident's own key of its time counts as given: a body that is sealed to a public
    key may be anybody's, and a former key is known to who was shut out by the next one.
    """
    found: dict[str, Given] = {}
    age = len(opened.former_ledger_keys)
    for event in opened.custody():
        said, written = event.said, opened.age_of(event.entered)
        if said["act"] == events.Rekeyed.act and written is not None:
            age = min(age, written)
        elif said["act"] == events.Withdrawn.act:
            found.pop(said["desk"], None)
        elif said["act"] in {events.Granted.act, events.Shared.act} and written == age:
            until = date.fromisoformat(said["until"]) if said.get("until") else None
            found[said["desk"]] = Given(event.entered.day, said["basis"], until, said.get("giver", ""))
    return found


def key_holders(opened: OpenIncident) -> Sequence[Holder]:
    """Return the desks that hold a key to this incident, by name, each with the day and the reason."""
    known = given(opened)
    unknown = Given(opened.received_on, "")
    found = []
    for grant in Grant.objects.filter(incident_id=opened.id).select_related("desk").order_by("desk__name"):
        if grant.desk:
            said = known.get(str(grant.desk.pk), unknown)
            found.append(Holder(grant.desk.name, grant.desk.slug, said.day, said.basis, grant.until, said.giver))
    return found
