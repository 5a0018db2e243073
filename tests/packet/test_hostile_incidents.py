"""Whatever a witness sent, a lawyer can take it out, and nobody who did not agree is named in it."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
from django.core.management import CommandError
from django.test import Client
from django.utils import timezone

from incidents.custody import ledger
from incidents.models import Packet, PacketPart
from incidents.packet import operations, verify
from incidents.packet.stream import Mismatch
from incidents.vault import openings
from tests.accounts.members import let_in
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

CANARY = "Xochitl Quetzalli"
STORY = {"story": [{"answers": {"text": {"value": "Una camioneta."}}}]}


@pytest.fixture
def desk(site):
    return make_desk(site)


def opened(desk, made):
    return openings.incident(made["reference"], slug=desk.slug, using=Unlocked(desk), at=timezone.now())


def handed_over(desk, made):
    """Return the files of a new packet by name, after the checker has accepted it."""
    incident = opened(desk, made)
    frozen = operations.prepare(incident, recipient="r", purpose="p", at=timezone.now())
    body = b"".join(operations.hand_over(incident, frozen, at=timezone.now()).chunks)
    with zipfile.ZipFile(io.BytesIO(body)) as held:
        return {name.partition("/")[2]: held.read(name) for name in held.namelist()}, body


def words_of(files, folder):
    (folder / "p.pdf").write_bytes(files["data/packet.pdf"])
    done = subprocess.run(["pdftotext", folder / "p.pdf", "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def nested(depth):
    return json.loads("[" * depth + "]" * depth)


def person(**answers):
    return {"language": "es", "sections": {"people": [{"answers": {"agreed": {"value": "no"}, **answers}}]}}


@pytest.mark.parametrize(
    "document",
    [
        person(name={"value": CANARY}),
        person(name={"missing": "prefer_not_to_say", "other": CANARY}),
        person(contact={"missing": "unknown", "other": CANARY}),
        person(contact={"value": {"way": "phone", "to": CANARY}}),
        person(name={"value": "Anna", "note": CANARY}),
        {"sections": {"leads": [{"answers": {"holder": {"value": {"way": "phone", "to": CANARY}}}}]}},
        {"language": "es", "sections": {"people": [{"about": CANARY, "answers": {"name": {"value": "Anna"}}}]}},
    ],
)
def test_no_way_of_writing_a_name_brings_it_in_without_a_yes(desk, site, document):
    files, _body = handed_over(desk, deposit(desk, document, folder=site))

    assert not [name for name, data in files.items() if CANARY.encode() in data]
    if shutil.which("pdftotext"):
        assert CANARY not in words_of(files, site)
    assert json.loads(files["data/packet.json"])["withheld"]


@pytest.mark.parametrize("language", ["pt_BR", "zh_Hans", "english", "x", "-", "es-" + "a" * 77, "a" * 80])
def test_a_language_that_is_none_stops_no_packet(desk, site, language):
    files, body = handed_over(desk, deposit(desk, {"language": language, "sections": STORY}, folder=site))

    assert len([name for name in files if name.endswith(".txt") and "/reports/" in name]) == 1
    (site / "p.zip").write_bytes(body)
    subprocess.run([sys.executable, "-I", verify.__file__, site / "p.zip"], check=True, capture_output=True)


@pytest.mark.parametrize("key", ["", " \n ", "k" * 200_000, "../\u0000\u202e", "report"])
def test_a_section_may_be_called_anything(desk, site, key):
    unknown = {key: [{"id": "", "answers": {"\u0000": {"value": 1.5}, "a": {"value": {"b": None}}}}]}

    handed_over(desk, deposit(desk, {"sections": {**unknown, **STORY}}, folder=site))


@pytest.mark.parametrize(
    "document",
    [
        {"sections": {"event": [{"answers": {"place": {"value": {"state": "IL", "x": nested(450)}}}}]}},
        {"sections": {"event": [{"answers": {"started": {"value": {"day": "2026-01-14", "time": "0\u0663:12"}}}}]}},
    ],
)
def test_what_nobody_could_read_later_is_refused_at_the_door(desk, site, document):
    with pytest.raises(CommandError):
        deposit(desk, document, folder=site)


def test_two_people_without_an_id_stay_two(desk, site):
    people = [
        {"id": name, "answers": {"alias": {"value": alias}, "agreed": {"value": "yes"}}}
        for name, alias in (("", "first"), (None, "second"))
    ]
    files, _body = handed_over(desk, deposit(desk, {"sections": {"people": people}}, folder=site))

    shown = json.loads(files["data/incidents/IN-0001/incident.json"])["sections"]["people"]
    assert [entry["title"] for entry in shown] == ["first", "second"]


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_no_line_of_a_story_falls_off_the_paper(desk, site):
    story = "".join(f"Q{number}\n" for number in range(65))
    document = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": story}}}]}}
    files, _body = handed_over(desk, deposit(desk, document, folder=site))

    text = words_of(files, site)
    assert [number for number in range(65) if not re.search(rf"\bQ{number}\b", text)] == []


def test_who_took_back_legal_help_is_not_handed_over(desk, site):
    said_no = {"permission": [{"answers": {"uses": {"value": [{"use": "legal_help", "answer": "no"}]}}}]}
    made = deposit(desk, {"language": "es", "sections": {**STORY, **said_no}}, folder=site)
    client = Client()
    let_in(client, desk)
    at = f"/desk/{desk.slug}/{made['reference']}/"

    assert "said no to legal help" in client.get(at).content.decode()
    assert client.get(f"{at}packets/").status_code == 403
    assert client.post(f"{at}packets/", {"recipient": "a", "purpose": "b"}).status_code == 403
    assert Packet.objects.count() == 0


def test_storage_that_cannot_be_read_breaks_off_and_is_written_down(desk, site):
    (site / "a.bin").write_bytes(b"x" * 100)
    incident = opened(desk, deposit(desk, {"sections": STORY}, site / "a.bin", folder=site))
    frozen = operations.prepare(incident, recipient="r", purpose="p", at=timezone.now())
    part = next((site / "objects" / "exhibits").rglob("1.age"))
    part.unlink()
    part.mkdir()

    with pytest.raises(Mismatch):
        list(operations.hand_over(incident, frozen, at=timezone.now()).chunks)
    assert incident.custody()[-1].said["act"] == "packet_broken"


def test_the_ledger_misses_a_packet_that_was_removed_behind_its_back(desk, site):
    handed_over(desk, deposit(desk, {"sections": STORY}, folder=site))
    assert list(ledger.verify()) == []

    PacketPart.objects.all().delete()
    Packet.objects.all().delete()

    assert len(list(ledger.verify())) == 1
