"""The checker that travels in the bag, over whole packets and over ones that somebody touched."""

from __future__ import annotations

import ast
import base64
import functools
import json
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from incidents.packet import verify
from incidents.packet.bag import lay_out, member
from incidents.packet.stream import stream
from sealing import merkle, notes

FOLDER = "packet-C-0042-1-full"
ORIGIN = "testigo.example/ledger"
DESK = Ed25519PrivateKey.from_private_bytes(sha256(b"desk").digest())
LEDGER = Ed25519PrivateKey.from_private_bytes(sha256(b"ledger").digest())
VKEY_KEY = b"\x01" + LEDGER.public_key().public_bytes_raw()
KEY_ID = sha256(ORIGIN.encode() + b"\n" + VKEY_KEY).digest()[:4]
VKEY = f"{ORIGIN}+{KEY_ID.hex()}+{base64.b64encode(VKEY_KEY).decode()}"
FINGERPRINT = sha256(DESK.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
ENTRIES = 7
SHOWN = (1, 4, 6)  # of these, entry 4 is closed


def encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def make_body(index: int) -> dict[str, str]:
    return {"act": "exhibit_received", "at": "2025-11-12T12:41:07Z", "nonce": f"{index:032x}"}


def make_leaf(index: int) -> bytes:
    entry = b"\x01" + sha256(canonical(make_body(index))).digest() + sha256(b"%d" % index).digest()
    return sha256(b"\x00" + entry).digest()


def make_root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + make_root(leaves[:half]) + make_root(leaves[half:])).digest()


def make_path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*make_path(index, leaves[:half]), make_root(leaves[half:])]
    return [*make_path(index - half, leaves[half:]), make_root(leaves[:half])]


def make_event(index: int) -> dict[str, object]:
    if index == 4:
        return {"closed": "withheld", "index": index, "leaf": make_leaf(index).hex()}
    return {"body": make_body(index), "index": index, "sealed_sha256": sha256(b"%d" % index).hexdigest()}


def make_checkpoint(*, origin: str = ORIGIN) -> bytes:
    root = encoded(make_root([make_leaf(index) for index in range(ENTRIES)]))
    text = f"{origin}\n{ENTRIES}\n{root}\n"
    signature = encoded(KEY_ID + LEDGER.sign(text.encode()))
    return f"{text}\n\N{EM DASH} {ORIGIN} {signature}\n".encode()


def make_ledger() -> dict[str, bytes]:
    leaves = [make_leaf(index) for index in range(ENTRIES)]
    root = encoded(make_root(leaves))
    inclusion = [{"index": at, "path": [encoded(step) for step in make_path(at, leaves)]} for at in SHOWN]
    return {
        "ledger/events.ndjson": b"".join(canonical(make_event(index)) for index in SHOWN),
        "ledger/checkpoint.txt": make_checkpoint(),
        "ledger/proofs.json": canonical({"inclusion": inclusion, "root": root, "size": ENTRIES}),
        "ledger/checkpoint.tsr": b"a token over " + sha256(make_checkpoint()).digest(),
    }


def make_seal(tagmanifest: bytes) -> dict[str, bytes]:
    return {
        "tagmanifest-sha256.sig": DESK.sign(tagmanifest),
        "signer-ed25519.pem": DESK.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "ledger.vkey": f"{VKEY}\n".encode(),
    }


@functools.cache
def make_packet(**changes: bytes) -> bytes:
    """Return a whole packet; `changes` replaces files of data/ledger/ before anything is counted or signed."""
    payload = make_ledger()
    payload |= {f"ledger/{name.replace('_', '.')}": data for name, data in changes.items()}
    payload |= {"packet.json": b"{}\n", "exhibits/EX-0001/original.jpg": bytes(range(256))}
    bag = lay_out(
        [member(name, data) for name, data in payload.items()],
        information=[("External-Identifier", FOLDER)],
        documents={"README.txt": b"Invented.\n"},
        seal=make_seal,
    )
    return b"".join(stream(FOLDER, bag))


def check(path: Path, *options: str) -> tuple[int, str]:
    """Run the checker as a stranger would: alone, with a bare interpreter."""
    command = [sys.executable, "-I", verify.__file__, str(path), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def wrong(path: Path) -> list[str]:
    """Return what does not agree, without a process of its own."""
    packet = verify.Folder(path) if path.is_dir() else verify.Zip(path)
    return [what for what, good in verify.results(packet, None, None) if not good]


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    path = tmp_path / "packet.zip"
    path.write_bytes(make_packet())
    return path


@pytest.fixture
def unpacked(zipped: Path) -> Path:
    with zipfile.ZipFile(zipped) as packet:
        packet.extractall(zipped.parent)
    return zipped.parent / FOLDER


def test_a_packet_that_nobody_touched_agrees_as_zip_and_as_folder(zipped, unpacked):
    for path in (zipped, unpacked):
        status, said = check(path, "--signer", FINGERPRINT, "--ledger", VKEY)

        assert status == 0, said
        assert "WRONG" not in said
        assert said.endswith("Everything agrees.\n")


def test_without_keys_from_elsewhere_it_says_what_it_did_not_show(zipped):
    status, said = check(zipped)

    assert status == 0
    assert FINGERPRINT in said
    assert VKEY in said
    assert "Whose keys these are is not shown" in said


@pytest.mark.parametrize("options", [("--signer", "00" * 32), ("--ledger", VKEY.replace("example", "elsewhere"))])
def test_another_signer_or_ledger_than_expected_does_not_agree(zipped, options):
    status, said = check(zipped, *options)

    assert status == 1
    assert "you expected" in next(line for line in said.splitlines() if line.startswith("WRONG"))


def test_a_flipped_byte_anywhere_in_the_zip_is_noticed(zipped):
    whole = zipped.read_bytes()
    unnoticed = []

    for at in range(0, len(whole), 37):
        flipped = bytearray(whole)
        flipped[at] ^= 1
        zipped.write_bytes(flipped)
        try:
            noticed = bool(wrong(zipped))
        except verify.UNREADABLE:
            noticed = True
        unnoticed += [] if noticed else [at]

    assert unnoticed == []


def test_a_flipped_byte_in_any_file_names_that_file(unpacked):
    files = [path for path in unpacked.rglob("*") if path.is_file()]
    unnamed = []

    for path in files:
        before = path.read_bytes()
        path.write_bytes(before[:-2] + bytes([before[-2] ^ 1]) + before[-1:])
        name = path.relative_to(unpacked).as_posix()
        unnamed += [] if any(name in what for what in wrong(unpacked)) else [name]
        path.write_bytes(before)

    assert unnamed == []
    assert len(files) == 15


def test_a_file_too_many_or_too_few_is_named(unpacked):
    (unpacked / "data/packet.json").rename(unpacked / "data/other.json")
    (unpacked / "seal/notes.txt").write_bytes(b"x")

    found = "\n".join(wrong(unpacked))

    assert "data/packet.json" in found
    assert "data/other.json" in found
    assert "seal/notes.txt" in found


def test_bytes_hidden_behind_the_zip_are_noticed(zipped):
    zipped.write_bytes(zipped.read_bytes() + b"PK\5\6" + bytes(18))

    status, _ = check(zipped)

    assert status in {1, 2}


def test_a_packet_signed_anew_by_another_key_is_known_by_its_fingerprint(zipped):
    status, said = check(zipped, "--signer", sha256(b"the key they know").hexdigest())

    assert status == 1
    assert "WRONG that is the signer you expected" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"events_ndjson": canonical(make_event(1) | {"body": make_body(2)})}, "entry 1"),
        ({"events_ndjson": canonical(make_event(1) | {"sealed_sha256": "00" * 32})}, "entry 1"),
        ({"events_ndjson": canonical(make_event(4) | {"leaf": "00" * 32})}, "entry 4"),
        ({"events_ndjson": canonical(make_event(1) | {"index": 4})}, "entry 4"),
        ({"events_ndjson": canonical(make_event(2))}, "entry 2"),
        ({"events_ndjson": canonical(make_event(6)) + canonical(make_event(1))}, "order of the ledger"),
        ({"proofs_json": canonical({"inclusion": [], "root": "AA==", "size": 7})}, "proofs.json"),
        ({"events_ndjson": b'{"index":9,' + canonical(make_event(1))[1:]}, "one way"),
        ({"events_ndjson": b"[1]\n"}, "the ledger cannot be read"),
        ({"events_ndjson": b"[" * 100_000}, "the ledger cannot be read"),
        ({"checkpoint_tsr": b"a token over something else"}, "checkpoint.tsr"),
        ({"checkpoint_txt": f"{ORIGIN}\n7\n{encoded(bytes(32))}\n\n".encode()}, "checkpoint.txt of"),
        ({"checkpoint_txt": make_checkpoint(origin="elsewhere.example/ledger")}, "checkpoint.txt of elsewhere"),
    ],
)
def test_a_ledger_that_does_not_prove_what_it_shows_is_noticed_though_every_manifest_agrees(tmp_path, changes, said):
    path = tmp_path / "packet.zip"
    path.write_bytes(make_packet(**changes))

    found = wrong(path)

    assert any(said in what for what in found), found
    assert not any("manifest" in what for what in found)


def test_an_empty_extract_agrees(tmp_path):
    path = tmp_path / "packet.zip"
    path.write_bytes(make_packet(events_ndjson=b""))

    assert wrong(path) == []


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\5\6" + bytes(18), b"x" * 1000])
def test_what_is_no_packet_is_called_so(tmp_path, content):
    path = tmp_path / "packet.zip"
    path.write_bytes(content)

    status, said = check(path)

    assert status == 2
    assert said.startswith("DAMAGED, OR NO PACKET")


@pytest.mark.parametrize(
    ("name", "method"),
    [("a/../../b", 0), ("/etc/passwd", 0), ("p/a\\b", 0), ("p/A", 0), ("p/bagit.txt", zipfile.ZIP_DEFLATED)],
)
def test_unsafe_doubled_or_compressed_members_are_refused_before_they_are_read(tmp_path, name, method):
    path = tmp_path / "packet.zip"
    with zipfile.ZipFile(path, "w", method) as made:
        made.writestr("p/a", b"x")
        made.writestr(name, b"x")

    status, _ = check(path)

    assert status == 2


def test_a_link_in_a_folder_is_refused(unpacked):
    (unpacked / "data/link").symlink_to("/etc/passwd")

    status, _ = check(unpacked)

    assert status == 2


def test_signatures_agree_with_another_implementation():
    for number in range(8):
        key = Ed25519PrivateKey.from_private_bytes(sha256(b"%d" % number).digest())
        public, message = key.public_key().public_bytes_raw(), b"x" * number
        signature = key.sign(message)

        assert verify.signed(public, message, signature)
        assert not verify.signed(public, message + b"y", signature)
        assert not verify.signed(public, message, signature[:32] + bytes(32))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 20])
def test_proofs_agree_with_the_ledger_that_makes_them(size):
    leaves = [merkle.leaf(b"%d" % index) for index in range(size)]
    root = merkle.root(leaves)

    for index, leaf in enumerate(leaves):
        path = merkle.inclusion(index, leaves)

        assert verify.included(leaf, index, size, path, root)
        assert not verify.included(leaf, index, size + 1, path, sha256(root).digest())
        assert not verify.included(leaf, (index + 1) % (size + 1), size, path, root)
        assert not verify.included(leaf, index, size, [*path, root], root)


def test_the_ledger_signs_the_checkpoint_that_is_checked_here():
    leaves = [make_leaf(index) for index in range(ENTRIES)]
    signer = notes.Signer(sha256(b"ledger").digest())
    note = notes.checkpoint(ORIGIN, size=ENTRIES, root=merkle.root(leaves), signer=signer)

    assert notes.verifier_key(ORIGIN, signer.public) == VKEY
    assert note.encode() == make_checkpoint()


def test_a_signature_with_its_number_beyond_the_order_is_refused():
    signature = DESK.sign(b"x")
    larger = int.from_bytes(signature[32:], "little") + verify.ORDER
    public = DESK.public_key().public_bytes_raw()

    assert not verify.signed(public, b"x", signature[:32] + larger.to_bytes(32, "little"))
    assert not verify.signed(public[:31], b"x", signature)
    assert not verify.signed(b"\xff" * 32, b"x", signature)


def test_it_is_one_file_of_the_standard_library_that_python_3_9_can_read():
    source = Path(verify.__file__).read_text()

    tree = ast.parse(source, feature_version=(3, 9))

    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported <= set(sys.stdlib_module_names)
    assert len(source.splitlines()) < 400


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_openssl_agrees_about_signature_and_fingerprint(unpacked):
    key, signature = "seal/signer-ed25519.pem", "seal/tagmanifest-sha256.sig"
    verifying = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", "tagmanifest-sha256.txt"]

    done = subprocess.run([*verifying, "-sigfile", signature], cwd=unpacked, capture_output=True, check=False)
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", key, "-outform", "DER"], cwd=unpacked, capture_output=True, check=True
    )

    assert done.returncode == 0
    assert sha256(der.stdout).hexdigest() == FINGERPRINT
