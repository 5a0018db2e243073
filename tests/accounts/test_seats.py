"""People join by a code and a voice, lose their words, come back, and leave."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from accounts import keyring, queries, seating
from accounts.models import Desk, Invitation, Kit, Member, Role, Seat
from accounts.seating import Refused
from incidents.vault import desks
from sealing.keys import Secret
from tests.accounts.conftest import ANSWERS
from tests.accounts.members import seat, sign_in
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

NEW = "new@example.org"


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def code_in(response):
    return re.search(r"(?:\d{4} +){5}\d{4}", text_of(response))[0]


def words_in_page(response):
    [shown] = re.findall(r"<output[^>]*>(.*?)</output>", response.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def invited(desk, lead, email=NEW):
    return code_in(lead.post(f"/desk/{desk.slug}/people/invite/", {"email": email}))


def heard(member):
    words = keyring.check_words(member.recipient)
    return {f"word{number}": words[number - 1] for number in seating.gaps(member.recipient).numbers}


def admit(desk, lead, email=NEW, **but):
    member = Member.objects.get(email=email)
    return lead.post(f"/desk/{desk.slug}/people/{member.pk}/seat/", {**heard(member), "role": Role.LAWYER.value, **but})


@pytest.fixture
def lead(desk):
    return sign_in(desk)


def test_somebody_joins_by_a_code_and_reads_after_their_check_words_were_heard(desk, lead, site):
    made = deposit(desk, ANSWERS, folder=site)
    code = invited(desk, lead)

    joined = Client().post("/join/", {"email": NEW, "code": code})
    colleague = sign_in(replace(desk, email=NEW, words=words_in_page(joined)))
    waiting = colleague.get("/desk/")
    not_yet = colleague.get(f"/desk/{desk.slug}/{made['reference']}/")
    admitted = admit(desk, lead)

    assert keyring.check_words(Member.objects.get(email=NEW).recipient)[0] in text_of(waiting)
    assert not_yet.status_code == 404
    assert admitted.status_code == 302
    assert colleague.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200
    assert not Invitation.objects.exists()
    acts = [event.said["act"] for event in desks.record(Unlocked(desk).desk(desk.slug))]
    assert [act for act in acts if act != "desk_opened"][-3:] == ["invited", "code_used", "seated"]
    call_command("verify_ledger")


@pytest.mark.parametrize(
    "how", ["used twice", "over", "another address", "made up", "misspelt", "withdrawn", "made anew"]
)
def test_a_code_that_opens_no_door_is_refused_and_all_refusals_look_alike(desk, lead, how):
    code, email = invited(desk, lead), NEW
    if how == "used twice":
        Client().post("/join/", {"email": NEW, "code": code})
    elif how == "over":
        Invitation.objects.update(expires_on=now().date() - timedelta(days=1))
    elif how == "another address":
        email = "thief@example.org"
    elif how == "made up":
        code = "0123 4567 8901 2345 6789 0128"
    elif how == "misspelt":
        code = "0123 4567"
    elif how == "withdrawn":
        lead.post(f"/desk/{desk.slug}/people/{Invitation.objects.get().pk}/withdraw/")
    else:
        invited(desk, lead)
    before = Member.objects.count()

    page = Client().post("/join/", {"email": email, "code": code})

    assert page.status_code == 422
    assert "do not fit, or the code is over" in text_of(page)
    assert Member.objects.count() == before


def test_a_code_in_the_wrong_hands_is_told_to_the_desk_and_stays_good_for_its_own(desk, lead):
    code = invited(desk, lead)

    with pytest.raises(Refused):
        seating.join(email="thief@example.org", code=code, as_member=None, at=now())

    assert desks.record(Unlocked(desk).desk(desk.slug))[-1].said["act"] == "code_refused"
    assert seating.join(email=NEW, code=code, as_member=None, at=now()).words


def test_nobody_is_seated_on_words_that_were_not_heard(desk, lead):
    Client().post("/join/", {"email": NEW, "code": invited(desk, lead)})
    member = Member.objects.get(email=NEW)
    number = seating.gaps(member.recipient).numbers[0]

    wrong = admit(desk, lead, **{f"word{number}": "zebra"})

    assert wrong.status_code == 403
    assert "seat nobody until they fit" in text_of(wrong)
    assert not Seat.objects.filter(member=member).exists()


def test_the_page_leaves_out_the_two_words_that_are_typed(desk, lead):
    Client().post("/join/", {"email": NEW, "code": invited(desk, lead)})
    member = Member.objects.get(email=NEW)

    page = text_of(lead.get(f"/desk/{desk.slug}/people/{member.pk}/seat/"))

    assert [word in page for word in keyring.check_words(member.recipient)].count(False) == 2


def test_a_recipient_swapped_after_joining_does_not_fit_the_words_that_were_heard(desk, lead):
    Client().post("/join/", {"email": NEW, "code": invited(desk, lead)})
    honest = Member.objects.get(email=NEW)
    said = keyring.check_words(honest.recipient)
    swapped = Secret.new()
    Member.objects.filter(pk=honest.pk).update(recipient=swapped.recipient)
    numbers = seating.gaps(swapped.recipient).numbers

    typed = {"role": Role.LAWYER.value} | {f"word{number}": said[number - 1] for number in numbers}
    wrong = lead.post(f"/desk/{desk.slug}/people/{honest.pk}/seat/", typed)

    assert wrong.status_code == 403


def test_who_lost_their_words_gets_new_ones_and_waits_until_they_are_seated_again(desk, lead, site):
    made = deposit(desk, ANSWERS, folder=site)
    colleague = seat(desk, Role.LAWYER, NEW)
    held = Seat.objects.get(member__email=NEW)

    code = code_in(lead.post(f"/desk/{desk.slug}/people/{held.pk}/words/"))
    joined = Client().post("/join/", {"email": NEW, "code": code})
    again = sign_in(replace(colleague, words=words_in_page(joined)))

    assert Client().post("/member/sign-in/", {"login": NEW, "password": colleague.words}).status_code != 302
    assert "You wait for your seat" in text_of(again.get("/desk/"))
    assert again.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 404
    assert admit(desk, lead).status_code == 302
    assert again.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200
    call_command("verify_ledger")


def test_a_member_of_one_desk_joins_another_with_the_words_they_have(desk, lead, site):
    other = make_desk(site, "Southside Legal", "other@example.org")
    code = invited(desk, lead, email=other.email)

    stranger = Client().post("/join/", {"email": other.email, "code": code})
    signed_in = sign_in(other)
    joined = signed_in.post("/join/", {"email": other.email, "code": code})
    said = " ".join(keyring.check_words(Member.objects.get(email=other.email).recipient))
    waiting = [text_of(signed_in.get(f"/desk/{other.slug}/{page}")) for page in ("", "people/")]
    admit(desk, lead, other.email)

    assert "Sign in first" in text_of(stranger)
    assert joined.status_code == 302
    assert all("You wait for a seat at Northside Legal" in page and said in page for page in waiting)
    assert "You wait" not in text_of(signed_in.get(f"/desk/{other.slug}/people/"))
    assert signed_in.get(f"/desk/{desk.slug}/").status_code == 200
    assert signed_in.get(f"/desk/{other.slug}/").status_code == 200


def test_new_words_open_what_the_old_ones_did_and_the_old_ones_nothing(desk, lead, site):
    made = deposit(desk, ANSWERS, folder=site)
    elsewhere = sign_in(desk)

    answer = lead.post("/member/words/")
    renewed = replace(desk, words=words_in_page(answer))

    assert lead.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200
    assert elsewhere.get(f"/desk/{desk.slug}/").status_code == 302
    assert Client().post("/member/sign-in/", {"login": desk.email, "password": desk.words}).status_code != 302
    assert sign_in(renewed).get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200
    assert Desk.objects.get().generation == 1


def test_words_that_somebody_else_may_know_give_each_desk_a_new_key(desk, lead, site):
    made = deposit(desk, ANSWERS, folder=site)

    answer = lead.post("/member/words/", {"known": "on"})

    assert Desk.objects.get().generation == 2
    assert "has a new key" in text_of(answer)
    assert lead.get(f"/desk/{desk.slug}/key/").status_code == 200
    assert lead.post(f"/desk/{desk.slug}/key/").status_code == 302
    assert "hangs on its present key" in text_of(lead.get(f"/desk/{desk.slug}/key/"))
    assert lead.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 200


def test_the_page_says_who_can_open_the_desk_and_how_fragile_it_is(desk, lead):
    lead.get(f"/desk/{desk.slug}/")
    page = text_of(lead.get(f"/desk/{desk.slug}/people/"))

    assert "This desk has one lead" in page
    assert desk.email in page
    assert "The last lead cannot leave" in page
    assert now().date().isoformat() in page
    assert queries.check_words_of(Desk.objects.get().recipient) in page

    seat(desk, Role.LEAD, NEW)

    page = text_of(lead.get(f"/desk/{desk.slug}/people/"))
    assert "This desk has one lead" not in page
    assert "not yet written down" in page


def test_a_new_kit_takes_the_desk_off_the_public_pages_until_it_was_tried(desk, lead):
    sheet = lead.post(f"/desk/{desk.slug}/kit/")
    key = re.search(r"AGE-SECRET-KEY-1[A-Z0-9]+", sheet.content.decode())[0]

    assert "Northside Legal" not in Client().get("/groups/").content.decode()
    old = lead.post(f"/desk/{desk.slug}/kit/try/", {"key": desk.kit})
    assert (old.status_code, "Take the newest paper" in text_of(old)) == (422, True)
    assert lead.post(f"/desk/{desk.slug}/kit/try/", {"key": "not a key"}).status_code == 422
    assert lead.post(f"/desk/{desk.slug}/kit/try/", {"key": key.lower()}).status_code == 302
    assert Kit.objects.get().tested
    assert "Northside Legal" in Client().get("/groups/").content.decode()


def test_the_kit_of_another_desk_opens_nothing(desk, lead, site):
    other = make_desk(site, "Southside Legal", "other@example.org")

    assert lead.post(f"/desk/{desk.slug}/kit/try/", {"key": other.kit}).status_code == 422


def test_the_public_page_is_what_the_lead_wrote_and_goes_when_they_take_it_down(desk, lead):
    said = {"area": "Will County", "languages": "English, Polski", "what_next": "We call.", "not_done": "No police."}

    assert lead.post(f"/desk/{desk.slug}/page/", {**said, "shown": "on"}).status_code == 302
    assert "Will County" in Client().get("/groups/").content.decode()
    assert lead.post(f"/desk/{desk.slug}/page/", said).status_code == 302
    assert "Will County" not in Client().get("/groups/").content.decode()
    assert "Will County" in lead.get(f"/desk/{desk.slug}/page/").content.decode()  # nothing that was typed is lost


def test_the_public_page_is_written_in_one_language_and_keeps_the_others(desk, lead):
    english = {"area": "Will County", "languages": "English", "what_next": "We call.", "not_done": "No police."}
    spanish = {**english, "area": "Condado de Will", "what_next": "Llamamos.", "not_done": "No mandamos a nadie."}
    in_spanish = {"HTTP_ACCEPT_LANGUAGE": "es"}

    lead.post(f"/desk/{desk.slug}/page/", {**english, "shown": "on"})
    lead.post(f"/desk/{desk.slug}/page/", {**spanish, "shown": "on"}, **in_spanish)
    lead.post(f"/desk/{desk.slug}/page/", {**english, "area": "Will and Cook County", "shown": "on"})

    assert "Will and Cook County" in Client().get("/groups/").content.decode()
    assert "Condado de Will" in Client().get("/groups/", **in_spanish).content.decode()


def test_who_was_unseated_gets_404_on_the_next_request(desk, lead, site):
    made = deposit(desk, ANSWERS, folder=site)
    other = make_desk(site, "Southside Legal", "other@example.org")
    admitted_too(desk, lead, other)
    theirs = sign_in(other)
    at = f"/desk/{desk.slug}/{made['reference']}/"
    assert theirs.get(at).status_code == 200

    gone = Seat.objects.get(member__email=other.email, desk__slug=desk.slug)
    assert "cannot be unread" in text_of(lead.get(f"/desk/{desk.slug}/people/{gone.pk}/unseat/"))
    assert lead.post(f"/desk/{desk.slug}/people/{gone.pk}/unseat/").status_code == 302

    assert theirs.get(at).status_code == 404
    assert theirs.get(f"/desk/{other.slug}/").status_code == 200
    assert lead.get(at).status_code == 200


def admitted_too(desk, lead, other):
    sign_in(other).post("/join/", {"email": other.email, "code": invited(desk, lead, email=other.email)})
    assert admit(desk, lead, other.email).status_code == 302


def test_who_has_no_seat_left_is_signed_out_everywhere(desk, lead):
    colleague = seat(desk, Role.LAWYER, NEW)
    theirs = sign_in(colleague)
    gone = Seat.objects.get(member__email=NEW)

    lead.post(f"/desk/{desk.slug}/people/{gone.pk}/unseat/")

    assert theirs.get("/desk/")["Location"].startswith("/member/sign-in/")


def test_who_lost_their_phone_sets_up_another_second_step(desk, lead):
    colleague = seat(desk, Role.LAWYER, NEW)
    sign_in(colleague)
    held = Seat.objects.get(member__email=NEW)

    assert lead.post(f"/desk/{desk.slug}/people/{held.pk}/phone/").status_code == 302

    again = Client()
    again.post("/member/sign-in/", {"login": NEW, "password": colleague.words})
    assert again.get("/desk/")["Location"] == "/member/second-step/"
    assert desks.record(Unlocked(desk).desk(desk.slug))[-1].said["act"] == "second_step_anew"


@pytest.mark.parametrize("page", ["people/invite/", "kit/"])
def test_before_what_changes_who_gets_in_the_words_are_asked_for_again(desk, lead, page):
    session = lead.session
    session["words_given_at"] -= 601
    session.save()

    asked = lead.post(f"/desk/{desk.slug}/{page}", {"email": NEW})
    said = {"send_to": f"/desk/{desk.slug}/{page}", "again": "yes", "kept-email": NEW}
    wrong = lead.post("/member/unlock/", {**said, "words": "one two three four five"})
    given = lead.post("/member/unlock/", {**said, "words": desk.words})

    assert (asked.status_code, wrong.status_code, given.status_code) == (423, 422, 200)
    for answer in (asked, wrong):
        assert "Your words again" in answer.content.decode()
        assert f'name="kept-email" value="{NEW}"' in re.sub(r"\s+", " ", answer.content.decode())
    assert "Send it on" in given.content.decode()
    assert not Invitation.objects.exists()
    assert "new" not in str(lead.session.items())
    assert lead.post(f"/desk/{desk.slug}/{page}", {"email": NEW}).status_code == 200


def test_the_mail_of_an_invitation_is_the_fixed_text_and_holds_no_code(desk, lead, settings, mailoutbox):
    settings.DEFAULT_FROM_EMAIL = "site@example.org"

    code = invited(desk, lead)

    [mail] = mailoutbox
    assert mail.to == [NEW]
    assert not re.search(r"\d{4}", mail.subject + mail.body)
    assert code.replace(" ", "") not in mail.body.replace(" ", "")


def test_with_the_mail_server_down_the_code_is_passed_on_by_voice_all_the_same(desk, lead, settings):
    settings.DEFAULT_FROM_EMAIL = "site@example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there

    assert Client().post("/join/", {"email": NEW, "code": invited(desk, lead)}).status_code == 200
