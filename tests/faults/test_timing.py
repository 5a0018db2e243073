"""How long an answer takes tells nobody who is a member, nor which receipt exists. Processor time, interleaved."""

from __future__ import annotations

import statistics
import time
from itertools import count

import pytest
from django.test import Client

from incidents.vault import grants
from sealing import receipts
from tests.factories import deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERS = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "A white van."}}}]}}
ADDRESSES = (f"203.0.{index // 250}.{index % 250}" for index in count())  # each try comes from elsewhere


def spent(path, posted):
    """Return the processor seconds of one try by somebody new."""
    client = Client(REMOTE_ADDR=next(ADDRESSES))
    begun = time.process_time()
    client.post(path, posted)
    return time.process_time() - begun


def chance(some, others):
    """Return how likely two samples of one kind differ at least this much: Mann-Whitney's U, two-sided, no ties."""
    ranked = sorted([(value, 0) for value in some] + [(value, 1) for value in others])
    ranks = sum(rank for rank, (_, whose) in enumerate(ranked, start=1) if whose == 0)
    n, m = len(some), len(others)
    away = abs(ranks - n * (n + 1) / 2 - n * m / 2) / (n * m * (n + m + 1) / 12) ** 0.5
    return 2 * (1 - statistics.NormalDist().cdf(away))


def test_the_measure_tells_samples_that_differ_from_samples_that_do_not():
    drawn = [statistics.NormalDist(30, 1).inv_cdf((index + 0.5) / 400) for index in range(400)]

    assert chance(drawn[::2], drawn[1::2]) > 0.9
    assert chance(drawn[::2], [value + 0.4 for value in drawn[1::2]]) < 0.01


def test_signing_in_takes_a_member_as_long_as_somebody_unknown(site):
    desk = make_desk(site)

    def tried(email):
        return spent("/member/sign-in/", {"login": email, "password": "one two three four five"})

    tried(desk.email)
    known, unknown = zip(*((tried(desk.email), tried("nobody@example.org")) for _ in range(12)), strict=True)

    assert min(known) > 0.03  # there was a stretch to compare
    assert abs(statistics.median(known) - statistics.median(unknown)) < 0.03


def test_a_receipt_that_fits_takes_as_long_to_look_up_as_one_that_does_not(site):
    words = deposit(make_desk(site), ANSWERS, folder=site)["receipt"]

    def looked_up(typed):
        begun = time.process_time()
        found = grants.by_receipt(typed)
        return time.process_time() - begun, found is not None

    def likeness():
        pairs = [(looked_up(words), looked_up(receipts.draw("en"))) for _ in range(200)]
        assert {(hit, miss) for (_, hit), (_, miss) in pairs} == {(True, False)}
        return chance([hit for (hit, _), _ in pairs], [miss for _, (miss, _) in pairs])

    # Of equal kinds one comparison in a hundred falls under this by chance, two in a row one in ten thousand. That a
    # miss does the same work as a hit is counted in test_receipts.py: the stretch is a hundred times that difference.
    assert likeness() > 0.01 or likeness() > 0.01
