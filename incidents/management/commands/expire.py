"""Once a day: take away what has had its day, sign the head of the log, say what was done."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts import auditors, notices, seating
from accounts.auditors import PinState
from accounts.notices import Notice
from incidents.custody import checkpoints
from incidents.vault import carrying, removals


class Command(BaseCommand):
    """manage.py expire [--tell-members]."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tell-members", action="store_true", help="mail each member the fixed text")

    def handle(self, *, tell_members: bool, **_options: object) -> None:
        now = timezone.now()
        self._say("keys that had a last day were taken back from desks", removals.end_grants(at=now))
        swept = removals.sweep(at=now)
        self._say(f"left-over objects were removed ({swept.size_bytes} bytes)", swept.objects)
        self._say("codes to join with ended", seating.forget_expired(at=now))
        moved = [(desk.id, desk.generation) for desk in auditors.desks() if desk.pin is PinState.PINNED]
        self._say("former desk keys were dropped", carrying.drop_former(moved, at=now))
        call_command("clearsessions")
        self.stdout.write("Sessions that are over were removed.")
        head = checkpoints.sign(at=now)
        self.stdout.write(f"The head of the ledger is signed at {head.size} events:\n\n{head.note}")
        if tell_members:
            self._tell()

    def _tell(self) -> None:
        if not notices.is_set():
            self.stderr.write("This site mails nothing: no sender is named. Nobody was told.")
            return
        told = sum(notices.send(Notice.MEMBER, to=address) for address in auditors.addresses())
        self._say("members were mailed the fixed text", told)

    def _say(self, what: str, count: int) -> None:
        self.stdout.write(f"{count} {what}.")
