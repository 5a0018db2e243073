"""Real narratives in eight languages: filed, listed and opened, and not a telling word of them in plain."""

from __future__ import annotations

import json

import pytest
from django.db import connections
from django.test import Client

from tests.accounts.members import let_in
from tests.factories import deposit, make_desk
from tests.faults.canaries import forms_of

pytestmark = pytest.mark.django_db(databases="__all__")


def dumped(alias):
    connections[alias].ensure_connection()
    return "\n".join(connections[alias].connection.iterdump()).encode()


def test_no_telling_word_of_a_narrative_rests_in_plain(site, real_data, capfd):
    desk = make_desk(site)
    told = json.loads((real_data / "text" / "narratives" / "narratives.json").read_text(encoding="utf-8"))
    member = Client()
    let_in(member, desk)
    canaries = set()
    for narrative in told if isinstance(told, list) else told["narratives"]:
        story = {"story": [{"answers": {"text": {"value": narrative["text"]}}}]}
        made = deposit(desk, {"language": narrative["lang"].lower(), "sections": story}, folder=site)
        (site / "answers.json").unlink()  # ours, not the site's
        page = member.get(f"/desk/{desk.slug}/{made['reference']}/").content.decode()
        assert narrative["text"].splitlines()[0][:20] in page.replace("&#x27;", "'").replace("&quot;", '"')
        canaries.update(narrative["canaries"])

    objects = [path.read_bytes() for path in site.rglob("*") if path.is_file()]
    held = [dumped("default"), dumped("transient"), "".join(capfd.readouterr()).encode(), *objects]
    assert len(canaries) > 8
    forms = {form: word for word in canaries for form in forms_of(word) if len(form) > 7}  # shorter ones come by chance
    assert not {word for form, word in forms.items() if any(form in one for one in held)}
