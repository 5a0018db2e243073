"""A member's open sessions: the day each began and a name they gave it; no address, device or moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import user_pk_to_url_str
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


def begin(session: SessionBase, *, on: date) -> None:
    """Write the day on which a member signed in."""
    session[BEGAN] = on.isoformat()


def call(session: SessionBase, name: str) -> None:
    """Give a session a name; an empty one takes it away."""
    session[NAME] = name.strip()[:NAME_LENGTH]


def of(member: Member, *, own: str | None) -> Sequence[OpenSession]:
    """Return a member's open sessions, the one of this key first."""
    found = [
        OpenSession(_stand_in(key), str(said.get(BEGAN, "")), str(said.get(NAME, "")), own=key == own)
        for key, said in _held(member)
        if SESSION_KEY in said
    ]
    return sorted(found, key=lambda one: (not one.own, one.began_on, one.id))


def end(member: Member, *, stand_in: str) -> int:
    """End one session of a member, and return how many that was."""
    return _end(key for key, _said in _held(member) if _stand_in(key) == stand_in)


def end_all(member: Member, *, but: str | None = None) -> int:
    """End every session of a member but the one of this key, those between words and second step too."""
    return _end(key for key, _said in _held(member) if key != but)


def _end(keys: Iterator[str]) -> int:
    return Session.objects.filter(pk__in=list(keys)).delete()[0]


def _held(member: Member) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Walk over all sessions: whose one is lies inside it, and not in a column."""
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        said = row.get_decoded()
        pending = said.get(LOGIN_SESSION_KEY) or {}
        if said.get(SESSION_KEY) == str(member.pk) or pending.get("user_pk") == user_pk_to_url_str(member):
            yield row.session_key, said


def _stand_in(key: str) -> str:
    return salted_hmac("testigo/session", key, algorithm="sha256").hexdigest()[:32]
