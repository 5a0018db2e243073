"""Every answer carries the same headers, whatever it is."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.queries import receiving
from tests.accounts.members import let_in
from tests.factories import deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "own-scripts",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ANSWERS = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "A van."}}}]}}


def policy(response):
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def check(response, *, cached=False):
    assert {name: response.get(name) for name in HEADERS} == HEADERS
    assert re.search(r"(^|, )camera=\(self\)", response["Permissions-Policy"])
    assert cached or response["Cache-Control"] == "no-store"


@pytest.fixture
def browsers(site, settings):
    """Browsers that answer as they do to people: with a page for each error."""
    desk = make_desk(site)
    photo = site / "a.bin"
    photo.write_bytes(b"a file")
    made = deposit(desk, ANSWERS, photo, folder=site)
    anyone, member = Client(raise_request_exception=False), Client(raise_request_exception=False)
    strict = Client(enforce_csrf_checks=True)
    strict.get("/report/")
    anyone.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    let_in(member, desk)
    where = f"/desk/{desk.slug}/{made['reference']}/"

    def locked():
        member.post("/member/lock/")
        return member.get(where)

    def broken():
        settings.DESK_PINS.write_text("not a pin\n")
        return anyone.get("/groups/")

    return {
        "a page": lambda: anyone.get("/"),
        "a form": lambda: anyone.get("/report/"),
        "the way on": lambda: anyone.post("/report/", {"place-town": "Cicero"}),
        "the receipt": lambda: anyone.post("/report/", {"place-town": "Cicero"}) and anyone.get("/report/receipt/"),
        "a form with a mistake": lambda: anyone.post("/report/", {}),
        "a list": lambda: member.get(f"/desk/{desk.slug}/"),
        "an incident": lambda: member.get(where),
        "not found": lambda: anyone.get("/nothing/here/"),
        "not found at a desk": lambda: member.get(f"/desk/{desk.slug}/ZZZZ-ZZZZ/"),
        "sign in first": lambda: anyone.get(where),
        "a wrong method": lambda: anyone.get("/language/"),
        "without its token": lambda: strict.post("/back/", {"words": "x"}),
        "a host of others": lambda: anyone.get("/", HTTP_HOST="evil.example"),
        "a file where none is taken": lambda: anyone.post("/back/", {"words": SimpleUploadedFile("a", b"b")}),
        "too many fields": lambda: anyone.post("/back/", {f"f{n}": "x" for n in range(2001)}),
        "locked": locked,
        "broken": broken,
        "leaving": lambda: anyone.get("/leave/"),
    }


STATUSES = {
    "a page": 200,
    "a form": 200,
    "the way on": 302,
    "the receipt": 200,
    "a form with a mistake": 422,
    "a list": 200,
    "an incident": 200,
    "not found": 404,
    "not found at a desk": 404,
    "sign in first": 302,
    "a wrong method": 405,
    "without its token": 403,
    "a host of others": 400,
    "a file where none is taken": 422,
    "too many fields": 400,
    "locked": 423,
    "broken": 500,
    "leaving": 303,
}


@pytest.mark.parametrize("answer", STATUSES)
def test_every_answer_has_the_headers_and_the_one_policy(browsers, answer):
    response = browsers[answer]()

    assert response.status_code == STATUSES[answer]
    check(response)
    assert policy(response) == POLICY


def test_a_file_of_the_site_has_them_and_may_be_kept(site):  # noqa: ARG001 # a folder of its own
    response = Client().get("/static/css/app.css")

    assert response.status_code == 200
    check(response, cached=True)
    assert policy(response) == POLICY
    assert "no-store" not in response["Cache-Control"]


def test_an_original_runs_nothing_even_where_it_is_opened_in_the_browser(site):
    desk = make_desk(site)
    page = site / "page.html"
    page.write_text("<script>alert(1)</script>")
    made = deposit(desk, ANSWERS, page, folder=site)
    member = Client()
    let_in(member, desk)
    shown = member.get(f"/desk/{desk.slug}/{made['reference']}/").content.decode()

    shown = member.get(re.search(r'"(/desk/[^"]+/files/[0-9a-f-]{36}/)"', shown)[1]).content.decode()

    response = member.get(re.search(r'"(/desk/[^"]+/original/)"', shown)[1])

    check(response)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert policy(response) == {"sandbox": "", "default-src": "'none'"}


def test_in_production_browsers_are_told_to_come_by_https_only(site, settings):  # noqa: ARG001 # a folder of its own
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 63_072_000

    plain, safe = Client().get("/"), Client().get("/", headers={"x-forwarded-proto": "https"})

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/")
    check(plain)
    assert safe["Strict-Transport-Security"].startswith("max-age=63072000")


def test_browsers_that_know_no_policy_are_told_to_frame_nothing(browsers):
    assert browsers["a page"]()["X-Frame-Options"] == "DENY"


def test_no_page_allows_anything_inline():
    assert not any(
        "unsafe" in word for words in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values() for word in words
    )


@pytest.mark.parametrize("answer", ["a host of others", "a file of the site", "the way to https"])
def test_what_is_answered_before_any_view_is_not_framed_either(site, settings, answer):  # noqa: ARG001
    settings.SECURE_SSL_REDIRECT = answer == "the way to https"
    host = "evil.example" if answer == "a host of others" else "testserver"
    path = "/static/css/app.css" if answer == "a file of the site" else "/"

    assert Client(HTTP_HOST=host).get(path)["X-Frame-Options"] == "DENY"
