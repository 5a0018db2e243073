"""Carry what hangs on a desk's former key over to its present one, at the terminal."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from getpass import getpass

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.unlock import WordsGiven
from incidents.vault import carrying


class Command(BaseCommand):
    """manage.py carry --desk SLUG --email E: the words are read from TESTIGO_WORDS, or asked for."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--desk", required=True)
        parser.add_argument("--email", required=True)

    def handle(self, *, desk: str, email: str, **_options: object) -> None:
        given = WordsGiven.by(email, os.environ.get("TESTIGO_WORDS") or getpass("Your five words: "))
        held = given.desk(desk) if given else None
        if held is None:
            raise CommandError("These words open no desk of that name.")
        found = carrying.carry(held, at=timezone.now(), tell=self._tell)
        self.stdout.write(f"\n{found.done} of {found.total} hang on the present key.")

    def _tell(self, carried: int) -> None:
        self.stdout.write(f"\r{carried} carried over", ending="")
        self.stdout.flush()
