"""The keys of desks are held against their pins before the first page: by a command and by the web server alike."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from sealing.keys import Secret
from tests.config.site_process import load, manage, migrated

NAME = "Northside Legal"
DIFFERS = "Desks whose key in the database is not the pinned one: 1."
MISSING = "Desks that are not pinned and receive nothing: 1."
BEHIND = "Desks with a new key whose pin has not moved: 1."


@pytest.fixture
def pins(tmp_path):
    """The pin file of a site with one desk."""
    migrated(tmp_path)
    made = manage(tmp_path, "create_desk", NAME, "--lead", "lead@example.org", "--json")
    assert made.returncode == 0, made.stderr
    return tmp_path / "data" / "desk_pins"


def database(folder, *statement):
    with closing(sqlite3.connect(folder / "data" / "testigo.sqlite3")) as connection:
        connection.execute(*statement)
        connection.commit()


def rotated(folder):
    """What a rotation leaves in the open: another key, and the former one beside it."""
    [line] = (folder / "data" / "desk_pins").read_text().splitlines()
    desk, recipient, _day = line.split()
    link = (desk.replace("-", ""), 1, recipient, b"\x01", "2026-11-01")
    columns = "(desk_id, generation, recipient, wrapped, replaced_on)"
    database(folder, f"INSERT INTO accounts_formerkey {columns} VALUES (?, ?, ?, ?, ?)", link)  # noqa: S608 # ours
    give_another_key(folder)


def give_another_key(folder):
    database(folder, "UPDATE accounts_desk SET recipient = ?", [Secret.new().recipient])


def logged(stderr):
    return [json.loads(line) for line in stderr.splitlines() if line.startswith("{")]


def test_a_key_that_is_the_pinned_one_is_not_spoken_of(tmp_path, pins):
    assert pins.exists()

    assert "Desks" not in manage(tmp_path, "check").stderr
    assert "Desks" not in load(tmp_path).stderr


@pytest.mark.parametrize("text", ["nonsense\n", "\x00\xff", "9f1c8a52-0000-4000-8000-000000000000 age1short\n"])
def test_a_pin_file_with_a_line_that_is_none_stops_the_start_with_its_cure(tmp_path, pins, text):
    pins.write_text(text, encoding="utf-8")

    for started in (manage(tmp_path, "check"), load(tmp_path)):
        assert started.returncode != 0
        assert "serves" not in started.stdout
        assert "Line 1 of the desk pins is not '<desk id> <recipient> <hash> [<day>]'. Mend it." in started.stderr


def test_a_pin_file_that_cannot_be_read_stops_the_start_with_its_cure(tmp_path, pins):
    pins.unlink()
    pins.mkdir()

    for started in (manage(tmp_path, "check"), load(tmp_path)):
        assert started.returncode != 0
        assert "The file of desk pins cannot be read. Make it a file of the site's own user." in started.stderr


@pytest.mark.parametrize("case", ["no file", "an empty one", "a strangers key", "a rotation"])
def test_what_does_not_fit_is_counted_without_a_name_and_the_site_serves(tmp_path, pins, case):
    said = {"no file": MISSING, "an empty one": MISSING, "a strangers key": DIFFERS, "a rotation": BEHIND}[case]
    {
        "no file": pins.unlink,
        "an empty one": lambda: pins.write_text(""),
        "a strangers key": lambda: database(
            tmp_path, "UPDATE accounts_desk SET recipient = ?", [Secret.new().recipient]
        ),
        "a rotation": lambda: rotated(tmp_path),
    }[case]()

    checked, loaded = manage(tmp_path, "check"), load(tmp_path)

    assert checked.returncode == 0
    assert said in checked.stderr
    assert "Run doctor" in checked.stderr
    assert loaded.stdout == "serves\n"
    [line] = [line for line in logged(loaded.stderr) if line["what"].startswith("Desks")]
    assert line.keys() == {"at", "level", "from", "what"}
    assert line["what"].startswith(said)
    assert not any(name in checked.stderr + loaded.stderr for name in (NAME, "northside", "example.org", "age1"))


def test_before_the_tables_are_there_nothing_is_said_of_desks(tmp_path):
    checked, loaded = manage(tmp_path, "check"), load(tmp_path)

    assert (checked.returncode, loaded.stdout) == (0, "serves\n")
    assert "Desks" not in checked.stderr + loaded.stderr
