"""What a browser seals, the server opens, and the other way round; Debian's age judges both."""

from __future__ import annotations

import base64
import hashlib
import secrets
import shutil
import subprocess

import pytest

from sealing import files, wraps
from sealing.keys import Identity
from tests.sealing.tampering import need
from tests.sealing.test_vectors import LARGER_THAN_OURS, OPENED_ALL_THE_SAME, ours
from tests.sending.bundled import Worker

LENGTHS = [1, 65_535, 65_536, 65_537, 3 * 65_536, 1 << 20]


@pytest.fixture(scope="module")
def worker():
    with Worker() as running:
        yield running


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A file larger than all that is cut out of it."""
    path = tmp_path_factory.mktemp("plain") / "clip.mp4"
    path.write_bytes(secrets.token_bytes((1 << 20) + 77))
    return path


def opened_by_age(sealed, identity, folder):
    tool = shutil.which("age")
    need(tool, "no age command here: install the package age")
    (folder / "key").write_text(identity.text)
    return subprocess.run([tool, "-d", "-i", folder / "key"], input=sealed, capture_output=True, check=True).stdout


def sealed_part(worker, path, to, *, start, end):
    made = worker.ask("part", file=str(path), start=start, end=end, to=to)["result"]
    return base64.b64decode(made["sealed"]), made


@pytest.mark.parametrize("length", LENGTHS)
def test_a_part_sealed_in_a_browser_opens_here_and_with_age_alone(worker, plain, tmp_path, length):
    identity = Identity.new()

    sealed, made = sealed_part(worker, plain, identity.recipient, start=70, end=70 + length)

    expected = plain.read_bytes()[70 : 70 + length]
    plain_sha256, sealed_sha256, plain_bytes, sealed_bytes = made["entry"]
    assert (plain_bytes, sealed_bytes, made["sha256"]) == (length, len(sealed), sealed_sha256)
    assert len(sealed) <= length + files.SEALED_PART_SLACK
    assert files.open_part(sealed, identity, plain_sha256=plain_sha256, sealed_sha256=sealed_sha256) == expected
    assert opened_by_age(sealed, identity, tmp_path) == expected


def test_without_the_browsers_own_ciphers_it_seals_all_the_same(plain):
    identity = Identity.new()

    with Worker(WITHOUT_SUBTLE="yes") as bare:
        sealed, made = sealed_part(bare, plain, identity.recipient, start=0, end=100_000)

    expected = plain.read_bytes()[:100_000]
    assert made["entry"][:2] == [hashlib.sha256(expected).hexdigest(), hashlib.sha256(sealed).hexdigest()]
    assert wraps.unseal(sealed, identity) == expected


def test_a_browser_opens_what_is_sealed_here_at_each_length(worker):
    identity = Identity.new()
    for length in LENGTHS:
        text = secrets.token_bytes(length)

        sealed = base64.b64encode(wraps.seal(text, identity.recipient)).decode()

        assert base64.b64decode(worker.ask("open", sealed=sealed, identity=identity.text)["result"]) == text


def test_a_text_with_every_letter_comes_back_as_it_was(worker):
    identity, text = Identity.new(), '{"name": "cámara \u202egpj.фото 📷.mp4"}'

    made = worker.ask("text", text=text, to=identity.recipient)["result"]

    assert wraps.unseal(base64.b64decode(made["sealed"]), identity).decode() == text


@pytest.mark.parametrize(
    "recipient",
    [
        "age1",
        Identity.new().recipient[:-1],
        Identity.new().text.lower(),
        # A key of small order: what it leads to is known to everybody.
        "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
    ],
    ids=["nothing", "a letter short", "a secret", "of small order"],
)
def test_nothing_is_sealed_to_what_is_no_recipient(worker, recipient):
    answer = worker.ask("text", text="seen", to=recipient)

    assert answer.get("error")
    assert "result" not in answer


def test_the_browsers_library_judges_the_published_vectors_as_ours_does(worker):
    for parameters in ours():
        if parameters.id in OPENED_ALL_THE_SAME | LARGER_THAN_OURS:
            continue
        facts, body, lines = parameters.values
        sealed = base64.b64encode(body).decode()
        answers = [worker.ask("open", sealed=sealed, identity=line) for line in lines or [Identity.new().text]]
        payloads = {hashlib.sha256(base64.b64decode(a["result"])).hexdigest() for a in answers if "result" in a}

        expected = set(facts["payload"]) if facts["expect"] == ["success"] else set()
        assert payloads == expected, parameters.id
