"""A desk with an incident, its lead and an auditor."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from tests.accounts.members import sign_in, words_in
from tests.factories import deposit, make_desk

ANSWERS = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "A white van."}}}]}}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def made(desk, site):
    return deposit(desk, ANSWERS, folder=site)


@pytest.fixture
def lead(desk):
    return sign_in(desk)


@pytest.fixture
def auditor(desk):
    """An auditor in a browser, signed in."""
    out = StringIO()
    call_command("seat_auditor", "auditor@example.org", stdout=out)
    return sign_in(replace(desk, email="auditor@example.org", words=words_in(out.getvalue())))
