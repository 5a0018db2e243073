"""A wrong variable stops the start and is named."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import Env, hex_bytes, private_bytes, private_folder
from tests.config.site_process import manage

NAME = "TESTIGO_THING"


def of(value):
    return Env({NAME: value})


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        *((lambda env: env.flag(NAME), value) for value in ("true", "1", "")),
        *(
            (lambda env: env.integer(NAME, default=1, least=1, most=9), value)
            for value in ("0", "10", "-1", "1.5", "many", "٣", "")
        ),
        *((lambda env: env.url(NAME, "https://example.org/"), value) for value in ("http://example.org/", "x", "")),
        (lambda env: env.url(NAME, "https://example.org/"), 'https://example.org/"><script>'),
        (lambda env: env.secret_file("TESTIGO"), None),
    ],
)
def test_a_wrong_value_names_its_variable(read, wrong, tmp_path):
    env = of(wrong) if wrong is not None else Env({"TESTIGO_FILE": str(tmp_path / "nothing here")})

    with pytest.raises(ImproperlyConfigured) as refused:
        read(env)

    assert (NAME if wrong is not None else "TESTIGO_FILE") in str(refused.value)


def test_what_is_set_well_is_read(tmp_path):
    env = Env({"A": " yes ", "B": "7", "C": "one, two three", "D": str(tmp_path), "E": "https://example.org/bye"})

    assert env.flag("A") is True
    assert env.integer("B", default=1, least=1, most=9) == 7
    assert env.words("C") == ["one", "two", "three"]
    assert env.path("D", tmp_path / "other") == tmp_path
    assert env.url("E", "https://example.org/") == "https://example.org/bye"


def test_what_is_not_set_is_the_default(tmp_path):
    env = Env({})

    assert (env.flag("A"), env.flag("B", default=True)) == (False, True)
    assert env.integer("C", default=3, least=1, most=9) == 3
    assert env.words("D") == []
    assert env.path("E", tmp_path) == tmp_path
    assert env.secret_file("F") is None


def test_a_variable_of_ours_that_nobody_reads_stops_the_start():
    env = Env({"TESTIGO_A": "x", "TESTIGO_TYPO": "x", "TESTIGO_WORDS": "x", "HOME": "x"})
    env.text("TESTIGO_A")

    with pytest.raises(ImproperlyConfigured, match=r"^Nobody reads TESTIGO_TYPO\. Correct or remove it\.$"):
        env.refuse_unread()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TESTIGO_HOST", "example.org"),
        ("TESTIGO_FILE_LIMIT_MB", "lots"),
        ("TESTIGO_EXIT_URL", "http://example.org/"),
        ("TESTIGO_ACCEPT_DEGRADED_SANDBOX", "maybe"),
        ("TESTIGO_SECRET_KEY_FILE", "/nothing/is/here"),
    ],
)
def test_the_site_does_not_start_with_it(tmp_path, name, value):
    made = manage(tmp_path, "check", **{name: value})

    assert made.returncode != 0
    assert f"{name} " in made.stderr or f"{name}." in made.stderr


def test_a_key_of_our_own_is_drawn_once_and_for_this_user_only(tmp_path):
    path = tmp_path / "private" / "key"

    first, second = (private_bytes(path, length_bytes=16) for _ in range(2))

    assert len(first) == 16
    assert first == second
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [found.name for found in path.parent.iterdir()] == ["key"]


@pytest.mark.parametrize("held", ["", "00" * 15, "00" * 17, "zz" * 16, "0" * 31])
def test_a_key_that_is_not_whole_is_refused_by_its_name_and_never_shown(tmp_path, held):
    path = tmp_path / "receipt_salt"
    path.write_text(held)

    with pytest.raises(ImproperlyConfigured, match=r"^receipt_salt must hold 16 bytes in hex") as refused:
        hex_bytes(path, length_bytes=16)

    assert not held or held not in str(refused.value)


def test_a_folder_of_ours_is_made_for_this_user_only(tmp_path):
    assert private_folder(tmp_path / "new").stat().st_mode & 0o777 == 0o700
