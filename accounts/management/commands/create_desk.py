"""Found a desk, pin it, seat its first lead, print its recovery kit."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from accounts import operations
from accounts.models import Desk
from accounts.operations import Founded, NotPossible
from accounts.queries import PAGE_FIELDS, PAGE_MAY_SAY
from sealing import words
from sealing.keys import Identity
from sealing.types import Recipient


def kit_sheet(desk: Desk, kit: Identity) -> str:
    """Return what is printed and kept on paper: it opens the desk when nobody else can."""
    return (
        f"Recovery kit of {desk.name}, made on {timezone.now().date().isoformat()}\n"
        f"  desk         {desk.pk}\n"
        f"  key          {kit.text}\n"
        f"  site salt    {settings.RECEIPT_SALT.hex()}\n"
        f"  check words  {words.check_words(Recipient(desk.recipient))}\n"
    )


def typed_kit(prompt: str) -> Identity:
    """Ask for a kit's key at the terminal.

    Raises:
        CommandError: it is not a key; what was typed is not shown.
    """
    try:
        return Identity.parse(getpass(prompt))
    except (EOFError, ValueError):
        raise CommandError("That is not a kit's key. It begins with AGE-SECRET-KEY-1. Type all of it.") from None


class Command(BaseCommand):
    """manage.py create_desk NAME --lead EMAIL [--page FILE.json] [--cards-only] [--json]."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--lead", required=True, help="the first lead's mail address")
        parser.add_argument("--page", type=Path, help="what the public sees: JSON with " + ", ".join(PAGE_FIELDS))
        parser.add_argument("--cards-only", action="store_true", help="a coalition's desk: short cards, never a key")
        parser.add_argument("--json", action="store_true", help="print JSON and try the kit without asking")

    def handle(self, *, name: str, lead: str, page: Path | None, **options: object) -> None:
        now = timezone.now()
        try:
            validate_email(lead)
            founded = operations.found(
                name, lead_email=lead, at=now, page=_page(page), cards_only=bool(options["cards_only"])
            )
        except ValidationError:
            raise CommandError("The lead's mail address is not whole. Write it like name@example.org.") from None
        except NotPossible as why:
            raise CommandError(str(why)) from None
        desk = Desk.objects.get(slug=founded.slug)
        if options["json"]:
            operations.try_kit(desk, Identity.parse(founded.kit.text), at=now)
            self.stdout.write(json.dumps({"slug": founded.slug, "words": founded.words, "kit": founded.kit.text}))
            return
        self._show(desk, founded)
        try:
            operations.try_kit(desk, typed_kit("Type the kit's key from the paper, to try it: "), at=timezone.now())
        except NotPossible as why:
            raise CommandError(f"{why} The desk is founded; it is offered to nobody until its kit was tried.") from None
        self.stdout.write("The kit opens this desk. Put the paper where a fire or a thief does not find it.")

    def _show(self, desk: Desk, founded: Founded) -> None:
        self.stdout.write(
            f"The desk {founded.slug} is founded and pinned. Both of these are shown once and kept nowhere.\n\n"
            f"The lead's five words: {founded.words}\n\n{kit_sheet(desk, founded.kit)}\n"
            "Write both down on paper now.\n"
        )


def _page(path: Path | None) -> dict[str, object] | None:
    """Read a desk's page.

    Raises:
        CommandError: it is not JSON, or a field is missing or unknown.
    """
    if path is None:
        return None
    try:
        page = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CommandError(f"{path} cannot be read as JSON. Write an object with {', '.join(PAGE_FIELDS)}.") from None
    if not isinstance(page, dict) or set(page) - set(PAGE_MAY_SAY) != set(PAGE_FIELDS):
        raise CommandError(f"{path} must hold exactly {', '.join(PAGE_FIELDS)}; it may hold {', '.join(PAGE_MAY_SAY)}.")
    return page
