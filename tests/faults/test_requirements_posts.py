"""What a form is sent that it did not ask for, and what it changes where the record cannot be written."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, models
from django.test import Client

from accounts.queries import receiving
from incidents.models import Exhibit, Incident
from tests.accounts.members import let_in, sign_in
from tests.architecture.test_access_table import TABLE, World, asked, undone
from tests.factories import make_desk
from tests.faults.canaries import forms_of

pytestmark = pytest.mark.django_db(databases="__all__")

NAMES = re.compile(r'\bname="([^"]+)"')
SENTINEL = "4711"  # good as a number, a text and a yes
ASKED_ON_ANOTHER_PAGE = {"ledger:check": {"note"}, "accounts:name_session": {"name"}}
FULL = "CREATE TEMP TRIGGER full BEFORE INSERT ON incidents_event BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
# Codes on paper; a head that was kept or signed; a re-key that begins, for until its last step all stands as it was; an
# invitation that is taken back, whose code opens nothing.
UNRECORDED = {"mfa_generate_recovery_codes", "ledger:keep", "intake:proof", "review:new_key"}
ACTS = {  # each of them is in the record, and stops without it
    "lead": {"accounts:words", "packet:prepare", "packet:download", "review:move", "review:sharing", "review:page"}
    | {f"review:{name}" for name in ("invite", "kit", "phone", "role", "try_kit", "unseat", "withdraw", "words")},
    "filing": {"intake:report", "intake:section"},
    "back": {"intake:section"},
}
PAGE = {"area": "Will County", "languages": "English", "what_next": "We call.", "not_done": "No police.", "shown": "on"}
GOOD = {
    "review:invite": {"email": "newer@example.org", "role": "2"},
    "review:role": {"role": "2"},
    "review:page": PAGE,
    "review:move": {"to": "screening"},
    "packet:prepare": {"recipient": "Counsel", "purpose": "Legal help"},
    "accounts:name_session": {"name": "Office"},
    "intake:report": {"place-town": "Cicero"},
    "intake:section": {"name": "Whitlock"},
    "intake:uses": {"use": "legal_help"},
}
SHARE = {"compared": "on", "basis": "common_interest", "note": "Together."}
PLAIN = (models.BooleanField, models.IntegerField, models.DateField, models.EmailField, models.SlugField)
DRAWN = {"size", "index", "sealed_bytes"}  # follow the time or the padding
UPLOADS = {"intake:report", "intake:files"}
SEALS_ANEW = {"review:new_key"}  # parts that it holds already
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CR_LF = "a\r\nSet-Cookie: evil=1\r\n\r\nBcc: evil@example.org"


def ours():
    return [model for model in apps.get_models() if model._meta.app_label in {"accounts", "incidents", "mfa"}]  # noqa: SLF001 # Django's public name


def good(world, name):
    """Return what a person would send there."""
    if name == "review:sharing":
        slug = world.other.slug
        return {**SHARE, "to": f"{slug}.{receiving(slug).fingerprint}"}
    return {"key": world.desk.kit} if name == "review:try_kit" else GOOD.get(name, {})


def names_of_columns():
    return {field.name for model in ours() for field in model._meta.concrete_fields}  # noqa: SLF001 # the same


def plain_values():
    """Count the readable values of which nothing is drawn, by table and column."""
    found = Counter()
    for model in ours():
        fields = [f.attname for f in model._meta.concrete_fields if isinstance(f, PLAIN) and not f.primary_key]  # noqa: SLF001 # the same
        for row in model.objects.values(*set(fields) - DRAWN):
            found.update((model.__name__, name, str(value)) for name, value in row.items())
    return found


def dumped(alias):
    connections[alias].ensure_connection()
    return "\n".join(connections[alias].connection.iterdump())


def text_of(response):
    return response.content.decode() if response["Content-Type"].startswith("text/html") else ""


def posted(browser, address, fields):
    client = Client(raise_request_exception=False)
    client.cookies.load({name: cookie.value for name, cookie in browser.cookies.items()})
    return client.post(address, fields)


@pytest.mark.parametrize("player", ["lead", "filing"])
def test_fields_that_a_form_did_not_ask_for_change_nothing(site, player):
    world = World(site)
    browser = world.browser(player)

    for name in TABLE:
        results = []
        asked_for = set(NAMES.findall(text_of(asked(browser, "get", world.address(name)))))
        asked_for |= ASKED_ON_ANOTHER_PAGE.get(name, set())
        unknown = dict.fromkeys(names_of_columns() - asked_for, SENTINEL)
        for more in ({}, unknown):
            with undone():
                answer = posted(browser, world.address(name), {**more, **good(world, name)})
                results.append((answer.status_code, plain_values()))

        assert results[0][0] == results[1][0], name
        assert results[1][1] - results[0][1] == Counter(), name


@pytest.mark.parametrize("player", ACTS)
def test_where_the_record_takes_no_event_nothing_is_done(site, player):
    world = World(site)
    browser = world.browser(player)
    for name in ("review:incident", "review:people"):  # that they were opened is an event too, and stands already
        browser.get(world.address(name))
    before, refused, done = dumped("default"), set(), set()

    for name in TABLE.keys() - UNRECORDED:
        with undone():
            with connection.cursor() as cursor:
                cursor.execute(FULL)
            answer = posted(browser, world.address(name), good(world, name))
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER full")
            if dumped("default") != before:
                done.add(name)
        if answer.status_code >= 500:
            refused.add(name)

    assert done == set()
    assert refused == ACTS[player]


_written = []
_watching = []


def _note_writing(event, arguments):
    if _watching and event == "open" and arguments[2] & WRITING and "__pycache__" not in str(arguments[0]):
        _written.append(arguments[0])


sys.addaudithook(_note_writing)


@pytest.mark.parametrize("player", ["nobody", "lead"])
def test_a_file_sent_to_any_other_page_is_opened_nowhere(site, player):
    world = World(site)
    browser = world.browser(player)
    _written.clear()

    for name in TABLE.keys() - UPLOADS - SEALS_ANEW:
        address, file = world.address(name), SimpleUploadedFile("a.bin", b"x" * 3_000_000)
        with undone():
            _watching.append(name)
            answer = posted(browser, address, {"file": file})
            _watching.clear()
            assert answer.status_code < 500, name
            assert not any(upload.read() for upload in answer.wsgi_request.FILES.values()), name

    assert _written == []


def test_a_line_break_ends_no_header_and_no_mail(site, settings, mailoutbox):
    settings.DEFAULT_FROM_EMAIL = "site@example.org"
    lead = sign_in(desk := make_desk(site))
    witness = Client()
    witness.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    name = "a\r\nSet-Cookie: evil=1.txt"
    body = b'--B\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\nx\r\n--B--\r\n'
    parts = body % name.encode().replace(b"\r\n", b"%0D%0A")
    filed = witness.generic("POST", "/report/", parts, content_type="multipart/form-data; boundary=B")
    where = f"/desk/{desk.slug}/{Incident.objects.get().reference}/"
    original = f"{where}files/{Exhibit.objects.get().pk}/original/"

    answers = [
        filed,
        lead.get(original),
        lead.post(f"/desk/{desk.slug}/people/invite/", {"email": CR_LF, "role": "2"}),
        lead.post(f"/desk/{desk.slug}/people/invite/", {"email": f"new@example.org{CR_LF[1:]}", "role": "2"}),
        lead.post(f"/desk/{desk.slug}/page/", dict.fromkeys(PAGE, CR_LF)),
        lead.post(f"{where}packets/", {"recipient": CR_LF, "purpose": CR_LF}),
        lead.post("/member/sessions/", {"name": CR_LF}),
        lead.post("/language/", {"language": CR_LF, "next": f"/{CR_LF}"}),
        witness.post("/report/more/story/", {"text": CR_LF}),
        Client().post("/member/sign-in/", {"login": CR_LF, "password": CR_LF, "next": f"/{CR_LF}"}),
        Client().post("/join/", {"email": CR_LF, "code": CR_LF}),
    ]

    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    assert filed.status_code == 302
    for answer in answers:
        assert not any(sign in value for value in answer.headers.values() for sign in "\r\n")
        assert "evil" not in answer.cookies
    assert mailoutbox == []


def test_the_words_of_a_receipt_are_on_one_page_and_rest_nowhere(site):
    desk = make_desk(site)
    witness = Client()
    witness.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")

    pages = [witness.post("/report/", {"place-town": "Cicero"})]
    shown = witness.get("/report/receipt/")
    words = re.findall(r"<span>([^<]+)</span> ", shown.content.decode())
    pages += [
        witness.post("/report/receipt/"),
        witness.get("/report/receipt/", follow=True),
        witness.get("/report/done/"),
    ]
    member = Client()
    let_in(member, desk)
    pages.append(member.get(f"/desk/{desk.slug}/"))

    phrases = [form for way in (" ", "-", "") for form in forms_of(way.join(words))]
    held = [page.content for page in pages] + [path.read_bytes() for path in site.rglob("*") if path.is_file()]
    held += [dumped(alias).encode() for alias in connections]
    held += [repr(session.get_decoded()).encode() for session in Session.objects.all()]
    held += [repr(page.headers).encode() for page in (*pages, shown)]
    assert len(words) >= 5
    assert not any(phrase in each for phrase in phrases for each in held)
