"""File an incident from the shell: imports, tests, a hotline's own tools."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import queries
from accounts.queries import PublicDesk
from incidents.checklist.answers import Answers
from incidents.checklist.kinds import WrongType
from incidents.vault import deposits, storage
from incidents.vault.deposits import NothingToFile, Opening
from incidents.vault.exhibits import Sealer, StoredFile

CHUNK_BYTES = 1 << 20
TELL_EVERY_BYTES = 64 << 20


class Command(BaseCommand):
    """manage.py deposit --desk SLUG --answers FILE.json [--attach FILE]… [--json]."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--desk", required=True)
        parser.add_argument("--answers", type=Path, required=True, help="a Report's JSON")
        parser.add_argument("--attach", type=Path, action="append", default=[], help="a file, as often as needed")
        parser.add_argument("--receipt", default="", help="language of the words, or digits; default: of the Report")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, desk: str, answers: Path, attach: list[Path], receipt: str, **options: object) -> None:
        receiver = self._receiver(desk)
        said = self._answers(answers)
        opening = deposits.begin()
        stored: list[StoredFile] = []
        try:
            stored.extend(self._sealed(path, opening) for path in attach)
            done = deposits.deposit(
                opening,
                said,
                desks=[receiver],
                receipt=receipt or said.language or settings.LANGUAGE_CODE,
                files=stored,
                at=timezone.now(),
            )
        except NothingToFile:
            raise CommandError("There is no answer and no file. Put one in the answers, or attach a file.") from None
        except BaseException:
            deposits.discard(stored)
            raise
        if options["json"]:
            self.stdout.write(json.dumps({"reference": done.reference, "receipt": done.receipt}))
        else:
            self.stdout.write(f"Filed as {done.reference}. The receipt, shown once: {done.receipt}")

    def _receiver(self, slug: str) -> PublicDesk:
        receiver = queries.receiving(slug)
        if receiver is None:
            raise CommandError(f"No pinned desk is called {slug}. Found one with create_desk, or mend the pin file.")
        if not queries.has_tested_kit(slug):
            self.stderr.write(
                f"The recovery kit of {slug} was never tried: if its members lose their words, all is lost."
            )
        return receiver

    def _answers(self, path: Path) -> Answers:
        try:
            said = Answers.checked(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, ValueError, RecursionError):
            raise CommandError(f"{path} cannot be read as JSON in UTF-8.") from None
        except WrongType as wrong:
            raise CommandError(f"{path}: {wrong}") from None
        for unknown in said.unknown:
            self.stderr.write(f"Not in this checklist, kept as it is: {unknown}")
        return said

    def _sealed(self, path: Path, opening: Opening) -> StoredFile:
        """Seal a file part by part, and say how far it is on long ones."""
        sealer = Sealer(to=opening.recipient)
        try:
            with path.open("rb") as source:
                while chunk := source.read(CHUNK_BYTES):
                    sealer.write(chunk)
                    if sys.stderr.isatty() and sealer.digests.size % TELL_EVERY_BYTES == 0:
                        self.stderr.write(f"{path.name}: {sealer.digests.size >> 20} MB sealed")
        except storage.Full:
            sealer.discard()
            raise CommandError("There is no room for it in storage. Nothing was filed.") from None
        except storage.Unavailable as why:
            sealer.discard()
            raise CommandError(f"{why} Nothing was filed.") from None
        except OSError:
            sealer.discard()
            raise CommandError(f"{path} cannot be read.") from None
        except BaseException:
            sealer.discard()
            raise
        stored = sealer.close(name=os.fsencode(path.name).decode(errors="replace"), media_type="")
        if not stored.parts:
            raise CommandError(f"{path} is empty. Attach a file that has something in it.")
        return stored
