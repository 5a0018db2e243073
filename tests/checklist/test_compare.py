"""What two witnesses wrote is alike, or not, and what says nothing is never a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.checklist import compare
from incidents.checklist.compare import Level, NameLevel, agency_level, same_badge, same_name, with_office
from incidents.checklist.kinds import KINDS
from incidents.checklist.reference import fold, table

FOLDERS = (
    compare.badge_keys,
    compare.plate_keys,
    compare.name_keys,
    compare.vest_keys,
    compare.operation_keys,
)
AGENCIES = {"ICE": ["ice"], "HSI": ["ice_hsi"], "CBP": ["customs"], "unknown": []}
SHARED_NAMES = {"strong": {NameLevel.FULL, NameLevel.INITIAL}, "no": {None}}


def agency(written):
    return AGENCIES.get(written, [with_office("sheriff", office=written, state="IL")])


def test_every_shared_pair_of_badges_comes_out_as_labelled(variants):
    expected = {"strong": Level.STRONG, "weak": Level.WEAK, "no": Level.NO}

    found = [
        (
            pair["a"],
            pair["b"],
            same_badge(pair["a"], pair["b"], agency_a=agency(pair["agency_a"]), agency_b=agency(pair["agency_b"])),
        )
        for pair in variants["badges"]
    ]

    assert found == [(pair["a"], pair["b"], expected[pair["surface"]]) for pair in variants["badges"]]
    assert len(found) == 24


def test_every_shared_pair_of_names_that_is_labelled_clearly_comes_out_so(variants):
    clear = [pair for pair in variants["names"] if pair["surface"] in SHARED_NAMES]

    wrong = [pair for pair in clear if same_name(pair["a"], pair["b"]) not in SHARED_NAMES[pair["surface"]]]

    assert wrong == []
    assert len(variants["names"]) == 24


def test_no_shared_placeholder_gives_a_key(variants):
    keys = {(text, folder.__name__) for text in variants["no_index_values"] for folder in FOLDERS if folder(text)}

    assert keys == set()
    assert len(variants["no_index_values"]) == 30


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("language", table("words")["placeholders"])
def test_no_placeholder_of_any_language_gives_a_key(folder, language):
    written = [form for word in table("words")["placeholders"][language] for form in (word, f"  {word.upper()}. ")]

    assert [(text, folder(text)) for text in written if folder(text)] == []


@pytest.mark.parametrize("filler", ["0000", "1111", "9999", "123", "1234", "12345", "123456", "4321", "", "?", "--"])
def test_what_is_typed_to_fill_a_line_is_no_badge(filler):
    assert compare.badge_keys(filler) == {}


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łukasz Øster", "lukasz oster"),
        ("STRASSE Straße", "strasse strasse"),
        ("Þór Ægir", "thor aegir"),
        ("Đặc   vụ", "dac vu"),
        ("İı", "ii"),
        ("４٤", "44"),
    ],
)
def test_text_folds_to_one_form_of_each_letter(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=40))
def test_any_text_folds_into_texts_or_nothing(text):
    for folder in FOLDERS:
        assert all(isinstance(key, str) and key for key in folder(text).values())


@pytest.mark.parametrize(
    ("seen", "keys"),
    [
        ("Badge No. 4471", {"full": "4471", "core": "4471", "look": "4471"}),
        ("ICE-4471", {"full": "4471", "core": "4471", "look": "4471"}),
        ("Star A-0471b", {"full": "A0471B", "core": "471B", "look": "A0471B"}),
        ("0471B", {"full": "0471B", "core": "471", "look": "0471B"}),
        ("l1O7", {"full": "L1O7", "core": "1O7", "look": "1107"}),
        ("44?1", {}),
        ("44*1", {}),
        ("ABC", {}),
        ("4", {}),
        ("1234567890123", {}),
    ],
)
def test_a_badge_folds_into_its_keys(seen, keys):
    assert compare.badge_keys(seen) == keys


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ("4471", "#4471", Level.STRONG),
        ("4471", "04471", Level.WEAK),
        ("4471A", "4471", Level.WEAK),
        ("4471A", "4471B", Level.NO),
        ("O832", "0832", Level.WEAK),
        ("4471", "4417", Level.NO),
        ("4471", "44711", Level.NO),
        ("4471", "447", Level.NO),
        ("44?1", "44?1", Level.NO),
        ("unknown", "unknown", Level.NO),
    ],
)
def test_badges_of_one_agency_are_alike(a, b, level):
    assert same_badge(a, b, agency_a=["ice_ero"], agency_b=["ice_ero"]) is level
    assert same_badge(b, a, agency_a=["ice_ero"], agency_b=["ice_ero"]) is level


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        (["ice_ero"], ["fbi", "ice_ero"], Level.STRONG),
        (["ice"], ["ice_hsi"], Level.MEDIUM),
        (["ice_ero"], ["ice_hsi"], Level.NO),
        (["ice"], ["customs"], Level.NO),
        (["ice"], [], Level.WEAK),
        (["ice"], ["police_only", "said_nothing"], Level.WEAK),
        (["false_story"], ["false_story"], Level.WEAK),
        (["sheriff"], ["sheriff"], Level.WEAK),
        (["sheriff:IL:cook_county"], ["sheriff:IL:cook_county"], Level.STRONG),
        (["sheriff:IL:cook_county"], ["sheriff:IL:lake_county"], Level.NO),
        (["sheriff:IL:lake_county"], ["sheriff:IN:lake_county"], Level.NO),
    ],
)
def test_agencies_agree_are_kin_differ_or_are_not_known(a, b, level):
    assert agency_level(a, b) is level
    assert agency_level(b, a) is level
    assert same_badge("4471", "4471", agency_a=a, agency_b=b) is level


def test_only_a_local_agency_takes_an_office():
    assert with_office("sheriff", office="Cook  Cóunty", state="IL") == "sheriff:IL:cook_county"
    assert with_office("sheriff", office="", state="IL") == "sheriff"
    assert with_office("ice", office="Chicago", state="IL") == "ice"


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ("José Ramírez", "Ramirez, Jose", NameLevel.FULL),
        ("Ana María López", "Lopez, Ana Maria", NameLevel.FULL),
        ("Agent J. Ramirez", "Ramírez, José, DO", NameLevel.INITIAL),
        ("Nguyễn T.", "T. NGUYEN", NameLevel.INITIAL),
        ("Officer Ramirez #4471", "J. Ramirez", NameLevel.SURNAME),
        ("Al-Hassan", "Al Hassan", NameLevel.INITIAL),
        ("O'Brien", "O\N{RIGHT SINGLE QUOTATION MARK}Brien", NameLevel.INITIAL),
        ("McAllister", "MacAllister", NameLevel.NEAR),
        ("Dunleavy", "Dunlevy", NameLevel.NEAR),
        ("Ramirez", "Zamirez", None),
        ("Diaz", "Dias", None),
        ("José Ramírez", "Josefina Ramírez", None),
        ("J. Ramirez", "M. Ramirez", None),
        ("李伟", "李偉", None),
        ("李伟", "李伟", NameLevel.INITIAL),
        ("John Doe", "John Doe", None),
    ],
)
def test_names_are_alike_in_one_way_or_not_at_all(a, b, level):
    assert same_name(a, b) == level
    assert same_name(b, a) == level


@pytest.mark.parametrize(
    ("seen", "keys"),
    [
        ("ab 12-345", {"full": "AB12345", "look": "A812345"}),
        ("SOB 1Z2", {"full": "SOB1Z2", "look": "508122"}),
        ("AB?12", {}),
        ("12", {}),
        ("123456789", {}),
        ("AAAA", {}),
    ],
)
def test_a_plate_folds_into_its_keys(seen, keys):
    assert compare.plate_keys(seen) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("POLICE ICE ERO", {}),
        ("Federal Agent - SRT", {"words": "SRT"}),
        ("Team 3, POLICE", {"words": "3 TEAM"}),
        ("police / team-3", {"words": "3 TEAM"}),
    ],
)
def test_only_words_that_not_every_agent_wears_are_a_key(text, keys):
    assert compare.vest_keys(text) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Operation Midway", {"name": "midway"}),
        ("Operación  MIDWAY!", {"name": "midway"}),
        ("op. midway", {"name": "midway"}),
        ("行动春风", {"name": "春风"}),
        ("Operation", {}),
        ("n/a", {}),
    ],
)
def test_an_operation_is_compared_without_that_word(text, keys):
    assert compare.operation_keys(text) == keys


def test_each_list_of_keys_is_filled_by_a_kind_that_compares():
    groups = {same.group for same in (compare.BADGE, compare.PLATE, compare.NAME, compare.UNIT, compare.OPERATION)}
    compared = [kind for kind in KINDS if "same" in getattr(kind, "__dataclass_fields__", {})]

    assert groups == {"badge", "plate", "name", "unit", "operation"}
    assert {kind.name for kind in compared} >= {"text", "mark"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("De la Cruz", "Delacruz"),
        ("de los Santos", "Delos Santos"),
        ("Van der Berg", "VANDERBERG"),
        ("K. De La Cruz", "Delacruz, K."),
    ],
)
def test_several_particles_join_the_name_they_lead_to(a, b):
    assert same_name(a, b) is NameLevel.INITIAL


def test_a_label_and_an_agency_both_give_way_to_the_number():
    assert compare.badge_keys("badge no. HSI #3052")["full"] == "3052"


def test_one_given_name_beside_two_spellings_of_a_surname_is_near():
    assert same_name("Kwame Kowalczyk", "Kwame Kowalczik") is NameLevel.NEAR
    assert same_name("Kwame Kowalczyk", "Kofi Kowalczik") is None
