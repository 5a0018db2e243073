from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import wraps
from sealing.keys import Identity, Secret, Tampered
from tests.sealing.tampering import every_bit_flipped, every_truncation

READER = Identity.new()
INTRO = b"age-encryption.org/v1\n"
MAC = b"--- " + b"A" * 43 + b"\n"


def test_a_secret_handed_over_comes_back():
    secret = Secret.new()

    wrapped = wraps.wrap(secret, READER.recipient)

    assert wraps.take(wrapped, READER, expected=secret.recipient).key_file == secret.key_file
    assert wrapped.startswith(b"age")
    assert 368 <= len(wrapped) <= 533


def test_only_who_it_was_handed_to_opens_it():
    secret = Secret.new()
    wrapped = wraps.wrap(secret, READER.recipient)

    for stranger in (Identity.new(), secret.identity):
        with pytest.raises(Tampered):
            wraps.take(wrapped, stranger, expected=secret.recipient)


def test_a_wrap_with_another_secret_in_it_is_refused():
    mine, attackers = Secret.new(), Secret.new()

    with pytest.raises(Tampered):
        wraps.take(wraps.wrap(attackers, READER.recipient), READER, expected=mine.recipient)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"# testigo/1 00\n", Identity.new().text.encode()],
    ids=["nothing", "no text", "too short", "an identity"],
)
def test_a_wrap_that_holds_no_key_file_is_refused(content):
    with pytest.raises(Tampered):
        wraps.take(wraps.seal(content, READER.recipient), READER, expected=READER.recipient)


def test_every_bit_of_a_wrap_counts():
    secret = Secret.new()
    wrapped = wraps.wrap(secret, READER.recipient)

    for changed in every_bit_flipped(wrapped):
        with pytest.raises(Tampered):
            wraps.take(changed, READER, expected=secret.recipient)


def test_a_wrap_cut_or_lengthened_is_refused():
    secret = Secret.new()
    wrapped = wraps.wrap(secret, READER.recipient)

    for changed in (*every_truncation(wrapped), wrapped + b"\x00", wrapped + wrapped):
        with pytest.raises(Tampered):
            wraps.take(changed, READER, expected=secret.recipient)


def test_a_database_may_hand_out_a_view():
    secret = Secret.new()
    wrapped = wraps.wrap(secret, READER.recipient)

    assert wraps.take(memoryview(wrapped), READER, expected=secret.recipient).recipient == secret.recipient


def test_finding_nothing_costs_what_taking_costs():
    secret, text = Secret.new(), Identity.new().text
    wrapped = wraps.wrap(secret, Identity.parse(text).recipient)
    seed_of = Identity.parse(text)._seed  # noqa: SLF001  # a fresh identity each time, as a receipt gives

    def cost(act):
        started = time.process_time()
        for _ in range(300):
            act()
        return time.process_time() - started

    hit = min(cost(lambda: wraps.take(wrapped, Identity(seed_of), expected=secret.recipient)) for _ in range(3))
    miss = min(cost(wraps.take_nothing) for _ in range(3))

    assert miss == pytest.approx(hit, rel=0.4)


@given(st.binary(max_size=4096), st.integers(1, 3))
def test_each_recipient_opens_what_was_sealed_to_all(data, count):
    readers = [Identity.new() for _ in range(count)]

    sealed = wraps.seal(data, *(reader.recipient for reader in readers))

    assert [wraps.unseal(sealed, reader) for reader in readers] == [data] * count


def test_sealing_needs_somebody_and_not_too_much():
    with pytest.raises(ValueError, match="8 MiB"):
        wraps.seal(b"x")
    with pytest.raises(ValueError, match="8 MiB"):
        wraps.seal(bytes(wraps.LIMIT_BYTES + 1), READER.recipient)


@pytest.mark.parametrize(
    "recipient",
    ["", "age1", READER.text, READER.recipient[:-1], "age1pq1xyz"],
    ids=["nothing", "a prefix", "an identity", "cut", "another kind"],
)
def test_a_recipient_that_was_altered_is_refused(recipient):
    with pytest.raises(Tampered):
        wraps.seal(b"x", recipient)


def test_the_headers_we_make_pass():
    for count in (1, 2, 3):
        recipients = [Identity.new().recipient for _ in range(count)]
        for _ in range(100):
            wraps.check_header(wraps.seal(b"x", *recipients))


def stanzas(count):
    sealed = wraps.seal(b"", READER.recipient)
    start = sealed.index(b"-> X25519")
    first_line_end = sealed.index(b"\n", start)
    stanza = sealed[start : sealed.index(b"\n", first_line_end + 1) + 1]
    return INTRO + stanza * count + MAC + bytes(40)


HOSTILE = [
    pytest.param(stanzas(100_000), id="100,000 stanzas"),
    pytest.param(INTRO + b"-> noise x\n" + (b"A" * 64 + b"\n") * 100_000, id="an endless stanza"),
    pytest.param(INTRO + b"-> " + b"x" * 10_000_000, id="an endless line"),
    pytest.param(INTRO, id="no header"),
    pytest.param(INTRO + b"-> x\n--- short\n" + MAC, id="a first end that is none"),
    pytest.param(INTRO + b"-> x\n--- " + b"A" * 43, id="cut before the line ends"),
    pytest.param(b"-----BEGIN AGE ENCRYPTED FILE-----\n" + MAC, id="armour"),
    pytest.param(b"age-encryption.org/v2\n-> x\n\n" + MAC, id="another version"),
    pytest.param(b" " + stanzas(1), id="a blank before"),
    pytest.param(bytes(100), id="nothing like it"),
    pytest.param(b"", id="nothing"),
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_header_made_to_burn_time_never_reaches_the_library(hostile):
    started = time.process_time()

    with pytest.raises(Tampered):
        wraps.check_header(hostile)
    with pytest.raises(Tampered):
        wraps.unseal(hostile, READER)

    assert time.process_time() - started < 0.05


def test_the_longest_header_that_passes_costs_little():
    longest = stanzas((2048 - len(INTRO) - len(MAC)) // len(stanzas(2)[len(INTRO) : -len(MAC) - 40]) * 2)
    wraps.check_header(longest)
    started = time.process_time()

    with pytest.raises(Tampered):
        wraps.unseal(longest, READER)

    assert time.process_time() - started < 0.05
