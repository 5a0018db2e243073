"""A desk, a witness who filed there, and their page's script."""

from __future__ import annotations

import pytest

from tests.factories import make_desk
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
