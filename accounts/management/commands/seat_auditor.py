"""Make somebody an auditor: they walk the ledger's lines and hold no key."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from accounts import auditors
from accounts.auditors import NoAuditor


class Command(BaseCommand):
    """manage.py seat_auditor EMAIL [--end]."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--end", action="store_true", help="they are an auditor no more")

    def handle(self, *, email: str, end: bool, **_options: object) -> None:
        try:
            validate_email(email)
            told = self._end(email) if end else self._seat(email)
        except ValidationError:
            raise CommandError("The mail address is not whole. Write it like name@example.org.") from None
        except NoAuditor:
            raise CommandError(f"{email} is no auditor.") from None
        self.stdout.write(told)

    def _end(self, email: str) -> str:
        auditors.end(email, at=timezone.now())
        return f"{email} is an auditor no more."

    def _seat(self, email: str) -> str:
        words = auditors.seat(email, at=timezone.now())
        if words is None:
            return f"{email} is an auditor, and keeps the words they have."
        return f"{email} is an auditor. These are shown once and kept nowhere.\n\nThe five words: {words}\n"
