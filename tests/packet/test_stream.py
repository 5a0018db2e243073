"""The ZIP: its length, its sameness, and how it breaks off."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256, sha512

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.packet.bag import Member, member
from incidents.packet.stream import Mismatch, length_bytes, stream

FOLDER = "packet-C-0042-1-full"
MIB = 1 << 20


def make_large(*, size_bytes: int) -> Member:
    """Return a file that is never held whole."""
    block = bytes(range(256)) * (MIB // 256)
    count = size_bytes // MIB
    crc32, digests = 0, (sha256(), sha512())
    for _ in range(count):
        crc32 = zlib.crc32(block, crc32)
        for digest in digests:
            digest.update(block)
    numbers = (crc32, *(digest.hexdigest() for digest in digests))
    return Member("data/large.bin", size_bytes, *numbers, lambda: (block for _ in range(count)))


def pour(chunks: Iterable[bytes], *, into: bytearray) -> None:
    for chunk in chunks:
        into += chunk


@given(st.lists(st.binary(max_size=4096), min_size=1, max_size=12))
def test_the_length_is_known_before_the_first_byte(contents):
    members = [member(f"data/{number}.bin", data) for number, data in enumerate(contents)]

    sent = b"".join(stream(FOLDER, members))

    assert len(sent) == length_bytes(FOLDER, members)


def test_what_goes_in_comes_out():
    contents = {"data/empty.bin": b"", "data/some.bin": b"some", "bagit.txt": b"\0" * 300_000}

    sent = b"".join(stream(FOLDER, [member(name, data) for name, data in contents.items()]))

    with zipfile.ZipFile(io.BytesIO(sent)) as packet:
        assert {name: packet.read(name) for name in packet.namelist()} == {
            f"{FOLDER}/{name}": data for name, data in contents.items()
        }


def test_the_same_packet_is_the_same_bytes_each_time():
    members = [member("data/a.bin", b"a" * 70_000), member("data/b.bin", b"b")]

    assert b"".join(stream(FOLDER, members)) == b"".join(stream(FOLDER, members))


def test_a_large_packet_is_never_held_whole():
    large = make_large(size_bytes=64 * MIB)

    tracemalloc.start()
    sent_bytes = sum(len(chunk) for chunk in stream(FOLDER, [large]))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent_bytes == length_bytes(FOLDER, [large])
    assert peak_bytes < 8 * MIB


@pytest.mark.parametrize(
    "chunks",
    [(b"one", b"twO"), (b"one",), (b"one", b"two", b"more"), (), (b"onetwo",) * 2],
    ids=["changed", "short", "long", "gone", "twice"],
)
def test_a_file_that_changed_breaks_the_stream_and_is_named(chunks):
    promised = member("data/ledger/events.ndjson", b"onetwo")
    members = [member("data/a.txt", b"first"), replace(promised, chunks=lambda: chunks), member("data/z.txt", b"last")]
    sent = bytearray()

    with pytest.raises(Mismatch) as broken:
        pour(stream(FOLDER, members), into=sent)

    assert broken.value.name == "data/ledger/events.ndjson"
    assert b"last" not in sent
    assert not zipfile.is_zipfile(io.BytesIO(sent))


def test_the_last_chunk_of_a_changed_file_is_held_back():
    promised = member("data/a.bin", b"a" * 600_000 + b"end")
    changed = replace(promised, chunks=lambda: (b"b" * 600_000, b"end"))
    sent = bytearray()

    with pytest.raises(Mismatch):
        pour(stream(FOLDER, [changed]), into=sent)

    assert b"end" not in sent
