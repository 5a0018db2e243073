"""Pin a desk's present key, after its check words were heard from a lead on the phone."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import operations
from accounts.models import Desk
from accounts.operations import NotPossible


class Command(BaseCommand):
    """manage.py pin_desk SLUG."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")

    def handle(self, *, slug: str, **_options: object) -> None:
        row = Desk.objects.filter(slug=slug).first()
        if row is None:
            raise CommandError(f"There is no desk called {slug}.")
        self.stdout.write("Call a lead of this desk, on a number that you knew before. They read six check words out.")
        try:
            operations.move_pin(row, words_heard=input("Type the six words: "), at=timezone.now())
        except (EOFError, NotPossible) as why:
            raise CommandError(str(why) or "No words were typed. Nothing was pinned.") from None
        self.stdout.write("Pinned. New reports are sealed to this key from now on.")
