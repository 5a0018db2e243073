from __future__ import annotations

import copy
import json
import pickle  # noqa: TID251  # to see it refused
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import keys, notes, receipts
from sealing.keys import Identity, Secret, Tampered
from sealing.slots import Purpose
from sealing.words import Misspelt, Reason

RAW = bytes(range(32))
SALT = b"0123456789abcdef"
GUARDED = [
    pytest.param(Secret(RAW), id="secret"),
    pytest.param(Identity(RAW), id="identity"),
    pytest.param(notes.Signer(RAW), id="signer"),
    pytest.param(keys.Stretched(verify=RAW, wrap=keys.Key(RAW)), id="stretched"),
    pytest.param(receipts.Receipt(handle=RAW, identity=Identity(RAW)), id="receipt"),
]


@pytest.mark.parametrize("guarded", GUARDED)
def test_what_opens_things_does_not_print(guarded):
    for text in (repr(guarded), str(guarded), f"{guarded}", f"{[guarded]!r}"):
        assert text.strip("[]") == f"<{type(guarded).__name__}>"


@pytest.mark.parametrize("guarded", GUARDED)
@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, vars, hash])
def test_what_opens_things_does_not_leave_memory(guarded, leave):
    with pytest.raises(TypeError):
        leave(guarded)


@pytest.mark.parametrize("guarded", GUARDED)
def test_what_opens_things_does_not_compare(guarded):
    with pytest.raises(TypeError):
        assert guarded == guarded  # noqa: PLR0124  # with itself above all
    with pytest.raises(TypeError):
        assert guarded != RAW
    with pytest.raises(TypeError):
        assert guarded in (RAW, guarded)


@pytest.mark.parametrize("make", [Secret, Identity, notes.Signer])
@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33)])
def test_a_key_is_32_bytes(make, raw):
    with pytest.raises(ValueError, match="32 bytes"):
        make(raw)


@pytest.mark.parametrize("make", [Secret, Identity])
def test_no_two_drawn_are_the_same(make):
    assert len({make.new().recipient for _ in range(50)}) == 50


def test_the_registry_of_labels_is_the_one_of_the_design():
    assert {"age", "rows", "keyring", "ledger", "cards", "cases", "seats", "packet"} == keys.SECRET_LABELS
    assert {"member/verify", "member/wrap", "receipt/handle", "receipt/age"} == keys.ROOT_LABELS


def test_every_label_gives_a_key_of_its_own_and_none_gives_the_secret():
    secret = Secret(RAW)

    made = {secret.sub(label) for label in keys.SECRET_LABELS} | {keys.derive(RAW, label) for label in keys.ROOT_LABELS}

    assert len(made) == 12
    assert RAW not in made


@pytest.mark.parametrize("label", ["", "row", "unlock/7", "member/wrap", "AGE"])
def test_a_secret_has_no_sub_key_of_another_name(label):
    with pytest.raises(ValueError, match="no such name"):
        Secret(RAW).sub(label)


@pytest.mark.parametrize("label", ["", "rows", "member", "receipt/key"])
def test_a_root_has_no_other_use(label):
    with pytest.raises(ValueError, match="no such use"):
        keys.derive(RAW, label)


@given(st.binary(min_size=32, max_size=32))
def test_a_key_file_comes_back_as_the_same_secret(raw):
    secret = Secret(raw)

    assert Secret.from_key_file(secret.key_file).key_file == secret.key_file


def test_a_key_file_that_disagrees_with_itself_is_refused():
    mine, other = Secret.new().key_file, Secret.new().key_file
    note, identity = mine.split("\n")[:2]

    for text in (
        f"{note}\n{other.split(chr(10))[1]}\n",
        f"{identity}\n",
        f"{note}\n",
        f"{note.upper()}\n{identity}\n",
        mine.rstrip("\n"),
        mine + "\n",
        mine.replace("testigo/1", "testigo/2"),
        "",
    ):
        with pytest.raises(Tampered):
            Secret.from_key_file(text)


@given(st.binary(min_size=32, max_size=32))
def test_an_identity_typed_from_paper_is_the_same_identity(seed):
    text = Identity(seed).text
    groups = " ".join(text[at : at + 4] for at in range(0, len(text), 4))

    for typed in (text, text.lower(), f"  {text}\n", groups, groups.lower(), text.replace("-", "–")):  # noqa: RUF001
        assert Identity.parse(typed).text == text


def test_an_identity_with_one_wrong_character_is_refused():
    text = Identity(RAW).text
    start = len("AGE-SECRET-KEY-1")

    for at in range(start, len(text)):
        wrong = text[:at] + ("Q" if text[at] != "Q" else "P") + text[at + 1 :]
        with pytest.raises(Misspelt) as caught:
            Identity.parse(wrong)
        assert caught.value.reason is Reason.KEY


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "hello",
        "AGE-SECRET-KEY-1",
        Secret(RAW).recipient,
        Identity(RAW).text[:-1],
        Identity(RAW).text * 2,
        "AGE-SECRET-KEY-PQ-1XYZ",
        "١٢٣",
        "AGE-SECRET-KEY-1" + "B" * 58,
        # Sound checksums over 31 bytes, over 33, and under another name.
        "AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARCNQTXUK",
        "AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0JQLV56A8",
        "AGE-SECRET-KEY-1X1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0S5V2S79",
    ],
)
def test_what_is_no_identity_is_refused(typed):
    with pytest.raises(Misspelt):
        Identity.parse(typed)


def test_a_phrase_is_stretched_the_same_however_it_is_typed():
    written = keys.stretch("abacus abdomen abide ability zoom", SALT)

    typed = keys.stretch("  Abacus-ABDOMEN, abide\tability zoom. ", SALT)

    assert typed.verify == written.verify
    assert typed.wrap == written.wrap
    assert written.verify != written.wrap


def test_another_phrase_or_salt_gives_another_key():
    roots = {
        keys.stretch_root(spelling, salt=salt, purpose=Purpose.FILING)
        for spelling in ("abacus abdomen", "abacus abide")
        for salt in (SALT, SALT[::-1])
    }

    assert len(roots) == 4


@pytest.mark.parametrize("salt", [b"", SALT[:15], SALT + b"x"])
def test_a_salt_is_16_bytes(salt):
    with pytest.raises(ValueError, match="16 bytes"):
        keys.stretch("abacus", salt)


def test_texts_are_compared_whole():
    assert keys.agrees("ñandú", "ñandú")
    assert not keys.agrees("ñandú", "ñand")
    assert not keys.agrees("", "a")


def test_a_session_key_needs_both_halves_and_its_subject():
    one, other = bytes(32), b"\x01" * 32

    made = {
        keys.session_key(cookie_half=one, boot_half=other, subject="receipt"),
        keys.session_key(cookie_half=other, boot_half=one, subject="receipt"),
        keys.session_key(cookie_half=one, boot_half=other, subject="words"),
    }

    assert len(made) == 3
    with pytest.raises(ValueError, match="32 bytes"):
        keys.session_key(cookie_half=b"", boot_half=other, subject="receipt")
    with pytest.raises(ValueError, match="32 bytes"):
        keys.session_key(cookie_half=one, boot_half=b"", subject="receipt")


DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "address",
    ["192.0.2.7", "2001:db8::1", "::ffff:192.0.2.8", "fe80::1%eth0", "", "unix:", "192.0.2.7, 10.0.0.1", "ü"],
)
def test_a_pseudonym_is_a_private_address_that_does_not_hold_the_real_one(address):
    pseudonym = keys.address_pseudonym(RAW, address, DAY)

    assert pseudonym.startswith("fd")
    assert pseudonym.endswith("::")
    assert keys.address_pseudonym(RAW, address, DAY) == pseudonym


def test_a_household_is_one_client_and_a_neighbour_another():
    def of(address, day=DAY):
        return keys.address_pseudonym(RAW, address, day)

    assert of("2001:db8:1:2::3") == of("2001:db8:1:2:ffff::4") != of("2001:db8:1:3::3")
    assert of("::ffff:192.0.2.7") == of("192.0.2.7") != of("192.0.2.8")
    assert of("") == of("not an address") != of("0.0.0.0")  # noqa: S104  # nothing listens there


def test_a_pseudonym_is_another_every_day_and_after_the_power_was_off():
    tomorrow = date(2026, 11, 25)

    made = {keys.address_pseudonym(half, "192.0.2.7", day) for half in (RAW, bytes(32)) for day in (DAY, tomorrow)}

    assert len(made) == 4
