"""The bytes written in the design, computed again. Whoever changes one of these changes every stored thing."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from sealing import keys, merkle, receipts, words
from sealing.slots import Purpose

SECRET = keys.Secret(bytes(range(32)))
SALT = b"0123456789abcdef"


@pytest.fixture
def counted_nonces(monkeypatch):
    monkeypatch.setattr("secrets.token_bytes", lambda count: bytes(range(count)))


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("rows", "3e14a6743fc80b5d9dadf7417f4ecc182a12c587579f64f6e0a7c67ce3404d93"),
        ("cards", "98903f6d516bea012ae032e3b49357025f169bc8c2c1af43f8e0b9f813d57309"),
    ],
)
def test_a_sub_key_is_the_one_of_the_design(label, expected):
    assert SECRET.sub(label).hex() == expected


def test_a_secret_is_the_key_file_and_recipient_of_the_design():
    assert SECRET.key_file == (
        "# testigo/1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
        "AGE-SECRET-KEY-1G46F2SR5KM83Y08QX2UNCV7Z9XR0TVN6H3HMJW43ZTMSL893UQYQS5DHEL\n"
    )
    assert SECRET.recipient == "age1ce0rk70jfyn0c8ukaskymqw44mncayp60mqh80d3n0e55ckcmv2qzggq8m"


@pytest.mark.usefixtures("counted_nonces")
def test_a_document_is_the_one_of_the_design():
    place = ("report", "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-aaaaaaaaaaaa", 1)

    sealed = keys.seal(SECRET.sub("rows"), {"k": "é", "n": 1}, place)

    assert len(sealed) == 1 + 12 + 256 + 16
    assert sealed[:13] == b"\x01" + bytes(range(12))
    assert hashlib.sha256(sealed).hexdigest() == "1a473fac1519ac6b74476dd96a033a95787cb90f58bb4abc3cdb66a1f292e06e"


def test_a_receipt_of_words_is_the_one_of_the_design():
    made = receipts.derive("abacus abdomen abdominal abide abiding ability", salt=SALT, purpose=Purpose.RECEIPT)

    assert made.handle.hex() == "2b5c128965f109237d1d4607a76a53a1"
    assert made.identity.text == "AGE-SECRET-KEY-13WYVC8ENEDNHZCW4EZGH4GUHLDARPYLZHS945NW3KTMH3P6L93WS9D2AC4"
    assert made.identity.recipient == "age14yg2qjsmcgeumjhqc5hqpxat45t5lkljycp5zqg4qt8ejw4sla2qkc06gr"


def test_a_receipt_of_digits_is_the_one_of_the_design():
    made = receipts.derive("0123 4567 8901 2345 6789 0128", salt=SALT, purpose=Purpose.FILING)

    assert made.handle.hex() == "f5fb7459ab1c82f73d9708ac7afb28e6"


def test_a_members_phrase_is_the_one_of_the_design():
    stretched = keys.stretch("five words made by us", SALT)

    assert keys.proof(stretched.verify) == "2eb203c185013c21cc32c2e02c2631294e6f721fc092bf75fcb9905f5cbd8e6e"
    assert stretched.wrap.hex() == "40543e8d3e6a4ae7c5b3bda71fecc25b968a258cb13857bcf7cd748b0414dc6b"


def test_a_session_key_is_the_one_of_the_study():
    key = keys.session_key(cookie_half=bytes(32), boot_half=b"\x01" * 32, subject="7")

    assert key.hex() == "47e8217fc2d538c56ddbd9c9b90ba80f2e18261ed58f8495ff29e4559bca6f1e"


def test_a_pseudonym_stays_the_same_from_release_to_release():
    pseudonym = keys.address_pseudonym(b"\x01" * 32, "192.0.2.7", date(2026, 11, 24))

    assert pseudonym == "fdc6:b197:7bd6:a6f8::"


def test_check_words_and_digits_are_the_ones_of_the_design():
    assert words.check_words(SECRET.recipient) == "remission purveyor muck straining clear borrower"
    assert words.check_digits(SECRET.recipient) == "7173 4088 8674 5591 5230 2450"


@pytest.mark.usefixtures("counted_nonces")
def test_a_ledger_leaf_is_the_one_of_the_design():
    body = {
        "act": "report_received",
        "at": "2026-11-24T15:04:05Z",
        "by": "receipt",
        "nonce": "00112233445566778899aabbccddeeff",
        "object": "66666666-7777-4888-9999-aaaaaaaaaaaa",
        "sha256": "22" * 32,
    }
    line = {
        "class": "received",
        "day": "2026-11-24",
        "desk": None,
        "id": "77777777-8888-4999-aaaa-bbbbbbbbbbbb",
        "incident": "11111111-2222-4333-8444-555555555555",
        "of": "11" * 32,
        "thing": "66666666-7777-4888-9999-aaaaaaaaaaaa",
        "v": 1,
    }

    sealed = keys.seal(SECRET.sub("ledger"), body, ("event", line["incident"], line["id"]))
    stored = merkle.canonical(line) + sealed
    entry = merkle.entry(merkle.canonical(body), stored)

    assert len(entry) == 65
    assert entry[1:33].hex() == "dd02a9dd9b6178e304a3909d94f2649e6ec11f01b342701ffa417a311dd04c13"
    assert entry[33:].hex() == "dc6b743e843bee9c1e8e5423a3fab0c1532f17f6fcb50a8c7c7c55b0d71cb7b7"
    assert merkle.leaf(entry).hex() == "2aeb615afff47684cfbc7d4f1ee2738d72096a761e343246b149ce47f782fb1f"
