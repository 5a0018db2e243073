"""A re-key whose process is killed in the middle of it: the next one goes on, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest

WORK = """
import django; django.setup()
import hashlib, json, sys
from django.utils.timezone import now
from incidents.vault import openings, rekey
from accounts.unlock import WordsGiven
said = json.loads(sys.argv[1])
using = WordsGiven.by(said["email"], said["words"])
opened = lambda: openings.incident(said["reference"], slug=said["slug"], using=using, at=now())
if sys.argv[2] == "re-key":
    rekey.go_on(opened(), at=now(), seconds=float("inf"))
held, under_way = opened(), rekey.under_way(opened())
bytes_ = [hashlib.sha256(held.reader(one).read()).hexdigest() for one in held.exhibits]
print(json.dumps({"sha256": bytes_, "parts": under_way and under_way.done_bytes, "events": len(held.custody())}))
"""


def sha256_of(path):
    return subprocess.run(["sha256sum", path], check=True, capture_output=True, text=True).stdout.split()[0]


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(os.urandom(80 << 20))
    return path


@pytest.fixture
def said(own_site, clip, tmp_path):
    """What opens an incident with that clip, for the process that works on it."""
    desk = own_site.found_desk(tmp_path)
    return json.dumps({**desk, **own_site.deposit(desk, tmp_path, clip)})


def test_a_killed_one_is_gone_on_with(own_site, said, clip):
    before = own_site.objects()

    killed = own_site.start("-c", WORK, said, "re-key")
    while not own_site.objects() - before:
        assert killed.poll() is None
        time.sleep(0.001)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    between = json.loads(own_site.start("-c", WORK, said, "look").communicate()[0])
    here = own_site.objects()
    after = json.loads(own_site.start("-c", WORK, said, "re-key").communicate()[0])

    assert killed.returncode == -signal.SIGKILL
    assert before < here  # it was under way, and nothing of the old was taken
    assert between["sha256"] == after["sha256"] == [sha256_of(clip)]
    assert between["parts"] is not None
    assert after["parts"] is None
    assert len(own_site.objects() - here) > 0
    assert not own_site.objects() & before
    own_site.manage("verify_ledger")
