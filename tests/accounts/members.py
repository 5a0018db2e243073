"""Members in a browser."""

from __future__ import annotations

import re
from dataclasses import replace

from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from accounts import seating
from accounts.models import Desk
from tests.factories import Unlocked


def sign_in(desk, words=None, **headers):
    client = Client(**headers)
    answer = client.post("/member/sign-in/", {"login": desk.email, "password": words or desk.words})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return client


def kit_in(printed):
    """Return the newest kit's key, as it stands on the paper."""
    return re.findall(r"AGE-SECRET-KEY-1[A-Z0-9]+", printed)[-1]


def words_in(printed):
    return re.search(r"five words: ([a-z]+(?: [a-z]+){4})\n", printed)[1]


def seat(desk, role, email):
    """Seat one more member at a desk, and return what `sign_in` takes."""
    member, words = seating.new_member(email)
    with transaction.atomic():
        seating.seat(Desk.objects.get(slug=desk.slug), Unlocked(desk).desk(desk.slug), member, role=role, at=now())
    return replace(desk, email=email, words=words)
