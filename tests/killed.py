"""Work that is killed at a random moment: a real process, and SIGKILL."""

from __future__ import annotations

import os
import secrets
import signal
import time

from django.db import connections


def kill_at_random(work, *, within_seconds):
    """Do some work in a process of its own and kill that within so many seconds; return whether it was still at it.

    It is forked, not started: twenty of them must not each load the site first. It opens databases of its own.
    """
    child = os.fork()
    if child == 0:
        try:
            for connection in connections.all():
                connection.connection = None  # the parent's: neither used nor closed here
            work()
        finally:
            os._exit(0)
    time.sleep(within_seconds * secrets.randbelow(1000) / 1000)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
