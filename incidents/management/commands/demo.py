"""Fill an empty site with invented incidents, and print how to look at them."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import operations, queries, second_step
from accounts.models import Desk, Member
from incidents.checklist.answers import Answers
from incidents.management import invented
from incidents.vault import deposits, openings
from incidents.vault.exhibits import Sealer
from sealing.keys import Identity


class Command(BaseCommand):
    """manage.py demo [--port N]."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **_options: object) -> None:
        kept: Path = settings.DATA / "demo.txt"
        if not kept.exists():
            if settings.PRODUCTION or Desk.objects.exists() or openings.any_incident():
                raise CommandError("This site holds something already. The demo fills empty sites on loopback only.")
            _keep(kept, self._filled())
        self.stdout.write(
            f"\nTestigo is at http://127.0.0.1:{port}/ and http://localhost:{port}/\n"
            "Use Chrome, Edge or Firefox: Safari refuses secure cookies on plain http.\n\n"
            f"{kept.read_text(encoding='utf-8')}"
            f"Its code now    {second_step.current_code(_address_in(kept))}\n"
        )

    def _filled(self) -> str:
        self.stdout.write("Filling the site with invented incidents …")
        founded, *others = [_founded(group) for group in invented.GROUPS]
        main, *more = invented.GROUPS
        address = second_step.connect_app(Member.objects.get(email=main.lead))
        receipt = [_filed(founded.slug, one) for one in invented.incidents()][-1]
        also = [f"Also            {group.lead}: {other.words}\n" for group, other in zip(more, others, strict=True)]
        return (
            f"Sign in as      {main.lead}\nwith the words  {founded.words}\n"
            f"Second step     {address}\n"
            f"Come back with  {receipt}\nRecovery kit    {founded.kit.text}\n{''.join(also)}"
        )


def _founded(group: invented.Group) -> operations.Founded:
    """Found a desk and try its kit."""
    founded = operations.found(
        group.name, lead_email=group.lead, at=timezone.now(), page=group.page, cards_only=group.cards_only
    )
    desk = Desk.objects.get(slug=founded.slug)
    operations.try_kit(desk, Identity.parse(founded.kit.text), at=timezone.now())
    operations.move_pin(desk, words_heard=queries.check_words_of(desk.recipient), at=timezone.now())  # as if called
    return founded


def _address_in(kept: Path) -> str:
    """Return the address of the demo's second step as it was noted."""
    [line] = [line for line in kept.read_text(encoding="utf-8").splitlines() if line.startswith("Second step")]
    return line.split()[-1]


def _filed(slug: str, one: invented.Invented) -> str:
    receiver = queries.receiving(slug)
    if receiver is None:
        raise CommandError("The demo desk is not pinned. Remove the data folder and start again.")
    answers = Answers.checked(one.document)
    opening = deposits.begin()
    stored = []
    for name, data in one.files.items():
        sealer = Sealer(to=opening.recipient)
        sealer.write(data)
        stored.append(sealer.close(name=name, media_type=""))
    done = deposits.deposit(
        opening, answers, desks=[receiver], receipt=answers.language, files=stored, at=timezone.now()
    )
    return done.receipt


def _keep(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
