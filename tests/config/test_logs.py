"""A line of the log tells class, place and counts; never a person, a path or an answer."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.conf import settings
from django.test import Client

from accounts.queries import receiving
from config.logs import QuietFormatter
from sealing import keys
from tests.factories import make_desk
from tests.logged import wrong_with

pytestmark = pytest.mark.django_db(databases="__all__")

CANARY = "quetzalcoatlus"
ALLOWED = {"at", "level", "from", "what", "error", "place", "count", "size_bytes", "seconds", "status"}


class Lines(io.StringIO):
    @property
    def all(self):
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def log():
    """What the site's one handler would write."""
    lines = Lines()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(QuietFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)  # more than the site ever writes
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def desk(site):
    return make_desk(site)


def refused(desk):
    anyone = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT=CANARY)
    anyone.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    said = {"badge": CANARY, "words": CANARY, "login": f"{CANARY}@example.org", "password": CANARY}
    anyone.get(f"/{CANARY}/?{CANARY}={CANARY}", headers={"referer": f"https://{CANARY}.example/"})
    anyone.get("/", headers={"host": f"{CANARY}.example"})
    anyone.post(f"/back/?{CANARY}", said)
    anyone.post("/member/sign-in/", said)
    anyone.delete(f"/language/?{CANARY}", said)
    Client(enforce_csrf_checks=True).post(f"/back/?{CANARY}", said)
    return anyone, said


def test_refusals_write_lines_without_what_was_asked_or_said(desk, log):
    refused(desk)

    assert len(log.all) >= 4
    assert CANARY not in log.getvalue().lower()
    assert "203.0.113" not in log.getvalue()
    assert all(set(line) <= ALLOWED for line in log.all)


def test_an_error_writes_its_class_and_place_and_not_its_text(desk, log, monkeypatch):
    anyone, said = refused(desk)

    def break_down(*_args):
        raise RuntimeError(f"{CANARY} cannot be stretched: {said}")

    monkeypatch.setattr(keys, "hash_secret_raw", break_down)
    answer = anyone.post(f"/report/?{CANARY}", said)

    assert answer.status_code == 500
    error = next(line for line in log.all if line["from"] == "django.request" and "error" in line)
    assert error["error"] == "builtins.RuntimeError"
    assert any(place.startswith("keys.py:") for place in error["place"])
    assert CANARY not in log.getvalue().lower()


@pytest.mark.parametrize("name", ["django.request", "gunicorn.error", "quetzal", "incidents"])
def test_nobody_slips_a_text_through_its_arguments(log, name):
    logging.getLogger(name).error("Told by %s", CANARY, extra={"count": CANARY, "path": CANARY})

    assert CANARY not in log.getvalue()
    assert len(log.all) == 1


def test_our_own_sentence_and_its_counts_are_written(log):
    logging.getLogger("incidents").error("A part is missing.", extra={"count": 2, "size_bytes": 10})

    assert {**log.all[0], "at": ""} == {
        "at": "",
        "level": "ERROR",
        "from": "incidents",
        "what": "A part is missing.",
        "count": 2,
        "size_bytes": 10,
    }


def test_the_site_has_one_handler_and_it_is_the_quiet_one():
    assert [handler["formatter"] for handler in settings.LOGGING["handlers"].values()] == ["quiet"]
    assert settings.LOGGING["formatters"]["quiet"]["()"] == "config.logs.QuietFormatter"
    assert settings.LOGGING_CONFIG is None
    assert logging.getLogger("django").handlers == []
    assert logging.getLogger("django.request").propagate


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("Mailed to reporter@example.org.", "a mail address"),
        ("Asked by 203.0.113.77.", "an address of a machine"),
        ("Asked by 2001:db8::7:1.", "an address of a machine"),
        ("At /back/?words=x.", "a query"),
        ("The receipt is 4821 0937 1111 2222 3333 4444.", "a receipt or a code in digits"),
        ("The words are gurgle splashing greasily stammer prance.", "drawn words"),
        ("The key is AGE-SECRET-KEY-1QQ.", "a key"),
    ],
)
@pytest.mark.parametrize("by", ["text", "argument"])
def test_a_line_that_tells_of_a_person_fails_the_test_in_which_it_was_logged(logged, said, wrong, by):
    if by == "text":
        logging.getLogger("incidents").error(said)
    else:  # the handler leaves it out; it was meant to be written all the same
        logging.getLogger("incidents").error("%s", said)
    [(line, message)] = logged.lines
    logged.lines.clear()  # or this test would fail

    assert wrong_with(line, message) == [wrong]


def test_our_own_lines_with_a_place_and_counts_pass(logged):
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("accounts").exception("A part is missing.", extra={"count": 2, "seconds": 0.5})

    [(line, message)] = logged.lines
    assert json.loads(line)["place"]
    assert wrong_with(line, message) == []


@pytest.mark.parametrize(
    "line",
    [
        {"from": "django.request", "what": "Not Found: /back/"},
        {"from": "incidents", "path": "/back/"},
        {"from": "incidents", "place": ["/srv/data/report.py:7 open"]},
        {"from": "incidents", "count": "two"},
        {"from": "incidents of Ana"},
    ],
)
def test_a_line_of_another_shape_is_wrong(line):
    assert wrong_with(json.dumps({"at": "2026-11-24 10:00:00,000", "level": "ERROR", **line})) != []
