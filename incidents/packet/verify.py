#!/usr/bin/env python3
"""The checker that travels in the bag: one file, standard library only.

    python3 verify.py PACKET.zip|FOLDER [--signer HEX] [--ledger VKEY]

It needs Python 3.9 or newer and no network, and writes nothing. A packet that agrees with itself proves only that
nothing changed since it was signed. Who signed it is proven by the signer's fingerprint and the ledger's key, and those
must reach you by another road than this packet: compare them with --signer and --ledger.

Exit status: 0 all agrees, 1 something does not, 2 damaged or no packet.
"""

from __future__ import annotations

import abc
import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

Result = tuple[str, bool]  # what was looked at, and whether it agrees
Point = tuple[int, int, int, int]  # on Ed25519, in extended coordinates

UNREADABLE = (OSError, KeyError, ValueError, TypeError, IndexError, RecursionError, struct.error, zipfile.BadZipFile)
SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
MANIFEST_LINE = re.compile(r"([0-9a-f]+)  (\S+)")
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
CHUNK_BYTES = 1 << 20
TAGMANIFEST = "tagmanifest-sha256.txt"
TOKENS = {
    "seal/tagmanifest-sha256.tsr": TAGMANIFEST,
    "data/ledger/checkpoint.tsr": "data/ledger/checkpoint.txt",
}
SEAL = {
    "seal/tagmanifest-sha256.sig",
    "seal/signer-ed25519.pem",
    "seal/ledger.vkey",
    "seal/tagmanifest-sha256.tsr",
    "seal/tsa-chain.pem",
}

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
PUBLIC_KEY_HEAD = bytes.fromhex("302a300506032b6570032100")  # of a SubjectPublicKeyInfo that holds an Ed25519 key


# The packet: a folder, or the ZIP it came in.


class Packet(abc.ABC):
    """The files of a packet by name, wherever they lie."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.known: dict[str, dict[str, str]] = {}

    @abc.abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """Return the file, to be read."""

    def read(self, name: str) -> bytes:
        """Return a file that is small enough to be held whole."""
        with self.open(name) as file:
            return file.read()

    def digests(self, name: str) -> dict[str, str]:
        """Return SHA-256 and SHA-512 of a file of any size, read once; nothing where it cannot be read to its end."""
        if name not in self.known:
            running = {algorithm: hashlib.new(algorithm) for algorithm in ("sha256", "sha512")}
            try:
                with self.open(name) as file:
                    for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
                        for digest in running.values():
                            digest.update(chunk)
                self.known[name] = {algorithm: digest.hexdigest() for algorithm, digest in running.items()}
            except UNREADABLE:
                self.known[name] = {}
        return self.known[name]

    def framing(self) -> Iterator[Result]:
        """Check what lies around the files."""
        return iter(())


class Folder(Packet):
    """A packet that was unpacked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        found = list(path.rglob("*"))
        if any(one.is_symlink() for one in found):
            raise ValueError("there is a link in the folder, and a packet has none")
        super().__init__({one.relative_to(path).as_posix() for one in found if one.is_file()})

    def open(self, name: str) -> IO[bytes]:
        """Return the file, to be read."""
        return self.path.joinpath(*name.split("/")).open("rb")


class Zip(Packet):
    """A packet as it was sent: stored files, one after the other, in one folder."""

    def __init__(self, path: Path) -> None:
        self.path, self.zip = path, zipfile.ZipFile(path)
        self.infos = self.zip.infolist()
        names = [info.filename for info in self.infos]
        self.folder = names[0].split("/")[0] + "/" if names else ""
        if not names or not all(SAFE_NAME.fullmatch(name) and name.startswith(self.folder) for name in names):
            raise ValueError("a name in the ZIP is not a packet's")
        if len({name.casefold() for name in names}) != len(names):
            raise ValueError("a name in the ZIP occurs twice")
        if any(info.compress_type != zipfile.ZIP_STORED for info in self.infos):
            raise ValueError("the ZIP was packed again: unpack it and check the folder")
        super().__init__({name[len(self.folder) :] for name in names})

    def open(self, name: str) -> IO[bytes]:
        """Return the file, to be read; its CRC-32 is checked on the way."""
        return self.zip.open(self.folder + name)

    def framing(self) -> Iterator[Result]:
        """Compare every byte that belongs to no file with the one byte that it may be."""
        at, directory, odd = 0, b"", []
        with self.path.open("rb") as file:
            for info in self.infos:
                head, entry = zip_heads(info, at)
                file.seek(at)
                odd += [] if file.read(len(head)) == head else [info.filename]
                at, directory = at + len(head) + info.file_size, directory + entry
            end = directory + zip_end(len(self.infos), len(directory), at)
            file.seek(at)
            whole = file.read(len(end) + 1) == end
        yield listing("each file in the ZIP follows the one before it", odd), not odd
        yield "the ZIP holds its files, their directory and nothing else", whole


def zip_heads(info: zipfile.ZipInfo, at: int) -> tuple[bytes, bytes]:
    """Return what stands before a stored file at this place of a ZIP64, and what stands for it in the directory."""
    name, size = info.filename.encode(), info.file_size
    shared = struct.pack("<HHHHIIIH", 0x800, 0, 0, 0x21, info.CRC, 2**32 - 1, 2**32 - 1, len(name))
    head = b"PK\3\4" + struct.pack("<H", 45) + shared + struct.pack("<H", 20) + name
    entry = b"PK\1\2" + struct.pack("<BBH", 45, 3, 45) + shared
    entry += struct.pack("<HHHHII", 28, 0, 0, 0, 0o100644 << 16, 2**32 - 1) + name
    return head + struct.pack("<HHQQ", 1, 16, size, size), entry + struct.pack("<HHQQQ", 1, 24, size, size, at)


def zip_end(count: int, length: int, at: int) -> bytes:
    """Return what closes a ZIP64 whose directory has this length and begins at this place."""
    end = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, length, at)
    end += b"PK\6\7" + struct.pack("<IQI", 0, at + length, 1)
    return end + b"PK\5\6" + struct.pack("<HHHHIIH", *[2**16 - 1] * 4, *[2**32 - 1] * 2, 0)


# Signatures: Ed25519 as in RFC 8032, section 5.1.7. Only verifying: no secret comes here, so timing tells nothing.


def added(p: Point, q: Point) -> Point:
    """Return the sum of two points."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * CURVE % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(factor: int, p: Point) -> Point:
    """Return a multiple of a point."""
    total: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = added(total, p)
        p, factor = added(p, p), factor >> 1
    return total


def point(raw: bytes) -> Point | None:
    """Return the point that 32 bytes name, or None where they name none."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if y >= PRIME or (x * x - square) % PRIME or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else PRIME - x
    return x, y, 1, x * y % PRIME


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether this key signed this message."""
    if len(public) != 32 or len(signature) != 64:
        return False
    base = point((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little"))
    key, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if base is None or key is None or r is None or s >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(s, base), added(r, times(challenge, key))
    return not any((left[i] * right[2] - right[i] * left[2]) % PRIME for i in (0, 1))


# The ledger: what a leaf is, and whether it is in the tree (RFC 9162, section 2.1.3.2).


def sha256(data: bytes) -> bytes:
    """Return the digest."""
    return hashlib.sha256(data).digest()


def canonical(value: object) -> bytes:
    """Return the one way to write a value: keys sorted, no blanks, one LF."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def leaf_of(line: dict[str, object]) -> bytes:
    """Return the leaf of one ledger entry: open, with its body, or closed, as a leaf alone."""
    if "body" not in line:
        return bytes.fromhex(str(line["leaf"]))
    entry = b"\x01" + sha256(canonical(line["body"])) + bytes.fromhex(str(line["sealed_sha256"]))
    return sha256(b"\x00" + entry)


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Return whether the leaf stands at this index of the tree with this size and root."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = sha256(b"\x01" + step + found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


# The checks. Each yields what it looked at and whether that agrees.


def listing(what: str, wrong: list[str]) -> str:
    """Return the sentence, and the names of what does not fit it."""
    return f"{what}; NOT: {', '.join(sorted(wrong))}" if wrong else what


def manifest(packet: Packet, name: str) -> dict[str, str]:
    """Return digests by path."""
    lines = packet.read(name).decode().split("\n")
    matches = [MANIFEST_LINE.fullmatch(line) for line in lines[:-1]]
    listed = {match[2]: match[1] for match in matches if match}
    if lines[-1] or len(listed) != len(matches):
        raise ValueError("a line is not a digest, two blanks and a path, or a path stands there twice")
    return listed


def check_manifest(packet: Packet, kind: str, algorithm: str, among: set[str]) -> Iterator[Result]:
    """Check one manifest in both directions, and the digest of every file in it."""
    name = f"{kind}-{algorithm}.txt"
    listed = manifest(packet, name)
    unlisted, absent = sorted(among - set(listed)), sorted(set(listed) - among)
    yield listing(f"{name} lists every file it should", unlisted), not unlisted
    yield listing(f"every file in {name} is here", absent), not absent
    here = {path: digest for path, digest in listed.items() if path in among}
    wrong = [path for path, digest in here.items() if packet.digests(path).get(algorithm) != digest]
    yield listing(f"{algorithm} of {len(here)} files in {name}", wrong), not wrong


def check_bag(packet: Packet) -> Iterator[Result]:
    """Check every file against the manifests, and that no other file is here."""
    payload = {name for name in packet.names if name.startswith("data/")}
    seal = {name for name in packet.names if name.startswith("seal/")}
    yield "bagit.txt says BagIt 1.0", packet.read("bagit.txt") == DECLARATION
    yield from check_manifest(packet, "manifest", "sha256", payload)
    yield from check_manifest(packet, "manifest", "sha512", payload)
    yield from check_manifest(packet, "tagmanifest", "sha256", packet.names - payload - seal - {TAGMANIFEST})
    yield listing("seal/ holds only what belongs there", sorted(seal - SEAL)), seal <= SEAL
    damaged = [name for name in packet.names if not packet.digests(name)]
    yield listing("every file can be read to its end", damaged), not damaged


def check_signature(packet: Packet, expected: str | None) -> Iterator[Result]:
    """Check who signed the tagmanifest, and so everything that it and the manifests name."""
    pem = packet.read("seal/signer-ed25519.pem").decode("ascii")
    encoded = pem.split("\n")[1]
    key = base64.b64decode(encoded, validate=True)
    exact = f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(key).decode()}\n-----END PUBLIC KEY-----\n"
    fingerprint = hashlib.sha256(key).hexdigest()
    message, signature = packet.read(TAGMANIFEST), packet.read("seal/tagmanifest-sha256.sig")
    good = pem == exact and key.startswith(PUBLIC_KEY_HEAD)
    yield "seal/signer-ed25519.pem is an Ed25519 key", good
    signs = good and signed(key[len(PUBLIC_KEY_HEAD) :], message, signature)
    yield f"seal/tagmanifest-sha256.sig is by the signer with fingerprint {fingerprint}", signs
    if expected:
        yield "that is the signer you expected", fingerprint == expected.lower()


def check_ledger(packet: Packet, expected: str | None) -> Iterator[Result]:
    """Check the ledger's signed head, and that every event shown is in that ledger."""
    line = packet.read("seal/ledger.vkey").decode()
    name, key_id, encoded = line.rstrip("\n").split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    known = sha256(name.encode() + b"\n" + key)[:4]
    good = line == f"{name}+{known.hex()}+{base64.b64encode(key).decode()}\n" and key[:1] == b"\x01" and bool(key_id)
    yield "seal/ledger.vkey is a ledger's key", good
    text, _, notes = packet.read("data/ledger/checkpoint.txt").decode().partition("\n\n")
    origin, size, root = text.split("\n")[:3]
    by_ledger = f"\N{EM DASH} {name} "
    raw = [base64.b64decode(note[len(by_ledger) :]) for note in notes.split("\n") if note.startswith(by_ledger)]
    signs = any(one[:4] == known and signed(key[1:], f"{text}\n".encode(), one[4:]) for one in raw)
    signs = signs and good and origin == name
    yield f"data/ledger/checkpoint.txt of {origin}, {size} entries, is signed by {line.strip()}", signs
    if expected:
        yield "that is the ledger you expected", line.strip() == expected.strip()
    yield from check_events(packet, int(size), root)


def check_events(packet: Packet, size: int, root: str) -> Iterator[Result]:
    """Check each event: body, entry, leaf, proof, head of the ledger."""
    proofs = json.loads(packet.read("data/ledger/proofs.json"))
    yield "data/ledger/proofs.json is for that checkpoint", proofs["size"] == size and proofs["root"] == root
    paths = {proof["index"]: [base64.b64decode(step) for step in proof["path"]] for proof in proofs["inclusion"]}
    events = packet.read("data/ledger/events.ndjson")
    lines = [json.loads(line) for line in events.splitlines()]
    top, indexes = base64.b64decode(root), [line["index"] for line in lines]
    wrong = [
        f"entry {line['index']}"
        for line in lines
        if not included(leaf_of(line), line["index"], size, paths.get(line["index"], []), top)
    ]
    ordered = indexes == sorted(set(indexes))
    shown = sum("body" in line for line in lines)
    exact = events == b"".join(canonical(line) for line in lines)
    yield "data/ledger/events.ndjson is written in the one way, in the order of the ledger", ordered and exact
    yield listing(f"{len(lines)} entries, {shown} of them open, are in that ledger", wrong), not wrong


def check_time(packet: Packet) -> Iterator[Result]:
    """Check that time stamps, where there are any, speak about the right bytes. Who gave them: see VERIFY.txt."""
    for token, subject in TOKENS.items():
        if token in packet.names:
            yield f"{token} names the digest of {subject}", sha256(packet.read(subject)) in packet.read(token)


def tried(check: Callable[[], Iterator[Result]], what: str) -> Iterator[Result]:
    """Run one check; what it cannot read does not agree."""
    try:
        yield from check()
    except UNREADABLE as problem:
        yield f"{what} cannot be read: {problem}", False


def results(packet: Packet, signer: str | None, ledger: str | None) -> Iterator[Result]:
    """Run every check."""
    yield from tried(packet.framing, "the ZIP")
    yield from tried(lambda: check_bag(packet), "the bag")
    yield from tried(lambda: check_signature(packet, signer), "the signature")
    yield from tried(lambda: check_ledger(packet, ledger), "the ledger")
    yield from tried(lambda: check_time(packet), "a time stamp")


def main() -> int:
    """Check one packet, print what was found, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packet", type=Path)
    parser.add_argument("--signer", help="the fingerprint of the desk's key, in hex")
    parser.add_argument("--ledger", help="the ledger's key, one line")
    asked = parser.parse_args()
    try:
        packet = Folder(asked.packet) if asked.packet.is_dir() else Zip(asked.packet)
        if not {"bagit.txt", "manifest-sha256.txt", TAGMANIFEST} <= packet.names:
            raise ValueError("there is no bag in it")
    except UNREADABLE as problem:
        print(f"DAMAGED, OR NO PACKET: {problem}")
        return 2
    agrees = True
    for what, good in results(packet, asked.signer, asked.ledger):
        print("ok   " if good else "WRONG", what)
        agrees = agrees and good
    print("Everything agrees." if agrees else "SOMETHING DOES NOT AGREE.")
    if not (asked.signer and asked.ledger):
        print("Whose keys these are is not shown by this: compare them with --signer and --ledger.")
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
