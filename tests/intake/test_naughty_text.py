"""Whatever somebody types is kept as typed, or answered with clear words; nothing breaks."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils import timezone

from incidents.vault import openings
from tests.accounts.members import let_in
from tests.factories import Unlocked, deposit, make_desk

AT_MOST = 20  # agents in one report

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def lines(real_data):
    return json.loads((real_data / "text" / "big-list-of-naught__blns.json").read_text(encoding="utf-8"))


def test_every_naughty_line_in_every_field_of_a_deposit_opens_as_it_was(site, lines):
    desk = make_desk(site)
    fields = ("label", "local_agency", "vest_text", "unit_mark", "name", "looks")

    for start in range(0, len(lines), AT_MOST):
        some = [line[:200] for line in lines[start : start + AT_MOST]]
        entries = [{"answers": {key: {"value": line} for key in fields}} for line in some]
        made = deposit(desk, {"language": "en", "sections": {"agents": entries}}, folder=site)
        opened = openings.incident(made["reference"], slug=desk.slug, using=Unlocked(desk), at=timezone.now())
        kept = [[entry.answers[key].value for key in fields] for entry in opened.answers[0].entries("agents")]
        assert kept == [[line] * len(fields) for line in some]


def test_every_naughty_line_goes_through_a_section_page_and_shows_inert_at_the_desk(site, lines):
    desk = make_desk(site)
    client, member = Client(), Client()
    client.get("/groups/")
    client.get(f"/to/{desk.slug}/{fingerprint(desk)}/")
    assert client.post("/report/", {"place-town": "Cicero"}).status_code == 302

    answers = {client.post("/report/more/agents/", {"looks": line, "name": line}).status_code for line in lines}

    assert answers <= {302, 303, 422}
    let_in(member, desk)
    listed = member.get(f"/desk/{desk.slug}/").content.decode()
    address = listed.split(f'href="/desk/{desk.slug}/')[-1].split('"')[0]
    shown = member.get(f"/desk/{desk.slug}/{address}")
    assert shown.status_code == 200
    assert "<script>alert" not in shown.content.decode()


@pytest.mark.parametrize("form", [{}, {"place-town": "x" * 200_000}])
def test_nothing_and_far_too_much_get_clear_words_and_keep_what_was_typed(site, form):
    desk = make_desk(site)
    client = Client()
    client.get(f"/to/{desk.slug}/{fingerprint(desk)}/")

    page = client.post("/report/", form)

    assert page.status_code == 422
    assert all(value in page.content.decode() for value in form.values())


def fingerprint(desk):
    from accounts.queries import receiving  # noqa: PLC0415

    return receiving(desk.slug).fingerprint
