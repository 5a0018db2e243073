"""The one door to work on files: ranges in, outputs out as they are made, and nothing believed that makes no sense."""

from __future__ import annotations

import io
import json
import os

import pytest
from PIL import Image

from incidents.media import sandbox
from incidents.media.protocol import BLOCK_BYTES, Frame, Status, frame, numbered
from incidents.media.recipes import Made, Recipe, gathered, make

JPEG = b"\xff\xd8\xff"
SIZES = {"width": 8, "height": 8}
TOLD = {
    "recipe": "clean/1",
    "tool": "Pillow",
    "outputs": [{"name": name, "media_type": "image/jpeg", **SIZES} for name in ("clean", "thumb")],
}


class Witness(io.BytesIO):
    """A source that remembers what was asked of it, and gives little at a time."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.asked: list[int] = []

    def read(self, length: int = -1, /) -> bytes:
        self.asked.append(length)
        return super().read(min(length, 300_000))


def make_photo(*, behind: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG")
    return out.getvalue() + behind


def test_a_source_is_read_by_ranges_and_never_as_a_whole():
    photo = make_photo(behind=bytes(2 * BLOCK_BYTES + 17))
    source, heard = Witness(photo), []

    made = make(Recipe.CLEAN, source, size_bytes=len(photo), into=lambda number, chunk: heard.append((number, chunk)))

    assert made.status is Status.MADE
    assert [number for number, _ in heard] == [0, 1]
    assert max(source.asked) <= BLOCK_BYTES


def test_a_source_that_ends_before_it_should_is_not_decodable():
    photo = make_photo()

    made = make(Recipe.CLEAN, io.BytesIO(photo[:20]), size_bytes=len(photo), into=lambda _number, _chunk: None)

    assert (made.status, made.particulars) == (Status.NOT_DECODABLE, {})


class Lost(Exception):
    """Nobody waits any more."""


def test_what_the_hearer_raises_ends_the_worker_and_comes_out(monkeypatch, tmp_path):
    begin = say(JPEG, told=TOLD)[: -len(frame(Frame.END, json.dumps(TOLD).encode()))]
    endless = tmp_path / "worker.py"
    endless.write_text(
        f"import os, sys, time; sys.stdout.buffer.write({begin!r}[:-3] + (os.getpid() % 2**24).to_bytes(3, 'big'));"
        "sys.stdout.flush(); time.sleep(60)"
    )
    monkeypatch.setattr(sandbox, "WORKER", endless)
    pids = []

    def hang_up(_number: int, chunk: bytes) -> None:
        pids.append(int.from_bytes(chunk, "big"))
        raise Lost

    with pytest.raises(Lost):
        make(Recipe.CLEAN, io.BytesIO(b"x"), size_bytes=1, into=hang_up)

    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def say(*outputs: bytes, told: dict[str, object]) -> bytes:
    said = frame(Frame.HELD, b"[]") + b"".join(
        frame(Frame.OUTPUT, *numbered(number, chunk)) for number, chunk in enumerate(outputs)
    )
    return said + frame(Frame.END, json.dumps(told).encode())


@pytest.mark.parametrize(
    ("told", "outputs"),
    [
        (TOLD, (b"GIF89a", JPEG)),
        (TOLD, (JPEG,)),
        (TOLD, (JPEG, JPEG, JPEG)),
        (TOLD | {"recipe": "pages/1"}, (JPEG, JPEG)),
        (TOLD | {"tool": None}, (JPEG, JPEG)),
        (TOLD | {"tool": "x" * 201}, (JPEG, JPEG)),
        (TOLD | {"outputs": "two"}, (JPEG, JPEG)),
        (TOLD | {"outputs": ["clean", "thumb"]}, (JPEG, JPEG)),
        (TOLD | {"outputs": [{"name": "clean", "media_type": "text/html"}] * 2}, (JPEG, JPEG)),
        (TOLD | {"outputs": [{"name": "clean", "media_type": ["image/jpeg"]}] * 2}, (JPEG, JPEG)),
        (TOLD | {"outputs": [{"name": "clean", "media_type": "image/jpeg", "width": "8"}] * 2}, (JPEG, JPEG)),
    ],
    ids=["no JPEG", "one", "three", "recipe", "no tool", "tool", "no list", "no objects", "type", "types", "letters"],
)
def test_outputs_that_make_no_sense_are_none(monkeypatch, tmp_path, told, outputs):
    taken_over = tmp_path / "worker.py"
    taken_over.write_text(f"import sys; sys.stdout.buffer.write({say(*outputs, told=told)!r})")
    monkeypatch.setattr(sandbox, "WORKER", taken_over)

    assert gathered(Recipe.CLEAN, b"x") == (Made(Status.STOPPED), ())


def test_of_an_output_only_what_is_asked_for_is_passed_on(monkeypatch, tmp_path):
    odd = {**TOLD, "outputs": [{**one, "file": "../x"} for one in TOLD["outputs"]]}
    taken_over = tmp_path / "worker.py"
    taken_over.write_text(f"import sys; sys.stdout.buffer.write({say(JPEG, JPEG, told=odd)!r})")
    monkeypatch.setattr(sandbox, "WORKER", taken_over)

    assert gathered(Recipe.CLEAN, b"x") == (Made(Status.MADE, TOLD), (JPEG, JPEG))
