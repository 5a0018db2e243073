"""Other hands open what we seal, and we what they seal: Debian's age."""

from __future__ import annotations

import secrets
import shutil
import subprocess

import pytest

from sealing import files, wraps
from sealing.keys import Identity, Secret
from tests.sealing.tampering import need


@pytest.fixture
def age(tmp_path):
    tool = shutil.which("age")
    need(tool, "no age command here: install the package age")

    def run(*arguments, given=b""):
        return subprocess.run([tool, *arguments], cwd=tmp_path, input=given, capture_output=True, check=True).stdout

    return run


def test_with_a_desks_key_file_age_alone_opens_a_grant_and_then_every_part(age, tmp_path):
    desk, incident = Secret.new(), Secret.new()
    video = secrets.token_bytes(3 * 70_000 + 5)
    parts = [files.seal_part(video[at : at + 70_000], incident.recipient) for at in range(0, len(video), 70_000)]
    (tmp_path / "desk.key").write_text(desk.key_file)
    (tmp_path / "grant.age").write_bytes(wraps.wrap(incident, desk.recipient))

    (tmp_path / "incident.key").write_bytes(age("-d", "-i", "desk.key", "grant.age"))
    joined = b"".join(age("-d", "-i", "incident.key", given=part.sealed) for part in parts)

    assert joined == video


def test_a_recovery_kits_line_alone_is_a_key_file_to_age(age, tmp_path):
    kit, desk = Identity.new(), Secret.new()
    (tmp_path / "kit.key").write_text(kit.text + "\n")

    opened = age("-d", "-i", "kit.key", given=wraps.wrap(desk, kit.recipient))

    assert opened.decode() == desk.key_file


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 300_000])
def test_we_open_what_age_seals(age, size):
    reader, data = Identity.new(), secrets.token_bytes(size)

    sealed = age("-r", reader.recipient, "-r", Identity.new().recipient, given=data)

    assert wraps.unseal(sealed, reader) == data


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 300_000])
def test_age_opens_what_we_seal(age, tmp_path, size):
    reader, data = Secret.new(), secrets.token_bytes(size)
    (tmp_path / "reader.key").write_text(reader.key_file)

    sealed = wraps.seal(data, Identity.new().recipient, reader.recipient)

    assert age("-d", "-i", "reader.key", given=sealed) == data


def test_age_derives_the_same_recipient(tmp_path):
    tool = shutil.which("age-keygen")
    need(tool, "no age-keygen command here: install the package age")
    secret = Secret.new()
    (tmp_path / "key").write_text(secret.key_file)

    said = subprocess.run([tool, "-y", tmp_path / "key"], capture_output=True, check=True).stdout

    assert said.decode().strip() == secret.recipient
