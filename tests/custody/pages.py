"""Read the ledger's pages, and do to the log what somebody with its file could."""

from __future__ import annotations

import base64
import hashlib
import re

from django.db import connection

from incidents.models import Event, Log

STOP = "Stop: the ledger does not fit the head that you kept"
FITS = "The ledger still begins with the head that you keep."


def text(response):
    """Return what a page says, with one blank where there was any."""
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def numbers(response):
    """Return the numbers of the lines on a page, each a link to its proof."""
    return [int(number) for number in re.findall(r'/ledger/(\d+)/proof/"', response.content.decode())]


def rewrite(index):
    """Change one event in the database, as somebody with its file could."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER event_never_changes")
    row = Event.objects.filter(index=index)
    entry = bytes(row.get().entry)
    row.update(entry=entry[:5] + bytes([entry[5] ^ 1]) + entry[6:])


def cut_off(*, keep):
    """Put an old copy of the log back."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER event_never_goes")
    Event.objects.filter(index__gte=keep).delete()
    Log.objects.update(size=keep)


def head_in(note):
    """Return size and root of a checkpoint, as its lines say them."""
    _origin, size, root, *_ = note.split("\n")
    return int(size), base64.b64decode(root)


def unpacked(texts):
    return [base64.b64decode(text) for text in texts]


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_by_inclusion(leaf, index, size, path):
    number, last, found = index, size - 1, leaf
    for step in path:
        assert last > 0
        if number % 2 or number == last:
            found = node(step, found)
            while number % 2 == 0 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node(found, step)
        number, last = number >> 1, last >> 1
    assert last == 0
    return found
