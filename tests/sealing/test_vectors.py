"""What we hand to the age library, judged by the published C2SP vectors; script/vectors writes them."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import pytest

from sealing import wraps
from sealing.keys import Identity, Tampered
from tests.sealing.tampering import need

VECTORS = Path(__file__).parents[2] / ".cctv-age"

# An old form of the header that the library still reads. Its MAC covers the exact bytes, so nothing can be altered by
# it; both are named so that a change in either direction shows.
OPENED_ALL_THE_SAME = {"stanza_missing_body", "stanza_missing_final_line"}

# 16 MiB in one file: twice what is ever sealed here in one piece, and refused for that.
LARGER_THAN_OURS = {"stream_257_chunks", "stream_257_chunks_full", "stream_258_chunks"}


def read(path):
    head, body = path.read_bytes().split(b"\n\n", 1)
    facts = {}
    for line in head.decode().splitlines():
        key, value = line.split(": ", 1)
        facts.setdefault(key, []).append(value)
    return facts, zlib.decompress(body) if "compressed" in facts else body


def ours():
    """The vectors of X25519 files: no armour, no passphrase, no identity of another kind only."""
    for path in sorted(VECTORS.iterdir()) if VECTORS.is_dir() else ():
        facts, body = read(path)
        lines = [line for line in facts.get("identity", []) if not line.startswith("AGE-SECRET-KEY-PQ-")]
        if "passphrase" in facts or "armored" in facts or (facts.get("identity") and not lines):
            continue
        yield pytest.param(facts, body, lines, id=path.name)


def test_the_vectors_are_there():
    need(VECTORS.is_dir(), "no published age vectors here: run script/vectors")

    assert len(list(VECTORS.iterdir())) == 143
    assert len(list(ours())) == 68


@pytest.mark.parametrize(("facts", "body", "lines"), list(ours()))
def test_a_published_file_is_opened_or_refused_as_its_authors_say(facts, body, lines, request):
    name = request.node.callspec.id
    opened = []
    for identity in map(Identity.parse, lines) if lines else [Identity.new()]:
        try:
            opened.append(hashlib.sha256(wraps.unseal(body, identity)).hexdigest())
        except Tampered:
            continue

    if facts["expect"] == ["success"]:
        assert opened == ([] if name in LARGER_THAN_OURS else facts["payload"])
    else:
        assert bool(opened) == (name in OPENED_ALL_THE_SAME)
