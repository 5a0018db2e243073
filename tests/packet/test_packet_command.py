"""A packet taken out from the shell."""

from __future__ import annotations

import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from incidents.vault import openings
from tests.factories import Unlocked, deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERS = {"language": "es", "sections": {"story": [{"answers": {"text": {"value": "Una camioneta sin placas."}}}]}}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def made(desk, site):
    return deposit(desk, ANSWERS, folder=site)


def test_the_shell_takes_the_same_packet_out(desk, made, site, monkeypatch):
    monkeypatch.setenv("TESTIGO_WORDS", desk.words)
    out = site / "out.zip"

    call_command(
        "packet", made["reference"], "--desk", desk.slug, "--member", desk.email, "--grade", "full", "--out", str(out)
    )

    subprocess.run(["unzip", "-tq", out], check=True)
    opened = openings.incident(made["reference"], slug=desk.slug, using=Unlocked(desk), at=timezone.now())
    acts = [event.said["act"] for event in opened.custody()]
    assert acts.count("packet_handed_over") == 1
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"--member": "nobody@example.org"}, "do not fit together"),
        ({"--desk": "no-such-desk"}, "no such incident"),
        ({"--to": " "}, "who the packet is for"),
    ],
)
def test_the_shell_says_what_is_wrong(desk, made, site, monkeypatch, wrong, sentence):
    monkeypatch.setenv("TESTIGO_WORDS", desk.words)
    said = {"--desk": desk.slug, "--member": desk.email, "--grade": "full", "--out": str(site / "o.zip")} | wrong

    with pytest.raises(CommandError, match=sentence):
        call_command("packet", made["reference"], *[word for pair in said.items() for word in pair])
    assert not (site / "o.zip").exists()


def test_the_shell_never_writes_over_a_file(desk, made, site, monkeypatch):
    monkeypatch.setenv("TESTIGO_WORDS", desk.words)
    out = site / "there.zip"
    out.write_bytes(b"mine")

    with pytest.raises(CommandError, match="is there already"):
        call_command(
            "packet",
            made["reference"],
            "--desk",
            desk.slug,
            "--member",
            desk.email,
            "--grade",
            "full",
            "--out",
            str(out),
        )
    assert out.read_bytes() == b"mine"
