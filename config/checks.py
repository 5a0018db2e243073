"""Refuse to start in an unsafe shape."""

from __future__ import annotations

import logging
import sqlite3
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import (  # Warning is Django's own name
    ERROR,
    CheckMessage,
    Error,
    Tags,
    Warning,  # noqa: A004
    register,
    run_checks,
)
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, close_old_connections, connections

log = logging.getLogger(__name__)

START = "start"  # what holds before the first page, whoever starts the site
FORBIDDEN_APPS = frozenset({"django.contrib.admin", "axes", "allauth.usersessions", "sentry_sdk"})


def refuse_a_new_salt_beside_reports(salt: Path, *, database: Path, elsewhere: str) -> None:
    """Stop where the receipt salt is missing and reports may exist: a new one would lose every receipt.

    Args:
        elsewhere: DATABASE_URL; a database that is not our own file cannot be asked this early.
    """
    if salt.exists():
        return
    if elsewhere:
        raise ImproperlyConfigured("With DATABASE_URL, TESTIGO_RECEIPT_SALT_FILE must name the receipt salt.")
    if not database.exists():
        return
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            held = connection.execute("SELECT 1 FROM incidents_incident LIMIT 1").fetchone()
        except sqlite3.OperationalError:  # not migrated yet
            return
    if held:
        raise ImproperlyConfigured(
            f"The receipt salt is missing ({salt.name}) and the database holds reports. Restore it from your backup "
            "of the configuration, or from a recovery kit: without it no receipt opens. A new one is never made here."
        )


def refuse_an_unsafe_start() -> None:
    """Stop the web server where `manage.py check` would stop a command: gunicorn runs no checks by itself.

    Raises:
        ImproperlyConfigured: with the sentence of each thing that is unsafe.
    """
    found = [one for one in run_checks(tags=[START], databases=list(connections)) if not one.is_silenced()]
    close_old_connections()  # a server that forks its workers from here must not share one
    wrong = [one for one in found if one.level >= ERROR]
    if wrong:
        raise ImproperlyConfigured("The site does not start. " + " ".join(one.msg for one in wrong))
    for one in found:
        log.warning(one.msg)


@register(Tags.security, START)
def shape(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Name each dangerous setting."""
    del app_configs
    return [*_refused(), *_open_doors()]


@register("machine", START)
def machine(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Name what the machine lacks: said on loopback, refused in production."""
    del app_configs
    return list(_of_the_machine())


def _refused() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error("DEBUG is on. It shows strangers what people wrote.", id="testigo.E001")
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield Error("Cookies would travel over plain HTTP.", id="testigo.E002")
    if list(settings.FILE_UPLOAD_HANDLERS) != ["incidents.vault.uploads.RefuseFiles"]:
        yield Error(
            "An upload handler other than RefuseFiles is installed: files would rest in plain.", id="testigo.E003"
        )
    handlers: Iterable[dict[str, object]] = settings.LOGGING["handlers"].values()  # type: ignore[attr-defined] # of our own shape
    if settings.ADMINS or settings.MANAGERS or any("mail" in str(handler["class"]).lower() for handler in handlers):
        yield Error("Errors would be mailed. A mail holds what people wrote.", id="testigo.E004")
    if "*" in settings.ALLOWED_HOSTS:
        yield Error("ALLOWED_HOSTS holds *. Name the hosts in TESTIGO_HOSTS.", id="testigo.E005")
    for name in sorted(FORBIDDEN_APPS.intersection(settings.INSTALLED_APPS)):
        yield Error(f"{name} is a door around the desk. Remove it.", id="testigo.E006")
    if getattr(settings, "ASGI_APPLICATION", None):
        yield Error("ASGI writes every body to a temporary file. Serve with WSGI.", id="testigo.E007")


def _open_doors() -> Iterator[CheckMessage]:
    if "accounts.middleware.SecondStepRequired" not in settings.MIDDLEWARE:
        yield Error("No second step is asked of members. Put SecondStepRequired back.", id="testigo.E009")
    if settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN:
        yield Error("Passkeys would be taken from any page. Leave that off.", id="testigo.E010")


def _of_the_machine() -> Iterator[CheckMessage]:
    level = Error if settings.PRODUCTION else Warning
    if settings.DATA.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield level(f"The data folder {settings.DATA.name} is open to others. Run chmod 700 on it.", id="testigo.M001")
    if not _on_tmpfs(settings.RUNTIME):
        yield level(
            "Sessions, cache and the boot half do not lie on tmpfs: a seized disk may hold them. "
            "Set RUNTIME_DIRECTORY to a folder in memory.",
            id="testigo.M002",
        )
    if _swaps():
        yield level(
            "Swap is on: memory may be written to the disk. Turn it off, or give it a random key.", id="testigo.M003"
        )


@register(Tags.database, START)
def pragmas(databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """Name each SQLite setting that is not in force."""
    wanted = {"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "temp_store": "2"}
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor != "sqlite":
            continue
        for name, value in wanted.items():
            held = _pragma(alias, name)
            if held not in {value, None}:
                found.append(Error(f"SQLite's {name} is {held}, not {value}.", id="testigo.E008"))
    return found


@register(START)
def pins(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Hold each desk's key against its pin, and count what does not fit: a start has no key to follow a rotation."""
    from accounts import auditors  # noqa: PLC0415 # models are ready only when the checks run
    from accounts.auditors import PinState  # noqa: PLC0415 # the same
    from accounts.pins import PinsUnreadable  # noqa: PLC0415 # the same

    del app_configs
    try:
        held = Counter(desk.pin for desk in auditors.desks())
    except PinsUnreadable as why:
        return [Error(str(why), hint="Until then no desk is offered, and nothing starts.", id="testigo.E011")]
    except DatabaseError:  # not migrated yet, or away: pages say so
        return []
    told = {
        PinState.DIFFERS: (
            "Desks whose key in the database is not the pinned one: {}. Reports are sealed to the pinned one.",
            "testigo.P001",
        ),
        PinState.RENAMED: (
            "Desks that were called something else when they were pinned, and receive nothing: {}.",
            "testigo.P004",
        ),
        PinState.MISSING: ("Desks that are not pinned and receive nothing: {}.", "testigo.P002"),
        PinState.BEHIND: (
            "Desks with a new key whose pin has not moved: {}. Reports are sealed to the former one.",
            "testigo.P003",
        ),
    }
    return [
        Warning(what.format(held[state]), hint="Run doctor: it names them, and says what to do.", id=number)
        for state, (what, number) in told.items()
        if held[state]
    ]


def _pragma(alias: str, name: str) -> str | None:
    """Return a setting of SQLite; None where the database is busy or away, which pages say and is not unsafe."""
    try:
        with connections[alias].cursor() as cursor:
            return str(cursor.execute(f"PRAGMA {name}").fetchone()[0]).lower()
    except DatabaseError:
        return None


def _on_tmpfs(folder: Path) -> bool:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return False
    points = [line.split()[1:3] for line in mounts.read_text(encoding="utf-8").splitlines()]
    inside = [(point, kind) for point, kind in points if folder.is_relative_to(point)]
    return max(inside, key=lambda found: len(found[0]), default=("", ""))[1] in {"tmpfs", "ramfs"}


def _swaps() -> bool:
    swaps = Path("/proc/swaps")
    return swaps.exists() and len(swaps.read_text(encoding="utf-8").splitlines()) > 1
