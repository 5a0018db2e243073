"""What a look at the whole site finds: unsafe, missing, or good to know, each with its cure."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.files.storage import default_storage
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from accounts import auditors, notices, unlock
from accounts.auditors import DeskHealth, PinState
from accounts.pins import PinsUnreadable
from incidents.custody import checkpoints, damages, fixity, stamps
from incidents.media import lockdown, sandbox
from incidents.vault import trial

DAILY = timedelta(days=2)  # `expire` signs a head once a day, and `audit` reads all that is stored
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO
TOLD_BY_NAME = {"testigo.E011", "testigo.P001", "testigo.P002", "testigo.P003"}  # the desks' pins, below
CALL = "Call a lead, on a number that you knew before, and let them read the six check words."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing, and what to do about it."""

    what: str
    cure: str = ""
    must: bool = False


def of_site(*, at: datetime) -> Iterator[Finding]:
    """Yield what is found; a database that is not migrated ends the look, for nothing else can be read."""
    yield from _of_settings()
    yield from _of_folders()
    yield from _of_boot_half()
    yield from (Finding(one.what, one.cure, must=one.must) for one in trial.of(default_storage))
    yield from of_sandbox(sandbox.degraded(), accepted=settings.ACCEPT_DEGRADED_SANDBOX)
    if not notices.is_set():
        yield Finding("No mail leaves this site: no sender is named.", "Members and reporters look by themselves.")
    behind = list(_of_migrations())
    yield from behind
    if not behind:
        yield from _of_desks()
        yield from _of_checks(at=at)


def _of_settings() -> Iterator[Finding]:
    found = run_checks(include_deployment_checks=settings.PRODUCTION, databases=list(connections))
    for message in found:
        if not message.is_silenced() and message.id not in TOLD_BY_NAME:
            yield Finding(message.msg, message.hint or "", must=message.level >= ERROR)


def _of_folders() -> Iterator[Finding]:
    """The data folder itself is one of Django's checks: `config.checks`."""
    for folder in (settings.RUNTIME, settings.PRIVATE, settings.DATA / "objects"):
        if folder.exists() and folder.stat().st_mode & OPEN_TO_OTHERS:
            yield Finding(f"The folder {folder.name} is open to others.", f"chmod 700 {folder.name}", must=True)
    pins = settings.DESK_PINS
    if pins.exists() and pins.stat().st_mode & OPEN_TO_OTHERS:
        yield Finding(f"The file {pins.name} is open to others.", f"chmod 600 {pins.name}", must=True)


def _of_boot_half() -> Iterator[Finding]:
    half = settings.RUNTIME / "boot"
    if not half.exists():
        yield Finding("There is no boot half yet: it is made when somebody signs in first after a start.")
    elif half.stat().st_size != unlock.HALF_BYTES or half.stat().st_mode & OPEN_TO_OTHERS:
        yield Finding(
            "The boot half is not 32 bytes that only this user can read.",
            "Remove the file boot in the runtime folder and start the site again. Everybody signs in anew.",
            must=True,
        )


def of_sandbox(missing: Sequence[str], *, accepted: bool) -> Iterator[Finding]:
    """Yield what does not hold around work on foreign files; `accepted`: the operator works without it."""
    if missing:
        none = {lockdown.LANDLOCK, lockdown.SECCOMP} <= set(missing)
        yield Finding(
            f"The media sandbox is degraded; these do not hold: {', '.join(missing)}.",
            "Use a kernel with Landlock and seccomp. Without both no preview and no packet document is made, unless "
            "TESTIGO_ACCEPT_DEGRADED_SANDBOX is yes.",
            must=none and not accepted,
        )


def _of_migrations() -> Iterator[Finding]:
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield Finding(f"The database {alias} is behind this version.", f"migrate --database {alias}", must=True)


def _of_desks() -> Iterator[Finding]:
    try:
        desks = auditors.desks()
    except PinsUnreadable as why:
        yield Finding(str(why), "Until then no desk is offered.", must=True)
        return
    if not desks:
        yield Finding("There is no desk.", "create_desk NAME --lead EMAIL")
    for desk in desks:
        yield from _of_desk(desk)


def _of_desk(desk: DeskHealth) -> Iterator[Finding]:
    name = f"{desk.name} ({desk.slug})"
    if desk.pin is PinState.DIFFERS:
        yield Finding(
            f"The key of {name} in the database is not the pinned one. Reports are still sealed to the pinned one.",
            f"{CALL} If they fit, pin_desk {desk.slug}. If not, somebody wrote into your database: ask for help.",
            must=True,
        )
    if desk.pin is PinState.MISSING:
        yield Finding(f"{name} is not pinned and receives nothing.", f"{CALL} Then pin_desk {desk.slug}.", must=True)
    if desk.pin is PinState.RENAMED:
        yield Finding(
            f"{name} was called something else when its key was pinned. It receives nothing.",
            f"Somebody wrote into your database, unless it was you: {CALL} Then pin_desk {desk.slug}.",
            must=True,
        )
    if desk.pin is PinState.PINNED and desk.compared_on is None:
        yield Finding(f"Nobody compared the check words of {name} yet.", f"{CALL} Then pin_desk {desk.slug}.")
    if desk.pin is PinState.BEHIND:
        yield Finding(
            f"{name} has a new key; reports are still sealed to the former one.",
            f"{CALL} Then pin_desk {desk.slug}.",
            must=True,
        )
    if not desk.kit_tested:
        yield Finding(
            f"The recovery kit of {name} was not tried. No page offers this desk.",
            "Ask a lead to try the paper on the page of the kit, or to make a new one.",
            must=True,
        )
    if desk.leads < 2:
        leads = "one lead" if desk.leads else "no lead"
        yield Finding(f"{name} has {leads}.", "Ask them to seat a second one: words get lost.", must=not desk.leads)


def _of_checks(*, at: datetime) -> Iterator[Finding]:
    newest = checkpoints.newest()
    if newest is None:
        yield Finding("No head of the ledger was ever signed.", "Run expire once a day.")
    elif at.date() - newest[1] > DAILY:
        yield Finding(f"The last head of the ledger was signed on {newest[1]}.", "Run expire once a day.")
    wrong = checkpoints.broken()
    for sentence in wrong:
        yield Finding(sentence, "Keep this database as it is, run verify_ledger, and ask for help.", must=True)
    yield from _of_fixity(at=at)
    yield from _of_stamps(at=at)
    yield Finding("Last drill with a backup: never. This version cannot do it yet.")


def _of_stamps(*, at: datetime) -> Iterator[Finding]:
    if not stamps.servers():
        cure = "Name one in TESTIGO_TSA_URLS, its certificates in TESTIGO_TSA_CHAINS, and run stamp once a day."
        yield Finding("No outside clock stamps the ledger.", cure)
        return
    newest = stamps.newest_head()
    if not newest:
        yield Finding("No outside clock has stamped the ledger yet.", "Run stamp once a day.")
    elif newest[0].obtained_on and at.date() - newest[0].obtained_on > DAILY:
        yield Finding(f"An outside clock stamped the ledger last on {newest[0].obtained_on}.", "Run stamp once a day.")


def _of_fixity(*, at: datetime) -> Iterator[Finding]:
    for damaged in damages.open_ones():
        yield Finding(f"DAMAGED: {damaged}", "Put it back from a backup, then run audit. Remove nothing.", must=True)
    last = fixity.last()
    if last is None or last.ended_on is None:
        yield Finding("All that is stored was never read again and compared.", "Run audit every night.")
    elif at.date() - last.ended_on > DAILY:
        yield Finding(f"All that is stored was read again last on {last.ended_on}.", "Run audit every night.")
