"""A desk, its lead, and a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest

from accounts.management.commands import create_desk
from tests.accounts.members import sign_in
from tests.factories import deposit, make_desk

ANSWERS = {"language": "en", "sections": {"story": [{"answers": {"text": {"value": "They took the back door."}}}]}}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def made(desk, site):
    return deposit(desk, ANSWERS, folder=site)


@pytest.fixture
def lead(desk):
    """The desk's lead in a browser, signed in."""
    return sign_in(desk)


@pytest.fixture
def terminal(monkeypatch):
    """A terminal: what is printed, and hands that type from what they read there."""

    class Terminal(StringIO):
        def will_type(self, *typed: str | Callable[[str], str]) -> None:
            answers = iter(typed)

            def type_next(_prompt: str) -> str:
                answer = next(answers)
                return answer(self.getvalue()) if callable(answer) else answer

            monkeypatch.setattr(create_desk, "getpass", type_next)

    return Terminal()
