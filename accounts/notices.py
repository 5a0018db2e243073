"""The fixed texts that may be mailed: they name no person, desk, day, number or matter."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)


class Notice(StrEnum):
    """What may be mailed. Two texts say that something waits; a code is never in a mail, it is said on the phone."""

    REPORTER = "reporter"
    MEMBER = "member"
    INVITATION = "invitation"
    RESET = "reset"


SUBJECT = _("Something waits for you")
TEXTS: dict[Notice, Promise] = {
    Notice.REPORTER: _("Something waits for you. Open this site, choose “I have my words”, and write your words."),
    Notice.MEMBER: _("Something waits for you. Open this site and sign in."),
    Notice.INVITATION: _("You are asked to join. You get a code on the phone. Then open this site at the page “join”."),
    Notice.RESET: _(
        "You can get new words. You get a code on the phone. Then open this site at the page “join”. "
        "If you did not ask for it, call your group."
    ),
}
PAGES = {Notice.REPORTER: "back/", Notice.MEMBER: "desk/", Notice.INVITATION: "join/", Notice.RESET: "join/"}


def is_set() -> bool:
    """Tell whether this site mails at all: it does once a sender is named."""
    return bool(settings.DEFAULT_FROM_EMAIL) and settings.DEFAULT_FROM_EMAIL != "webmaster@localhost"


class Unsent(Exception):
    """The mail server is away, or did not take it; it is logged by its class alone."""


class Post:
    """A mail server that answers."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def send(self, kind: Notice, *, to: str, language: str = "en") -> None:
        """Mail one fixed text.

        Args:
            language: a code; English where the texts are in no such language.

        Raises:
            Unsent: nothing left.
        """
        with translation.override(language if language in dict(settings.LANGUAGES) else "en"):
            body = f"{TEXTS[kind]}\n\nhttps://{settings.ALLOWED_HOSTS[0]}/{PAGES[kind]}\n"
            mail = EmailMessage(str(SUBJECT), body, to=[to], headers={"Auto-Submitted": "auto-generated"})
        with _failing_quietly():
            if self._connection.send_messages([mail]) != 1:
                raise Unsent


@contextmanager
def post() -> Iterator[Post]:
    """Reach the mail server, so that who has more to do first knows that it answers.

    Raises:
        Unsent: it does not.
    """
    connection = get_connection()
    with _failing_quietly():
        connection.open()
    try:
        yield Post(connection)
    finally:
        connection.close()


def send(kind: Notice, *, to: str, language: str = "en") -> bool:
    """Mail one fixed text, and tell whether the mail server took it. A mail that fails is logged by its class alone."""
    try:
        with post() as server:
            server.send(kind, to=to, language=language)
    except Unsent:
        return False
    return True


@contextmanager
def _failing_quietly() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # the server is away, or it is no address
        log.warning("A notice could not be mailed.", exc_info=error)
        raise Unsent from None
