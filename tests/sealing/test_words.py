from __future__ import annotations

import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import words
from sealing.keys import Secret
from sealing.words import Misspelt, Reason


def fingerprint(listed):
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()


# What may be typed. It may grow; when one of these changes otherwise, codes on paper stop to open.
ACCEPTED = {
    "en": (7772, "76e3348ad957cad7d9c5c68873e89410ed998c19f4956367ab52d9aec4eee884"),
    "es": (8192, "511243574f2fcd372cfebd1c4f57291cf0f524359e2523508c32d5769325c360"),
    "fr": (7775, "bcc4d92ad30b4a0ac4e8985c36c79c272802a19e584caf631da0e3b171471ff3"),
    "pt-br": (7776, "6113843c58884b4ec3939c131ce5db0f8476978a937dd606a546a80b099da837"),
}
# What codes are made of. It may shrink, down to 7,000.
DRAWN = {
    "en": "d60c535fe30e62c7d128444b642fd7522eed946ca507de262d904563b29b3b5e",
    "es": "5332aa83753a98149b0d6d661919746b94f6091c0570c0610e62c23db5bf9a94",
    "fr": "8b165a388c92575e7c32ce7a2b4ee8f1f6e8c86b7db78dee00c39c9ffc140350",
    "pt-br": "690debf001c5a43a89073d89bce95bcfe531a02db270bc826731c8049b670334",
}


def test_the_languages_with_a_list_are_these_four():
    assert tuple(ACCEPTED) == words.LANGUAGES


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_lists_are_fixed(language):
    accepted, drawn = words.accepted(language), words.drawn(language)

    assert (len(accepted), fingerprint(accepted)) == ACCEPTED[language]
    assert fingerprint(drawn) == DRAWN[language]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_words_are_plain_small_letters_and_their_own_one_spelling(language):
    for word in words.accepted(language):
        assert word.isascii()
        assert word.isalpha()
        assert words.forgive(word) == word


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_what_is_withheld_is_in_the_list_and_enough_is_left(language):
    accepted, withheld, drawn = set(words.accepted(language)), words.withheld(language), set(words.drawn(language))

    assert withheld < accepted
    assert drawn == accepted - withheld
    assert len(drawn) >= 7000
    assert 6 * math.log2(len(drawn)) > 76.6


@pytest.mark.parametrize(
    ("language", "frightening"),
    [
        ("en", {"deport", "handcuff", "police", "detention"}),
        ("es", {"puto", "mierda", "sangre", "rehenes"}),
        ("fr", {"gendarme", "meurtre", "police", "menotte"}),
        ("pt-br", {"puta", "nazi", "bomba", "merda"}),
    ],
)
def test_nobody_is_given_words_of_violence_police_or_contempt(language, frightening):
    assert frightening <= words.withheld(language)


def test_a_members_phrase_is_five_english_words():
    drawn = set(words.drawn("en"))

    phrases = {words.draw_phrase() for _ in range(200)}

    assert len(phrases) == 200
    assert all(len(phrase.split(" ")) == 5 and drawn.issuperset(phrase.split(" ")) for phrase in phrases)


@pytest.mark.parametrize(
    ("typed", "spelling"),
    [
        ("  ABACUS-abdomen,\tabide\n", "abacus abdomen abide"),
        ("abacus_abdomen/abide;ability", "abacus abdomen abide ability"),
        ("niño café über", "nino cafe uber"),
        ("nin\u0303o", "nino"),
        ("cœur ŒUF ex æquo", "coeur oeuf ex aequo"),
        ("ＡＢＡＣＵＳ", "abacus"),  # noqa: RUF001  # full width, as East Asian keyboards write
        ("İstanbul STRASSE straße", "istanbul strasse strasse"),
        ("٠١٢٣ ۴۵۶ ७८ ９", "0123 456 78 9"),  # noqa: RUF001  # Arabic, Persian, Devanagari, full width
        ("\u202eabacus\u202c \u200babide\ufe0f", "abacus abide"),
        ("…!?", ""),
        ("", ""),
    ],
)
def test_typing_is_forgiven(typed, spelling):
    assert words.forgive(typed) == spelling


@given(st.text())
def test_what_was_forgiven_needs_no_more_forgiving(text):
    spelling = words.forgive(text)

    assert words.forgive(spelling) == spelling
    assert spelling == " ".join(spelling.split())


def test_words_of_one_language_pass():
    for language in words.LANGUAGES:
        words.check_spelling(words.accepted(language)[:6])


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (["abacus", "abdomen", "abidee", "ability"], "abidee"),
        (["abadesa", "abajo", "abacus", "abanico"], "abacus"),
        (["qwxyz"], "qwxyz"),
    ],
)
def test_the_first_word_that_is_not_of_the_others_list_is_named(typed, wrong):
    with pytest.raises(Misspelt) as caught:
        words.check_spelling(typed)

    assert (caught.value.reason, caught.value.word) == (Reason.WORD, wrong)
    assert wrong not in str(caught.value)


def test_check_words_are_six_and_digits_are_24_and_each_recipient_has_its_own():
    recipients = [Secret.new().recipient for _ in range(50)]

    said = {words.check_words(recipient) for recipient in recipients}
    linked = {words.check_digits(recipient) for recipient in recipients}

    assert len(said) == len(linked) == 50
    assert {len(text.split(" ")) for text in said} == {6}
    assert {len(text) for text in linked} == {29}
