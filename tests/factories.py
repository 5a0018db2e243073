"""Plain helpers that go through the front door."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import StringIO

from django.core.management import call_command

from accounts.unlock import WordsGiven

PAGE = {
    "area": "Cook County",
    "languages": ["English", "Español"],
    "phone": "+1 312 555 0100",
    "what_next": "A member reads it within three days.",
    "not_done": "We do not send anybody to you.",
}


@dataclass(frozen=True)
class MadeDesk:
    slug: str
    words: str
    kit: str
    email: str


def make_desk(folder, name="Northside Legal", email="lead@example.org"):
    page = folder / "page.json"
    page.write_text(json.dumps(PAGE))
    out = StringIO()
    call_command("create_desk", name, "--lead", email, "--page", str(page), "--json", stdout=out)
    said = json.loads(out.getvalue())
    return MadeDesk(said["slug"], said["words"], said["kit"], email)


def deposit(desk, document, *attached, folder):
    answers = folder / "answers.json"
    answers.write_text(json.dumps(document), encoding="utf-8")
    out = StringIO()
    attach = [word for path in attached for word in ("--attach", str(path))]
    call_command("deposit", "--desk", desk.slug, "--answers", str(answers), *attach, "--json", stdout=out)
    return json.loads(out.getvalue())


class Unlocked(WordsGiven):
    """A member whose words were just given, outside of any request: what commands and tests hold."""

    def __init__(self, desk):
        opened = WordsGiven.by(desk.email, desk.words)
        super().__init__(opened.member, opened.secret)
