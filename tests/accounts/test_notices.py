"""What may be mailed is fixed to the byte, and a mail server that is away stops nothing."""

from __future__ import annotations

import json
import logging

import pytest
from django.core import mail

from accounts import notices
from accounts.notices import Notice
from config.logs import QuietFormatter

SUBJECT = "Something waits for you"
BODIES = {
    Notice.REPORTER: (
        "Something waits for you. Open this site, choose “I have my words”, and write your words.\n\n"
        "https://testserver/back/\n"
    ),
    Notice.MEMBER: ("Something waits for you. Open this site and sign in.\n\nhttps://testserver/desk/\n"),
    Notice.INVITATION: (
        "You are asked to join. You get a code on the phone. Then open this site at the page “join”.\n\n"
        "https://testserver/join/\n"
    ),
    Notice.RESET: (
        "You can get new words. You get a code on the phone. Then open this site at the page “join”. "
        "If you did not ask for it, call your group.\n\nhttps://testserver/join/\n"
    ),
}


@pytest.mark.parametrize("kind", Notice)
def test_each_mail_is_the_same_bytes_whoever_gets_it(kind):
    for to in ("first@example.org", "second@example.net"):
        assert notices.send(kind, to=to)

    assert [(sent.subject, sent.body) for sent in mail.outbox] == [(SUBJECT, BODIES[kind])] * 2
    assert [sent.to for sent in mail.outbox] == [["first@example.org"], ["second@example.net"]]
    assert not any(sent.cc or sent.bcc or sent.attachments for sent in mail.outbox)


def test_every_kind_of_mail_is_written_down_here():
    assert set(BODIES) == set(Notice)


@pytest.mark.parametrize("to", ["nobody@example.org", "two@example.org\nBcc: all@example.org", "\ud800@example.org"])
def test_a_mail_that_cannot_be_sent_is_logged_by_its_class_alone_and_raises_nothing(to, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there

    assert not notices.send(Notice.REPORTER, to=to)

    [record] = [record for record in caplog.records if record.name == "accounts.notices"]
    line = QuietFormatter().format(record)
    assert record.levelno == logging.WARNING
    assert json.loads(line)["what"] == "A notice could not be mailed."
    assert json.loads(line)["error"]
    assert "example" not in line


def test_a_site_mails_once_a_sender_is_named(settings):
    assert not notices.is_set()

    settings.DEFAULT_FROM_EMAIL = "site@example.org"

    assert notices.is_set()
