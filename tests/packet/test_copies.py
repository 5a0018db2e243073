"""Copies go along in a packet: clean, checkable, and covered ones only after somebody looked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw

from incidents.custody import events
from incidents.media.recipes import Recipe
from incidents.packet import operations
from incidents.vault import derivatives, openings
from incidents.vault.derivatives import Says
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

PLACE, MAKER, UNDER, HEARD = "canary 41.85 -87.68", "Quetzal Cameras", "Xochitl Quetzalli", "«Salgan todos»"


def photo_with_a_place():
    picture = Image.new("RGB", (640, 480), "white")
    ImageDraw.Draw(picture).text((200, 200), UNDER, fill="black", font_size=30)
    exif = Image.Exif()
    exif[0x010E], exif[0x010F] = PLACE, MAKER
    out = BytesIO()
    picture.save(out, "JPEG", quality=95, exif=exif, comment=PLACE.encode())
    return out.getvalue()


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def packet(site):
    """A packet in which each file has copies: one covered and looked at, one covered and not."""
    desk = make_desk(site)
    photo = site / "IMG de Xochitl.jpg"
    photo.write_bytes(photo_with_a_place())
    made = deposit(desk, {"language": "es", "sections": {}}, photo, folder=site)

    def opened():
        return openings.incident(made["reference"], slug=desk.slug, using=Unlocked(desk), at=timezone.now())

    def make(held, recipe, **parameters):
        now = opened()
        copies = derivatives.make(now, now.file(held.id), recipe, parameters=parameters, at=timezone.now())
        return copies[0]

    original = opened().exhibits[0]
    make(original, Recipe.PARTICULARS)
    clean = make(original, Recipe.CLEAN)
    looked_at = make(clean, Recipe.REDACTED_PICTURE, boxes=[[190, 190, 300, 60]], names=["writing 1"])
    make(clean, Recipe.REDACTED_PICTURE, boxes=[[0, 0, 9, 9]], names=["face 1"])
    now = opened()
    now.record(events.CopyChecked(at=timezone.now(), by=now.by, object=looked_at.id))
    derivatives.say(opened(), original, kind=Says.TRANSCRIPT, text=HEARD, language="es", at=timezone.now())
    now = opened()
    frozen = operations.prepare(now, recipient="Abogada Ruiz", purpose="Ayuda legal", at=timezone.now())
    sent = b"".join(operations.hand_over(now, frozen, at=timezone.now()).chunks)
    with zipfile.ZipFile(BytesIO(sent)) as bag:
        bag.extractall(site)
    return site / frozen.folder


def test_copies_lie_beside_their_original_and_the_packet_agrees_with_itself(packet):
    exhibit = packet / "data/exhibits/EX-0001"

    told = json.loads((exhibit / "particulars.json").read_text())
    said = told["derivatives"]
    listed = json.loads((packet / "data/packet.json").read_text())["exhibits"][0]["derivatives"]

    run(sys.executable, "-I", packet / "verify.py", packet)
    names = {path.name for path in exhibit.iterdir()}
    assert names == {"original.jpg", "particulars.json", "derivative.jpg", "derivative-2.jpg", "derivative.txt"}
    assert [(one["name"].rpartition("/")[2], one["recipe"], one["parent"].rpartition("/")[2]) for one in said] == [
        ("derivative.jpg", "clean/1", "original.jpg"),
        ("derivative-2.jpg", "redacted-picture/1", "derivative.jpg"),
        ("derivative.txt", "transcript/1", "original.jpg"),
    ]
    assert [one["name"] for one in said] == listed
    assert (exhibit / "derivative.txt").read_text() == HEARD
    assert {"key": "maker", "value": MAKER, "source": "EXIF"} in told["claims"]
    check = Path(sys.executable).with_name("check-jsonschema")
    for schema, file in {"particulars": exhibit / "particulars.json", "packet": packet / "data/packet.json"}.items():
        run(check, "--schemafile", packet / f"data/schema/{schema}-1.schema.json", file)
    if shutil.which("pdftotext"):
        text = " ".join(run("pdftotext", "-raw", packet / "data/packet.pdf", "-").split())
        assert "Picture with parts covered" in text


def test_no_copy_tells_a_place_what_lay_under_a_box_or_what_it_was_called(packet):
    exhibit = packet / "data/exhibits/EX-0001"

    assert PLACE.encode() in (exhibit / "original.jpg").read_bytes()
    for path in packet.rglob("*"):
        if path.is_file() and path.name != "original.jpg":
            held = path.read_bytes()
            assert (MAKER.encode() in held) == (path.name == "particulars.json"), path
            assert [word for word in (PLACE, "writing 1", "face 1") if word.encode() in held] == [], path
    with Image.open(exhibit / "derivative-2.jpg") as covered:
        under = covered.convert("RGB").crop((190, 190, 490, 250))
    assert under.getextrema() == ((0, 0), (0, 0), (0, 0))
    if not shutil.which("exiftool"):
        pytest.skip("exiftool is not installed: the copies in the packet were not read by it")
    read = json.loads(run("exiftool", "-json", "-G0", *sorted(exhibit.glob("derivative*.jpg"))))
    groups = {key.partition(":")[0] for one in read for key in one if key != "SourceFile"}
    assert len(read) == 2
    assert groups <= {"ExifTool", "File", "JFIF", "Composite"}
