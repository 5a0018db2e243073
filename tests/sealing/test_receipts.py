from __future__ import annotations

import secrets
import time
import unicodedata

import pytest

from sealing import receipts, words, wraps
from sealing.keys import Secret
from sealing.slots import Busy, Purpose, slot
from sealing.words import Misspelt, Reason

SALT = b"0123456789abcdef"
SCRIPTS = "٠۰०০０"  # noqa: RUF001  # zero in Arabic-Indic, Persian, Devanagari, Bengali, full width
GOOD = "0123 4567 8901 2345 6789 0128"


def in_script(digits, zero):
    return "".join(chr(ord(zero) + int(digit)) if digit.isdigit() else digit for digit in digits)


def typings(code):
    """As people type: shouting, in lines, with dashes, with the accents the list has not, with the wrong script."""
    yield code
    yield code.upper()
    yield code.title()
    yield f"\n  {code}. "
    for separator in ("\n", "-", ", ", " / ", "_", "\u00a0", "  ", "\u200b", ";"):
        yield code.replace(" ", separator)
    yield code.translate(str.maketrans("aeioun", "áèîöûñ"))
    yield unicodedata.normalize("NFD", code.translate(str.maketrans("aeioun", "áèîöûñ")))
    for zero in SCRIPTS:
        yield in_script(code, zero)


@pytest.mark.parametrize("language", [*words.LANGUAGES, "ht", "ar", receipts.DIGITS])
def test_every_code_that_is_drawn_can_be_typed_back(language):
    for _ in range(300):
        code = receipts.draw(language)
        spelling = code if language in words.LANGUAGES else code.replace(" ", "")

        assert {receipts.normalise(typed) for typed in typings(code)} == {spelling}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_word_that_was_ever_drawn_is_still_accepted(language):
    known = words.accepted(language)

    for at in range(0, len(known) - 6, 6):
        code = " ".join(known[at : at + 6])
        assert receipts.normalise(code) == code


def test_digits_are_six_groups_of_four():
    codes = [receipts.draw(receipts.DIGITS) for _ in range(100)]

    assert all([len(group) for group in code.split(" ")] == [4] * 6 for code in codes)
    assert len(set(codes)) == 100


def test_digits_need_no_groups():
    assert receipts.normalise(GOOD.replace(" ", "")) == receipts.normalise(GOOD) == GOOD.replace(" ", "")


def test_one_wrong_digit_or_two_swapped_are_told_at_once():
    for _ in range(50):
        digits = receipts.normalise(receipts.draw(receipts.DIGITS))
        wrong = [
            digits[:at] + str((int(digits[at]) + 1 + secrets.randbelow(9)) % 10) + digits[at + 1 :]
            for at in range(len(digits))
        ]
        wrong += [
            digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
            for at in range(len(digits) - 1)
            if digits[at] != digits[at + 1]
        ]
        for typed in wrong:
            with pytest.raises(Misspelt) as caught:
                receipts.normalise(typed)
            assert caught.value.reason is Reason.CHECK_DIGIT


@pytest.mark.parametrize(
    ("typed", "reason", "word"),
    [
        ("", Reason.COUNT, ""),
        ("abacus", Reason.COUNT, ""),
        ("abacus " * 7, Reason.COUNT, ""),
        ("1234 " * 5, Reason.COUNT, ""),
        (GOOD + "0", Reason.COUNT, ""),
        ("abacus " * 5 + "Qwxyz", Reason.WORD, "qwxyz"),
        ("abacus " * 5 + "abadesa", Reason.WORD, "abadesa"),
        ("abacus " * 5 + "1234", Reason.WORD, "1234"),
        ("O123 4567 8901 2345 6789 0128", Reason.WORD, "o123"),
        ("½ ² Ⅷ abc 一 二", Reason.COUNT, ""),
    ],
)
def test_what_can_be_nobodys_code_is_refused_with_its_reason_and_never_stretched(typed, reason, word):
    with slot(Purpose.RECEIPT), pytest.raises(Misspelt) as caught:
        receipts.derive(typed, salt=SALT, purpose=Purpose.RECEIPT)

    assert (caught.value.reason, caught.value.word) == (reason, word)


def test_a_text_fifty_times_as_long_costs_some_fifty_times_as_much_to_refuse():
    def cost(text):
        started = time.process_time()
        with pytest.raises(Misspelt):
            receipts.normalise(text)
        return time.process_time() - started

    long = "abacus " * 50_000

    assert cost(long) < 4 * max(cost(long[: len(long) // 50]) * 50, 0.01)


def test_what_a_receipt_was_given_it_opens_however_it_is_typed():
    incident, code = Secret.new(), receipts.draw("es")
    filed = receipts.derive(code, salt=SALT, purpose=Purpose.FILING)
    wrapped = wraps.wrap(incident, filed.identity.recipient)

    back = receipts.derive(code.upper().replace(" ", "-"), salt=SALT, purpose=Purpose.RECEIPT)

    assert back.handle == filed.handle
    assert len(back.handle) == 16
    assert wraps.take(wrapped, back.identity, expected=incident.recipient).recipient == incident.recipient


def test_another_site_finds_nothing_with_the_same_words():
    code = receipts.draw("en")

    handles = {receipts.derive(code, salt=salt, purpose=Purpose.FILING).handle for salt in (SALT, SALT[::-1])}

    assert len(handles) == 2


def test_while_another_comes_back_one_is_told_to_try_again():
    code = receipts.draw("en")

    with slot(Purpose.RECEIPT), pytest.raises(Busy):
        receipts.derive(code, salt=SALT, purpose=Purpose.RECEIPT)
