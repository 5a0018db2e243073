from __future__ import annotations

import json
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import keys, wraps
from sealing.keys import Secret, Tampered
from tests.sealing.tampering import every_bit_flipped, every_truncation

SECRET = Secret.new()
ROWS = SECRET.sub("rows")
PLACE = ("report", "incident-1", "row-1", 1)

TEXT = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)
PLACES = st.lists(TEXT | st.integers(), min_size=1, max_size=4).map(tuple)


@given(st.dictionaries(TEXT, VALUES), PLACES)
def test_a_document_opens_in_its_place_and_comes_out_as_it_went_in(document, place):
    sealed = keys.seal(ROWS, document, place)

    assert keys.unseal(ROWS, sealed, place) == document
    assert len(sealed) % 256 == 29


@given(st.binary().filter(lambda plain: not plain.endswith(b" ")))
def test_exact_bytes_come_out_exactly(plain):
    assert keys.unseal_bytes(ROWS, keys.seal_bytes(ROWS, plain, PLACE), PLACE) == plain


def test_a_database_may_hand_out_a_view():
    sealed = keys.seal(ROWS, {"a": 1}, PLACE)

    assert keys.unseal(ROWS, memoryview(sealed), PLACE) == {"a": 1}


@given(PLACES, PLACES)
def test_a_document_opens_nowhere_else(place, elsewhere):
    sealed = keys.seal(ROWS, {}, place)

    if place != elsewhere:
        with pytest.raises(Tampered):
            keys.unseal(ROWS, sealed, elsewhere)


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param(("report", "incident-1", "row-2", 1), id="swapped with another row"),
        pytest.param(("report", "incident-2", "row-1", 1), id="moved to another incident"),
        pytest.param(("message", "incident-1", "row-1", 1), id="given out as another kind"),
        pytest.param(("report", "incident-1", "row-1", 2), id="an old version under a new number"),
        pytest.param(("report", "incident-1", "row-1", "1"), id="a number that became text"),
        pytest.param(("report", "incident-1", 'row-1",1'), id="a place that only looks alike"),
        pytest.param((), id="no place"),
    ],
)
def test_a_row_put_in_the_place_of_another_is_refused(elsewhere):
    sealed = keys.seal(ROWS, {"story": "mine"}, PLACE)

    with pytest.raises(Tampered):
        keys.unseal(ROWS, sealed, elsewhere)


def test_a_row_forged_by_who_holds_no_key_is_refused():
    forged = [
        keys.seal(Secret.new().sub("rows"), {"story": "another"}, PLACE),
        keys.seal(SECRET.sub("cards"), {"story": "another"}, PLACE),
        wraps.seal(b'{"story":"another"}', SECRET.recipient),
        b'{"story":"another"}',
        b"",
    ]

    for row in forged:
        with pytest.raises(Tampered):
            keys.unseal(ROWS, row, PLACE)


def test_every_bit_of_a_document_counts():
    sealed = keys.seal(ROWS, {"story": "x" * 1000}, PLACE)

    for changed in every_bit_flipped(sealed):
        with pytest.raises(Tampered):
            keys.unseal(ROWS, changed, PLACE)


def test_a_document_cut_or_lengthened_is_refused():
    sealed = keys.seal(ROWS, {"story": "x" * 1000}, PLACE)

    for changed in (*every_truncation(sealed), sealed + b"\x00", sealed + sealed):
        with pytest.raises(Tampered):
            keys.unseal(ROWS, changed, PLACE)


def test_its_size_tells_little_and_its_bytes_nothing():
    sealed = [keys.seal(ROWS, {"story": "x" * length}, PLACE) for length in range(200)]

    assert {len(row) for row in sealed} == {29 + 256}
    assert len({row[1:13] for row in sealed}) == 200
    assert all(b"story" not in row for row in sealed)


@pytest.mark.parametrize(
    "plain", [b"[]", b"null", b'"text"', b"", b"{", b"\xff", pytest.param(b"[" * 10, id="open brackets")]
)
def test_what_the_key_holder_sealed_but_is_no_document_is_refused_as_one(plain):
    sealed = keys.seal_bytes(ROWS, plain, PLACE)

    with pytest.raises(Tampered):
        keys.unseal(ROWS, sealed, PLACE)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_has_no_json_is_refused_before_it_is_sealed(value):
    with pytest.raises(ValueError, match=r"JSON compliant|surrogates"):
        keys.seal(ROWS, {"value": value}, PLACE)


def test_bytes_that_end_like_padding_are_refused():
    with pytest.raises(ValueError, match="blank"):
        keys.seal_bytes(ROWS, b"{} ", PLACE)


def test_a_document_of_several_megabytes_comes_back():
    document = {"story": secrets.token_hex(2 << 20)}

    sealed = keys.seal(ROWS, document, PLACE)

    assert json.loads(keys.unseal_bytes(ROWS, sealed, PLACE)) == document
