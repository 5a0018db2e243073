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
from incidents.vault import desks
from tests.accounts.members import let_in, sign_in
from tests.factories import Unlocked, deposit, make_desk
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
    code = second_step.current_code(f"otpauth://totp/x?secret={secret}")
    return secret, code, client.post("/member/second-step/app/", {"code": code})


def codes_on(page):
    return re.findall(r"<span>(\d{4} \d{4})</span>", page.content.decode())


def test_who_has_no_second_step_yet_is_led_to_set_one_up_and_reads_nothing_before(desk, site):
    made = deposit(desk, ANSWERS, folder=site)
    client = by_words(desk)

    for path in ("/desk/", f"/desk/{desk.slug}/", f"/desk/{desk.slug}/{made['reference']}/", "/member/words/"):
        assert client.get(path)["Location"] == "/member/second-step/"
    _secret, _code, connected = connect_app(client)

    assert len(codes_on(connected)) == 10
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
    code = second_step.current_code(second_step.connect_app(Member.objects.get()))

    assert by_words(desk).post("/member/second-step/give/", {"code": code}).status_code == 302
    assert by_words(desk).post("/member/second-step/give/", {"code": f"{code[:3]} {code[3:]}"}).status_code == 422
    spare = spare_code(desk.email)
    assert by_words(desk).post("/member/second-step/give/", {"code": spare}).status_code == 302
    assert by_words(desk).post("/member/second-step/give/", {"code": spare}).status_code == 422


def test_a_code_of_a_phone_whose_clock_is_a_day_off_is_refused_with_what_to_do(desk, monkeypatch):
    address = second_step.connect_app(Member.objects.get())
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
    tries = [client.post("/member/second-step/give/", {"code": "000000"}).status_code for _ in range(10)]

    assert tries == [422] * 10
    assert client.post("/member/second-step/give/", {"code": spare}).status_code == 429
    assert client.post("/member/second-step/give/", {"code": spare}).status_code == 429
    told = [event.said["act"] for event in desks.record(Unlocked(desk).desk(desk.slug))]
    assert told.count("second_step_guessed") == 1


def test_the_code_that_connected_an_app_does_not_also_let_somebody_in(desk):
    client = by_words(desk)
    _secret, code, _connected = connect_app(client)

    overheard = by_words(desk).post("/member/second-step/give/", {"code": code})

    assert overheard.status_code == 422


def test_a_session_that_knows_only_the_words_ends_when_a_second_step_is_set_up_elsewhere(desk):
    thief = by_words(desk)
    assert thief.get("/desk/")["Location"] == "/member/second-step/"
    connect_app(by_words(desk))

    for path in ("/desk/", "/member/second-step/", "/member/second-step/app/", f"/desk/{desk.slug}/"):
        assert thief.get(path)["Location"].startswith("/member/sign-in/")


def test_a_second_step_that_was_taken_away_meanwhile_leads_to_a_new_one(desk):
    spare_code(desk.email)
    client = by_words(desk)
    second_step.start_anew(Member.objects.get())

    answer = client.get("/member/second-step/give/")

    assert (answer.status_code, client.get(answer["Location"])["Location"]) == (302, "/member/second-step/")


def test_whoever_stopped_half_way_can_begin_as_somebody_else(desk):
    spare_code(desk.email)
    client = by_words(desk)
    assert client.get("/member/sign-in/")["Location"] == "/member/second-step/give/"

    client.post("/member/second-step/give/", {"anew": ""})

    assert client.get("/member/sign-in/").status_code == 200
    assert "unlock" not in client.session
    assert client.cookies["__Host-unlock"].value == ""


def test_codes_on_paper_are_shown_once_and_new_ones_end_the_old(desk):
    client = by_words(desk)
    _secret, _code, connected = connect_app(client)
    [old, *_others] = codes_on(connected)

    new = codes_on(client.post("/member/second-step/codes/"))

    assert len(new) == 10
    assert client.get("/member/second-step/codes/").status_code == 405
    assert not any(code in client.get("/member/second-step/").content.decode() for code in new)
    assert by_words(desk).post("/member/second-step/give/", {"code": old}).status_code == 422
    assert by_words(desk).post("/member/second-step/give/", {"code": new[3].replace(" ", "-")}).status_code == 302


def test_the_seed_of_an_app_that_is_not_connected_yet_rests_sealed_too(desk):
    page = by_words(desk).get("/member/second-step/app/").content.decode()
    seed = re.search(r'<p class="mono[^>]+>([A-Z2-7]{32})<', page)[1]

    assert seed not in json.dumps([row.get_decoded() for row in Session.objects.all()])


def test_another_phone_takes_the_place_of_the_first(desk):
    client = by_words(desk)
    first, _code, _connected = connect_app(client)
    second, _code, connected = connect_app(client)

    assert connected["Location"] == "/member/second-step/"
    assert first != second
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1


def test_seeds_rest_sealed_and_no_moment_of_use_is_noted(desk):
    secret, _code, _connected = connect_app(by_words(desk))
    let_in(Client(), desk)

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

    assert answer.status_code == 302
    assert second_step.has_one(Member.objects.get())
    assert "Give the app up" not in client.get("/member/second-step/").content.decode()


@pytest.mark.parametrize(
    ("host", "scheme", "offered"),
    [
        ("localhost:8000", "http", True),
        ("reports.example.org", "https", True),
        ("reports.example.org", "http", False),
        ("127.0.0.1:8000", "http", False),
        ("127.0.0.1", "https", False),
        ("[::1]:8000", "http", False),
    ],
)
def test_passkeys_are_offered_for_names_and_never_for_a_bare_address(desk, settings, host, scheme, offered):
    settings.ALLOWED_HOSTS = ["*"]

    answer = sign_in(desk).get("/member/second-step/", headers={"host": host, "x-forwarded-proto": scheme})

    assert ("/member/second-step/passkey/" in answer.content.decode()) is offered
    assert ("bare address" in answer.content.decode()) is not offered


@pytest.mark.parametrize("sent", ["", "{}", "[]", "7", '"x"', '{"id": "x", "response": []}', '{"response": {}}', "{"])
def test_what_is_no_passkey_is_refused_and_breaks_nothing(desk, sent):
    client = by_words(desk)
    at_setting_up = client.post("/member/second-step/passkey/", {"credential": sent}, headers={"host": "localhost"})
    spare_code(desk.email)
    at_sign_in = by_words(desk).post("/member/second-step/give/", {"credential": sent})

    assert (at_setting_up.status_code, at_sign_in.status_code) == (422, 422)


def test_before_what_changes_who_gets_in_the_words_are_asked_for_again(desk):
    client = sign_in(desk)
    session = client.session
    session["words_given_at"] -= 601
    session.save()

    asked = client.get("/member/words/")
    assert asked["Location"] == "/member/words-again/?next=%2Fmember%2Fwords%2F"
    assert 'name="next" value="/member/words/"' in client.get(asked["Location"]).content.decode()
    before = client.session.session_key
    back = {"next": "/member/words/"}
    assert client.post("/member/words-again/", {**back, "words": "one two three four five"}).status_code == 422
    given = client.post("/member/words-again/", {**back, "words": desk.words})

    assert given["Location"] == "/member/words/"
    assert client.session.session_key != before
    assert client.get("/member/words/").status_code == 200


def test_open_sessions_show_a_day_and_a_given_name_and_end_at_a_press(desk):
    here, there, elsewhere = sign_in(desk), sign_in(desk), sign_in(desk)
    there.post("/member/sessions/", {"name": "Office"})

    page = here.get("/member/sessions/").content.decode()
    assert page.count(f"Since {now().date().isoformat()}") == 3
    assert "Office" in page
    assert not any(row.session_key in page for row in Session.objects.all())
    [office] = [
        one.id for one in sessions.of(Member.objects.get(), own=here.session.session_key) if one.name == "Office"
    ]
    here.post("/member/sessions/end/", {"session": office})
    assert there.get("/desk/").status_code == 302
    assert there.get("/desk/")["Location"].startswith("/member/sign-in/")
    assert elsewhere.get("/desk/")["Location"].startswith("/desk/")
    here.post("/member/sessions/end/")
    assert elsewhere.get("/desk/")["Location"].startswith("/member/sign-in/")
    assert here.get("/desk/")["Location"].startswith("/desk/")


def test_ending_all_sessions_ends_those_between_words_and_second_step_too(desk):
    here, half = sign_in(desk), by_words(desk)

    assert sessions.end_all(Member.objects.get(), but=here.session.session_key) == 1

    assert half.post("/member/second-step/give/", {"code": spare_code(desk.email)})["Location"] == "/member/sign-in/"
    assert here.get("/desk/")["Location"].startswith("/desk/")


def test_a_session_of_another_member_is_neither_listed_nor_ended(desk, site):
    other = make_desk(site, "Southside Legal", "other@example.org")
    here, theirs = sign_in(desk), sign_in(other)
    [one] = sessions.of(Member.objects.get(email=other.email), own=None)

    assert one.id not in here.get("/member/sessions/").content.decode()
    here.post("/member/sessions/end/", {"session": one.id})
    here.post("/member/sessions/end/")

    assert theirs.get("/desk/")["Location"].startswith("/desk/")


def test_a_page_that_asks_by_itself_does_not_keep_the_desk_open(desk):
    client = sign_in(desk)
    for headers, minutes in (({}, 14), ({"sec-fetch-dest": "empty"}, 14), ({"sec-fetch-dest": "empty"}, 2)):
        session = client.session
        session["unlock_used_at"] -= minutes * 60
        session.save()
        answer = client.get(f"/desk/{desk.slug}/", headers=headers)

    assert answer.status_code == 423


def test_unlocking_gives_the_session_a_new_token(desk):
    client = sign_in(desk)
    client.post("/member/lock/")
    before = client.session.session_key

    client.post("/member/unlock/", {"words": desk.words})

    assert client.session.session_key != before


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


@pytest.mark.parametrize(
    "sent",
    [
        '{"id":"a"}',
        '{"id":1,"rawId":2,"response":3}',
        "[]",
        "null",
        "7",
        "not json",
        '{"response":{"clientDataJSON":"!"}}',
    ],
)
def test_what_no_browser_would_send_as_a_passkey_is_refused_in_words(desk, sent):
    spare_code(desk.email)
    half = by_words(desk)
    member = sign_in(desk, HTTP_HOST="localhost")

    making = member.post("/member/second-step/passkey/", {"credential": sent}, headers={"host": "localhost"})
    giving = half.post("/member/second-step/give/", {"credential": sent})

    assert (making.status_code, giving.status_code) == (422, 422)
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()
