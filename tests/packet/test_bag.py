"""The bag, judged by the tools of others."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from incidents.packet.bag import Member, lay_out, member
from incidents.packet.stream import stream

FOLDER = "packet-C-0042-1-full"
INFORMATION = [("Source-Organization", "Study desk"), ("External-Identifier", FOLDER), ("Bagging-Date", "2025-11-20")]


def make_bag() -> list[Member]:
    return lay_out(
        [member("packet.json", b"{}\n"), member("exhibits/EX-0001/original.jpg", b"\xff\xd8 not a picture")],
        information=INFORMATION,
        documents={"README.txt": b"Invented.\n"},
        seal=lambda tagmanifest: {"tagmanifest-sha256.sig": tagmanifest[:8]},
    )


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    path = tmp_path / "packet.zip"
    path.write_bytes(b"".join(stream(FOLDER, make_bag())))
    return path


@pytest.fixture
def unpacked(zipped: Path) -> Path:
    with zipfile.ZipFile(zipped) as packet:
        packet.extractall(zipped.parent)
    return zipped.parent / FOLDER


def accepted(*command: str, within: Path) -> bool:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, cwd=within, capture_output=True, check=False).returncode == 0


def test_tag_files_come_first_then_the_seal_then_the_payload_by_name():
    names = [one.name for one in make_bag()]

    assert names == [
        "bagit.txt",
        "bag-info.txt",
        "manifest-sha256.txt",
        "manifest-sha512.txt",
        "README.txt",
        "tagmanifest-sha256.txt",
        "seal/tagmanifest-sha256.sig",
        "data/exhibits/EX-0001/original.jpg",
        "data/packet.json",
    ]


def test_bag_info_counts_the_bytes_and_files_of_the_payload():
    info = next(one for one in make_bag() if one.name == "bag-info.txt")

    assert b"".join(info.chunks()).decode().splitlines()[-1] == "Payload-Oxum: 19.2"


def test_the_seal_is_given_the_tagmanifest_to_the_byte():
    bag = {one.name: b"".join(one.chunks()) for one in make_bag()}

    assert bag["seal/tagmanifest-sha256.sig"] == bag["tagmanifest-sha256.txt"][:8]


@pytest.mark.parametrize(
    "name",
    ["", "/a", "a/", "../a", "a/../b", ".hidden", "a b", "a%41", "ä", "a\nb", "a" * 121, "a//b", "con\\x"],
)
def test_a_name_that_not_every_system_keeps_is_refused(name):
    with pytest.raises(ValueError, match="not a packet name"):
        member(name, b"")


def test_two_names_that_differ_only_in_case_are_refused():
    with pytest.raises(ValueError, match="one name"):
        lay_out([member("A", b""), member("a", b"")], information=[], documents={}, seal=lambda _: {})


@pytest.mark.parametrize("value", ["two\nlines", "two\rlines", "two\u2028lines"])
def test_a_value_of_bag_info_cannot_bring_a_line_of_its_own(value):
    with pytest.raises(ValueError, match="not one line"):
        lay_out([], information=[("Source-Organization", value)], documents={}, seal=lambda _: {})


def test_bagit_accepts_the_bag(unpacked):
    bagit = Path(sys.executable).with_name("bagit.py")

    assert accepted(str(bagit), "--validate", ".", within=unpacked)


@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_accepts_the_manifests(unpacked, manifest):
    assert accepted("sha256sum", "-c", manifest, within=unpacked)


def test_sha512sum_accepts_the_manifest(unpacked):
    assert accepted("sha512sum", "-c", "manifest-sha512.txt", within=unpacked)


@pytest.mark.parametrize("command", [("unzip", "-t"), ("7z", "t")])
def test_other_peoples_tools_open_the_zip(zipped, command):
    assert accepted(*command, zipped.name, within=zipped.parent)
