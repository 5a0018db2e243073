"""A packet leaves: frozen, signed, written down, and checked with other people's tools."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import Role
from incidents.models import Exhibit, Packet, PacketPart
from incidents.packet.stream import Mismatch
from incidents.vault import openings
from tests.accounts.members import let_in, seat
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

UNAGREED, UNAGREED_CONTACT, AGREED = "Xochitl Quetzalli", "555-0142-canary", "Pedro Dijo Que Si"
HOSTILE = [
    '#read("/etc/passwd")',
    "#{while true {}}",
    "@ref $x$",
    "\u202egnp.exe",
    "a\0b",
    "=HYPERLINK(1)",
    "{{ 7*7 }}",
]
ANSWERS = {
    "language": "es",
    "sections": {
        "agents": [{"answers": {"badge": {"value": {"seen": "44?1", "reading": "partial"}}}}],
        "people": [
            {"answers": {"alias": {"value": "mi primo"}, "agreed": {"value": "yes"}, "name": {"value": AGREED}}},
        ],
        "papers": [{"answers": {"shown": {"value": "read_it"}, "header": {"value": "homeland_security"}}}],
        "story": [{"answers": {"text": {"value": " ".join(["Una camioneta sin placas.", *HOSTILE])}}}],
    },
}
NAMED = {
    "language": "es",
    "sections": {
        "people": [
            {
                "answers": {
                    "alias": {"value": "la mujer del abrigo rojo"},
                    "agreed": {"value": "no"},
                    "name": {"value": UNAGREED},
                    "contact": {"value": {"way": "phone", "to": UNAGREED_CONTACT}},
                }
            }
        ]
    },
}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def photo(site):
    path = site / "IMG_2041 de Xochitl.jpg"
    out = io.BytesIO()
    Image.effect_noise((900, 700), 80).convert("RGB").save(out, "JPEG", quality=95)
    path.write_bytes(out.getvalue())
    return path


@pytest.fixture
def made(desk, site, photo):
    note = site / "notes.txt"
    note.write_bytes(b"Nota sin formato\n" * 500)
    return deposit(desk, ANSWERS, photo, note, folder=site)


def signed_in(desk):
    client = Client()
    let_in(client, desk)
    return client


def prepared(client, desk, made, **said):
    at = f"/desk/{desk.slug}/{made['reference']}/packets/"
    answer = client.post(at, {"recipient": "Abogada Ruiz", "purpose": "Ayuda legal"} | said)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return answer.url


def downloaded(client, url):
    answer = client.post(f"{url}download/")
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(body)
    return body


@pytest.fixture
def packet(desk, made):
    client = signed_in(desk)
    return downloaded(client, prepared(client, desk, made))


@pytest.fixture
def folder(packet, site):
    where = site / "packet.zip"
    where.write_bytes(packet)
    subprocess.run(["unzip", "-q", where], cwd=site, check=True)
    return next(path for path in site.iterdir() if path.name.startswith("packet-"))


def custody(desk, made):
    opened = openings.incident(made["reference"], slug=desk.slug, using=Unlocked(desk), at=timezone.now())
    return [event.said for event in opened.custody()]


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_other_peoples_tools_accept_the_bag(folder):
    bagit = Path(sys.executable).with_name("bagit.py")

    run("sha256sum", "-c", "--quiet", "manifest-sha256.txt", cwd=folder)
    run("sha512sum", "-c", "--quiet", "manifest-sha512.txt", cwd=folder)
    run("sha256sum", "-c", "--quiet", "tagmanifest-sha256.txt", cwd=folder)
    run(sys.executable, bagit, "--validate", ".", cwd=folder)
    run(sys.executable, "-I", folder / "verify.py", folder)
    run(sys.executable, "-I", folder / "verify.py", folder.parent / "packet.zip")


def test_zip_tools_read_it_to_its_end(packet, site):
    where = site / "packet.zip"
    where.write_bytes(packet)

    run("unzip", "-tq", where)
    if shutil.which("7z"):
        run("7z", "t", where)


def test_openssl_finds_the_desks_signature_under_the_manifest(folder):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: the signature was not checked with it")
    verify = "openssl pkeyutl -verify -pubin -inkey seal/signer-ed25519.pem -rawin -in tagmanifest-sha256.txt -sigfile"

    run(*verify.split(), "seal/tagmanifest-sha256.sig", cwd=folder)


def test_every_json_file_fits_its_schema_and_is_written_in_the_one_way(folder):
    check = Path(sys.executable).with_name("check-jsonschema")
    files = {
        "packet": "packet.json",
        "incident": "incidents/IN-0001/incident.json",
        "report": "incidents/IN-0001/reports/R-0001.json",
        "document": "incidents/IN-0001/reports/R-0001.document.json",
        "particulars": "exhibits/EX-0001/particulars.json",
    }
    for schema, name in files.items():
        run(check, "--schemafile", f"data/schema/{schema}-1.schema.json", f"data/{name}", cwd=folder)
    for path in folder.rglob("*.json"):
        if path.name != "R-0001.document.json" and shutil.which("jq"):
            assert run("jq", "-cS", ".", path) == path.read_text(), path


def test_the_document_is_whole_and_says_for_whom_it_is(folder):
    if shutil.which("qpdf"):
        run("qpdf", "--check", folder / "data" / "packet.pdf")
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed: the words of the document were not read")

    text = " ".join(run("pdftotext", "-layout", folder / "data" / "packet.pdf", "-").split())

    assert "Abogada Ruiz" in text
    assert "COUNSEL ONLY" in text
    assert "44?1" in text
    assert '#read("/etc/passwd")' in text
    assert "[U+202E]" in text
    assert "[U+0000]" in text


def test_exhibits_are_the_bytes_that_came(folder, photo):
    assert (folder / "data/exhibits/EX-0001/original.jpg").read_bytes() == photo.read_bytes()
    said = json.loads((folder / "data/exhibits/EX-0001/particulars.json").read_text())
    assert said["original"]["sha256"] == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert said["uploader_name"] == photo.name


def test_the_report_is_there_in_its_own_words_and_as_it_was_sealed(folder, desk, made):
    reports = folder / "data/incidents/IN-0001/reports"
    opened = openings.incident(made["reference"], slug=desk.slug, using=Unlocked(desk), at=timezone.now())

    assert "Una camioneta sin placas." in (reports / "R-0001.es.txt").read_text()
    assert (reports / "R-0001.document.json").read_bytes() == opened.reports[0].document


def test_a_second_download_has_the_same_bytes_and_is_in_the_record(desk, made):
    client = signed_in(desk)
    url = prepared(client, desk, made)

    assert downloaded(client, url) == downloaded(client, url)
    acts = [said["act"] for said in custody(desk, made)]
    assert acts.count("packet_prepared") == 1
    assert acts.count("packet_sealed") == 1
    assert acts.count("packet_handed_over") == 2


def test_each_packet_has_the_next_number_and_none_is_used_again(desk, made):
    client = signed_in(desk)

    first, second = prepared(client, desk, made), prepared(client, desk, made)

    assert first.endswith("/packets/1/")
    assert second.endswith("/packets/2/")
    page = client.get(f"/desk/{desk.slug}/{made['reference']}/").content.decode()
    assert "Abogada Ruiz" in page


def test_the_record_commits_to_recipient_and_purpose_without_their_words(desk, made):
    client = signed_in(desk)
    prepared(client, desk, made)

    said = next(said for said in custody(desk, made) if said["act"] == "packet_prepared")

    assert len(said["recipient"]) == len(said["purpose"]) == 64
    assert "Ruiz" not in json.dumps(said)


def test_names_without_a_yes_are_in_no_file_and_are_counted(desk, site):
    made = deposit(desk, NAMED, folder=site)
    client = signed_in(desk)

    with zipfile.ZipFile(io.BytesIO(downloaded(client, prepared(client, desk, made)))) as held:
        files = {name.partition("/")[2]: held.read(name) for name in held.namelist()}

    for canary in (UNAGREED, UNAGREED_CONTACT, *UNAGREED.split()):
        assert not [name for name, data in files.items() if canary.encode() in data]
    if shutil.which("pdftotext"):
        (site / "p.pdf").write_bytes(files["data/packet.pdf"])
        text = run("pdftotext", site / "p.pdf", "-")
        assert "Xochitl" not in text
        assert "la mujer del abrigo rojo" in text
    assert not [name for name in files if name.endswith(".document.json")]
    assert len(json.loads(files["data/packet.json"])["withheld"]) == 3


def test_a_person_who_said_yes_is_named(folder):
    assert AGREED in (folder / "data/incidents/IN-0001/incident.json").read_text()


def test_the_page_says_before_what_stays_out(desk, site):
    made = deposit(desk, NAMED, folder=site)

    page = signed_in(desk).get(f"/desk/{desk.slug}/{made['reference']}/packets/").content.decode()

    assert "What is the name?" in page
    assert UNAGREED not in page


@pytest.mark.parametrize("left_out", ["recipient", "purpose"])
def test_no_packet_without_recipient_and_purpose(desk, made, left_out):
    client = signed_in(desk)

    answer = client.post(
        f"/desk/{desk.slug}/{made['reference']}/packets/",
        {"recipient": "Abogada Ruiz", "purpose": "Ayuda legal", left_out: "  "},
    )

    assert answer.status_code == 422
    assert Packet.objects.count() == 0


def changed(site, exhibit):
    part = site / "objects" / "exhibits" / str(exhibit.pk) / "1.age"
    raw = bytearray(part.read_bytes())
    raw[-1] ^= 1
    part.chmod(0o600)
    part.write_bytes(raw)


def test_a_changed_exhibit_breaks_the_download_off_and_the_ledger_says_which(desk, made, site):
    client = signed_in(desk)
    url = prepared(client, desk, made)
    changed(site, Exhibit.objects.get(number=1))

    answer = client.post(f"{url}download/")
    got = io.BytesIO()
    with pytest.raises(Mismatch):
        got.writelines(answer.streaming_content)

    assert len(got.getvalue()) < int(answer["Content-Length"])
    assert not zipfile.is_zipfile(got)
    broken = [said for said in custody(desk, made) if said["act"] == "packet_broken"]
    assert [said["member"] for said in broken] == ["data/exhibits/EX-0001/original.jpg"]


def test_a_changed_made_file_breaks_the_download_off(desk, made, site):
    client = signed_in(desk)
    url = prepared(client, desk, made)
    part = next((site / "objects" / "packets").rglob("1.age"))
    part.write_bytes(part.read_bytes()[:-40] + b"\0" * 40)

    with pytest.raises(Mismatch):
        list(client.post(f"{url}download/").streaming_content)


def test_a_packet_that_cannot_be_made_leaves_nothing_behind(desk, made, site, settings):
    settings.BASE_DIR = site  # no template lies there
    client = signed_in(desk)
    client.raise_request_exception = False

    answer = client.post(f"/desk/{desk.slug}/{made['reference']}/packets/", {"recipient": "a", "purpose": "b"})

    assert answer.status_code == 500
    assert Packet.objects.count() == PacketPart.objects.count() == 0
    assert not list((site / "objects").glob("packets/**/*.age"))


@pytest.mark.usefixtures("packet")
def test_nothing_of_a_packet_rests_in_plain(site):
    sealed = [path.read_bytes() for path in (site / "objects" / "packets").rglob("*.age")]

    assert sealed
    assert all(data.startswith(b"age-encryption.org/v1") for data in sealed)
    assert not [data for data in sealed if b"camioneta" in data]
    row = Packet.objects.get()
    assert b"Ruiz" not in bytes(row.sealed) + bytes(row.wrapped)


def test_a_reviewer_takes_no_packet_out(desk, made):
    client = signed_in(seat(desk, Role.REVIEWER, "reviewer@example.org"))
    at = f"/desk/{desk.slug}/{made['reference']}/"

    assert client.get(f"{at}packets/").status_code == 403
    assert client.post(f"{at}packets/", {"recipient": "a", "purpose": "b"}).status_code == 403
    assert "Only a lawyer or lead" in client.get(at).content.decode()


def test_another_desk_sees_no_packet(desk, made, site):
    client = signed_in(desk)
    url = prepared(client, desk, made)
    other = make_desk(site, "Southside Legal", "other@example.org")
    stranger = signed_in(other)

    for path in (url, f"/desk/{other.slug}/{made['reference']}/packets/1/"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(f"{path}download/").status_code == 404
