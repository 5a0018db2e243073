"""An incident between desks: whom it may be shared with, what each of them sees, and what is told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from accounts import rotation
from accounts.models import Desk, Role
from accounts.policy import Denied
from accounts.queries import directory, receiving
from incidents.models import Card, Grant
from incidents.vault import cards, coalition, holding, sharing
from sealing import words
from sealing.keys import Secret
from sealing.types import Recipient
from tests.accounts.members import pin, seat, sign_in
from tests.factories import Unlocked, deposit, make_desk
from tests.vault.neighbours import ANSWERS, SHAREABLE, STORY, acts_of_desk, make_coalition, neighbours

pytestmark = pytest.mark.django_db(databases="__all__")

REFUSED = "not the pinned one. Share nothing. Tell your operator."


@pytest.fixture
def two(site):
    return neighbours(site)


def test_the_other_desk_finds_it_on_its_list_at_once_and_reads_it(two):
    before = sign_in(two.other).get(two.address(held=two.other))

    answer = two.share(basis="same_client")

    assert before.status_code == 404
    assert (answer.status_code, answer["Location"]) == (302, two.address("sharing"))
    theirs = sign_in(two.other)
    assert two.reference in theirs.get(f"/desk/{two.other.slug}/").content.decode()
    assert STORY in theirs.get(two.address(held=two.other)).content.decode()
    assert "Shared with:" in sign_in(two.desk).get(two.address()).content.decode()


def test_what_was_shared_stands_in_the_record_that_every_holder_reads(two):
    until = (now() + timedelta(days=30)).date().isoformat()

    two.share(basis="same_client", until=until, note="canary-note")

    [said] = [event.said for event in two.opened(two.other).custody() if event.said["act"] == "shared"]
    other = Desk.objects.get(slug=two.other.slug)
    assert {name: said[name] for name in ("basis", "desk", "digits", "giver", "until")} == {
        "basis": "same_client",
        "desk": str(other.pk),
        "digits": words.check_digits(Recipient(other.recipient)).replace(" ", ""),
        "giver": str(Desk.objects.get(slug=two.desk.slug).pk),
        "until": until,
    }
    call_command("verify_ledger")


def test_the_note_reaches_nobody_but_the_sharing_desk(two):
    two.share(note="canary-note")
    theirs, reporter = sign_in(two.other), Client()
    reporter.post("/back/", {"words": two.made["receipt"]})

    seen = [
        theirs.get(f"/desk/{two.other.slug}/").content,
        theirs.get(two.address(held=two.other)).content,
        theirs.get(two.address("sharing", held=two.other)).content,
        reporter.get("/back/report/").content,
        json.dumps(dict(two.opened(two.other).review)).encode(),
        *(event.body for event in two.opened().custody()),
        *(json.dumps(said).encode() for said in acts_of_desk(two.other)),
        "\n".join(connection.connection.iterdump()).encode(),
    ]

    assert not [one for one in seen if b"canary-note" in one]
    assert "canary-note" in sign_in(two.desk).get(two.address("sharing")).content.decode()


def test_what_a_desk_wrote_stays_with_it_when_its_state_moves(two):
    two.share(note="canary-note")

    sign_in(two.desk).post(two.address("move"), {"to": "screening"})

    assert [share["note"] for share in sharing.kept(two.opened())] == ["canary-note"]


def test_a_key_that_somebody_wrote_into_the_database_is_refused_and_told(two):
    Desk.objects.filter(slug=two.other.slug).update(recipient=Secret.new().recipient)

    answer = two.share()

    assert answer.status_code == 422
    assert REFUSED in answer.content.decode()
    assert Grant.objects.filter(desk__slug=two.other.slug).count() == 0
    found = [said for said in acts_of_desk(two.desk) if said["act"] == "key_not_pinned"]
    assert [said["desk"] for said in found] == [str(Desk.objects.get(slug=two.other.slug).pk)]


def test_a_desk_that_was_rotated_and_not_pinned_anew_gets_it_and_opens_it(two):
    rotation.rotate(Unlocked(two.other).desk(two.other.slug), at=now())

    assert two.share().status_code == 302

    assert two.opened(two.other).reference == two.reference
    assert Grant.objects.get(desk__slug=two.other.slug).generation == 1


def test_a_key_that_was_pinned_anew_since_the_words_were_shown_is_asked_again(two):
    shown = f"{two.other.slug}.{receiving(two.other.slug).fingerprint}"
    pin(Desk.objects.get(slug=two.other.slug).pk, Secret.new().recipient, verified_on=now().date())

    answer = two.share(shown=shown)

    assert answer.status_code == 422
    assert "changed since you opened this page" in answer.content.decode()


def test_the_reporters_wish_needs_the_reporters_yes(two, site):
    refused = two.share(basis="reporters_wish")
    two.made = deposit(two.desk, SHAREABLE, folder=site)

    assert refused.status_code == 422
    assert "did not say yes to sharing" in refused.content.decode()
    assert two.share(basis="reporters_wish").status_code == 302


def test_a_yes_to_another_desk_is_no_yes_to_this_one(two, site):
    row = {"use": "named_desks", "answer": "yes", "desk": two.other.slug}
    said = {"permission": [{"answers": {"uses": {"value": [row]}}}]}
    two.made = deposit(two.desk, {**ANSWERS, "sections": {**ANSWERS["sections"], **said}}, folder=site)

    assert two.share(basis="reporters_wish").status_code == 422


def test_nothing_is_shared_after_the_reporter_said_no_to_legal_help(two, site):
    said_no = {"permission": [{"answers": {"uses": {"value": [{"use": "legal_help", "answer": "no"}]}}}]}
    two.made = deposit(two.desk, {**ANSWERS, "sections": {**ANSWERS["sections"], **said_no}}, folder=site)

    assert two.share().status_code == 422
    assert Grant.objects.filter(desk__slug=two.other.slug).count() == 0


def test_a_key_opens_to_its_last_day_and_no_longer(two):
    two.share(until=now().date().isoformat())
    on_the_day = sign_in(two.other).get(two.address(held=two.other)).status_code

    Grant.objects.filter(desk__slug=two.other.slug).update(until=now().date() - timedelta(days=1))

    assert on_the_day == 200
    theirs = sign_in(two.other)
    assert theirs.get(two.address(held=two.other)).status_code == 404
    listed = theirs.get(f"/desk/{two.other.slug}/").content.decode()
    assert not [word for word in (two.reference, "canary-town") if word in listed]
    assert Card.objects.filter(desk__slug=two.other.slug).exists()  # `expire` has not run
    page = sign_in(two.desk).get(two.address("sharing")).content.decode()
    assert "Ended" in page
    assert "Shared with:" not in sign_in(two.desk).get(two.address()).content.decode()


def test_a_last_day_that_is_over_is_refused(two):
    assert two.share(until="2020-01-01").status_code == 422


def test_nobody_gives_a_key_for_longer_than_they_have_it(two, site):
    third = make_desk(site, "Third Legal", "third@example.org")
    last = now().date() + timedelta(days=9)
    two.share(until=last.isoformat())

    assert two.share(third, held=two.other).status_code == 422
    assert two.share(third, held=two.other, until=(last + timedelta(days=1)).isoformat()).status_code == 422
    assert two.share(third, held=two.other, until=last.isoformat()).status_code == 302


def test_a_desk_whose_key_was_taken_back_gets_404_at_its_next_request(two):
    two.share()
    theirs = sign_in(two.other)
    assert theirs.get(two.address(held=two.other)).status_code == 200

    two.withdraw()

    assert theirs.get(two.address(held=two.other)).status_code == 404
    assert two.reference not in theirs.get(f"/desk/{two.other.slug}/").content.decode()
    assert Card.objects.filter(desk__slug=two.other.slug).count() == 0
    assert [event.said["act"] for event in two.opened().custody()].count("withdrawn") == 1
    page = sign_in(two.desk).get(two.address("sharing")).content.decode()
    assert "cannot be unread" in page
    assert "You took a key back." in page
    call_command("verify_ledger")


def test_it_can_be_shared_again_after_the_key_was_taken_back(two):
    two.share()
    two.withdraw()

    assert two.share(basis="same_client").status_code == 302

    assert two.opened(two.other).reference == two.reference
    assert "You took a key back." in sign_in(two.desk).get(two.address("sharing")).content.decode()


def test_sharing_twice_from_two_windows_gives_one_key(two):
    first, second = two.opened(), two.opened()
    to, terms = receiving(two.other.slug), sharing.Terms("same_client")
    sharing.share(first, to, terms, at=now())

    with pytest.raises(Denied, match="changed while you were looking"):
        sharing.share(second, to, terms, at=now())


def test_the_reporter_sees_each_desk_with_its_reason(two):
    two.share(basis="same_client")

    holders = holding.key_holders(two.opened())

    assert [(one.name, one.basis) for one in holders] == [
        ("Northside Legal", "chosen_by_reporter"),
        ("Southside Legal", "same_client"),
    ]
    reporter = Client()
    reporter.post("/back/", {"words": two.made["receipt"]})
    assert "Southside Legal" in reporter.get("/back/report/").content.decode()


def test_a_walled_team_is_a_desk_that_no_public_page_lists(two):
    Desk.objects.filter(slug=two.other.slug).update(page=None)

    assert two.share().status_code == 302

    assert two.other.slug not in [desk.slug for desk in directory(language="en")]
    assert two.opened(two.other).reference == two.reference


class TestACoalition:
    @pytest.fixture
    def two(self, site):
        return neighbours(site, answers=SHAREABLE)

    @pytest.fixture
    def river(self, two):  # noqa: ARG002 # the site it stands on
        return make_coalition()

    def post(self, two, river, way="card"):
        parts = ("sharing", "card") if way == "card" else ("sharing", "card", "withdraw")
        return sign_in(two.desk).post(two.address(*parts), {"to": river.slug})

    def test_it_gets_keys_month_state_desk_and_reference_and_nothing_else(self, two, river, site):
        clip = site / "canary-clip.mp4"
        clip.write_bytes(b"canary-bytes")
        two.made = deposit(two.desk, SHAREABLE, clip, folder=site)

        assert self.post(two, river).status_code == 302

        held = Unlocked(river).desk(river.slug)
        [row] = cards.index_of(held, facts=frozenset()).page({}, number=1).rows
        assert row.card == {
            "card": 1,
            "head": {"reference": two.reference},
            "from": {"desk": two.desk.slug},
            "where": {"state": "IL", "month": "2026-03"},
            "keys": {"badge": row.card["keys"]["badge"]},
        }
        assert "4471B" in json.dumps(row.card["keys"])
        assert Grant.objects.filter(desk__slug=river.slug).count() == 0

    def test_its_list_shows_the_card_and_no_way_to_the_incident(self, two, river):
        self.post(two, river)
        theirs = sign_in(river)

        page = theirs.get(f"/desk/{river.slug}/", follow=True).content.decode()

        for shown in (two.reference, "Northside Legal", "2026-03", "4471B"):
            assert shown in page
        assert "canary" not in page
        assert "03-14" not in page
        assert two.address(held=river) not in page
        assert theirs.get(two.address(held=river)).status_code == 404

    def test_one_click_takes_the_card_back(self, two, river):
        self.post(two, river)
        theirs = sign_in(river)
        assert two.reference in theirs.get(f"/desk/{river.slug}/cards/").content.decode()

        assert self.post(two, river, "withdraw").status_code == 302

        assert two.reference not in theirs.get(f"/desk/{river.slug}/cards/").content.decode()
        acts = [said["act"] for said in acts_of_desk(two.desk)]
        assert (acts.count("card_posted"), acts.count("card_withdrawn")) == (1, 1)
        assert self.post(two, river, "withdraw").status_code == 404
        call_command("verify_ledger")

    def test_what_was_posted_stands_in_no_record_that_others_read(self, two, river):
        two.share()
        self.post(two, river)

        assert "card_posted" not in [event.said["act"] for event in two.opened(two.other).custody()]

    def test_a_second_card_of_an_incident_is_refused_whoever_posts_it(self, two, river):
        two.share()
        self.post(two, river)

        with pytest.raises(Denied, match="has a card"):
            coalition.post(two.opened(two.other), receiving(river.slug), at=now())

    def test_it_never_gets_a_key(self, two, river):
        answer = two.share(river)

        assert answer.status_code == 422
        with pytest.raises(Denied, match="never a key"):
            sharing.share(two.opened(), receiving(river.slug), sharing.Terms("same_client"), at=now())
        assert Grant.objects.filter(desk__slug=river.slug).count() == 0

    def test_no_witness_can_send_a_report_to_it(self, two, river):
        page = json.loads((two.folder / "page.json").read_text())
        Desk.objects.filter(slug=river.slug).update(page=page)

        assert river.slug not in [desk.slug for desk in directory(language="en")]
        with pytest.raises((Denied, CommandError)):
            deposit(river, ANSWERS, folder=two.folder)

    def test_a_swapped_key_gets_no_card(self, two, river):
        Desk.objects.filter(slug=river.slug).update(recipient=Secret.new().recipient)

        assert self.post(two, river).status_code == 403
        assert Card.objects.filter(desk__slug=river.slug).count() == 0
        assert "key_not_pinned" in [said["act"] for said in acts_of_desk(two.desk)]

    def test_an_ordinary_desk_gets_no_card_by_this_way(self, two):
        assert self.post(two, two.other).status_code == 404

    def test_its_cards_go_on_after_a_rotation(self, two, river):
        from incidents.vault import carrying  # noqa: PLC0415 # only here

        self.post(two, river)
        rotation.rotate(Unlocked(river).desk(river.slug), at=now())
        carrying.carry(Unlocked(river).desk(river.slug), at=now())

        assert two.reference in sign_in(river).get(f"/desk/{river.slug}/cards/").content.decode()


@pytest.mark.parametrize("role", [Role.CALL_TAKER, Role.REVIEWER])
def test_who_is_no_lawyer_shares_nothing_and_takes_nothing_back(two, role):
    member = seat(two.desk, role, "member@example.org")
    browser = sign_in(member)

    assert two.share(browser=browser).status_code == 403
    for way in ("withdraw", "key", "card", "card/withdraw"):
        assert browser.post(two.address("sharing", way)).status_code == 403


def test_a_lawyer_shares(two):
    lawyer = sign_in(seat(two.desk, Role.LAWYER, "lawyer@example.org"))

    assert two.share(browser=lawyer).status_code == 302
