"""Give a desk with many incidents a new key, and carry all grants over at the terminal; the first run is killed.

The grants are rows of this script's own making: one incident's wrap, repeated, for filing 100,000 takes an hour, and
opening a wrap costs the same whichever it is.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time

from testbed import ROOT, Figures, Founded, Site, asked, empty_site

AIM_CPU_SECONDS = 60
FILL = """
import uuid
from django.utils import timezone
from accounts import queries, rotation
from accounts.unlock import WordsGiven
from incidents.models import Grant, Incident
from sealing import wraps
from sealing.keys import Secret

desk = queries.receiving({slug!r})
secret = Secret.new()
wrapped = wraps.wrap(secret, desk.recipient)
today = timezone.now().date()
for begin in range(0, {count}, 5000):
    rows = [
        Incident(reference=f"{{n:08d}}", recipient=secret.recipient, received_on=today, keyring=b"")
        for n in range(begin, min({count}, begin + 5000))
    ]
    Incident.objects.bulk_create(rows)
    Grant.objects.bulk_create(Grant(incident=row, desk_id=desk.id, wrapped=wrapped) for row in rows)
rotation.rotate(WordsGiven.by({email!r}, {words!r}).desk({slug!r}), at=timezone.now())
"""
LEFT = """
from incidents.models import Grant
print(Grant.objects.filter(desk__isnull=False, generation=1).count())
"""


def main() -> int:
    """Fill, kill, resume, measure, and return the exit code."""
    parser = asked(__doc__)
    parser.add_argument("--grants", type=int, default=100_000, help="of the desk (100000)")
    given = parser.parse_args()
    figures = Figures(aims=not given.no_aims)
    with empty_site() as site:
        desk = site.found_desk()
        site.manage("shell", "--no-imports", "-c", FILL.format(**_of(desk), count=given.grants))
        killed = _carried(site, desk, kill_after_seconds=5)
        left = int(site.manage("shell", "--no-imports", "-c", LEFT))
        resumed = _carried(site, desk)
        after = int(site.manage("shell", "--no-imports", "-c", LEFT))
    figures.show("carrying all over: processor time of both runs", killed + resumed, "s", at_most=AIM_CPU_SECONDS)
    figures.show("  left when the first run was killed", left, "grants")
    figures.show("  left at the end", after, "grants", at_most=0)
    return figures.exit_code


def _of(desk: Founded) -> dict[str, str]:
    return {"slug": desk.slug, "email": desk.email, "words": desk.words}


def _carried(site: Site, desk: Founded, *, kill_after_seconds: float | None = None) -> float:
    """Run the command, to its end or to kill -9; return the processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [sys.executable, "manage.py", "carry", "--desk", desk.slug, "--email", desk.email]
    environment = {**site.env, "TESTIGO_WORDS": desk.words}
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as run:
        if kill_after_seconds is not None:
            time.sleep(kill_after_seconds)
            run.send_signal(signal.SIGKILL)
        run.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
