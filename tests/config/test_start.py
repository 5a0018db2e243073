"""The site starts on loopback with nothing set, and in production only with everything it needs."""

from __future__ import annotations

import sqlite3
import sys
import uuid
from contextlib import closing

import pytest

from config import checks
from tests.config.site_process import HOST, SECRETS, manage, migrated

ANSWERS_TO = f"""
from django.test import Client
for name in ("127.0.0.1", "localhost", "[::1]", "{HOST}", "0.0.0.0", "192.168.1.7"):
    print(name, Client(HTTP_HOST=name, HTTP_X_FORWARDED_PROTO="https").get("/").status_code)
"""


def answers_to(folder, **more):
    migrated(folder)
    said = manage(folder, "shell", "--verbosity", "0", "-c", ANSWERS_TO, **more)
    assert said.returncode == 0, said.stderr
    return dict(line.split(" ") for line in said.stdout.splitlines() if line)


def test_without_named_hosts_it_answers_on_loopback_only(tmp_path):
    assert answers_to(tmp_path) == {
        "127.0.0.1": "200",
        "localhost": "200",
        "[::1]": "200",
        HOST: "400",
        "0.0.0.0": "400",  # noqa: S104 # what is refused
        "192.168.1.7": "400",
    }


def test_with_named_hosts_it_answers_to_them_only(tmp_path, production):
    answers = answers_to(tmp_path, **production)

    assert {name for name, status in answers.items() if status == "200"} == {HOST}


@pytest.mark.parametrize("missing", SECRETS)
def test_in_production_each_missing_secret_is_refused_by_name(tmp_path, production, missing):
    del production[missing]

    made = manage(tmp_path, "check", **production)

    assert made.returncode != 0
    assert f"{missing} is not set" in made.stderr
    assert not (tmp_path / "data" / "private").exists()


@pytest.mark.parametrize("name", SECRETS)
def test_in_production_a_secret_that_is_not_whole_is_refused(tmp_path, production, name):
    short = tmp_path / "keys" / name.lower()
    short.write_text("00" * 8)

    made = manage(tmp_path, "check", **production)

    assert made.returncode != 0
    assert f"{short.name} must hold {SECRETS[name]} bytes in hex" in made.stderr


def test_all_hosts_at_once_are_refused(tmp_path, production):
    made = manage(tmp_path, "check", **{**production, "TESTIGO_HOSTS": "*"})

    assert made.returncode != 0
    assert "Name the hosts in TESTIGO_HOSTS" in made.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="what lies in memory is asked of /proc")
@pytest.mark.parametrize("hosts", [True, False], ids=["production", "loopback"])
def test_a_data_folder_that_others_may_enter_is_refused_in_production_and_said_on_loopback(tmp_path, production, hosts):
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o755)

    made = manage(tmp_path, "check", **(production if hosts else {}))

    assert "The data folder data is open to others" in made.stderr
    assert (made.returncode != 0) == hosts


@pytest.fixture
def with_a_report(tmp_path):
    """A site that holds a report, and whose receipt salt is gone."""
    migrated(tmp_path)
    data = tmp_path / "data"
    with closing(sqlite3.connect(data / "testigo.sqlite3")) as database:
        database.execute(
            "INSERT INTO incidents_incident (id, reference, recipient, generation, received_on, keyring)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [uuid.uuid4().hex, "2345-6789", "age1", 1, "2026-11-01", b"\x01"],
        )
        database.commit()
    (data / "private" / "receipt_salt").unlink()
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [["check"], ["migrate"], ["demo"], ["create_desk", "Northside", "--lead", "lead@example.org"]],
    ids=lambda c: c[0],
)
def test_beside_reports_a_missing_receipt_salt_stops_everything_and_is_never_made_anew(with_a_report, command):
    made = manage(with_a_report, *command)

    assert made.returncode != 0
    assert "The receipt salt is missing (receipt_salt)" in made.stderr
    assert not (with_a_report / "data" / "private" / "receipt_salt").exists()


def test_in_production_a_missing_receipt_salt_stops_the_start_too(with_a_report, production):
    del production["TESTIGO_RECEIPT_SALT_FILE"]

    made = manage(with_a_report, "check", **production)

    assert made.returncode != 0
    assert "receipt salt is missing" in made.stderr


def test_beside_a_database_of_another_kind_the_salt_must_be_named(tmp_path):
    made = manage(tmp_path, "check", DATABASE_URL=f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}")

    assert made.returncode != 0
    assert "TESTIGO_RECEIPT_SALT_FILE must name the receipt salt" in made.stderr


def test_an_empty_site_makes_its_own_salt(tmp_path):
    migrated(tmp_path)
    (tmp_path / "data" / "private" / "receipt_salt").unlink()

    assert manage(tmp_path, "migrate", "--verbosity", "0").returncode == 0
    assert len((tmp_path / "data" / "private" / "receipt_salt").read_text().strip()) == 32


@pytest.mark.parametrize(
    ("settings_are", "said"),
    [
        ({"MIDDLEWARE": []}, "testigo.E009"),
        ({"PRODUCTION": True, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": True}, "testigo.E010"),
    ],
)
def test_a_door_that_stands_open_stops_the_start(settings, settings_are, said):
    assert said not in {found.id for found in checks.shape(None)}
    for name, value in settings_are.items():
        setattr(settings, name, value)

    assert said in {found.id for found in checks.shape(None)}
