"""Nothing that came in by the web rests in plain: not in the databases, the objects or the sessions."""

from __future__ import annotations

from base64 import b64encode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from accounts.queries import receiving
from incidents.models import Exhibit, Report
from tests.factories import make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

CANARY = "quetzalcoatlus-northropi"


def forms_of(canary):
    raw = canary.encode()
    yield raw
    yield canary.encode("utf-16-le")
    yield raw.hex().encode()
    for shift in range(3):
        text = b64encode(b"\0" * shift + raw)
        yield text[4 if shift else 0 : -4]


def dumped(alias):
    connections[alias].ensure_connection()
    return "\n".join(connections[alias].connection.iterdump()).lower().encode()


def test_nothing_filed_on_the_pages_rests_in_plain(site, capfd):
    desk = make_desk(site)
    client = Client()
    client.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    photo = SimpleUploadedFile(f"{CANARY}.jpg", b"\xff\xd8\xff" + CANARY.encode() * 5000, content_type="image/jpeg")

    assert client.post("/report/", {"place-town": CANARY, "name": CANARY, "file": photo}).status_code == 302
    assert client.post("/report/more/story/", {"text": f"{CANARY} abrió la puerta"}).status_code == 302

    assert (Report.objects.count(), Exhibit.objects.count()) == (2, 1)
    objects = [path.read_bytes() for path in (site / "objects").rglob("*") if path.is_file()]
    said = "".join(capfd.readouterr()).encode()
    assert len(objects) == 1
    for held in (dumped("default"), dumped("transient"), said, *objects):
        assert not any(form in held or form.lower() in held for form in forms_of(CANARY))
