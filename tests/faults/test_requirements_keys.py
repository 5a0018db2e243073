"""What somebody holds who took a part of what opens a desk: the disk, a browser, Django's key, new words."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from base64 import urlsafe_b64encode

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.timezone import now

from accounts import seating
from accounts.models import Member, Role, Seat
from accounts.unlock import MEMBER, boot_half
from tests.accounts.members import seat, sign_in
from tests.config.site_process import ROOT, variables
from tests.factories import Unlocked, deposit, make_desk
from tests.spare_code import spare_code

pytestmark = pytest.mark.django_db(databases="__all__")

STORY = "They took the back door."
ANSWERS = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": STORY}}}]}}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def where(desk, site):
    return f"/desk/{desk.slug}/{deposit(desk, ANSWERS, folder=site)['reference']}/"


@pytest.fixture
def power_off(site, settings):
    """Start the site anew: what lay in memory is gone, unless it was copied out before."""

    def off(*, with_sessions):
        settings.RUNTIME = site / "after the power was off"
        settings.RUNTIME.mkdir()
        if not with_sessions:
            Session.objects.all().delete()

    return off


@pytest.mark.parametrize("with_sessions", [False, True], ids=["as it was seized", "and a copy of the sessions"])
def test_a_seized_disk_and_a_live_browser_open_nothing_after_the_power_was_off(desk, where, power_off, with_sessions):
    browser = sign_in(desk)
    assert STORY in browser.get(where).content.decode()

    power_off(with_sessions=with_sessions)
    answer = browser.get(where)

    assert answer.status_code == (423 if with_sessions else 302)
    assert STORY not in answer.content.decode()


def test_a_cookie_alone_opens_nothing(desk, where):
    browser = sign_in(desk)
    Session.objects.all().delete()

    assert browser.get(where)["Location"].startswith("/member/sign-in/")


def test_a_stolen_database_and_djangos_key_forge_a_session_that_stays_locked(desk, where):
    stolen = sign_in(desk).session[MEMBER.slot]
    member = Member.objects.get(email=desk.email)
    forged = SessionStore()
    forged[SESSION_KEY] = str(member.pk)
    forged[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    forged[HASH_SESSION_KEY] = member.get_session_auth_hash()  # made with the key
    forged["second_step"] = str(member.pk)  # as if it had been given
    forged[MEMBER.slot] = stolen
    forged.save()
    browser = Client()
    browser.cookies["__Host-session"] = forged.session_key

    assert browser.get("/member/sessions/").status_code == 200  # signed in, and
    for half in ("", urlsafe_b64encode(secrets.token_bytes(32)).decode(), urlsafe_b64encode(boot_half()).decode()):
        browser.cookies[MEMBER.cookie] = half
        answer = browser.get(where)
        assert answer.status_code == 423
        assert STORY not in answer.content.decode()


def test_new_words_do_not_pass_the_second_step_by(desk):
    colleague = seat(desk, Role.LAWYER, "colleague@example.org")
    spare_code(colleague.email)
    lead, held = sign_in(desk), Seat.objects.get(member__email=colleague.email)
    page = lead.post(f"/desk/{desk.slug}/people/{held.pk}/words/").content.decode()
    code = re.search(r"(?:\d{4}\s*){6}", re.sub(r"<[^>]+>", " ", page))[0]
    joined = seating.join(email=colleague.email, code=code, as_member=None, at=now())

    browser = Client()
    given = browser.post("/member/sign-in/", {"login": colleague.email, "password": joined.words})

    assert given["Location"].startswith("/member/second-step/give/")
    assert browser.get("/desk/")["Location"].startswith("/member/sign-in/")


def same_for_all(page, *typed):
    text = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
    for each in typed:
        text = text.replace(each, "")
    return page.status_code, text


def test_a_code_that_never_was_and_one_that_was_used_give_the_same_page(desk):
    def invite(email):
        return seating.invite(Unlocked(desk).desk(desk.slug), email=email, at=now())

    used = ("used@example.org", invite("used@example.org"))
    taken_by_another = ("thief@example.org", invite("waits@example.org"))
    assert Client().post("/join/", dict(zip(("email", "code"), used, strict=True))).status_code == 200
    never = ("nobody@example.org", invite("gone@example.org")[::-1])
    seating_closed = ("gone@example.org", "0123 4567 8901 2345 6789 0128")

    pages = [
        same_for_all(Client().post("/join/", {"email": email, "code": code}), email, code)
        for email, code in (used, taken_by_another, never, seating_closed)
    ]

    assert pages[0][0] == 422
    assert len(set(pages)) == 1


def test_wrong_words_and_an_unknown_address_give_the_same_page(desk):
    pages = [
        same_for_all(Client().post("/member/sign-in/", {"login": email, "password": "one two three four five"}), email)
        for email in (desk.email, "nobody@example.org")
    ]

    assert len(set(pages)) == 1


def test_all_workers_that_start_at_once_have_one_boot_half_and_the_next_start_another(tmp_path):
    script = "from accounts.unlock import boot_half; print(boot_half().hex(), end='')"

    def started(folder):
        (tmp_path / folder).mkdir()
        command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", script]
        workers = [
            subprocess.Popen(command, cwd=ROOT, env=variables(tmp_path / folder), stdout=subprocess.PIPE)
            for _ in range(3)
        ]
        return {worker.communicate(timeout=120)[0].decode() for worker in workers}

    first, second = started("first"), started("second")

    assert all(re.fullmatch(r"[0-9a-f]{64}", half) for half in first | second)
    assert (len(first), len(first | second)) == (1, 2)
