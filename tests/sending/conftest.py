"""A desk, a witness who filed there, and their page's script."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from incidents.models import Incident
from incidents.vault import openings
from tests.factories import Unlocked, make_desk
from tests.sending.sender import Script, filed


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def witness(desk):
    return filed(desk)


@pytest.fixture
def script(witness):
    return Script.of(witness)


@pytest.fixture
def read(desk):
    """Open the one incident as its desk does; its words are stretched once a test."""
    using = Unlocked(desk)

    def opened():
        return openings.incident(Incident.objects.get().reference, slug=desk.slug, using=using, at=now())

    return opened


@pytest.fixture
def where(desk, script):
    """Where the one incident stands at its desk."""
    row = Incident.objects.get(pk=script.page["incident"])
    return f"/desk/{desk.slug}/{row.reference}/"
