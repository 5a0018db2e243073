"""File many incidents at once by the vault's own functions; runs inside the site, see `desk_list`.

Only one step is left out: a receipt's words are not drawn and stretched, for Argon2 would take minutes and nobody comes
back with them. Every 200 filings the desk's list is brought up to date, as by members who look at it, so that the cards
rest as a desk has them and not as they came in.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from accounts import keyring, queries
from accounts.models import Member
from incidents.checklist.answers import Answers
from incidents.vault import cards, deposits, grants
from sealing.keys import Identity
from sealing.receipts import Receipt

TOWNS = {"IL": "Cicero", "WI": "Racine", "IN": "Gary", "MN": "Saint Paul"}
TYPES = ("home_arrest", "street_stop", "car_stop", "work_raid")
AGENCIES = ("ice_ero", "ice_hsi", "border_patrol", "customs")
HEADERS = ("homeland_security", "us_district_court", "state_or_local_court")


def fill(slug: str, *, email: str, words: str, count: int) -> None:
    """File `count` incidents at a desk, as its lead sees them."""
    member = Member.objects.get(email=email)
    assert member.check_password(words)
    seat = queries.seat_at(member, slug=slug)
    receiver = queries.receiving(slug)
    assert seat is not None
    assert receiver is not None
    desk = keyring.open_desk(seat, keyring.open_member(member))
    grants.draw_receipt = _unstretched
    for begin in range(0, count, cards.CONVERT_AT_ONCE):
        with transaction.atomic():
            for number in range(begin, min(count, begin + cards.CONVERT_AT_ONCE)):
                answers = Answers.checked(_document(number))
                now = timezone.now()
                deposits.deposit(deposits.begin(), answers, desks=[receiver], receipt="en", files=[], at=now)
        index = cards.index_of(desk, facts=frozenset())
    shown = index.page({}, number=1)
    size = len(cards.rows.plain(shown.rows[0].card))
    print(f"{shown.total} cards at {slug}, the first of {size} bytes of JSON")


def _unstretched(_language: str) -> grants.NewReceipt:
    """Stand in for the stretch of new words: whom the grant is for does not change what a desk sees."""
    return grants.NewReceipt("", Receipt(handle=secrets.token_bytes(16), identity=Identity.new()))


def _document(number: int) -> dict[str, object]:
    """Return a well-filled Report that differs from its neighbours in place, people and numbers."""
    state, town = list(TOWNS.items())[number % len(TOWNS)]
    agents = [
        _entry(
            agency_seen=[AGENCIES[(number + n) % len(AGENCIES)]],
            vest_text=f"POLICE {number % 90}",
            badge={"seen": f"{4000 + (number + n) % 977}", "reading": "full"},
            name=f"Agent {number % 311} {n}",
            face="mask_or_neck_gaiter",
        )
        for n in range(2)
    ]
    event = _entry(
        place={"state": state, "town": town},
        place_type="home_doorway",
        started={"day": f"2026-{1 + number % 10:02}-{1 + number % 28:02}", "time": "06:40"},
        event_type=[TYPES[number % len(TYPES)]],
        outcome=["taken_away", "hurt"],
        taken_count={"n": 1 + number % 4, "about": False},
        children_there={"n": number % 3, "about": True},
        operation_name=f"Operation {number % 17}",
    )
    paper = _entry(shown="read_it", header=HEADERS[number % 3], signed_by="immigration_officer")
    return {
        "language": "es" if number % 2 else "en",
        "form": "full",
        "sections": {
            "event": [event],
            "agents": agents,
            "vehicles": [_entry(plate={"seen": f"AB{1000 + number % 7919}", "reading": "full"}, plate_state=state)],
            "papers": [paper],
            "entry": [_entry(entered="yes", how=["door_opened_then_pushed"], who_agreed="nobody")],
            "force": [_entry(kind=["grab_or_push", "takedown"])],
            "harm": [_entry(kind=["pain", "injury"])],
            "reporter": [_entry(role="eyewitness")],
            "permission": [_entry(purpose="seek_legal_help", notify="yes", tell_me="yes")],
            "story": [_entry(text="They waited by the door and went in when it was opened. " * 8)],
        },
    }


def _entry(**answers: object) -> dict[str, object]:
    return {"answers": {key: {"value": value} for key, value in answers.items()}}
