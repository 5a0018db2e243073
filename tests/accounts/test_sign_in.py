"""Five drawn words let a member in; nothing else does, and nothing tells who is a member."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import get_resolver

from accounts.models import Member
from accounts.queries import receiving
from accounts.unlock import MEMBER
from sealing import keys
from tests.accounts.members import sign_in
from tests.architecture.test_public_pages import pages

pytestmark = pytest.mark.django_db(databases="__all__")


def tried(client, email, words):
    return client.post("/member/sign-in/", {"login": email, "password": words})


@pytest.mark.parametrize(
    "typed",
    [
        lambda words: words.upper(),
        lambda words: f"  {words}\n",
        lambda words: words.replace(" ", " - "),
        lambda words: words.replace(" ", ", ") + ".",
        lambda words: words.replace("a", "á").replace("e", "é"),
    ],
    ids=["capitals", "blanks around", "dashes", "commas", "accents"],
)
def test_how_the_words_are_typed_is_forgiven(desk, typed):
    client = sign_in(desk, typed(desk.words))

    assert client.get(f"/desk/{desk.slug}/").status_code == 200


def test_the_address_is_taken_in_any_case(desk):
    assert tried(Client(), desk.email.upper(), desk.words).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        lambda words: " ".join(reversed(words.split())),
        lambda words: words.rsplit(" ", 1)[0],
        lambda words: f"{words} {words}",
        lambda words: words.replace(" ", ""),
    ],
    ids=["another order", "one too few", "twice", "run together"],
)
def test_words_that_are_not_these_let_nobody_in(desk, wrong):
    client = Client()

    assert "do not fit together" in tried(client, desk.email, wrong(desk.words)).content.decode()
    assert client.get(f"/desk/{desk.slug}/").status_code == 302


@pytest.mark.parametrize("email", ["lead@example.org", "nobody@example.org"], ids=["known", "unknown"])
def test_a_wrong_guess_costs_one_stretch_whether_or_not_the_address_is_known(desk, email, monkeypatch):  # noqa: ARG001
    stretches = []
    stretch = keys.hash_secret_raw
    monkeypatch.setattr(keys, "hash_secret_raw", lambda *args: stretches.append(1) or stretch(*args))

    tried(Client(), email, "one two three four five")

    assert len(stretches) == 1


def test_after_many_tries_even_the_right_words_must_wait(desk):
    client = Client()
    for _ in range(10):
        assert tried(client, desk.email, "one two three four five").status_code == 200

    waiting = tried(client, desk.email, desk.words)

    assert (waiting.status_code, waiting["Retry-After"]) == (429, "60")
    assert "There were many tries" in waiting.content.decode()
    assert client.get(f"/desk/{desk.slug}/").status_code == 302


def test_who_guesses_a_members_words_shuts_nobody_out_who_comes_from_elsewhere(desk):
    for _ in range(11):
        tried(Client(REMOTE_ADDR="203.0.113.77"), desk.email, "one two three four five")

    assert tried(Client(REMOTE_ADDR="203.0.113.79"), desk.email, desk.words).status_code == 302


def test_no_address_of_a_client_is_kept_anywhere(desk):
    client = Client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="quetzal-browser", HTTP_X_FORWARDED_FOR="203.0.113.78")
    for _ in range(12):
        tried(client, desk.email, "one two three four five")

    for alias in connections:
        dump = "\n".join(connections[alias].connection.iterdump())
        assert not any(told in dump for told in ("203.0.113", "quetzal-browser"))


def test_signing_in_leads_on_only_within_the_site(desk):
    for elsewhere in ("//evil.example/", "https://evil.example/", "/\\evil.example/", "http:evil.example"):
        answer = Client().post("/member/sign-in/", {"login": desk.email, "password": desk.words, "next": elsewhere})
        assert answer["Location"] == "/desk/"


def test_signing_in_changes_the_session_and_sets_no_cookie_that_lasts(desk):
    client = Client()
    client.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    before = client.cookies[settings.SESSION_COOKIE_NAME].value

    answer = tried(client, desk.email, desk.words)

    after = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert before != after.value
    for name, cookie in answer.cookies.items():
        assert name.startswith("__Host-")
        kept = {key: cookie[key] for key in ("secure", "path", "domain", "max-age", "expires", "httponly")}
        assert kept == {"secure": True, "path": "/", "domain": "", "max-age": "", "expires": "", "httponly": True}


@pytest.mark.parametrize(
    "path",
    [
        f"/{prefix}/{page}/"
        for prefix in ("member", "accounts", "account")
        for page in ("signup", "sign-up", "password/reset", "password/change", "password/set", "email", "confirm-email")
    ]
    + ["/.well-known/change-password", "/admin/"],
)
def test_nobody_signs_up_or_takes_an_account_over_by_mail(desk, lead, path):  # noqa: ARG001 # signed in, too
    assert Client().get(path).status_code == 404
    assert lead.get(path).status_code == 404
    assert lead.post(path, {"email": "evil@example.org"}).status_code == 404


def test_of_allauth_only_two_pages_are_routed():
    found = {name for name, view in pages(get_resolver().url_patterns) if view.__module__.startswith("allauth")}

    assert found == {"account_login", "account_logout"}  # the second step is taken by a view of our own


def test_a_member_who_is_switched_off_is_not_let_in(desk):
    Member.objects.update(is_active=False)

    assert tried(Client(), desk.email, desk.words).status_code == 200


def test_signing_out_tells_the_browser_to_forget_its_half(lead):
    lead.post("/member/sign-out/")

    assert lead.cookies[MEMBER.cookie].value == ""
