"""Seat a lead by the recovery kit, when nobody else can open the desk."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import operations
from accounts.management.commands.create_desk import kit_sheet, typed_kit
from accounts.models import Desk
from accounts.operations import NotPossible


class Command(BaseCommand):
    """manage.py seat_lead --desk SLUG --email E."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--desk", required=True)
        parser.add_argument("--email", required=True)

    def handle(self, *, desk: str, email: str, **_options: object) -> None:
        row = Desk.objects.filter(slug=desk).first()
        if row is None:
            raise CommandError(f"There is no desk called {desk}.")
        try:
            words, kit = operations.seat_lead(
                row, email=email, kit=typed_kit("Type the kit's key from the paper: "), at=timezone.now()
            )
        except NotPossible as why:
            raise CommandError(str(why)) from None
        self.stdout.write(
            f"{email} is a lead of {row.slug}. These are shown once and kept nowhere.\n\n"
            f"The five words: {words}\n\nThe old kit is spent. This is the new one. Write it down or print it, and try "
            f"it now:\n\n{kit_sheet(row, kit)}"
        )
        try:
            operations.try_kit(row, typed_kit("Type the new kit's key from the paper, to try it: "), at=timezone.now())
        except NotPossible as why:
            raise CommandError(
                f"{why} Until the kit was tried the desk receives nothing from the public pages."
            ) from None
        self.stdout.write(
            "The kit opens this desk. The desk has a new key: once the lead signed in and reads its six check words "
            f"out, run pin_desk {row.slug}. Then they carry over what hung on the former one."
        )
