"""What can be printed, and what becomes of what cannot."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.media.glyphs import coverage, visible, visible_throughout
from incidents.media.typeset import font_folders

COVERED = coverage(font_folders())


@pytest.mark.parametrize(
    ("language", "sample"),
    [
        ("en", "They did not show a warrant — “open up!”"),
        ("es", "¿Mostraron una orden? «¡Abra!» ñ Ñ á é í ó ú ü"),
        ("ht", "Yo pa t montre okenn papye. Mwen wè sis ajan, ò è"),
        ("pt", "Não mostraram nenhuma ordem. ção ões â ê ô à"),
        ("fr", "Ils ont dit « ouvrez ! » sans mandat. œ ç ë ï ù"),
        ("vi", "Họ không đưa ra lệnh nào. ữ ệ ợ ẫ ỷ ạ đ"),
        ("ru", "Они не показали ордер. Ёё ъ ы э"),
        ("tl", "Wala silang ipinakitang warrant. ñ"),
        ("zh", "他们没有出示逮捕令。“开门”"),
        ("ar", "لم يظهروا أي أمر قضائي، ٣ مرات؟"),
        ("hi", "उन्होंने कोई वारंट नहीं दिखाया। क्ष त्र ज्ञ"),
    ],
)
def test_a_text_in_an_offered_language_stays_as_it_is(language, sample):
    assert visible(sample, covered=COVERED) == sample, language


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a[U+202E]b"),
        ("a\0b", "a[U+0000]b"),
        ("\U0001f600", "[U+1F600]"),
        ("\ud800", "[U+D800]"),
        ("\ufffe", "[U+FFFE]"),
        ("\u200b", "[U+200B]"),
        ("\ue000", "[U+E000]"),
        ("a\tb", "a[U+0009]b"),
        ("one\r\ntwo\nthree", "one\ntwo\nthree"),
        ("a\rb", "a[U+000D]b"),
        ("e\u0301", "é"),
        ("क\u200dष", "क\u200dष"),
        ("10\u00a0km", "10\u00a0km"),
    ],
)
def test_what_no_font_shows_or_what_turns_a_line_around_is_named(text, shown):
    assert visible(text, covered=COVERED) == shown


@given(st.text(st.characters(codec=None)))
def test_only_printable_letters_are_left_and_a_second_time_changes_nothing(text):
    shown = visible(text, covered=COVERED)

    odd = {char for char in shown if ord(char) not in COVERED and char not in "\n \u00a0\u200c\u200d"}
    assert odd == set()
    assert not {unicodedata.category(char) for char in shown.replace("\n", "")} & {"Cc", "Cs", "Co", "Cn"}
    assert visible(shown, covered=COVERED) == shown


def test_every_string_of_a_value_is_made_visible_and_nothing_else_is_touched():
    value = {"a": ["\0", {"b": "\0", "n": 1}], "t": ("\0",), "yes": True}

    shown = visible_throughout(value, covered=COVERED)

    assert shown == {"a": ["[U+0000]", {"b": "[U+0000]", "n": 1}], "t": ["[U+0000]"], "yes": True}


def test_a_folder_without_fonts_covers_nothing(tmp_path):
    assert coverage((str(tmp_path),)) == frozenset()
