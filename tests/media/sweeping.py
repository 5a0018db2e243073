"""Give the first look at every file of a folder, in a process of its own, so that the memory of workers can be told."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import repeat
from pathlib import Path

import av
import pytest

LOOKS = ("clean", "clip-copy", "still", "waveform", "pages")
FACTS = ("particulars",)
STRUCTURE = {"SourceFile", "ExifTool", "System", "File", "JFIF", "Composite", "QuickTime", "Track1", "Track2"}
SECONDS, BYTES = 5, 512 << 20


@dataclass(frozen=True, slots=True)
class Look:
    """What came of one recipe over one file: how it ended, how long a processor worked, where its outputs lie."""

    file: str
    recipe: str
    status: str
    seconds: float
    outputs: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Swept:
    """What came of a sweep, and the most memory that any worker took."""

    looks: tuple[Look, ...]
    peak_bytes: int

    def statuses(self, file: str) -> dict[str, str]:
        """Return how each recipe that was tried for a file ended."""
        return {look.recipe: look.status for look in self.looks if look.file == file}


def swept(folder: Path, files: list[str], *, into: Path, recipes: tuple[str, ...] = LOOKS) -> Swept:
    """Try each of these recipes that is offered for each of these files, two files at a time."""
    command = [sys.executable, "-c", "from tests.media.sweeping import main; main()", str(folder), str(into)]
    done = subprocess.run(command, input=json.dumps([files, recipes]).encode(), stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)
    looks = (Look(*look[:4], tuple(into / name for name in look[4])) for look in told["looks"])
    return Swept(tuple(looks), told["peak_bytes"])


def indexed(folder: Path, *kinds: str) -> list[dict[str, object]]:
    """Return the rows of INDEX.json whose kind begins with one of these."""
    return [one for one in json.loads((folder / "INDEX.json").read_text()) if one["kind"].startswith(kinds)]


def faults(folder: Path, listed: list[dict[str, object]], *, into: Path) -> tuple[Swept, list[str]]:
    """Sweep these files and return all that is not as it should be: none, on a good day."""
    done = swept(folder, [str(one["file"]) for one in listed], into=into)
    odd = expectations(listed, done) + told_on(listed, done) + strains(done)
    odd += [f"{file}: exiftool finds {names}" for file, names in unclean(into).items()]
    odd += [
        f"{one['file']} is not what it was"
        for one in listed
        if sha256((folder / str(one["file"])).read_bytes()).hexdigest() != one["sha256"]
    ]
    return done, odd


def strains(done: Swept) -> list[str]:
    """Return what took too long, or too much memory."""
    odd = [f"{look.file}: {look.recipe} took {look.seconds} s" for look in done.looks if look.seconds > SECONDS]
    return odd + ([f"a worker took {done.peak_bytes} bytes"] if done.peak_bytes > BYTES else [])


def expectations(listed: list[dict[str, object]], swept_: Swept) -> list[str]:
    """Return each file whose preview is not as INDEX.json expects; nothing expected means that it ends well."""
    odd = []
    for one in listed:
        file, said = str(one["file"]), str(one.get("expect") or "").lower()
        ended = swept_.statuses(file)
        made = "MADE" in ended.values()
        refused = said.startswith("reject") or "no preview" in said or "says locked" in said
        loaded = bool(one.get("pillow", {}).get("loaded") and ended)
        wanted = said.startswith("accept") or (loaded and not refused)
        if (wanted and not made) or (refused and made) or "UNGUARDED" in ended.values():
            odd.append(f"{file}: {said or 'a picture'}, but {ended}")
    return odd


def unclean(folder: Path) -> dict[str, list[str]]:
    """Return, by file, the names under which exiftool finds anything but the frame of a file."""
    if not shutil.which("exiftool"):
        pytest.skip("exiftool is not installed: what copies tell was not looked for")
    done = subprocess.run(["exiftool", "-json", "-r", "-a", "-G1", str(folder)], capture_output=True, check=False)
    odd = {}
    for one in json.loads(done.stdout):
        names = [key for key, value in one.items() if key.partition(":")[0] not in STRUCTURE or _dated(key, value)]
        if names:
            odd[Path(one["SourceFile"]).name] = names
    return odd


def told_on(listed: list[dict[str, object]], swept_: Swept) -> list[str]:
    """Return each output in which the maker, the model, the owner or the moment of the original can be read."""
    words = {
        str(one["file"]): [
            str(value).encode()
            for key, value in (one.get("exiftool") or {}).items()
            if key in {"Make", "Model", "Artist", "SerialNumber", "DateTimeOriginal", "CreationDate"}
            and len(str(value)) >= 5
        ]
        for one in listed
    }
    found = []
    for look in swept_.looks:
        for output in look.outputs:
            data = output.read_bytes()
            found += [f"{output.name}: {word!r}" for word in [*words[look.file], b"<script"] if word in data]
    return found


def frames_differ(original: Path, copy: Path) -> bool:
    """Tell whether the pictures in a copy are others than in the original."""
    return _pictures(original) != _pictures(copy)


def _pictures(file: Path) -> list[int]:
    found = []
    with av.open(str(file), metadata_errors="ignore") as opened:
        streams = [one for one in opened.streams.video if not one.disposition & av.stream.Disposition.attached_pic]
        for packet in opened.demux(streams[:1]) if streams else ():
            try:
                found += [hash(b"".join(map(bytes, frame.planes))) for frame in packet.decode()]
            except av.FFmpegError:
                continue
    return found


def _dated(key: str, value: object) -> bool:
    return "Date" in key and key.startswith(("QuickTime", "Track")) and value != "0000:00:00 00:00:00"


def main() -> None:
    """Sweep the files that stdin names in the folder that the first argument names, into the second."""
    folder, into = map(Path, sys.argv[1:])
    files, recipes = json.load(sys.stdin)
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(_looks, repeat(folder), files, repeat(into), repeat(recipes)))
    peak = max(peak for _, peak in results)
    json.dump({"looks": [look for looks, _ in results for look in looks], "peak_bytes": peak}, sys.stdout)


def _looks(folder: Path, file: str, into: Path, tried: list[str]) -> tuple[list[list[object]], int]:
    """Return what came of each look at a file, and the most memory that any worker of this process took so far."""
    from incidents.media import kinds, limits, offers, recipes  # noqa: PLC0415 - here alone, where no Django is

    data, found = (folder / file).read_bytes(), []
    kind = kinds.find(data)
    offered = (*offers.offered(kind.kind, kind.extension), recipes.Recipe.PARTICULARS)
    for recipe in [one for one in offered if one.value in tried]:
        for job, held in limits.LIMITS.items():  # other tests run beside this one: the processor's time is what counts
            limits.LIMITS[job] = replace(held, wall_seconds=60)
        before = _children_seconds()
        made, outputs = recipes.gathered(recipe, data)
        ending = "mp4" if recipe.value == "clip-copy" else "jpg"
        names = [f"{file.replace('/', '__')}.{recipe}.{number}.{ending}" for number in range(len(outputs))]
        for name, output in zip(names, outputs, strict=True):
            (into / name).write_bytes(output)
        found.append([file, recipe.value, made.status.name, _children_seconds() - before, names])
    return found, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
