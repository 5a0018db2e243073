"""Take a packet out from the shell: frozen, signed and written down like one from the pages."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.policy import Denied
from accounts.unlock import WordsGiven
from incidents.packet import operations
from incidents.packet.forms import LEGAL_HELP, OWN_COUNSEL
from incidents.packet.operations import HandedOver, NotPrepared
from incidents.packet.stream import Mismatch
from incidents.vault import openings
from incidents.vault.openings import Absent, OpenIncident
from sealing.keys import Tampered

TELL_EVERY_BYTES = 64 << 20


class Command(BaseCommand):
    """manage.py packet REFERENCE --desk SLUG --member EMAIL --grade full --out FILE.zip [--to TEXT] [--purpose TEXT].

    The member's five words come from TESTIGO_WORDS or are asked for.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", help="the incident's reference, such as K7QX-2M4B")
        parser.add_argument("--desk", required=True)
        parser.add_argument("--member", required=True, help="mail address of a lawyer or lead of the desk")
        parser.add_argument("--grade", required=True, choices=["full"])
        parser.add_argument("--out", type=Path, required=True, help="a file that is not there yet")
        parser.add_argument("--to", default=str(OWN_COUNSEL), help="who it is for")
        parser.add_argument("--purpose", default=str(LEGAL_HELP), help="what it is for")

    def handle(self, *, reference: str, desk: str, member: str, out: Path, **options: str) -> None:
        if not options["to"].strip() or not options["purpose"].strip():
            raise CommandError("Say who the packet is for (--to) and what it is for (--purpose).")
        if any("\ud800" <= letter <= "\udfff" for letter in options["to"] + options["purpose"]):
            raise CommandError("Write --to and --purpose in UTF-8.")
        if out.exists():
            raise CommandError(f"{out} is there already. Name another file.")
        opened = self._opened(reference, desk=desk, member=member)
        try:
            frozen = operations.prepare(
                opened,
                recipient=options["to"],
                purpose=options["purpose"],
                grade=options["grade"],
                at=timezone.now(),
                tell=self._tell,
            )
            handed = operations.hand_over(opened, frozen, at=timezone.now())
        except (Denied, NotPrepared) as why:
            raise CommandError(str(why)) from None
        except Tampered as what:
            raise CommandError(f"{what} Nothing was handed over. Run verify_ledger.") from None
        self._write(handed, out)
        self.stdout.write(f"Packet {frozen.number}, {handed.length_bytes} bytes: {out}")
        self.stdout.write(f"Fingerprint of the signing key, to be told by another road: {frozen.signer}")

    def _opened(self, reference: str, *, desk: str, member: str) -> OpenIncident:
        given = os.environ.get("TESTIGO_WORDS") or getpass("The member's five words: ")
        keys = WordsGiven.by(member, given)
        if keys is None:
            raise CommandError("The address and the words do not fit together. Check both and try again.")
        try:
            return openings.incident(reference, slug=desk, using=keys, at=timezone.now())
        except Absent:
            raise CommandError("This member sees no such incident at this desk. Check reference and desk.") from None

    def _tell(self, name: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"made {name}")

    def _write(self, handed: HandedOver, out: Path) -> None:
        """Write the ZIP aside and put it in its place when it is whole."""
        aside = out.with_name(f"{out.name}.part")
        written = 0
        try:
            with os.fdopen(os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                for chunk in handed.chunks:
                    file.write(chunk)
                    if (
                        sys.stderr.isatty()
                        and written // TELL_EVERY_BYTES != (written + len(chunk)) // TELL_EVERY_BYTES
                    ):
                        self.stderr.write(f"{written >> 20} of {handed.length_bytes >> 20} MB")
                    written += len(chunk)
            aside.rename(out)
        except Mismatch as broken:
            raise CommandError(
                f"{broken.name} is not what was frozen. Nothing was handed over; the ledger says so. Run verify_ledger."
            ) from None
        except OSError as problem:
            raise CommandError(f"{out} cannot be written: {problem.strerror}.") from None
        finally:
            aside.unlink(missing_ok=True)
