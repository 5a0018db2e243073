"""Every night: read all that is stored again, hold it against its rows and the ledger, name what does not fit.

No key is needed. A pass that was cut off goes on where it stood. Exit status 1 where anything is damaged.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import auditors, notices
from accounts.notices import Notice
from incidents.custody import damages, fixity
from incidents.custody.fixity import Passed, StorageAway
from incidents.vault import promised

TELL_EVERY_SECONDS = 5


class Command(BaseCommand):
    """manage.py audit."""

    help = __doc__ or ""

    def handle(self, **_options: object) -> None:
        self._told_at = time.monotonic()
        with _alone():
            self._tell_leads()  # of what a run found that was killed before it could tell
            try:
                passed = fixity.go_on(promised.Stored(), clock=timezone.now, tell=self._tell)
            except StorageAway:
                raise CommandError("Storage hands nothing out. The pass stands still; run audit again.") from None
            finally:
                self._tell_leads()
        self._report(passed)

    def _report(self, passed: Passed) -> None:
        self.stdout.write(f"{passed.objects} objects were read ({passed.size_bytes} bytes), and every sealed row.")
        if passed.left_over:
            self.stdout.write(f"{passed.left_over} objects older than a day are named by no row: expire removes them.")
        damaged = damages.open_ones()
        for found in damaged:
            self.stderr.write(f"DAMAGED  {found}")
        if damaged:
            raise CommandError(
                f"{len(damaged)} damaged. Remove nothing: put each back from a backup, then run audit again."
            )
        self.stdout.write("Each is what was stored.")

    def _tell(self, passed: Passed) -> None:
        if sys.stderr.isatty() and time.monotonic() - self._told_at > TELL_EVERY_SECONDS:
            self._told_at = time.monotonic()
            self.stderr.write(f"{passed.objects} objects, {passed.size_bytes >> 20} MB read")

    def _tell_leads(self) -> None:
        """Mail the leads of each desk whose incident is touched the fixed text, once for all that was found."""
        untold, today = damages.untold(), timezone.now().date()
        desks = promised.desks_of({one for one in untold.values() if one}, on=today)
        if not untold or (desks and not notices.is_set()):
            return
        told = [notices.send(Notice.MEMBER, to=address) for address in auditors.lead_addresses(desks)]
        if all(told):
            damages.note_told(untold, on=today)


@contextmanager
def _alone() -> Iterator[None]:
    """Let one pass run at a time; the lock goes with its process, however that ends."""
    lock = os.open(settings.RUNTIME / "audit.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CommandError("Another audit is running.") from None
    finally:
        os.close(lock)
