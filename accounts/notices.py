"""The fixed texts that may be mailed: they name no person, desk, day, number or matter."""

from __future__ import annotations

import logging
from enum import StrEnum

from django.conf import settings
from django.core.mail import EmailMessage
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


def send(kind: Notice, *, to: str, language: str = "en") -> bool:
    """Mail one fixed text, and tell whether the mail server took it. A mail that fails is logged by its class alone."""
    with translation.override(language):
        body = f"{TEXTS[kind]}\n\nhttps://{settings.ALLOWED_HOSTS[0]}/{PAGES[kind]}\n"
        mail = EmailMessage(str(SUBJECT), body, to=[to], headers={"Auto-Submitted": "auto-generated"})
    try:
        return mail.send() == 1
    except (OSError, ValueError) as error:  # the server is away, or it is no address
        log.warning("A notice could not be mailed.", exc_info=error)
        return False
