"""What a desk gets out at the other end: each file by its name, with its hash."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from incidents.models import Incident
from incidents.vault import loose, openings
from tests.factories import MadeDesk, Unlocked


def files_of(slug, words, email="lead@example.org"):
    """Open the one incident as a desk's lead, let every file be checked, and read each to its end."""
    member = Unlocked(MadeDesk(slug, words, "", email))
    reference = Incident.objects.get().reference

    def opened_now():
        return openings.incident(reference, slug=slug, using=member, at=timezone.now())

    opened = opened_now()
    while opened.unchecked:
        left = loose.check(opened, at=timezone.now(), seconds=60)
        assert not any(file.is_damaged for file in left)
        opened = opened_now()
    found = {}
    for exhibit in opened.exhibits:
        whole = hashlib.sha256()
        for chunk in opened.reader(exhibit).chunks():
            whole.update(chunk)
        assert exhibit.file_name not in found
        found[exhibit.file_name] = whole.hexdigest()
    return found
