"""The checklist itself: to ask something new, change this file and no other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.catalogue.agents import AGENTS
from incidents.checklist.catalogue.entry import ENTRY
from incidents.checklist.catalogue.event import EVENT
from incidents.checklist.catalogue.exhibit import EXHIBIT
from incidents.checklist.catalogue.force import FORCE
from incidents.checklist.catalogue.harm import HARM
from incidents.checklist.catalogue.leads import LEADS
from incidents.checklist.catalogue.papers import PAPERS
from incidents.checklist.catalogue.people import PEOPLE
from incidents.checklist.catalogue.permission import PERMISSION
from incidents.checklist.catalogue.reporter import REPORTER
from incidents.checklist.catalogue.stop import STOP
from incidents.checklist.catalogue.story import STORY
from incidents.checklist.catalogue.vehicles import VEHICLES
from incidents.checklist.catalogue.words import WORDS
from incidents.checklist.items import Catalogue, Form, Item, Section, Step
from incidents.checklist.kinds import One
from incidents.checklist.lists import BASIS, CERTAINTY

VERSION = 1

SECTIONS: tuple[Section, ...] = (
    EVENT,
    AGENTS,
    VEHICLES,
    PAPERS,
    ENTRY,
    STOP,
    WORDS,
    FORCE,
    HARM,
    PEOPLE,
    LEADS,
    EXHIBIT,
    STORY,
    REPORTER,
    PERMISSION,
)

STEPS: tuple[Step, ...] = (
    Step("when_where", _("When and where"), ("event",)),
    Step("agents", _("Agents and cars"), ("agents", "vehicles")),
    Step("papers", _("Papers and doors"), ("papers", "entry")),
    Step("deeds", _("What they said and did"), ("stop", "words", "force", "harm")),
    Step("people", _("People and cameras"), ("people", "leads")),
    Step("files", _("Photos, video"), ("exhibit",)),
    Step("you", _("You and your choices"), ("story", "reporter", "permission")),
)

CALL_ORDER: tuple[str, ...] = (
    "event.still_happening",
    "event.place",
    "reporter.role",
    "event.started",
    "event.agents_count",
    "agents.agency_seen",
    "event.vehicles_count",
    "event.activity",
    "papers.shown",
    "entry.entered",
)

LAST_ON_CALLS: tuple[str, ...] = ("reporter.contact",)

ABOUT_ENTRY: tuple[Item, ...] = (
    Item(key="basis", label=_("How do you know this?"), kind=One(BASIS), on=Form.FULL | Form.CALL),
    Item(key="certainty", label=_("How sure are you?"), kind=One(CERTAINTY), on=Form.FULL | Form.CALL),
)

CATALOGUE = Catalogue(
    version=VERSION,
    sections=SECTIONS,
    steps=STEPS,
    about_entry=ABOUT_ENTRY,
    call_order=CALL_ORDER,
    call_last=LAST_ON_CALLS,
    step_help=_(
        "Skip any question. A guess is fine if you say it is a guess. Please do not look things up or ask others first."
    ),
)


def section(key: str) -> Section | None:
    """Return the shipped section with this key, or None."""
    return CATALOGUE.section(key)


def quick_items(catalogue: Catalogue = CATALOGUE) -> tuple[tuple[Section, Item], ...]:
    """Return the short form: its items in the order they are asked, each with its section."""
    return catalogue.quick()


QUICK: tuple[str, ...] = tuple(f"{section.key}.{item.key}" for section, item in quick_items())
