"""A process that is killed while it makes copies leaves each copy whole, or nothing of it."""

from __future__ import annotations

import json
import os

from tests.review.looking import photo

KILLS = int(os.environ.get("TESTIGO_KILLS", "20"))
WORK = """
import django; django.setup()
import json, os, random, signal, sys, time
from datetime import timedelta
from django.db import connections
from django.utils.timezone import now
from accounts.unlock import WordsGiven
from incidents.media.recipes import Recipe
from incidents.models import Exhibit, Part
from incidents.vault import derivatives, exhibits, openings, removals
said, kills = json.loads(sys.argv[1]), int(sys.argv[2])
using = WordsGiven.by(said["email"], said["words"])
opened = openings.incident(said["reference"], slug=said["slug"], using=using, at=now())
drawn = random.Random(4)

def make(number):
    making = derivatives.Making(opened, opened.exhibits[0], Recipe.CLEAN, {"n": number}, now(), part_bytes=4000)
    making.run()
    making.finish()

began = time.monotonic()
make(-1)
usual = time.monotonic() - began
for number in range(kills):
    connections.close_all()
    child = os.fork()
    if not child:
        make(number)
        os._exit(0)
    time.sleep(drawn.uniform(0, 1.2 * usual))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
again = openings.incident(said["reference"], slug=said["slug"], using=using, at=now())
runs = {}
for copy in again.copies:
    again.reader(copy).read()
    runs.setdefault(copy.manifest["parameters"]["n"], []).append(copy.manifest["output"]["name"])
swept = removals.sweep(at=now() + timedelta(days=2))
print(json.dumps({"runs": runs, "swept": swept.objects, "exhibits": len(again.exhibits)}))
"""


def test_what_a_kill_cuts_off_is_not_there_and_what_is_there_is_whole(own_site, tmp_path):
    desk = own_site.found_desk(tmp_path)
    (tmp_path / "photo.jpg").write_bytes(photo((1600, 1200)))
    made = own_site.deposit(desk, tmp_path, tmp_path / "photo.jpg")

    told = json.loads(own_site.start("-c", WORK, json.dumps({**desk, **made}), str(KILLS)).communicate()[0])

    assert all(names == ["clean", "thumb"] for names in told["runs"].values())
    assert "-1" in told["runs"]
    assert told["exhibits"] == 1
    own_site.manage("verify_ledger")
    assert "Each is what was stored." in own_site.manage("audit")
