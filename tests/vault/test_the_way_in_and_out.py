"""What is filed from the shell opens at its desk and with its receipt, and nowhere else."""

from __future__ import annotations

import hashlib
import sqlite3
from base64 import b64encode
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from incidents.models import Exhibit, Part, Report
from incidents.vault import cards, grants, openings
from incidents.vault.openings import Absent
from sealing.keys import Tampered
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERS = {
    "language": "es",
    "sections": {
        "agents": [{"answers": {"badge": {"value": {"seen": "QZ7?9133775", "reading": "partial"}}}}],
        "story": [{"answers": {"text": {"value": "El canario-quetzalcoatl abrió la puerta."}}}],
    },
}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def photo(site):
    path = site / "canario-foto.jpg"
    path.write_bytes(b"\xff\xd8\xff canario-quetzalcoatl" * 1000)
    return path


def opened(made, desk):
    return openings.incident(made["reference"], slug=desk.slug, using=Unlocked(desk), at=timezone.now())


def test_a_filed_incident_opens_at_its_desk_as_it_was_given(site, desk, photo):
    made = deposit(desk, ANSWERS, photo, folder=site)

    incident = opened(made, desk)

    assert [line.text for line in incident.reports[0].answers.lines() if not line.missing][:1] != []
    assert "El canario-quetzalcoatl abrió la puerta." in incident.reports[0].document.decode()
    assert incident.reader(incident.exhibits[0]).read() == photo.read_bytes()
    assert incident.exhibits[0].manifest["sha256"] == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert [event.said["act"] for event in incident.custody()] == [
        "report_received",
        "exhibit_received",
        "granted",
        "opened",
    ]


def test_the_receipt_opens_it_and_a_wrong_one_opens_nothing(site, desk):
    made = deposit(desk, ANSWERS, folder=site)

    found = grants.by_receipt(made["receipt"].upper())
    missed = grants.by_receipt("0123 4567 8901 2345 6789 0128")

    assert found is not None
    assert missed is None


def test_another_desk_finds_the_same_nothing_as_for_what_does_not_exist(site, desk):
    made = deposit(desk, ANSWERS, folder=site)
    other = make_desk(site, "Southside Legal", "other@example.org")

    for reference, slug in ((made["reference"], desk.slug), (made["reference"], other.slug), ("ZZZZ-ZZZZ", other.slug)):
        with pytest.raises(Absent):
            openings.incident(reference, slug=slug, using=Unlocked(other), at=timezone.now())


def test_the_list_of_a_desk_holds_its_card(site, desk):
    made = deposit(desk, ANSWERS, folder=site)
    open_desk = Unlocked(desk).desk(desk.slug)

    page = cards.index_of(open_desk, facts=frozenset({"language"})).page({"language": "es"}, number=1)
    other = cards.index_of(open_desk, facts=frozenset({"language"})).page({"language": "en"}, number=1)

    assert [row.reference for row in page.rows] == [made["reference"]]
    assert (page.total, other.total) == (1, 0)


def test_an_addition_without_a_key_waits_and_becomes_a_row_when_it_is_opened(site, desk):
    from incidents.checklist.answers import Answers  # noqa: PLC0415
    from incidents.vault import deposits  # noqa: PLC0415

    made = deposit(desk, ANSWERS, folder=site)
    incident = opened(made, desk)

    deposits.add(incident.id, Answers.checked(ANSWERS), files=[], at=timezone.now(), key=incident.secret.recipient)

    assert [bytes(report.sealed)[:1] for report in Report.objects.order_by("number")] == [b"\x01", b"a"]
    again = opened(made, desk)
    assert len(again.reports) == 2
    assert [bytes(report.sealed)[:1] for report in Report.objects.order_by("number")] == [b"\x01", b"\x01"]
    assert "converted" in [event.said["act"] for event in again.custody()]
    call_command("verify_ledger", stdout=StringIO())


def test_nothing_of_it_rests_in_plain(site, desk, photo):
    made = deposit(desk, ANSWERS, photo, folder=site)
    opened(made, desk)
    photo.unlink()
    (site / "answers.json").unlink()

    connection.ensure_connection()
    dump = "\n".join(sqlite_lines()).encode()
    objects = [path.read_bytes() for path in (site / "objects").rglob("*") if path.is_file()]

    assert objects
    for canary in ("canario-quetzalcoatl", "QZ7?9133775", "canario-foto"):
        for held in (dump, *objects):
            assert not any(form in held for form in forms_of(canary))


def sqlite_lines():
    raw: sqlite3.Connection = connection.connection
    return raw.iterdump()


def forms_of(canary):
    raw = canary.encode()
    yield raw
    yield canary.encode("utf-16-le")
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for shift in range(3):
        text = b64encode(b"\0" * shift + raw)
        yield text[4 if shift else 0 : -4]


def test_the_database_itself_refuses_to_edit_a_report_or_an_event(site, desk):
    deposit(desk, ANSWERS, folder=site)

    for statement in (
        "UPDATE incidents_report SET sealed = x'01'",
        "UPDATE incidents_event SET day = '2020-01-01'",
        "DELETE FROM incidents_event",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_swapped_manifest_and_a_changed_part_are_refused(site, desk, photo):
    made = deposit(desk, ANSWERS, photo, folder=site)
    deposit(desk, ANSWERS, photo, folder=site)
    incident = opened(made, desk)
    part = next((site / "objects" / "exhibits" / str(incident.exhibits[0].id)).iterdir())
    part.write_bytes(part.read_bytes()[:-1] + b"\0")

    with pytest.raises(Tampered):
        incident.reader(incident.exhibits[0]).read()

    first, second = Exhibit.objects.order_by("pk")
    first.sealed, second.sealed = second.sealed, first.sealed
    first.save()
    second.save()
    with pytest.raises(Tampered):
        opened(made, desk)
    with pytest.raises(CommandError):
        call_command("verify_ledger", stdout=StringIO(), stderr=StringIO())
    assert Part.objects.count() == 2


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"sections": {}}, "no answer and no file"),
        ({"sections": {"agents": [{"answers": {"badge": {"value": {"seen": 44}}}}]}}, "sections.agents[0]"),
    ],
)
def test_what_cannot_be_filed_says_why_and_leaves_nothing(site, desk, document, words):
    with pytest.raises(CommandError) as refused:
        deposit(desk, document, folder=site)

    assert words in str(refused.value)
    assert not (site / "objects").exists()
    assert not Report.objects.exists()
