"""Once a day: have outside clocks stamp the head of the ledger, and packets that still want a stamp.

A clock that does not answer is asked again another day; nothing waits for it.
"""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from incidents.custody import stamps
from incidents.custody.stamps import State

SAID = {
    State.OBTAINED: "stamped.",
    State.PENDING: "no answer; asked again another day.",
    State.FAILED: "answered, and the answer does not hold. It was kept as it came.",
}


class Command(BaseCommand):
    """manage.py stamp."""

    help = __doc__ or ""

    def handle(self, **_options: object) -> None:
        if not stamps.servers():
            self.stdout.write("No outside clock is named: set TESTIGO_TSA_URLS and TESTIGO_TSA_CHAINS.")
        for one, state in stamps.daily(at=timezone.now()):
            what = f"the head at {one.size} events" if one.size is not None else "a packet"
            self.stdout.write(f"{one.server}, about {what}: {SAID[state]}")
