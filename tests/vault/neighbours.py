"""Two desks of different groups, a coalition, and what a witness filed to the first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import StringIO

from django.core.management import call_command
from django.utils.timezone import now

from accounts.queries import receiving
from incidents.vault import desks, openings
from tests.accounts.members import sign_in
from tests.factories import MadeDesk, Unlocked, deposit, make_desk

STORY = "canary-story: they took the back door."
ANSWERS = {
    "language": "en",
    "sections": {
        "event": [
            {
                "answers": {
                    "place": {"value": {"state": "IL", "town": "canary-town"}},
                    "started": {"value": {"day": "2026-03-14", "precision": "day"}},
                }
            }
        ],
        "agents": [{"answers": {"badge": {"value": {"seen": "4471B", "reading": "full"}}}}],
        "people": [{"answers": {"name": {"value": "canary-person"}}}],
        "story": [{"answers": {"text": {"value": STORY}}}],
    },
}
AGREED = {"permission": [{"answers": {"uses": {"value": [{"use": "named_desks", "answer": "yes"}]}}}]}
SHAREABLE = {**ANSWERS, "sections": {**ANSWERS["sections"], **AGREED}}


@dataclass
class Neighbours:
    """The desks, and the incident at the first of them."""

    folder: object
    desk: MadeDesk
    other: MadeDesk
    made: dict

    @property
    def reference(self):
        return self.made["reference"]

    def opened(self, held=None):
        held = held or self.desk
        return openings.incident(self.reference, slug=held.slug, using=Unlocked(held), at=now())

    def address(self, *parts, held=None):
        return "/".join(["/desk", (held or self.desk).slug, self.reference, *parts, ""])

    def share(self, to=None, *, held=None, browser=None, shown="", **but):
        """Share it on the page, as a lead does."""
        to = to or self.other
        said = {
            "to": shown or f"{to.slug}.{receiving(to.slug).fingerprint}",
            "compared": "on",
            "basis": "common_interest",
            "note": "",
            "until": "",
            **but,
        }
        browser = browser or sign_in(held or self.desk)
        return browser.post(self.address("sharing", held=held), {name: text for name, text in said.items() if text})

    def withdraw(self, slug=None, *, held=None):
        said = {"from": slug or self.other.slug}
        return sign_in(held or self.desk).post(self.address("sharing", "withdraw", held=held), said)


def neighbours(folder, *files, answers=ANSWERS):
    desk = make_desk(folder)
    other = make_desk(folder, "Southside Legal", "other@example.org")
    return Neighbours(folder, desk, other, deposit(desk, answers, *files, folder=folder))


def make_coalition(name="River Coalition", email="river@example.org"):
    out = StringIO()
    call_command("create_desk", name, "--lead", email, "--cards-only", "--json", stdout=out)
    said = json.loads(out.getvalue())
    return MadeDesk(said["slug"], said["words"], said["kit"], email)


def acts_of_desk(held):
    """Return what a desk's own events say."""
    return [dict(event.said) for event in desks.record(Unlocked(held).desk(held.slug))]
