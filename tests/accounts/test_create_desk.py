"""A desk is founded at a terminal: its words and its kit are printed once, and the kit is tried."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import pins
from accounts.models import Desk, Member
from incidents.models import Incident
from sealing.keys import Identity
from tests.accounts.conftest import ANSWERS
from tests.accounts.members import kit_in, words_in
from tests.factories import PAGE, MadeDesk, Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

OTHER_KIT = Identity.new().text
EMAIL = "lead@example.org"


def found(terminal, *more, name="Northside Legal"):
    call_command("create_desk", name, "--lead", EMAIL, *more, stdout=terminal)
    return terminal.getvalue()


@pytest.fixture
def page(site):
    path = site / "page.json"
    path.write_text(json.dumps(PAGE))
    return path


def test_the_words_and_the_kit_are_printed_once_and_open_the_desk(site, terminal):  # noqa: ARG001 # a folder of its own
    terminal.will_type(kit_in)

    printed = found(terminal)

    words, kit = words_in(printed), kit_in(printed)
    lead = Unlocked(MadeDesk("northside-legal", words, kit, EMAIL))
    assert lead.desk("northside-legal").slug == "northside-legal"
    assert (printed.count(words), printed.count(kit)) == (1, 1)
    assert settings.RECEIPT_SALT.hex() in printed
    assert "The kit opens this desk." in printed
    assert Desk.objects.get().kit.tested


def test_the_new_desk_is_pinned(site, terminal):  # noqa: ARG001 # a folder of its own
    terminal.will_type(kit_in)

    found(terminal)

    row = Desk.objects.get()
    assert pins.pinned(row.pk) == row.recipient
    assert settings.DESK_PINS.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [(OTHER_KIT, "This kit does not open this desk"), ("my dog", "That is not a kit's key")],
    ids=["of another desk", "no key"],
)
def test_a_wrong_kit_is_refused_and_the_desk_is_offered_to_nobody(site, terminal, page, typed, said):  # noqa: ARG001
    terminal.will_type(typed)

    with pytest.raises(CommandError, match=said) as refused:
        found(terminal, "--page", str(page))

    assert typed not in str(refused.value)
    assert not Desk.objects.get().kit.tested
    assert "Northside Legal" not in Client().get("/groups/").content.decode()


def test_with_a_page_and_a_tried_kit_the_desk_receives(site, terminal, page):  # noqa: ARG001 # a folder of its own
    terminal.will_type(kit_in)

    found(terminal, "--page", str(page))

    shown = Client().get("/groups/").content.decode()
    assert all(text in shown for text in ("Northside Legal", "Cook County", "+1 312 555 0100", PAGE["what_next"]))


def test_without_a_page_the_desk_is_not_offered(site, terminal):  # noqa: ARG001 # a folder of its own
    terminal.will_type(kit_in)

    found(terminal)

    assert "Northside Legal" not in Client().get("/groups/").content.decode()


def test_for_other_programs_it_prints_one_line_of_json_and_nothing_else(site):  # noqa: ARG001 # a folder of its own
    out, err = StringIO(), StringIO()

    call_command("create_desk", "Northside Legal", "--lead", EMAIL, "--json", stdout=out, stderr=err)

    said = json.loads(out.getvalue())
    assert set(said) == {"slug", "words", "kit"}
    assert said["slug"] == "northside-legal"
    assert len(said["words"].split()) == 5
    assert Identity.parse(said["kit"]).text == said["kit"]
    assert err.getvalue() == ""
    assert Desk.objects.get().kit.tested


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read as JSON"),
        (b"{", "cannot be read as JSON"),
        (b"\xff\xfe{}", "cannot be read as JSON"),
        (b"[]", "must hold exactly area, languages, phone, what_next, not_done"),
        (json.dumps({**PAGE, "motto": "x"}).encode(), "must hold exactly"),
        (json.dumps({"area": "x"}).encode(), "must hold exactly"),
    ],
    ids=["missing", "not JSON", "not UTF-8", "a list", "one field more", "fields missing"],
)
def test_a_wrong_page_file_is_named_and_founds_nothing(site, terminal, content, said):
    path = site / "our page.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=said) as refused:
        found(terminal, "--page", str(path))

    assert str(path) in str(refused.value)
    assert not Desk.objects.exists()
    assert not Member.objects.exists()
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(
    ("name", "email", "said"),
    [
        ("Northside Legal", "new@example.org", "exists already"),
        ("Southside Legal", "LEAD@example.org", "has words already"),
        ("Southside Legal", "lead at example", "not whole"),
        ("???", "new@example.org", "no letter or digit"),
    ],
)
def test_what_cannot_be_founded_says_why_and_changes_nothing(desk, terminal, name, email, said):  # noqa: ARG001
    with pytest.raises(CommandError, match=said):
        call_command("create_desk", name, "--lead", email, stdout=terminal)

    assert (Desk.objects.count(), Member.objects.count(), len(pins.read())) == (1, 1, 1)
    assert terminal.getvalue() == ""


def test_filing_from_the_shell_to_a_desk_whose_kit_was_never_tried_warns_and_files(site, terminal, capsys):
    terminal.will_type("my dog")
    with pytest.raises(CommandError, match="not a kit's key"):
        found(terminal)
    untried = MadeDesk("northside-legal", "", "", "")

    made = deposit(untried, ANSWERS, folder=site)

    said = "The recovery kit of northside-legal was never tried: if its members lose their words, all is lost."
    assert said in capsys.readouterr().err
    assert Incident.objects.get().reference == made["reference"]


def test_filing_from_the_shell_to_a_desk_whose_kit_was_tried_warns_of_nothing(site, capsys):
    deposit(make_desk(site), ANSWERS, folder=site)

    assert "kit" not in capsys.readouterr().err
