from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import merkle, notes
from sealing.keys import Tampered
from tests.sealing.tampering import every_bit_flipped, need

ORIGIN = "testigo.example/ledger"
SIGNER = notes.Signer(bytes(range(32)))
VERIFIER_KEY = notes.verifier_key(ORIGIN, SIGNER.public)
ROOT = merkle.root([merkle.leaf(b"one"), merkle.leaf(b"two")])


def signed(size=2, root=ROOT, origin=ORIGIN, signer=SIGNER):
    return notes.checkpoint(origin, size=size, root=root, signer=signer)


def test_the_note_of_gos_documentation_comes_out_byte_for_byte():
    seed = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"

    signer = notes.Signer(seed)

    assert notes.verifier_key("PeterNeumann", signer.public) == (
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    )
    assert notes.sign_note(text, "PeterNeumann", signer) == (
        f"{text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
        "pRZb6KE6RyyBwJnAM=\n"
    )


def test_the_first_signature_of_rfc_8032_comes_out():
    signer = notes.Signer(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))

    assert signer.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_openssl_reads_the_public_key_and_checks_the_signature(tmp_path):
    tool = shutil.which("openssl")
    need(tool, "no openssl command here: install the package openssl")
    (tmp_path / "signer.pem").write_bytes(SIGNER.public_pem)
    (tmp_path / "message").write_bytes(b"a manifest")
    (tmp_path / "signature").write_bytes(SIGNER.sign(b"a manifest"))

    def run(*arguments):
        return subprocess.run([tool, *arguments], cwd=tmp_path, capture_output=True, check=True).stdout

    der = run("pkey", "-pubin", "-in", "signer.pem", "-outform", "DER")
    said = run(
        "pkeyutl", "-verify", "-pubin", "-inkey", "signer.pem", "-rawin", "-in", "message", "-sigfile", "signature"
    )

    assert hashlib.sha256(der).hexdigest() == SIGNER.fingerprint
    assert b"Verified Successfully" in said


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_says_what_was_signed(size, root):
    text = signed(size, root)

    assert notes.read_checkpoint(text, VERIFIER_KEY) == notes.Checkpoint(origin=ORIGIN, size=size, root=root)
    assert text.startswith(f"{ORIGIN}\n{size}\n")


def test_signatures_of_others_are_passed_over():
    head, signature = signed().split("\n\n")
    stranger = notes.Signer(bytes(32))
    witness = notes.sign_note(f"{head}\n", "witness.example", stranger).split("\n\n")[1]
    namesake = notes.sign_note(f"{head}\n", ORIGIN, stranger).split("\n\n")[1]

    text = f"{head}\n\n{witness}{namesake}— {ORIGIN} short\n{signature}"

    assert notes.read_checkpoint(text, VERIFIER_KEY).size == 2


def test_every_bit_of_what_is_signed_counts():
    text = signed()
    head = text.split("\n\n")[0].encode()

    for changed in every_bit_flipped(head):
        forged = changed.decode("utf-8", errors="replace") + text[len(head) :]
        with pytest.raises(Tampered):
            notes.read_checkpoint(forged, VERIFIER_KEY)


def test_a_signature_that_was_altered_is_refused():
    text = signed()
    start = text.index("— ") + len(f"— {ORIGIN} ")

    for at in range(start, len(text) - 3):  # the last digit's unused bits and the padding say nothing
        forged = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises(Tampered):
            notes.read_checkpoint(forged, VERIFIER_KEY)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(signed().split("\n\n")[0] + "\n\n", id="unsigned"),
        pytest.param(signed(signer=notes.Signer(bytes(32))), id="signed by another"),
        pytest.param(signed(origin="other.example/ledger"), id="another log"),
        pytest.param(notes.sign_note(f"{ORIGIN}\n2\nc2hvcnQ=\n", ORIGIN, SIGNER), id="a short root"),
        pytest.param(notes.sign_note(f"{ORIGIN}\n02\n{'A' * 43}=\n", ORIGIN, SIGNER), id="a size spelled twice"),
        pytest.param(notes.sign_note(f"{ORIGIN}\n-2\n{'A' * 43}=\n", ORIGIN, SIGNER), id="a size below none"),
        pytest.param(notes.sign_note(f"{ORIGIN}\n٢\n{'A' * 43}=\n", ORIGIN, SIGNER), id="a size in another script"),
        pytest.param(notes.sign_note(f"{ORIGIN}\n2\n{'A' * 43}=\nmore\n", ORIGIN, SIGNER), id="more lines"),
    ],
)
def test_what_is_no_checkpoint_of_this_log_is_refused(text):
    with pytest.raises(Tampered):
        notes.read_checkpoint(text, VERIFIER_KEY)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "testigo.example/ledger",
        VERIFIER_KEY[:-4],
        VERIFIER_KEY + "\n",
        VERIFIER_KEY.replace(ORIGIN, "other.example/ledger"),
        f"{ORIGIN}+00000000+{base64.b64encode(bytes(33)).decode()}",
        f"{ORIGIN}+zz+é",
    ],
)
def test_what_is_no_verifier_key_is_refused(line):
    with pytest.raises(ValueError, match=r"verifier key|base64|ASCII"):
        notes.read_checkpoint(signed(), line)


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "line\nfeed", "no\u00a0break"])
def test_an_origin_holds_nothing_the_format_keeps_for_itself(origin):
    with pytest.raises(ValueError, match="origin"):
        signed(origin=origin)
    with pytest.raises(ValueError, match="origin"):
        notes.verifier_key(origin, SIGNER.public)
