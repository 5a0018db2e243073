"""Words alone let nobody in: a second step is asked of every member, and none of its secrets rests in plain."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from accounts import second_step, sessions
from accounts.models import Member
from tests.accounts.members import let_in, sign_in
from tests.factories import deposit
from tests.spare_code import spare_code

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERS = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "A white van."}}}]}}


def by_words(desk):
    client = Client()
    assert client.post("/member/sign-in/", {"login": desk.email, "password": desk.words}).status_code == 302
    return client


def connect_app(client):
    page = client.get("/member/second-step/app/").content.decode()
    secret = re.search(r'<p class="mono[^>]+>([A-Z2-7]{32})<', page)[1]
    address = f"otpauth://totp/x?secret={secret}"
    return address, client.post("/member/second-step/app/", {"code": second_step.current_code(address)})


def test_who_has_no_second_step_yet_is_led_to_set_one_up_and_reads_nothing_before(desk, site):
    made = deposit(desk, ANSWERS, folder=site)
    client = by_words(desk)

    for path in ("/desk/", f"/desk/{desk.slug}/", f"/desk/{desk.slug}/{made['reference']}/", "/member/words/"):
        assert client.get(path)["Location"] == "/member/second-step/"
    _address, connected = connect_app(client)

    assert connected["Location"] == "/member/second-step/codes/"
    assert len(re.findall(r"<span>\d{8}</span>", client.get(connected["Location"]).content.decode())) == 10
    assert client.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200


def test_words_without_the_second_step_open_nothing_and_after_it_the_desk_is_open(desk):
    spare_code(desk.email)
    client = by_words(desk)

    assert client.get(f"/desk/{desk.slug}/")["Location"].startswith("/member/sign-in/")
    assert client.post("/member/second-step/give/", {"code": "00000000"}).status_code == 422
    assert client.get(f"/desk/{desk.slug}/")["Location"].startswith("/member/sign-in/")
    assert client.post("/member/second-step/give/", {"code": spare_code(desk.email)}).status_code == 302
    assert client.get(f"/desk/{desk.slug}/").status_code == 200


def test_a_code_that_was_used_is_refused(desk):
    address, _connected = connect_app(by_words(desk))
    code = second_step.current_code(address)

    first, second = by_words(desk), by_words(desk)
    assert first.post("/member/second-step/give/", {"code": code}).status_code == 302
    assert second.post("/member/second-step/give/", {"code": code}).status_code == 422
    spare = spare_code(desk.email)
    assert second.post("/member/second-step/give/", {"code": spare}).status_code == 302
    assert by_words(desk).post("/member/second-step/give/", {"code": spare}).status_code == 422


def test_a_code_of_a_phone_whose_clock_is_a_day_off_is_refused_with_what_to_do(desk, monkeypatch):
    address, _connected = connect_app(by_words(desk))
    from allauth.mfa.totp.internal import auth  # noqa: PLC0415 # the clock is moved there only

    real = auth.time.time
    monkeypatch.setattr(auth.time, "time", lambda: real() - 86400)
    code = second_step.current_code(address)
    monkeypatch.setattr(auth.time, "time", real)

    answer = by_words(desk).post("/member/second-step/give/", {"code": code})

    assert answer.status_code == 422
    assert "check the clock of your phone" in answer.content.decode()


def test_codes_are_not_guessed(desk):
    spare = spare_code(desk.email)
    client = by_words(desk)
    for _ in range(11):
        client.post("/member/second-step/give/", {"code": "000000"})

    assert client.post("/member/second-step/give/", {"code": spare}).status_code == 422


def test_seeds_rest_sealed_and_no_moment_of_use_is_noted(desk):
    address, _connected = connect_app(by_words(desk))
    let_in(Client(), desk)

    [secret] = re.findall(r"secret=(\w+)", address)
    rows = list(Authenticator.objects.all())
    stored = json.dumps([row.data for row in rows])
    assert secret not in stored
    assert "viewed_at" not in stored
    assert {row.last_used_at for row in rows} == {None}
    assert {row.created_at.time().isoformat() for row in rows} == {"00:00:00"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        assert not any(secret in str(row) for row in cursor.fetchall())


def test_the_only_second_step_is_not_given_up(desk):
    client = sign_in(desk)

    answer = client.post("/member/second-step/app/remove/")

    assert answer.status_code == 422
    assert "Set up another one first" in answer.content.decode()
    assert second_step.has_one(Member.objects.get())


def test_passkeys_are_offered_for_names_and_never_for_a_bare_address(desk, settings):
    settings.ALLOWED_HOSTS = ["*"]

    for host, offered in {"localhost": True, "reports.example.org": True, "127.0.0.1": False, "[::1]": False}.items():
        assert second_step.may_have_passkeys(f"{host}:8000") is offered
    page = sign_in(desk).get("/member/second-step/", headers={"host": "127.0.0.1:8000"}).content.decode()
    assert "bare address" in page
    assert "/member/second-step/passkey/" not in page


def test_before_what_changes_who_gets_in_the_words_are_asked_for_again(desk):
    client = sign_in(desk)
    session = client.session
    session["words_given_at"] -= 601
    session.save()

    asked = client.get("/member/words/")
    assert asked["Location"].startswith("/member/words-again/")
    before = client.session.session_key
    assert client.post(asked["Location"], {"password": "one two three four five"}).status_code == 422
    given = client.post(asked["Location"], {"password": desk.words})

    assert given["Location"] == "/member/words/"
    assert client.session.session_key != before
    assert client.get("/member/words/").status_code == 200


def test_open_sessions_show_a_day_and_a_given_name_and_end_at_a_press(desk):
    here, there, elsewhere = sign_in(desk), sign_in(desk), sign_in(desk)
    there.post("/member/sessions/name/", {"name": "Office"})

    page = here.get("/member/sessions/").content.decode()
    assert page.count(f"Since {now().date().isoformat()}") == 3
    assert "Office" in page
    assert not any(row.session_key in page for row in Session.objects.all())
    [office] = [one.id for one in sessions.of(Member.objects.get(), own=here.session) if one.name == "Office"]
    here.post("/member/sessions/end/", {"session": office})
    assert there.get("/desk/").status_code == 302
    assert there.get("/desk/")["Location"].startswith("/member/sign-in/")
    assert elsewhere.get("/desk/")["Location"].startswith("/desk/")
    here.post("/member/sessions/end/")
    assert elsewhere.get("/desk/")["Location"].startswith("/member/sign-in/")
    assert here.get("/desk/")["Location"].startswith("/desk/")


def test_nothing_typed_is_lost_when_the_desk_locked_itself_meanwhile(desk, site):
    made = deposit(desk, ANSWERS, folder=site)
    client = sign_in(desk)
    at = f"/desk/{desk.slug}/{made['reference']}/packets/"
    client.post("/member/lock/")

    locked = client.post(at, {"recipient": "Counsel <b>", "purpose": "Motion"})
    assert locked.status_code == 423
    hidden = r'<input\s+type="hidden"\s+name="((?:kept-|send_to)[^"]*)"\s+value="([^"]*)"'
    fields = dict(re.findall(hidden, locked.content.decode()))
    assert fields == {"send_to": at, "kept-recipient": "Counsel &lt;b&gt;", "kept-purpose": "Motion"}
    typed = {**fields, "kept-recipient": "Counsel <b>", "words": desk.words}
    assert client.post("/member/unlock/", {**typed, "words": "wrong"}).content.decode().count("kept-purpose") == 1
    unlocked = client.post("/member/unlock/", typed)

    page = unlocked.content.decode()
    assert f'action="{at}"' in page
    assert client.post(at, {"recipient": "Counsel <b>", "purpose": "Motion"}).status_code == 302
    rest = json.dumps([row.get_decoded() for row in Session.objects.all()])
    assert "Motion" not in rest


def test_what_rides_along_goes_to_this_site_only(desk):
    client = sign_in(desk)
    for elsewhere in ("//evil.example/", "https://evil.example/", "\\\\evil.example", "http:evil"):
        answer = client.post("/member/unlock/", {"send_to": elsewhere, "kept-a": "b", "words": desk.words})
        assert "evil" not in answer.content.decode() + answer.get("Location", "")


@pytest.mark.parametrize(
    ("address", "fields"), [("/member/unlock/", {"words": "wrong"}), ("/join/", {"email": "a@b.example", "code": "1"})]
)
def test_the_eleventh_try_is_too_many(desk, address, fields):
    client = sign_in(desk)
    client.post("/member/lock/")
    found = [client.post(address, fields).status_code for _ in range(11)]

    assert found == [422] * 10 + [429]
    assert client.post(address, fields)["Retry-After"]


def test_who_starts_anew_after_losing_phone_and_paper_sets_up_another_step(desk):
    spare_code(desk.email)
    assert second_step.start_anew(Member.objects.get())

    assert by_words(desk).get("/desk/")["Location"] == "/member/second-step/"


def test_a_session_ends_on_the_day_it_should_whatever_the_clock_of_the_row_says(desk):
    client = sign_in(desk)
    Session.objects.update(expire_date=now() + timedelta(days=30))
    session = client.session
    session["began_at"] -= 13 * 3600
    session.save()

    assert client.get("/desk/")["Location"].startswith("/member/sign-in/")
    cache.clear()
