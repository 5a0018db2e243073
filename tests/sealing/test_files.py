from __future__ import annotations

import hashlib
import secrets
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import files, wraps
from sealing.keys import Identity, Tampered
from tests.sealing.tampering import drawn_bits_flipped, every_bit_flipped, every_truncation

READER = Identity.new()


def opened(part, *, sealed=None, plain_sha256=None, sealed_sha256=None):
    return files.open_part(
        part.sealed if sealed is None else sealed,
        READER,
        plain_sha256=plain_sha256 or part.plain_sha256,
        sealed_sha256=sealed_sha256 or part.sealed_sha256,
    )


@given(st.binary(min_size=1, max_size=5000))
def test_a_part_comes_back_and_is_described(plain):
    part = files.seal_part(plain, READER.recipient)

    assert opened(part) == plain
    assert part == files.SealedPart(
        sealed=part.sealed,
        plain_sha256=hashlib.sha256(plain).hexdigest(),
        sealed_sha256=hashlib.sha256(part.sealed).hexdigest(),
        plain_bytes=len(plain),
        sealed_bytes=len(part.sealed),
    )


def test_the_largest_part_comes_back_within_its_slack():
    plain = secrets.token_bytes(files.PART_BYTES)

    part = files.seal_part(plain, READER.recipient)

    assert opened(part) == plain
    assert part.sealed_bytes <= files.PART_BYTES + files.SEALED_PART_SLACK


@pytest.mark.parametrize("size", [0, files.PART_BYTES + 1])
def test_a_part_is_neither_empty_nor_too_large(size):
    with pytest.raises(ValueError, match="1 byte to 8 MiB"):
        files.seal_part(bytes(size), READER.recipient)


def test_a_part_does_not_print_what_it_holds():
    assert "sealed=" not in repr(files.seal_part(b"x", READER.recipient))


def test_every_bit_of_a_part_counts_even_to_who_believes_its_hash():
    part = files.seal_part(secrets.token_bytes(1024), READER.recipient)

    for changed in every_bit_flipped(part.sealed):
        with pytest.raises(Tampered):
            opened(part, sealed=changed)
        with pytest.raises(Tampered):
            opened(part, sealed=changed, sealed_sha256=hashlib.sha256(changed).hexdigest())


def test_a_part_cut_at_any_length_is_refused_even_to_who_believes_its_hash():
    part = files.seal_part(secrets.token_bytes(1024), READER.recipient)

    for changed in (*every_truncation(part.sealed), part.sealed + b"\x00"):
        with pytest.raises(Tampered):
            opened(part, sealed=changed)
        with pytest.raises(Tampered):
            opened(part, sealed=changed, sealed_sha256=hashlib.sha256(changed).hexdigest())


def test_drawn_bits_of_the_largest_part_count():
    part = files.seal_part(secrets.token_bytes(files.PART_BYTES), READER.recipient)

    for changed in drawn_bits_flipped(part.sealed, count=200):
        with pytest.raises(Tampered):
            wraps.unseal(changed, READER)


def test_a_part_forged_or_put_in_the_place_of_another_is_refused():
    mine = files.seal_part(b"my story", READER.recipient)
    forged = files.seal_part(b"another story", READER.recipient)

    with pytest.raises(Tampered, match="not the one that was stored"):
        opened(mine, sealed=forged.sealed)
    with pytest.raises(Tampered, match="does not hold"):
        opened(mine, sealed=forged.sealed, sealed_sha256=forged.sealed_sha256)


def test_bytes_that_were_not_stored_never_reach_the_library():
    part = files.seal_part(b"x", READER.recipient)

    with pytest.raises(Tampered, match="not the one that was stored"):
        opened(part, sealed=b"no age file at all")


def test_more_than_a_part_never_reaches_the_library_either():
    part = files.seal_part(b"x", READER.recipient)
    swollen = part.sealed + bytes(files.PART_BYTES + files.SEALED_PART_SLACK)

    with pytest.raises(Tampered, match="larger"):
        opened(part, sealed=swollen, sealed_sha256=hashlib.sha256(swollen).hexdigest())


@given(st.lists(st.binary(max_size=300)))
def test_the_numbers_of_a_file_do_not_depend_on_how_it_arrives(chunks):
    digests, whole = files.Digests(), b"".join(chunks)

    for chunk in chunks:
        digests.update(chunk)

    assert digests.size == len(whole)
    assert digests.sha256 == hashlib.sha256(whole).hexdigest()
    assert digests.sha512 == hashlib.sha512(whole).hexdigest()
    assert digests.crc32 == zlib.crc32(whole)
