"""What runs inside it.

Started as `python -I worker.py ORDER`, with an empty environment. ORDER is JSON: `job`, `memory_bytes`, `cpu_seconds`,
`unguarded` (true where a machine without Landlock and seccomp was accepted) and `told`, what the job must know before
the lock. A job is a module beside this one; its `prepare(told) -> Work` loads all that is ever loaded from files.

After the lock it says on stdout which locks hold, takes from stdin the size of the source and the parameters, asks for
ranges of the source as it needs them, sends its outputs as it makes them, and at the end its particulars.
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
from incidents.media.protocol import Frame, Locked, NotCopyable, Status, TooLarge, Work
from incidents.media.ranges import Line


def main(order: str) -> int:
    """Do one job and return its exit status."""
    asked = json.loads(order)
    warnings.simplefilter("ignore")  # one hostile EXIF block prints thousands
    # Only this job's libraries are loaded: the others are more to attack and more to wait for.
    work: Work = importlib.import_module(f"incidents.media.{asked['job']}").prepare(asked["told"])
    holding = lockdown.lock(memory_bytes=asked["memory_bytes"], cpu_seconds=asked["cpu_seconds"])
    line = Line(sys.stdin.buffer, sys.stdout.buffer)
    line.say(Frame.HELD, json.dumps(holding).encode())
    if not {lockdown.LANDLOCK, lockdown.SECCOMP} & set(holding) and not asked["unguarded"]:
        return Status.UNGUARDED.value
    return _done(work, line).value


def _done(work: Work, line: Line) -> Status:
    try:
        line.say(Frame.END, json.dumps(work(line.task()), allow_nan=False).encode())
    except (TooLarge, MemoryError):
        return Status.TOO_LARGE
    except NotCopyable:
        return Status.NOT_COPYABLE
    except Locked:
        return Status.LOCKED
    except Exception:  # noqa: BLE001 - a codec raises anything over foreign bytes, and it all means the same
        return Status.NOT_DECODABLE
    return Status.MADE


if __name__ == "__main__":
    # No destructor and no exit hook of a library that met hostile bytes runs after the answer.
    os._exit(main(sys.argv[1]))
