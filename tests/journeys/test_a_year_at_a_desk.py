"""A year at a desk in a real browser: people come, lose their words, leave and come back, and two desks share."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from playwright.sync_api import expect

from tests.factories import make_desk
from tests.journeys import members_of_a_year as acts

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases="__all__", transaction=True)]

AGENT, LATER_AGENT, WALLED_AGENT = "Ramírez", "Quintana", "Escobedo"
COLLEAGUE = "new@example.org"
CARRIED = "All that this desk can read hangs on its present key."
NOT_PINNED = "new reports are still sealed to the former key"
TOLD = (
    "The desk was founded.",
    "A new recovery kit was made. The former one opens nothing.",
    "The recovery kit was tried and opens the desk.",
    "A code to join with was made.",
    "A code was used. Nobody is seated by it yet.",
    "A member was seated.",
    "A seat was taken away.",
    "The desk got a new key.",
    "A member who stays was given the desk's new key.",
    "All that hung on the former key hangs on the new one.",
    "A code for new words was made, for a member who lost theirs.",
    "A member who lost their words got new ones. Their seat waits.",
)


@pytest.fixture
def come(open_site, browser):
    """How people come to the site: by its name, for browsers make no passkey for a bare address."""
    return acts.people_with_browsers(browser, open_site.replace("127.0.0.1", "localhost"))


def test_a_year_at_a_desk(come, tmp_path, monkeypatch):
    ours, theirs = make_desk(tmp_path), make_desk(tmp_path, "Southside Legal", "other@example.org")
    lead, colleague, other = come(ours.email, ours.words), come(COLLEAGUE), come(theirs.email, theirs.words)

    the_lead_moves_in(lead, ours.slug, witness=come())
    a_colleague_is_brought_in(lead, ours.slug, colleague)
    acts.file_a_report(come(), "Northside Legal", AGENT)
    reference = acts.open_what_came(lead, ours.slug)
    lead.reads(AGENT)
    another_desk_gets_the_key_for_a_while(lead, other, theirs.slug)
    the_colleague_leaves(lead, ours.slug, colleague, reference)
    the_operator_pins_the_new_key(lead, ours.slug, monkeypatch)
    acts.file_a_report(come(), "Northside Legal", LATER_AGENT)
    the_colleague_comes_back(lead, ours.slug, colleague, reference)
    the_colleague_loses_their_words(lead, ours.slug, colleague, reference)
    walled = make_desk(tmp_path, "Northside Legal, walled team", "walled@example.org")
    a_team_behind_a_wall_works_alone(come, walled, ours.slug, outside=(lead, colleague))

    lead.goes_to(f"/desk/{ours.slug}/ledger/")
    lead.reads(*TOLD)
    lead.goes_to(f"/desk/{ours.slug}/{reference}/ledger/")
    lead.reads("The incident was shared with another desk.", "A desk's key to the incident was taken back.")
    call_command("verify_ledger")


def the_lead_moves_in(lead, desk, witness):
    acts.give_words(lead)
    acts.connect_an_app(lead)
    acts.sign_out(lead)
    acts.sign_in_with_paper(lead)
    lead.arrives_at("Incidents")
    kit = acts.make_the_kit(lead, desk)
    witness.goes_to("/groups/")
    expect(witness.page.get_by_text("Choose Northside Legal")).to_have_count(0)
    acts.try_the_kit(lead, kit)
    witness.page.reload()
    witness.reads("Choose Northside Legal")


def a_colleague_is_brought_in(lead, desk, colleague):
    acts.use_the_code(colleague, acts.invite(lead, desk, colleague.email))
    acts.write_words_down(colleague)
    acts.give_words(colleague)
    acts.make_a_passkey(colleague)
    acts.sign_out(colleague)
    acts.sign_in_with_passkey(colleague)
    acts.give_the_seat(lead, desk, "Compare check words and seat", heard=acts.read_check_words(colleague))
    colleague.follows("Look again")
    colleague.reads("Nothing has been filed to this desk yet.")


def another_desk_gets_the_key_for_a_while(lead, other, their_desk):
    acts.give_words(other)
    acts.connect_an_app(other)
    acts.share(lead, "Southside Legal", heard=acts.check_words_of(other, their_desk))
    lead.reads("We help the same person")
    reference = acts.open_what_came(other, their_desk)
    other.reads(AGENT)
    lead.presses("Take the key back")
    lead.reads("You took a key back.")
    other.finds_nothing_at(f"/desk/{their_desk}/{reference}/")


def the_colleague_leaves(lead, desk, colleague, reference):
    colleague.goes_to(f"/desk/{desk}/{reference}/")
    colleague.reads(AGENT)
    lead.goes_to(f"/desk/{desk}/people/")
    lead.follows("Take the seat away", within=acts.row_of(lead, colleague.email))
    lead.presses("Take the seat away")
    lead.reads(CARRIED)
    colleague.page.reload()
    colleague.arrives_at("Sign in")
    acts.sign_in_with_passkey(colleague)
    colleague.reads("You have no seat at a desk")
    colleague.finds_nothing_at(f"/desk/{desk}/{reference}/")
    lead.goes_to(f"/desk/{desk}/{reference}/")
    lead.reads(AGENT)


def the_operator_pins_the_new_key(lead, desk, monkeypatch):
    lead.goes_to(f"/desk/{desk}/key/")
    lead.reads(NOT_PINNED)
    heard = lead.page.locator(".note strong").inner_text()
    monkeypatch.setattr("builtins.input", lambda _prompt: heard)
    call_command("pin_desk", desk)
    lead.page.reload()
    expect(lead.page.get_by_text(NOT_PINNED)).to_have_count(0)


def the_colleague_comes_back(lead, desk, colleague, reference):
    acts.use_the_code(colleague, acts.invite(lead, desk, colleague.email))
    acts.give_the_seat(lead, desk, "Compare check words and seat", heard=acts.read_check_words(colleague))
    acts.open_what_came(colleague, desk, besides=reference)
    colleague.reads(LATER_AGENT)
    colleague.goes_to(f"/desk/{desk}/{reference}/")
    colleague.reads(AGENT)


def the_colleague_loses_their_words(lead, desk, colleague, reference):
    former = colleague.words
    lead.goes_to(f"/desk/{desk}/people/")
    lead.presses("Lost their words", within=acts.row_of(lead, colleague.email))
    acts.sign_out(colleague)
    acts.use_the_code(colleague, lead.copied)
    acts.write_words_down(colleague)
    assert colleague.words != former
    acts.sign_in_with_passkey(colleague)
    heard = acts.read_check_words(colleague)
    colleague.finds_nothing_at(f"/desk/{desk}/{reference}/")
    acts.give_the_seat(lead, desk, "Seat again", heard)
    acts.open_what_came(colleague, desk, besides=reference)
    colleague.reads(LATER_AGENT)
    colleague.goes_to(f"/desk/{desk}/{reference}/")
    colleague.reads(AGENT)


def a_team_behind_a_wall_works_alone(come, walled, parent, outside):
    """A second desk of the same group: who sits at the first reads nothing of it, and the other way round."""
    founder, inside = come(walled.email, walled.words), come("inside@example.org")
    acts.give_words(founder)
    acts.connect_an_app(founder)
    a_colleague_is_brought_in(founder, walled.slug, inside)
    acts.file_a_report(come(), "Northside Legal, walled team", WALLED_AGENT)

    reference = acts.open_what_came(inside, walled.slug)

    inside.reads(WALLED_AGENT)
    inside.finds_nothing_at(f"/desk/{parent}/")
    for person in outside:
        person.goes_to(f"/desk/{parent}/")
        expect(person.page.locator("table")).not_to_contain_text(reference)
        for path in ("", f"{reference}/", f"{reference}/ledger/", "people/"):
            person.finds_nothing_at(f"/desk/{walled.slug}/{path}")
        person.finds_nothing_at(f"/desk/{parent}/{reference}/")


@pytest.fixture
def member(come, tmp_path):
    """A lead who gave their words and has no second step yet."""
    desk = make_desk(tmp_path)
    lead = come(desk.email, desk.words)
    acts.give_words(lead)
    return lead


def passkeys_kept():
    return [row.data["credential"] for row in Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)]


def test_a_passkey_that_was_made_at_a_false_site_is_refused(member):
    member.follows("Make a passkey")
    false_site = acts.FalseSite(member)

    false_site.presses("Make a passkey")
    expect(false_site.page.locator("body")).to_have_text("Thank you.")

    assert acts.send(member, *false_site.caught) == 422
    assert passkeys_kept() == []


def test_what_a_passkey_says_to_a_false_site_signs_nobody_in(member):
    acts.make_a_passkey(member)
    acts.sign_out(member)
    acts.give_words(member)
    false_site = acts.FalseSite(member)

    false_site.presses("Use my passkey")
    expect(false_site.page.get_by_role("alert")).to_contain_text("The passkey was not used.")
    [passkey] = member.passkeys.all()
    false_site.passkeys.add({**passkey, "rpId": false_site.HOST})  # a device that would not look whose site it is
    false_site.presses("Use my passkey")
    expect(false_site.page.locator("body")).to_have_text("Thank you.")

    assert acts.send(member, *false_site.caught) == 422
    member.presses("Use my passkey")
    member.reads("Incidents")


def test_what_a_passkey_said_once_signs_nobody_in_again(member):
    said = []
    member.page.on("request", lambda request: said.append(request) if request.method == "POST" else None)
    acts.make_a_passkey(member)
    acts.sign_out(member)
    acts.sign_in_with_passkey(member)
    answer = acts.passkey_in(said[-1])
    acts.sign_out(member)
    acts.give_words(member)

    assert acts.send(member, answer) == 422
    member.arrives_at("Your second step")


def test_what_a_passkey_gives_as_a_key_is_not_kept(member):
    def with_a_key(route):
        posted = parse_qs(route.request.post_data or "")
        if posted:
            credential = json.loads(posted["credential"][0])
            credential["clientExtensionResults"] = {"prf": {"enabled": True, "results": {"first": "canary-prf"}}}
            posted["credential"] = [json.dumps(credential)]
        route.continue_(post_data=urlencode(posted, doseq=True) or None)

    member.page.route("**/member/second-step/passkey/", with_a_key)

    acts.make_a_passkey(member)

    [kept] = passkeys_kept()
    assert kept["clientExtensionResults"] == {}
    assert "canary" not in json.dumps(kept)
