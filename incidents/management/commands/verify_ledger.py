"""Check the whole log without any key: lines, bodies, rows and signed checkpoints."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand, CommandError

from incidents.custody import checkpoints, ledger


class Command(BaseCommand):
    """manage.py verify_ledger."""

    help = __doc__ or ""

    def handle(self, **_options: object) -> None:
        wrong = [*ledger.verify(tell=self._tell), *checkpoints.broken()]
        for sentence in wrong:
            self.stderr.write(sentence)
        if wrong:
            raise CommandError(f"{len(wrong)} things do not agree. Keep this database as it is and ask for help.")
        self.stdout.write(f"{ledger.size()} events agree with the log, its rows and its checkpoints.")

    def _tell(self, walked: int) -> None:
        if sys.stderr.isatty() and walked % 10_000 == 0:
            self.stderr.write(f"{walked} events walked")
