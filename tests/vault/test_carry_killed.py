"""A carrying over whose process is killed in the middle: the next one goes on, and all was readable meanwhile."""

from __future__ import annotations

import json
import os
import signal

import pytest

GRANTS = 3000  # so many that it is under way for a while
FILL = """
import json, os
from django.utils.timezone import now
from accounts import queries, rotation
from accounts.unlock import WordsGiven
from incidents.models import Grant, Incident
from sealing import wraps
from sealing.keys import Secret
said = json.loads(os.environ["SAID"])
desk, secret = queries.receiving(said["slug"]), Secret.new()
rows = [
    Incident(reference=f"{n:08d}", recipient=secret.recipient, received_on=now().date(), keyring=b"")
    for n in range(said["grants"])
]
Incident.objects.bulk_create(rows)
wrapped = wraps.wrap(secret, desk.recipient)
Grant.objects.bulk_create(Grant(incident=row, desk_id=desk.id, wrapped=wrapped) for row in rows)
rotation.rotate(WordsGiven.by(said["email"], said["words"]).desk(said["slug"]), at=now())
"""
LOOK = """
import json, os
from django.utils.timezone import now
from accounts.unlock import WordsGiven
from incidents.models import Grant
from incidents.vault import grants, openings
said = json.loads(os.environ["SAID"])
using = WordsGiven.by(said["email"], said["words"])
desk = using.desk(said["slug"])
held = Grant.objects.filter(desk_id=desk.id).select_related("incident")
opened = sum(grants.by_desk(one.incident, desk, on=now().date()) is not None for one in held)
report = openings.incident(said["reference"], slug=said["slug"], using=using, at=now()).reference
print(json.dumps({"opened": opened, "behind": held.filter(generation=1).count(), "report": report}))
"""


@pytest.fixture
def said(own_site, tmp_path):
    desk = own_site.found_desk(tmp_path)
    return {**desk, **own_site.deposit(desk, tmp_path), "grants": GRANTS}


def looked(own_site, said):
    printed = own_site.manage("shell", "--no-imports", "-c", LOOK, SAID=json.dumps(said))
    return json.loads(printed.splitlines()[-1])


def test_a_killed_one_is_gone_on_with_and_all_is_readable_at_every_step(own_site, said):
    own_site.manage("shell", "--no-imports", "-c", FILL, SAID=json.dumps(said))
    carry = ("manage.py", "carry", "--desk", said["slug"], "--email", said["email"])

    with own_site.start(*carry, TESTIGO_WORDS=said["words"]) as killed:
        assert "carried over" in killed.stdout.read(len("\r500 carried over"))
        os.kill(killed.pid, signal.SIGKILL)
    between = looked(own_site, said)
    own_site.manage(*carry[1:], TESTIGO_WORDS=said["words"])
    after = looked(own_site, said)

    assert 0 < between["behind"] < GRANTS + 1
    assert between["opened"] == after["opened"] == GRANTS + 1
    assert between["report"] == after["report"] == said["reference"]
    assert after["behind"] == 0
    own_site.manage("verify_ledger")
