"""What every address does alike, walked once by each kind of player."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from tests.accounts.members import sign_in
from tests.architecture.test_access_table import TABLE, World, parts_of, undone
from tests.factories import make_desk
from tests.spare_code import spare_code

pytestmark = pytest.mark.django_db(databases="__all__")

PLAYERS = ("filing", "back", "lead", "auditor")
READING = {"incidents_event", "incidents_log", "django_session"}  # that it was opened, and the visit's clock
SIGNING = {name: {"incidents_checkpoint"} for name in ("intake:proof", "ledger:checkpoint", "ledger:proof")}
SIGNING["review:ledger_proof"] = {"incidents_checkpoint"}  # the head of the log, once a length
EVIL = ("//evil.example/", "\\\\evil.example", "http:evil.example", "/\\evil.example")
WAYS_ON = ("next", "send_to", "redirect", "redirect_to", "return", "back", "url")
SITE_WIDE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# What an address may hold: none of these opens anything.
PARTS = {"desk", "fingerprint", "section", "reference", "exhibit", "seat", "member", "invitation"}
PARTS |= {"pk", "number", "index", "incident", "file", "copy", "stamp"}
WALKED = []


@dataclass(frozen=True)
class Answer:
    """What one request left behind."""

    name: str
    player: str
    way: str
    response: object
    changed: frozenset[str]


def tables():
    """Return every row of every table, by table."""
    found = {}
    for alias in connections:
        with connections[alias].cursor() as cursor:
            for name in connections[alias].introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 # our own tables
                found[alias, name] = cursor.fetchall()
    return found


def walk(world):
    """Ask every address by GET and by a POST, both with ways out of the site; look at all rows around each GET."""
    said = dict.fromkeys(WAYS_ON, EVIL[0])
    for player in PLAYERS:
        browser = world.browser(player)
        before = tables()
        for name in TABLE:
            where = f"{world.address(name)}?{urlencode(said)}"
            for way, form in (("get", None), ("post", said)):
                with undone():
                    response = getattr(fresh(browser), way)(where, form)
                    if response.streaming:
                        b"".join(response.streaming_content)
                    after = tables() if way == "get" else before
                changed = {table for _alias, table in after if after[_alias, table] != before[_alias, table]}
                yield Answer(name, player, way, response, frozenset(changed))


def fresh(browser):
    client = Client()
    client.cookies.load({name: cookie.value for name, cookie in browser.cookies.items()})
    return client


@pytest.fixture
def walked(request):
    """The walk is long: what it found is kept for the tests of this file."""
    if not WALKED:
        WALKED.extend(walk(World(request.getfixturevalue("site"))))
    return WALKED


def test_a_get_changes_no_row_but_what_reading_itself_leaves(walked):
    too_much = {
        (each.name, each.player): each.changed - READING - SIGNING.get(each.name, set())
        for each in walked
        if each.way == "get"
    }

    assert {who: changed for who, changed in too_much.items() if changed} == {}
    assert any(each.changed for each in walked)


def test_every_cookie_is_for_this_host_over_https_unseen_by_scripts_and_for_this_visit(walked):
    seen = set()
    for each in walked:
        for name, cookie in each.response.cookies.items():
            assert name.startswith("__Host-")
            assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", ""), (each.name, name)
            assert cookie["samesite"] in {"Lax", "Strict"}
            if cookie.value:  # else it is taken away
                assert (cookie["httponly"], cookie["max-age"], cookie["expires"]) == (True, "", ""), (each.name, name)
                seen.add(name)

    assert seen >= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


def test_every_answer_at_every_address_says_no_frame_no_sniffing_no_cache(walked):
    for each in walked:
        held = each.response.headers
        assert {name: held.get(name) for name in SITE_WIDE} == SITE_WIDE, (each.name, each.player, each.way)
        policy = held["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy or policy == "sandbox; default-src 'none'", each.name
        assert "unsafe" not in policy
        assert "nonce" not in policy
        assert "geolocation=(self)" in held["Permissions-Policy"]


def test_leaving_and_signing_out_tell_the_browser_to_forget(walked):
    told = {(each.name, each.player, each.way) for each in walked if "Clear-Site-Data" in each.response.headers}

    assert told >= {("intake:leave", player, way) for player in PLAYERS for way in ("get", "post")}
    assert told >= {("account_logout", "lead", "post"), ("accounts:lock", "lead", "post")}


def test_no_address_holds_a_secret():
    assert {part for name in TABLE for part in parts_of(name)} == PARTS


def leads(response):
    """Return the hosts that an answer leads on to."""
    page = response.content.decode() if response["Content-Type"].startswith("text/html") else ""
    pages = re.findall(r'(?:href|action)="([^"]*)"', page)
    return {urlsplit(to.replace("\\", "/")).netloc for to in (response.get("Location", ""), *pages)}


def test_no_address_leads_to_where_its_query_or_form_says(walked):
    for each in walked:
        assert not any("evil" in host for host in leads(each.response)), (each.name, each.player, each.way)


@pytest.mark.parametrize("evil", EVIL)
def test_whoever_gives_words_or_a_code_is_led_on_within_the_site(site, evil):
    desk = make_desk(site)
    code = spare_code(desk.email)
    browser, query = Client(), urlencode({"next": evil})

    browser.get(f"/member/sign-in/?{query}")
    by_words = browser.post(f"/member/sign-in/?{query}", {"login": desk.email, "password": desk.words, "next": evil})
    by_code = browser.post(f"/member/second-step/give/?{query}", {"code": code, "next": evil})
    again = browser.post(f"/member/words-again/?{query}", {"words": desk.words, "next": evil})

    assert [answer.status_code for answer in (by_words, by_code, again)] == [302] * 3
    for answer in (by_words, by_code, again):
        assert answer["Location"].startswith("/")
        assert not any("evil" in host for host in leads(answer))


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host"])
def test_a_forged_host_is_in_no_mail_and_no_page(site, settings, mailoutbox, name):
    settings.DEFAULT_FROM_EMAIL = "site@example.org"
    lead = sign_in(desk := make_desk(site))
    said = {"email": "new@example.org", "role": 2}

    answer = lead.post(f"/desk/{desk.slug}/people/invite/", said, headers={name.lower(): "evil.example"})

    assert answer.status_code == (400 if name == "Host" else 200)
    assert "evil.example" not in answer.content.decode()
    assert not any("evil.example" in mail.message().as_string() for mail in mailoutbox)
    assert all(f"https://{settings.ALLOWED_HOSTS[0]}/join/" in mail.body for mail in mailoutbox)
    assert len(mailoutbox) == (0 if name == "Host" else 1)


def test_nothing_here_asks_another_machine_and_trying_it_fails_the_test(outbound):
    for ask in (
        lambda: socket.create_connection(("203.0.113.7", 80), timeout=1),
        lambda: socket.create_connection(("evil.example", 80), timeout=1),
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("203.0.113.7", 53)),
    ):
        with pytest.raises(ConnectionRefusedError):
            ask()

    assert len(outbound) == 3
    outbound.clear()
