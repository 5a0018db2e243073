"""What passes between the sandbox and its worker."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.media.protocol import Broken, pack, take, unpack


@given(st.lists(st.binary()))
def test_parts_come_out_as_they_went_in(parts):
    assert unpack(pack(*parts)) == parts


@given(st.lists(st.binary()))
def test_parts_are_taken_from_a_stream_one_by_one(parts):
    stream = io.BytesIO(pack(*parts))

    assert [take(stream) for _ in parts] == parts


@given(st.binary(min_size=1), st.integers(min_value=1, max_value=8))
def test_parts_that_are_cut_off_are_broken(part, missing_bytes):
    with pytest.raises(Broken):
        unpack(pack(part)[:-missing_bytes] if missing_bytes <= len(part) else pack(part)[:missing_bytes])


def test_a_length_beyond_what_follows_is_broken():
    with pytest.raises(Broken):
        unpack(b"\xff" * 8 + b"x")
