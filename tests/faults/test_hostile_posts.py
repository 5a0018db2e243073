"""Posts that no browser sends: a clear answer, and no page that breaks afterwards."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.queries import receiving
from incidents.casework.states import State
from incidents.checklist.answers import Answers
from incidents.custody import ledger
from incidents.models import Incident
from incidents.review import operations
from incidents.vault import cards, deposits, openings
from tests.accounts.members import let_in
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERS = {"language": "es", "sections": {"story": [{"answers": {"text": {"value": "Una camioneta."}}}]}}


def multipart(fields, charset):
    parts = [
        b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields.items()
    ]
    return {
        "data": b"".join(parts) + b"--B--\r\n",
        "content_type": f"multipart/form-data; boundary=B; charset={charset}",
    }


def signed_in(desk):
    client = Client(raise_request_exception=False)
    let_in(client, desk)
    return client


def opened(desk, reference):
    return openings.incident(reference, slug=desk.slug, using=Unlocked(desk), at=timezone.now())


@pytest.mark.parametrize(("charset", "half"), [("utf-7", b"half +2AA- x"), ("unicode_escape", rb"half \ud800 x")])
def test_a_form_in_a_charset_of_its_own_breaks_no_page(site, charset, half):
    desk = make_desk(site)
    group = f"{desk.slug}/{receiving(desk.slug).fingerprint}".encode()

    answer = Client().generic("POST", "/report/", **multipart({"group": group, "badge": half}, charset))

    assert answer.status_code == 302
    reference = Incident.objects.get().reference
    member = signed_in(desk)
    assert member.get(f"/desk/{desk.slug}/{reference}/").status_code == 200
    said = multipart({"recipient": half, "purpose": b"p"}, charset)
    assert member.generic("POST", f"/desk/{desk.slug}/{reference}/packets/", **said).status_code == 302


def test_a_charset_that_is_no_charset_is_not_looked_at(db):  # noqa: ARG001 # the page asks it
    from config.wsgi import application  # noqa: PLC0415 # it looks at the desks' pins as it is loaded

    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/language/",
        "QUERY_STRING": "a=b",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=hex",
        "CONTENT_LENGTH": "0",
        "wsgi.input": Path(os.devnull).open("rb"),  # noqa: SIM115 # a body without a byte
        "wsgi.url_scheme": "http",
    }
    told = []

    b"".join(application(environ, lambda status, _headers: told.append(status)))

    assert told == ["403 Forbidden"]  # no CSRF token, as for any other


def test_a_file_whose_name_is_no_utf_8_is_shown(site):
    desk = make_desk(site)
    path = Path(os.fsdecode(os.fsencode(site) + b"/IMG_\xff\xe9.txt"))
    path.write_bytes(b"nota")
    made = deposit(desk, ANSWERS, path, folder=site)
    back = Client(raise_request_exception=False)
    back.post("/back/", {"words": made["receipt"]})

    assert signed_in(desk).get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200
    assert back.get("/back/report/").status_code == 200


@pytest.mark.parametrize("back", ["foo", "/a\nb", "//evil.example", "\\\\evil.example", ""])
def test_the_language_switch_goes_nowhere_else(site, back):  # noqa: ARG001 # a database comes with it
    answer = Client().post("/language/", {"next": back, "language": "es"})

    assert answer.status_code == 302
    assert answer.url.startswith("/")
    assert not answer.url.startswith("//")


def test_a_page_number_of_any_length_is_one(site):
    desk = make_desk(site)
    member = signed_in(desk)

    for page in ("9" * 5000, "-1", "0", "\u0663", "\0"):
        assert member.get(f"/desk/{desk.slug}/", {"page": page}).status_code == 200


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_two_readers_who_open_an_addition_at_once_both_read_it_and_no_move_is_lost(real_site):
    desk = make_desk(real_site)
    made = deposit(desk, ANSWERS, folder=real_site)
    mine = opened(desk, made["reference"])
    wrong = []

    def read():
        try:
            opened(desk, made["reference"])
        except Exception as error:  # noqa: BLE001 # whatever it is
            wrong.append(error)
        finally:
            connections.close_all()

    for to in (State.SCREENING, State.NEED_INFO, State.SCREENING, State.NEED_INFO):
        deposits.add(mine.id, Answers.from_json(ANSWERS), files=[], at=timezone.now(), key=mine.secret.recipient)
        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        operations.move(mine, to=to, reason="", at=timezone.now())
        for reader in readers:
            reader.join()
        assert cards.review_of(mine.id, desk=mine.desk)["status"] == to

    assert wrong == []
    assert list(ledger.verify()) == []
