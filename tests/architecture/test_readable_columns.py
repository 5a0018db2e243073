"""What a seized disk says is exactly what the threat model says it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils.timezone import now

from accounts import keyring, rotation
from accounts.queries import receiving
from tests.accounts.members import sign_in
from tests.factories import Unlocked, make_desk
from tests.sending.sender import Script

pytestmark = pytest.mark.django_db(databases="__all__")

THREATS = (Path(__file__).parents[2] / "docs/threat-model.md").read_text(encoding="utf-8")
AT_REST, IN_MEMORY = THREATS.partition("## Readable at rest")[2].split("\nIn memory")
DATABASES = {"default": AT_REST, "transient": IN_MEMORY}
AGES = (b"\x01", b"a")  # a document, or an age file
COLUMN = re.compile(r"`(\w+)`")


def listed(text):
    """Return each table of the list with its readable and its sealed columns."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return {
        COLUMN.search(name)[1]: (COLUMN.findall(readable), COLUMN.findall(sealed)) for name, readable, sealed in rows
    }


def held(alias):
    """Return each table of a database with its columns."""
    connection, found = connections[alias], {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}" LIMIT 0')  # noqa: S608 # Django trips over our check of roles
            found[name] = {column[0] for column in cursor.description}
    return found


def column(alias, table, name):
    with connections[alias].cursor() as cursor:
        cursor.execute(f'SELECT "{name}" FROM "{table}" WHERE "{name}" IS NOT NULL')  # noqa: S608 # our own list's names
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def journey(site):
    """Everything that can be filed, read and written here was."""
    desk = make_desk(site)
    witness, member = Client(), sign_in(desk)
    witness.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    photo = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff not a photo")
    assert witness.post("/report/", {"place-town": "Cicero", "file": photo}).status_code == 302
    assert witness.post("/report/more/story/", {"text": "A white van."}).status_code == 302
    script = Script.of(witness)
    sent = script.file(b"a clip on its way")
    assert [script.begin(sent)[0], script.part(sent, 1)[0]] == [201, 201]
    witness.get("/report/proof/")
    waiting = {("incidents_report", "sealed"): column("default", "incidents_report", "sealed")}
    where = re.search(rf'"(/desk/{desk.slug}/[^"/]+/)"', member.get(f"/desk/{desk.slug}/").content.decode())[1]
    assert member.get(where).status_code == 200
    Client().post("/member/sign-in/", {"login": desk.email, "password": "one two three four five"})
    keeps_a_head_and_gives_the_desk_a_new_key(Unlocked(desk), desk)
    return waiting


def keeps_a_head_and_gives_the_desk_a_new_key(lead, desk):
    member = lead.member
    member.kept_head = keyring.seal_head(lead.secret, "a head", member=member)
    member.save()
    rotation.rotate(lead.desk(desk.slug), at=now())


@pytest.mark.parametrize("alias", DATABASES)
def test_the_list_names_every_table_and_column_and_no_other(alias):
    said = {table: set(readable) | set(sealed) for table, (readable, sealed) in listed(DATABASES[alias]).items()}

    assert said == held(alias)


@pytest.mark.parametrize("alias", DATABASES)
def test_no_column_is_listed_twice(alias):
    for readable, sealed in listed(DATABASES[alias]).values():
        assert len({*readable, *sealed}) == len(readable) + len(sealed)


def test_every_column_that_is_called_sealed_holds_only_sealed_bytes(journey):
    found = {
        (table, name): column("default", table, name)
        for table, (_readable, sealed) in listed(AT_REST).items()
        for name in sealed
        if not table.startswith(("incidents_packet", "incidents_rekey"))  # nobody took one out, nobody gave another key
    }

    assert all(found.values())
    for values in (*found.values(), *journey.values()):
        assert all(bytes(value).startswith(AGES) for value in values)


def test_what_is_called_empty_is_empty(journey):  # noqa: ARG001 # even after people came
    empty = re.findall(r"^\| `(\w+)` \| empty:", AT_REST, re.MULTILINE)

    assert len(empty) == 4
    assert not any(column("default", table, "id") for table in empty)


def test_no_moment_rests_on_the_disk(journey):  # noqa: ARG001 # there was much to note
    clock = re.compile(r"\d{1,2}:\d\d(:\d\d)?|^1[67]\d{8}(\.\d+)?$")
    moments = {
        (table, name)
        for table, (readable, _sealed) in listed(AT_REST).items()
        for name in readable
        if any(
            clock.search(str(value).removesuffix(" 00:00:00"))
            for value in column("default", table, name)
            if not isinstance(value, bytes)
        )
    }

    assert moments == {("django_migrations", "applied")}


def test_the_pins_say_a_desk_its_recipient_what_it_is_called_and_a_day_a_line(journey):  # noqa: ARG001 # a desk was founded
    for line in settings.DESK_PINS.read_text().splitlines():
        assert re.fullmatch(r"[0-9a-f-]{36} age1[0-9a-z]+ [0-9a-f]{32}( \d{4}-\d\d-\d\d)?", line)
