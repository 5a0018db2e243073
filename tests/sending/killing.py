"""A site of its own whose workers are killed at random moments of an upload; bench/kills.py does it more often."""

from __future__ import annotations

import http.client
import json
import os
import random  # noqa: TID251 # moments and filler, no secrets
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from sealing import files
from tests.factories import PAGE
from tests.sending.sender import Script, told
from tests.vault.own_site import Site

READY_SECONDS = 120
# What a worker would load with its first request is loaded before: it is killed at its work, not at its start.
LOADED = """
def when_ready(_server):
    from django.urls import get_resolver
    get_resolver().url_patterns
"""


class Server:
    """gunicorn with one worker: killed, its master starts another at once."""

    def __init__(self, site, folder):
        self.site, self.socket = site, folder / "socket"
        loaded = folder / "loaded.py"
        loaded.write_text(LOADED)
        self.running = subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", "-m", "gunicorn", "config.wsgi", "--preload", "--workers", "1"),
                *("--threads", "4", "--worker-class", "gthread", "--log-level", "critical"),
                *("--bind", f"unix:{self.socket}", "--config", str(loaded)),
            ],
            cwd=Path(__file__).parents[2],
            env={**site.env, "TESTIGO_INCIDENT_LIMIT_FILES": "1000"},
        )

    def worker(self):
        """Return the process that works, or None while there is none."""
        children = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children")
        pids = children.read_text().split() if children.exists() else []
        return int(pids[0]) if pids else None

    def kill(self):
        """Kill what works, in the middle of what it does; tell whether anything did."""
        if (pid := self.worker()) is None:
            return False
        os.kill(pid, signal.SIGKILL)
        return True

    def stop(self):
        self.running.terminate()
        self.running.wait()

    def ask(self, method, url, body=None, headers=None):
        """Return status, headers and body.

        Raises:
            OSError, HTTPException: the line broke.
        """
        line = _Line(self.socket)
        try:
            line.request(method, url, body, headers or {})
            response = line.getresponse()
            return response.status, response.headers, response.read()
        finally:
            line.close()

    def until_up(self):
        ends = time.monotonic() + READY_SECONDS
        while True:
            try:
                if self.ask("GET", "/", headers={"Host": "127.0.0.1"})[0] == 200:
                    return
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < ends
            time.sleep(0.05)


class _Line(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("127.0.0.1", timeout=30)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


class Phone:
    """Files a report, and sends on whatever breaks."""

    def __init__(self, server, desk):
        self.server, self.cookies = server, {}
        self.page("GET", f"/to/{desk['slug']}/{desk['fingerprint']}/")
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', self.page("GET", "/report/"))[1]
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.page("POST", "/report/", urlencode({"csrfmiddlewaretoken": token, "place-town": "Cicero"}), **form)
        self.script = Script(told(self.page("GET", "/report/files/")), ask=self.insist)

    def page(self, method, url, body=None, **headers):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        said = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https", "Cookie": cookies, **headers}
        said["Referer"] = "https://127.0.0.1/"
        status, answered, page = self.server.ask(method, url, body, said)
        assert status in {200, 302}, status
        for cookie in answered.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return page.decode()

    def insist(self, method, url, body, headers):
        """Ask until there is an answer, as the page's script does."""
        ends, last = time.monotonic() + READY_SECONDS, ""
        while time.monotonic() < ends:
            try:
                status, _headers, said = self.server.ask(method, url, body, {"Host": "127.0.0.1", **headers})
            except (OSError, http.client.HTTPException) as broke:
                last = repr(broke)
                time.sleep(0.02)
                continue
            if status < 500:
                return status, said
            last = f"{status} {said[:200]!r}"
            time.sleep(0.02)
        raise TimeoutError(last)


def send_while_killed(server, phone, *, kills, part_bytes, parts, seed):
    """Send files one after the other while the worker is killed at random moments; return them with their names."""
    draw = random.Random(seed)  # noqa: S311 # the same
    over, sent, counted = threading.Event(), [], []

    def kill():
        killed, ends = 0, time.monotonic() + READY_SECONDS + kills
        while killed < kills and time.monotonic() < ends:
            time.sleep(draw.uniform(0.01, 0.4))
            killed += server.kill()
        over.set()
        counted.append(killed)

    killer = threading.Thread(target=kill)
    killer.start()
    while not over.is_set():
        sent.append(_send(phone.script, part_bytes=part_bytes, parts=parts, draw=draw))
    killer.join()
    assert counted == [kills]
    server.until_up()
    sent.append(_send(phone.script, part_bytes=part_bytes, parts=parts, draw=draw))
    return sent


def _send(script, *, part_bytes, parts, draw):
    """Send a file in any order; after a kill each part is sealed anew, so what is held is taken from the answer."""
    file = script.file(draw.randbytes(part_bytes * parts), part_bytes=part_bytes)
    beginning = file.beginning
    assert script.ask("PUT", file.id, body=beginning, **{"Testigo-Parts": str(parts)})[0] in {200, 201}
    held = {}
    for number in draw.sample(range(1, parts + 1), parts):
        part = files.seal_part(file.data[(number - 1) * part_bytes : number * part_bytes], script.to)
        status, said = script.part(file, number, part.sealed)
        assert status in {200, 201, 409}, (status, said)
        lies = (said["sha256"], said["bytes"]) if status == 409 else (part.sealed_sha256, part.sealed_bytes)
        held[number] = [part.plain_sha256, lies[0], part.plain_bytes, lies[1]]
    manifest = file.manifest(parts=[held[number] for number in range(1, parts + 1)])
    assert script.finish(file, manifest) == (200, {"state": "finished"})
    return file


READ = """
import django; django.setup()
import hashlib, io, json, sys
from django.core.management import call_command
from django.utils.timezone import now
from accounts.unlock import WordsGiven
from incidents.models import Incident
from incidents.vault import loose, openings, promised, removals
said = json.loads(sys.argv[1])
using = WordsGiven.by(said["email"], said["words"])
opened = lambda: openings.incident(Incident.objects.get().reference, slug=said["slug"], using=using, at=now())
loose.check(opened(), at=now(), seconds=600)
held, audit = opened(), io.StringIO()
call_command("audit", stdout=audit)
call_command("verify_ledger", stdout=audit)
print(json.dumps({
    "files": {str(one.id): hashlib.sha256(held.reader(one).read()).hexdigest() for one in held.exhibits},
    "unchecked": len(held.unchecked), "named": sorted(removals.named()),
    "audit": audit.getvalue(),
}))
"""


FOUND = """
import django; django.setup()
import io, json, sys
from pathlib import Path
from django.core.management import call_command
from accounts.queries import receiving
for database in ("default", "transient"):
    call_command("migrate", database=database, verbosity=0)
call_command("createcachetable", database="transient")
out = io.StringIO()
call_command("create_desk", "Northside Legal", lead="lead@example.org", page=Path(sys.argv[1]), json=True, stdout=out)
said = json.loads(out.getvalue())
print(json.dumps({**said, "email": "lead@example.org", "fingerprint": receiving(said["slug"]).fingerprint}))
"""


def founded(folder):
    """Return a site of its own with a desk."""
    site = Site(folder / "site")
    site.folder.mkdir()
    page = folder / "page.json"
    page.write_text(json.dumps(PAGE))
    return site, json.loads(site.start("-c", FOUND, str(page)).communicate()[0])


def read(site, desk):
    """Return what the desk finds, by another process; what is damaged, or not as the ledger says, ends that one."""
    return json.loads(site.start("-c", READ, json.dumps(desk)).communicate()[0])
