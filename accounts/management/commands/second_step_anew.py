"""Let a member whose phone is gone set up another second step, when no lead can."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import operations
from accounts.models import Member


class Command(BaseCommand):
    """manage.py second_step_anew EMAIL."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **_options: object) -> None:
        member = Member.objects.filter(email__iexact=email).first()
        if member is None:
            raise CommandError("There is no such member.")
        operations.forget_phone(member, at=timezone.now())
        self.stdout.write("Done. It opens nothing by itself: they sign in with their words, then set up another one.")
