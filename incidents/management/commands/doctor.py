"""Look the whole site over, and say in words what must be mended and how."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from incidents.management import findings


class Command(BaseCommand):
    """manage.py doctor: exit status 1 where something must be mended."""

    help = __doc__ or ""
    requires_system_checks = ()  # it runs them itself, and tells of them in its own words

    def handle(self, **_options: object) -> None:
        found = list(findings.of_site(at=timezone.now()))
        wrong = [one for one in found if one.must]
        for one in (*wrong, *(one for one in found if not one.must)):
            self.stdout.write(f"{'MEND' if one.must else 'Note'}  {one.what}")
            if one.cure:
                self.stdout.write(f"      {one.cure}")
        if wrong:
            raise CommandError(f"{len(wrong)} must be mended.", returncode=1)
        self.stdout.write("Nothing must be mended.")
