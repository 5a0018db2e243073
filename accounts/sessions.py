"""A member's open sessions: the day each began and a name they gave it; no address, device or moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Member

BEGAN, NAME = "began_on", "session_name"
NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One session, named on pages by a stand-in for its key."""

    id: str
    began_on: str
    name: str
    own: bool


def begin(session: SessionBase) -> None:
    """Write the day on which a session began."""
    session.setdefault(BEGAN, timezone.now().date().isoformat())


def name(session: SessionBase, text: str) -> None:
    """Give a session a name."""
    session[NAME] = text.strip()[:NAME_LENGTH]


def of(member: Member, *, own: SessionBase) -> Sequence[OpenSession]:
    """Return a member's open sessions, their own first."""
    found = [
        OpenSession(
            id=_stand_in(row.session_key),
            began_on=str(said.get(BEGAN, "")),
            name=str(said.get(NAME, "")),
            own=row.session_key == own.session_key,
        )
        for row, said in _rows(member)
    ]
    return sorted(found, key=lambda one: (not one.own, one.began_on, one.id))


def end(member: Member, *, own: SessionBase, only: str = "") -> int:
    """End a member's other sessions, or one of them, and return how many."""
    ending = [
        row
        for row, _said in _rows(member)
        if row.session_key != own.session_key and only in {"", _stand_in(row.session_key)}
    ]
    return Session.objects.filter(pk__in=[row.pk for row in ending]).delete()[0]


def end_all(member: Member) -> int:
    """End every session of a member: their seat went, or their words."""
    return Session.objects.filter(pk__in=[row.pk for row, _said in _rows(member)]).delete()[0]


def _rows(member: Member) -> Iterator[tuple[Session, dict[str, object]]]:
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        said = row.get_decoded()
        if said.get(SESSION_KEY) == str(member.pk):
            yield row, said


def _stand_in(key: str) -> str:
    return salted_hmac("testigo/session", key, algorithm="sha256").hexdigest()[:32]
