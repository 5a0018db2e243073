"""What runs inside it.

Started as `python -I worker.py ORDER`, with an empty environment. ORDER is JSON: `job`, `memory_bytes`, `cpu_seconds`,
`unguarded` (true where a machine without Landlock and seccomp was accepted) and `told`, what the job must know before
the lock. A job is a module beside this one; its `prepare(told) -> Work` loads all that is ever loaded from files.

Two parts come in on stdin, after the lock: parameters as JSON, and the foreign bytes. Out on stdout go the locks that
hold, as JSON, and, when something was made, its particulars as JSON and the result.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # -I leaves every folder of ours out

from incidents.media import lockdown
from incidents.media.protocol import Status, TooLarge, Work, pack, take


def main(order: str) -> int:
    """Do one job and return its exit status."""
    asked = json.loads(order)
    warnings.simplefilter("ignore")  # one hostile EXIF block prints thousands
    # Only this job's libraries are loaded: the others are more to attack and more to wait for.
    work: Work = importlib.import_module(f"incidents.media.{asked['job']}").prepare(asked["told"])
    holding = lockdown.lock(memory_bytes=asked["memory_bytes"], cpu_seconds=asked["cpu_seconds"])
    _say(json.dumps(holding).encode())
    if not {lockdown.LANDLOCK, lockdown.SECCOMP} & set(holding) and not asked["unguarded"]:
        return Status.UNGUARDED.value
    parameters = json.loads(take(sys.stdin.buffer))
    try:
        particulars, result = work(take(sys.stdin.buffer), parameters)
        _say(json.dumps(particulars).encode(), result)
    except (TooLarge, MemoryError):
        return Status.TOO_LARGE.value
    except Exception:  # noqa: BLE001 - a codec raises anything over foreign bytes, and it all means the same
        return Status.NOT_DECODABLE.value
    return Status.MADE.value


def _say(*parts: bytes) -> None:
    sys.stdout.buffer.write(pack(*parts))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    # No destructor and no exit hook of a library that met hostile bytes runs after the answer.
    os._exit(main(sys.argv[1]))
