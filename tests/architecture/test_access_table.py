"""Who gets what at every address of the site: an address that is not in the table fails."""

from __future__ import annotations

import io
import re
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.timezone import now
from PIL import Image

from accounts import auditors, seating
from accounts.models import Invitation, Role, Seat
from accounts.queries import receiving
from incidents.media.recipes import Recipe
from incidents.models import Checkpoint, Event, Exhibit, Packet, Stamp
from incidents.vault import derivatives, openings
from tests.accounts.members import seat, sign_in
from tests.architecture.test_public_pages import pages
from tests.factories import Unlocked, deposit, make_desk
from tests.spare_code import spare_code

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERS = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "A white van."}}}]}}
SIGN_IN, SET_UP = "sign in", "the page of second steps"
ANYONE = ("nobody", "filing", "back", "half")  # with no session; after filing; after the receipt; after words alone
SEATS = ("call_taker", "reviewer", "lawyer", "lead")
# Seated, and no second step set up yet; lead of another desk; lead of this one without their key; who has no seat and
# walks the ledger's lines.
PLAYERS = (*ANYONE, "unset", "outsider", "locked", "auditor", *SEATS)


def all_get(answer, **but):
    return {**dict.fromkeys(PLAYERS, answer), **but}


def witness(nobody, filing, back):
    """A witness's page: for members it is what it is for nobody."""
    return all_get(nobody, filing=filing, back=back)


def members(answer, **but):
    return all_get(answer, **{**dict.fromkeys(ANYONE, SIGN_IN), "unset": SET_UP, **but})


def before_set_up(answer):
    """A page that a member reaches without a second step too."""
    return members(answer, unset=answer)


def desk(call_taker, reviewer, lawyer, lead):
    """A desk's page: for others it is not there, for the locked it is locked."""
    return members(404, locked=423, call_taker=call_taker, reviewer=reviewer, lawyer=lawyer, lead=lead)


READS = desk(403, 200, 200, 200)
SEATED = desk(200, 200, 200, 200)
LEADS = desk(403, 403, 403, 200)
HANDS_OVER = desk(403, 403, 200, 200)
NOT_ALLOWED = members(405)
AUDITS = members(404, auditor=200)

TABLE = {  # what a GET gets, what an empty POST gets
    "intake:start": (all_get(200), all_get(200)),
    "intake:groups": (all_get(200), all_get(422)),
    "intake:to": (all_get(302), all_get(302)),
    "intake:report": (witness(302, 200, 302), witness(404, 422, 404)),
    "intake:receipt": (witness(302, 200, 302), all_get(302)),
    "intake:more": (witness(302, 200, 200), witness(302, 200, 200)),
    "intake:section": (witness(302, 200, 200), all_get(422)),
    "intake:files": (witness(302, 200, 200), all_get(422)),
    "intake:done": (witness(302, 200, 200), witness(302, 200, 200)),
    "intake:proof": (witness(302, 200, 200), witness(302, 200, 200)),
    "intake:send": (all_get(404), all_get(405)),  # by token alone, which no browser holds in a cookie
    "intake:send_part": (all_get(405), all_get(405)),
    "intake:send_finish": (all_get(405), all_get(404)),
    "intake:leave": (all_get(303), all_get(204)),
    "intake:language": (all_get(405), all_get(302)),
    "intake:back": (all_get(200), all_get(422)),
    "intake:back_report": (witness(302, 302, 200), witness(302, 302, 200)),
    "intake:uses": (all_get(302), all_get(302)),
    "account_login": (all_get(302, nobody=200, filing=200, back=200),) * 2,
    "account_logout": (before_set_up(200), all_get(SIGN_IN)),
    "accounts:unlock": (before_set_up(405), before_set_up(422)),
    "accounts:lock": (before_set_up(405), before_set_up(423)),
    "accounts:words_again": (before_set_up(200), before_set_up(422)),
    "accounts:words": (members(200, locked=423), members(200, locked=423)),
    "accounts:sessions": (members(200), members(302)),
    "accounts:end_sessions": (NOT_ALLOWED, members(302)),
    "mfa_authenticate": (members(302, unset=302, half=200), members(302, unset=302, half=422)),
    "mfa_index": (before_set_up(200), before_set_up(405)),
    "mfa_activate_totp": (before_set_up(200), before_set_up(422)),
    "mfa_deactivate_totp": (NOT_ALLOWED, members(SET_UP)),
    "mfa_add_webauthn": (members(SET_UP), members(SET_UP)),  # this host has no https, so no passkeys
    "mfa_remove_webauthn": (NOT_ALLOWED, members(SET_UP)),
    "mfa_generate_recovery_codes": (NOT_ALLOWED, members(200)),
    "join": (all_get(200), all_get(422)),
    "review:people": (SEATED, NOT_ALLOWED),
    "review:invite": (LEADS, desk(403, 403, 403, 422)),
    "review:admit": (LEADS, desk(403, 403, 403, 422)),
    "review:role": (LEADS, desk(403, 403, 403, 422)),
    "review:unseat": (desk(403, 403, 403, 200), desk(403, 403, 403, 302)),
    "review:words": (NOT_ALLOWED, LEADS),
    "review:phone": (NOT_ALLOWED, desk(403, 403, 403, 302)),
    "review:withdraw": (NOT_ALLOWED, desk(403, 403, 403, 302)),
    "review:kit": (LEADS, LEADS),
    "review:try_kit": (NOT_ALLOWED, desk(403, 403, 403, 422)),
    "review:key": (SEATED, desk(302, 302, 302, 302)),
    "review:page": (LEADS, desk(403, 403, 403, 422)),
    "review:home": (members(302, locked=423), NOT_ALLOWED),
    "review:inbox": (READS, NOT_ALLOWED),
    "review:incident": (READS, NOT_ALLOWED),
    "review:move": (NOT_ALLOWED, desk(403, 422, 422, 422)),
    "review:mail_reporter": (NOT_ALLOWED, desk(403, 403, 403, 403)),  # this reporter did not say yes
    "review:sharing": (HANDS_OVER, desk(403, 403, 422, 422)),
    "review:withdraw_grant": (NOT_ALLOWED, desk(403, 403, 404, 404)),
    "review:new_key": (NOT_ALLOWED, desk(403, 403, 302, 302)),
    "review:post_card": (NOT_ALLOWED, desk(403, 403, 404, 404)),
    "review:withdraw_card": (NOT_ALLOWED, desk(403, 403, 404, 404)),
    "review:posted_cards": (desk(404, 404, 404, 404), NOT_ALLOWED),
    "review:check_files": (NOT_ALLOWED, desk(403, 302, 302, 302)),
    "review:loose_part": (desk(403, 404, 404, 404), NOT_ALLOWED),  # each file of this world is whole
    "review:original": (READS, NOT_ALLOWED),
    "review:copy": (READS, NOT_ALLOWED),
    "review:exhibit": (READS, NOT_ALLOWED),
    "review:make": (NOT_ALLOWED, desk(403, 422, 422, 422)),
    "review:exhibit_words": (NOT_ALLOWED, desk(403, 422, 422, 422)),
    "review:cover": (READS, desk(403, 422, 422, 422)),
    "review:covered": (desk(403, 404, 404, 404), desk(403, 404, 404, 404)),  # the copy here is clean, and not covered
    "review:ledger": (READS, NOT_ALLOWED),
    "review:ledger_proof": (READS, NOT_ALLOWED),
    "review:incident_ledger": (READS, NOT_ALLOWED),
    "ledger:lines": (AUDITS, NOT_ALLOWED),
    "ledger:walk": (NOT_ALLOWED, AUDITS),
    "ledger:proof": (AUDITS, NOT_ALLOWED),
    "health": (AUDITS, NOT_ALLOWED),
    "ledger:head": (members(200, locked=423), NOT_ALLOWED),
    "ledger:check": (NOT_ALLOWED, members(422, locked=423)),
    "ledger:keep": (NOT_ALLOWED, members(302, locked=423)),
    "ledger:checkpoint": (members(200), NOT_ALLOWED),
    "ledger:kept": (members(302, locked=423, lead=200), NOT_ALLOWED),
    "ledger:stamp": (members(200), NOT_ALLOWED),
    "ledger:stamped": (members(200), NOT_ALLOWED),
    "packet:prepare": (HANDS_OVER, desk(403, 403, 422, 422)),
    "packet:ready": (HANDS_OVER, NOT_ALLOWED),
    "packet:download": (NOT_ALLOWED, HANDS_OVER),
    "packet:stamp": (HANDS_OVER, NOT_ALLOWED),
}


class World:
    """A desk with an incident that holds a photo and was packed once, and another desk."""

    def __init__(self, folder, *, answers=ANSWERS):
        self.folder = folder
        self.desk = make_desk(folder)
        self.other = make_desk(folder, "Southside Legal", "other@example.org")
        photo = folder / "photo.jpg"
        out = io.BytesIO()
        Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
        photo.write_bytes(out.getvalue())
        self.made = deposit(self.desk, answers, photo, folder=folder)
        self.photo = Exhibit.objects.get().pk
        opened = openings.incident(self.made["reference"], slug=self.desk.slug, using=Unlocked(self.desk), at=now())
        self.copy = derivatives.make(opened, opened.exhibits[0], Recipe.CLEAN, at=now())[0].id
        self.event = Event.objects.filter(incident_id__isnull=False).first().index
        self._people()
        self.stamps = {}
        said = {"recipient": "Counsel of this group", "purpose": "Legal help"}
        lead = sign_in(self.desk)
        assert lead.post(self.address("packet:prepare"), said).status_code == 302
        assert lead.post(self.address("ledger:keep")).status_code == 302
        self._stamps()

    def _stamps(self):
        """A clock stamped the head, and later the packet."""
        kept = {"digest": "0" * 64, "state": "obtained", "wanted_on": now().date(), "reply": b"a stamp"}
        head, packet = Checkpoint.objects.latest("pk"), Packet.objects.get()
        self.stamps["ledger"] = Stamp.objects.create(subject="checkpoint", checkpoint=head, **kept).pk
        self.stamps["packet"] = Stamp.objects.create(subject="tagmanifest", packet=packet, **kept).pk

    def _people(self):
        """Somebody sits here, and somebody used a code and waits."""
        self.seat = Seat.objects.get(member__email=seat(self.desk, Role.LAWYER, "seated@example.org").email).pk
        lead = Unlocked(self.desk).desk(self.desk.slug)
        code = seating.invite(lead, email="new@example.org", at=now())
        self.member = seating.join(email="new@example.org", code=code, as_member=None, at=now()).member.pk
        self.invitation = Invitation.objects.get().pk

    def browser(self, player):
        """Return a browser in which this player is in the middle of something."""
        if player in SEATS[:-1]:
            return sign_in(seat(self.desk, Role[player.upper()], f"{player}@example.org"))
        if player == "auditor":
            words = auditors.seat("auditor@example.org", at=now())
            return sign_in(replace(self.desk, email="auditor@example.org", words=words))
        if player in {"lead", "locked", "outsider"}:
            client = sign_in(self.other if player == "outsider" else self.desk)
            if player == "locked":
                client.post("/member/lock/")
            return client
        if player in {"half", "unset"}:
            return self._by_words_alone(player)
        client = Client()
        if player == "filing":
            client.get(f"/to/{self.desk.slug}/{receiving(self.desk.slug).fingerprint}/")
            assert client.post("/report/", {"place-town": "Cicero"}).status_code == 302
        if player == "back":
            assert client.post("/back/", {"words": self.made["receipt"]}).status_code == 302
        return client

    def _by_words_alone(self, player):
        held, client = seat(self.desk, Role.LEAD, f"{player}@example.org"), Client()
        if player == "half":
            spare_code(held.email)
        assert client.post("/member/sign-in/", {"login": held.email, "password": held.words}).status_code == 302
        return client

    def address(self, name, **but):
        """Return a page's address with this world's ids in it."""
        held = {
            "desk": self.desk.slug,
            "fingerprint": receiving(self.desk.slug).fingerprint,
            "section": "agents",
            "reference": self.made["reference"],
            "exhibit": self.photo,
            "copy": self.copy,
            "file": self.copy,
            "incident": Exhibit.objects.get(pk=self.photo).incident_id,
            "seat": self.seat,
            "member": self.member,
            "invitation": self.invitation,
            "pk": 99999,
            "number": 1,
            "index": self.event,
            "stamp": self.stamps.get(name.partition(":")[0]),
            **but,
        }
        return reverse(name, kwargs={part: held[part] for part in parts_of(name)})


@pytest.fixture
def world(site):
    return World(site)


def parts_of(name):
    """Return what an address is made of beside its fixed words."""
    found = get_resolver()
    *spaces, last = name.split(":")
    for space in spaces:
        found = found.namespace_dict[space][1]
    [(possible, *_)] = found.reverse_dict.getlist(last)
    return possible[0][1]


@contextmanager
def undone():
    """Each request meets the world as it was made."""
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(transaction.atomic(using=alias))
        yield
        for alias in connections:
            transaction.set_rollback(True, using=alias)


def asked(browser, method, address):
    client = Client()
    client.cookies.load({name: cookie.value for name, cookie in browser.cookies.items()})
    with undone():
        response = getattr(client, method)(address)
        if response.streaming:
            b"".join(response.streaming_content)
    return response


def told(response):
    if response.status_code == 302 and response["Location"].startswith("/member/sign-in/"):
        return SIGN_IN
    return SET_UP if response.get("Location") == "/member/second-step/" else response.status_code


def ways(player, answer):
    """Return each address and method that gives a player this answer."""
    found = [
        (name, way)
        for name, row in TABLE.items()
        for way, column in zip(("get", "post"), row, strict=True)
        if column[player] == answer
    ]
    assert found
    return found


def same_for_all(response, address):
    """Return a page without what is this browser's own, and without its address."""
    assert response.status_code == 404
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", response.content.decode().replace(address, ""))


def test_every_address_of_the_site_is_in_the_table():
    assert {name for name, _view in pages(get_resolver().url_patterns)} == set(TABLE)


@pytest.mark.parametrize("player", PLAYERS)
def test_each_player_gets_what_the_table_says(world, player):
    browser = world.browser(player)
    expected = {
        (name, way): column[player]
        for name, row in TABLE.items()
        for way, column in zip(("get", "post"), row, strict=True)
    }

    found = {(name, way): told(asked(browser, way, world.address(name))) for name, way in expected}

    assert found == expected


@pytest.mark.parametrize("player", ["outsider", "lead"])
def test_what_belongs_to_another_desk_answers_like_what_never_was(world, player):
    browser = world.browser(player)
    theirs = {}
    if player == "lead":  # then it is the other desk that has something
        made = deposit(world.other, ANSWERS, folder=world.folder)
        theirs = {"desk": world.other.slug, "reference": made["reference"]}
    never = {"desk": "no-such-desk", "reference": "ZZZZ-ZZZZ", "exhibit": uuid.uuid4(), "number": 7}
    never |= {"copy": uuid.uuid4(), "file": uuid.uuid4()}
    never |= {"seat": uuid.uuid4(), "invitation": uuid.uuid4(), "member": 99999, "index": 99999}

    for name, way in ways("outsider", 404):
        addresses = world.address(name, **theirs), world.address(name, **never)
        bodies = {same_for_all(asked(browser, way, address), address) for address in addresses}
        assert len(bodies) == 1, name


@pytest.mark.parametrize("name", ["review:original", "review:copy", "review:exhibit", "review:cover"])
def test_a_file_of_another_incident_is_not_there(world, name):
    lead = world.browser("lead")
    without_files = deposit(world.desk, ANSWERS, folder=world.folder)

    assert asked(lead, "get", world.address(name, reference=without_files["reference"])).status_code == 404


@pytest.mark.parametrize("player", ["call_taker", "reviewer"])
def test_who_may_not_is_told_why_and_what_to_do(world, player):
    browser = world.browser(player)

    for name, way in ways(player, 403):
        page = asked(browser, way, world.address(name)).content.decode()
        assert "You cannot do this here" in page
        assert re.search(r'<p class="note">[A-Z][^<]+\.</p>', page)
        assert "ask the lead of your desk" in page
