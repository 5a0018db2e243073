"""The first reader's session opens every part and checks every hash; what does not fit is kept, and marked."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from incidents.custody import ledger
from incidents.models import Exhibit
from incidents.vault import inbox
from sealing import files, wraps
from tests.accounts.members import sign_in
from tests.sending.sender import STRANGER, came_back, words_of

pytestmark = pytest.mark.django_db(databases="__all__")

PHOTO = b"\xff\xd8\xff canary " * 300
DAMAGED = "It is damaged, or not what was sent."


@pytest.fixture
def member(desk):
    return sign_in(desk)


@pytest.fixture
def page_now(member, where):
    """Return what the desk's page of the incident says, now."""

    def shown():
        return member.get(where).content.decode()

    return shown


def acts(read):
    return [event.said["act"] for event in read().custody()]


def test_what_a_browser_sealed_opens_byte_for_byte_with_every_hash_and_what_it_is(script, read):
    script.send(script.file(PHOTO, name="IMG_1.mp4"))

    opened = read()

    [held] = opened.exhibits
    assert opened.reader(held).read() == PHOTO
    said = dict(held.manifest)
    assert said.pop("parts")
    assert said == {
        "manifest": 1,
        "name": "IMG_1.mp4",
        "type": "video/mp4",
        "modified": 0,
        "size": len(PHOTO),
        "sha256": hashlib.sha256(PHOTO).hexdigest(),
        "sha512": hashlib.sha512(PHOTO).hexdigest(),
        "crc32": zlib.crc32(PHOTO),
        "kind": {"kind": "photo", "extension": "jpg", "media_type": "image/jpeg"},
    }
    assert [event.said["act"] for event in opened.custody()][-3:] == ["exhibit_received", "converted", "opened"]
    assert list(ledger.verify()) == []


def test_the_plain_form_says_what_a_file_is_too(witness, read):
    witness.post("/report/files/", {"file": SimpleUploadedFile("a.bin", PHOTO)})

    assert read().exhibits[0].manifest["kind"] == {"kind": "photo", "extension": "jpg", "media_type": "image/jpeg"}


def other_part(sent):
    sent.parts[1] = files.seal_part(b"other bytes", sent.to)
    return sent.manifest()


def other_hash(sent):
    parts = [[p.plain_sha256, p.sealed_sha256, p.plain_bytes, p.sealed_bytes] for p in sent.parts]
    parts[1][0] = "0" * 64
    return sent.manifest(parts=parts)


WRONG = {
    "a hash that is another file's": other_hash,
    "a part that never came": other_part,
    "no manifest at all": lambda sent: wraps.seal(b"[]", sent.to),
    "one nested without end": lambda sent: wraps.seal(b"[" * 100_000, sent.to),
    "parts that are none": lambda sent: sent.manifest(parts=[[1], {}, None]),
    "one sealed to somebody else": lambda _sent: wraps.seal(b"{}", STRANGER),
}


def test_manifests_that_do_not_fit_are_kept_marked_and_told_and_nothing_else_is_lost(site, script, read, page_now):
    script.send(script.file(b"a good one"))
    bad = [script.file(PHOTO) for _ in WRONG]
    came = {sent.id: sorted(part.sealed for part in sent.parts) for sent in bad}
    for sent, wrong in zip(bad, WRONG.values(), strict=True):
        assert script.begin(sent)[0] == 201
        for number, part in enumerate(sent.parts, 1):
            assert script.part(sent, number, part.sealed)[0] == 201
        assert script.finish(sent, wrong(sent))[0] == 200

    shown = [page_now(), page_now()][1]

    assert [file.id for file in read().damaged] == [sent.id for sent in bad]
    assert [exhibit.size_bytes for exhibit in read().exhibits] == [10]
    assert shown.count(DAMAGED) == len(bad)
    assert acts(read).count("arrived_damaged") == len(bad)
    assert Exhibit.objects.count() == 1 + len(bad)
    for sent_id, parts in came.items():
        assert sorted(path.read_bytes() for path in site.glob(f"objects/exhibits/{sent_id}/*")) == parts
    assert list(ledger.verify()) == []


def test_of_a_damaged_file_each_part_that_opens_can_be_taken_out_by_itself(site, script, read, member, page_now):
    sent = script.send(script.file(PHOTO))
    (site / f"objects/exhibits/{sent.id}/2.age").write_bytes(sent.parts[0].sealed)
    links = re.findall(r'href="(/desk/[^"]+/parts/\d+/)"', page_now())

    got = [member.get(link) for link in links]

    assert [response.status_code for response in got] == [200, 500, 200, 200]
    assert got[0].content == PHOTO[:1000]
    assert got[0]["Content-Disposition"] == f'attachment; filename="{read().reference}-part-1.bin"'


def test_a_part_that_comes_back_from_a_backup_makes_a_damaged_file_whole(site, script, read, member, page_now, where):
    sent = script.send(script.file(PHOTO))
    lost = site / f"objects/exhibits/{sent.id}/2.age"
    lost.unlink()
    assert DAMAGED in page_now()
    lost.write_bytes(sent.parts[1].sealed)

    member.post(f"{where}files/check/")

    assert DAMAGED not in page_now()
    assert read().reader(read().exhibits[0]).read() == PHOTO


def test_a_packet_says_which_damaged_file_it_leaves_out(script, member, where):
    sent = script.file(PHOTO)
    script.begin(sent)
    for number in range(1, len(sent.parts) + 1):
        script.part(sent, number)
    script.finish(sent, other_hash(sent))

    shown = member.get(f"{where}packets/").content.decode()

    assert "EX-0001" in shown
    assert DAMAGED in shown


def test_a_large_file_is_checked_on_request_and_until_then_no_packet_goes_out(script, read, member, page_now, where):
    clip = b"\0\0\0\x18ftypmp42" + bytes(inbox.AT_ONCE_BYTES)
    script.send(script.file(clip, part_bytes=files.PART_BYTES))
    script.send(script.file(PHOTO))
    before = page_now()
    check = f"{where}files/check/"
    packet = member.get(check.replace("files/check", "packets")).content.decode()

    said = member.post(check, headers={"accept": "application/json"}).json()

    assert "1 of 2 files are checked." in before
    assert "Some files are not checked yet." in before
    assert "Some files are not checked yet." in packet or member.post(check).status_code == 302
    assert said == {"waiting": 0, "said": "All files are checked."}
    assert "are checked" not in page_now()
    assert [exhibit.size_bytes for exhibit in read().exhibits] == [len(clip), len(PHOTO)]


NAMES = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "../../../../etc/passwd",
    "a\r\nSet-Cookie: evil=1\r\n\r\nx",
    "gpj.\u202egnp\u0000\ud800.exe",
    '"; filename="evil.html',
    "n" * 5000,
    {"not": "a name"},
]


def test_hostile_names_stay_names(script, read, member, page_now, where):
    sent = [script.send(script.file(bytes(100 + number), name=name)) for number, name in enumerate(NAMES)]
    reference = where.split("/")[-2]

    shown = page_now()

    named = [name[:1000].replace("\ud800", "?") if isinstance(name, str) else "" for name in NAMES]
    assert [held.file_name for held in read().exhibits] == named
    assert "<script>alert" not in shown
    assert "onerror=alert(2)>" not in shown
    for number, each in enumerate(sent, 1):
        response = member.get(f"{where}files/{each.id}/original/")
        assert response["Content-Disposition"] == f'attachment; filename="{reference}-EX-000{number}.bin"'
        assert b"".join(response.streaming_content) == each.data
    said = {"recipient": "Counsel", "purpose": "Legal help"}
    made = member.post(f"{where}packets/", said)
    assert made.status_code == 302
    packet = b"".join(member.post(f"{made.url}download/").streaming_content)
    with zipfile.ZipFile(io.BytesIO(packet)) as bag:
        told = [json.loads(bag.read(name)) for name in bag.namelist() if name.endswith("/particulars.json")]
    assert [one["sealed_by"] for one in told] == ["browser"] * len(NAMES)


def test_who_comes_back_sees_what_came_and_what_did_not_come_whole(witness, script):
    words = words_of(witness)
    script.send(script.file(PHOTO, name="whole.jpg"))
    begun = script.file(PHOTO, name="begun.jpg")
    script.begin(begun)
    script.part(begun, 2)

    shown = " ".join(came_back(words).get("/back/report/").content.decode().split())

    assert "whole.jpg" in shown
    assert re.search(r"begun\.jpg</bdi>:\s*1 of 4 parts came", shown)


def test_what_was_sealed_opens_with_the_age_command_alone(site, script, read, tmp_path):
    sent = script.send(script.file(PHOTO))
    key = tmp_path / "incident.key"
    key.write_text(read().secret.identity.text)

    opened = [
        subprocess.run(
            ["age", "-d", "-i", key, site / f"objects/exhibits/{sent.id}/{number}.age"], check=True, capture_output=True
        ).stdout
        for number in range(1, len(sent.parts) + 1)
    ]

    assert b"".join(opened) == PHOTO
    assert json.loads(wraps.unseal(sent.manifest(), read().secret.identity))["size"] == len(PHOTO)
