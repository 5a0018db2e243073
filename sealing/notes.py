"""C2SP signed notes and checkpoints (Ed25519)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealing.keys import Guarded, Tampered

_ED25519 = b"\x01"
_KEY_BYTES = 32
_ORIGIN = re.compile(r"[^\s+]+")
_CHECKPOINT = re.compile(r"([^\s+]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]{91}=)")  # 4 bytes of key id, 64 of signature


class Signer(Guarded):
    """An Ed25519 key that signs; its seed is 32 bytes."""

    __slots__ = ("_key",)

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes, the same each time."""
        return self._key.sign(message)

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    @property
    def public_pem(self) -> bytes:
        """The public key as other people's tools read it (SubjectPublicKeyInfo)."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER SubjectPublicKeyInfo, in hexadecimal: what people compare."""
        der = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).hexdigest()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, how many leaves it had, the root over them."""

    origin: str
    size: int
    root: bytes


def verifier_key(origin: str, public: bytes) -> str:
    """Return the line that a verifier of signed notes is given; it must reach them by a road of its own.

    Raises:
        ValueError: the origin is empty or holds a blank or a plus sign, which the format keeps for itself.
    """
    return f"{origin}+{_key_id(origin, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def sign_note(text: str, origin: str, signer: Signer) -> str:
    """Return the text, which ends in a line feed, with its signature line; ValueError as `verifier_key`."""
    signature = base64.b64encode(_key_id(origin, signer.public) + signer.sign(text.encode())).decode()
    return f"{text}\n— {origin} {signature}\n"


def checkpoint(origin: str, *, size: int, root: bytes, signer: Signer) -> str:
    """Return the signed head of the log; ValueError as `verifier_key`."""
    return sign_note(f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n", origin, signer)


def read_checkpoint(text: str, verifier_key: str) -> Checkpoint:
    """Return what a checkpoint says. Signatures by keys not asked about, such as witnesses', are passed over.

    Raises:
        Tampered: it is no checkpoint, of another log, or not signed by that key.
        ValueError: the verifier key is none.
    """
    origin, public = _read_verifier_key(verifier_key)
    head, _, signatures = text.partition("\n\n")
    found = _CHECKPOINT.fullmatch(f"{head}\n")
    if found is None or found[1] != origin or not _is_signed(found[0], signatures, origin=origin, public=public):
        raise Tampered("a checkpoint is not signed by the key of its log")
    return Checkpoint(origin=origin, size=int(found[2]), root=base64.b64decode(found[3]))


def _key_id(origin: str, public: bytes) -> bytes:
    if not _ORIGIN.fullmatch(origin):
        raise ValueError("an origin is not empty and holds no blank and no plus sign")
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + public).digest()[:4]


def _read_verifier_key(line: str) -> tuple[str, bytes]:
    origin, _, rest = line.partition("+")
    kind_and_key = base64.b64decode(rest.partition("+")[2])
    public = kind_and_key[len(_ED25519) :]
    if len(public) != _KEY_BYTES or verifier_key(origin, public) != line:
        raise ValueError("a verifier key that is none, or not of Ed25519")
    return origin, public


def _is_signed(text: str, signatures: str, *, origin: str, public: bytes) -> bool:
    for line in signatures.split("\n"):
        found = _SIGNATURE.fullmatch(line)
        if found is None or found[1] != origin:
            continue
        raw = base64.b64decode(found[2])
        if raw[:4] == _key_id(origin, public) and _agrees(public, signature=raw[4:], message=text.encode()):
            return True
    return False


def _agrees(public: bytes, *, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
