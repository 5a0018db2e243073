"""Move all sealed objects from where they lie to a folder or a bucket; killed, it goes on when it is run again."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage, storages
from django.core.management.base import BaseCommand, CommandError

from incidents.vault import moving
from incidents.vault.places import place
from incidents.vault.storage import Full, Unavailable

GO_ON = "Run it again when that is mended: it goes on where it was."


class Command(BaseCommand):
    """manage.py move_storage --to ADDRESS [--remove]."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, help="as TESTIGO_STORAGE will say it")
        parser.add_argument("--remove", action="store_true", help="from where they lie; the site must be stopped")

    def handle(self, *, to: str, remove: bool, **_options: object) -> None:
        try:
            target = place(to, key=settings.STORAGE_KEY, default=settings.DATA / "objects")
        except ImproperlyConfigured as why:
            raise CommandError(str(why)) from None
        if target == settings.STORAGES["default"]:
            raise CommandError("The objects lie there already.")
        try:
            moved = moving.move(default_storage, storages.create_storage(target), remove=remove, tell=self._tell)
        except Full:
            raise CommandError(f"There is no room left there. {GO_ON}") from None
        except Unavailable as why:
            raise CommandError(f"{why} {GO_ON}") from None
        self.stdout.write(
            f"\n{len(moved.verified)} objects ({moved.size_bytes} bytes) lie there, each compared by its hash; "
            f"{moved.copied} of them were copied now, and {moved.removed} were removed from where they lay."
        )
        for name, what in sorted(moved.wrong.items()):
            self.stderr.write(f"{name} {what}")
        if moved.wrong:
            raise CommandError(f"{len(moved.wrong)} objects are not as they should be. Nothing was removed.")
        self.stdout.write(f"Before the site is started again, set TESTIGO_STORAGE to {to or 'nothing'}.")

    def _tell(self, done: int, total: int) -> None:
        self.stdout.write(f"\r{done} of {total} objects", ending="")
        self.stdout.flush()
