"""Members in a browser."""

from __future__ import annotations

import re
from dataclasses import replace

from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from accounts import pins, seating
from accounts.models import Desk
from tests.factories import Unlocked
from tests.spare_code import spare_code


def sign_in(desk, words=None, **headers):
    """Return a browser that signed in by words and second step."""
    client = Client(**headers)
    answer = let_in(client, desk, words)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return client


def let_in(client, desk, words=None):
    """Sign a browser in, and return the last answer."""
    code = spare_code(desk.email)
    answer = client.post("/member/sign-in/", {"login": desk.email, "password": words or desk.words})
    if answer.status_code != 302:
        return answer
    return client.post("/member/second-step/give/", {"code": code})


def kit_in(printed):
    """Return the newest kit's key, as it stands on the paper."""
    return re.findall(r"AGE-SECRET-KEY-1[A-Z0-9]+", printed)[-1]


def words_in(printed):
    return re.search(r"five words: ([a-z]+(?: [a-z]+){4})\n", printed)[1]


def pin(desk_id, recipient, *, verified_on=None):
    """Pin a key for a desk as it is called now."""
    pins.pin(desk_id, recipient, called=Desk.objects.get(pk=desk_id).called, verified_on=verified_on)


def seat(desk, role, email):
    """Seat one more member at a desk, and return what `sign_in` takes."""
    member, words = seating.new_member(email)
    with transaction.atomic():
        seating.seat(Desk.objects.get(slug=desk.slug), Unlocked(desk).desk(desk.slug), member, role=role, at=now())
    return replace(desk, email=email, words=words)
