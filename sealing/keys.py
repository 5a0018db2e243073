"""Secrets, their sub-keys and identities, documents sealed to their place, phrases stretched (Argon2id).

Every secret is 32 bytes from the operating system; everything else is derived from it, and nothing derived leads back.
The registry of labels is closed: a new one is a line in the design, a line here and a line in a test.
"""

from __future__ import annotations

import hashlib
import hmac  # noqa: TID251  # the ban sends everybody here
import ipaddress
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import NoReturn, Self

import bech32
import pyrage
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sealing import words
from sealing.slots import Purpose, slot
from sealing.types import Key, Place, Recipient, Sealed

SECRET_LABELS = frozenset({"age", "rows", "keyring", "ledger", "cards", "cases", "seats", "packet"})
"""What a secret's sub-keys are for."""

ROOT_LABELS = frozenset({"member/verify", "member/wrap", "receipt/handle", "receipt/age"})
"""What is derived from a stretched phrase or receipt."""

_SIZE_BYTES = 32
_SALT_BYTES = 16
_PAD_BYTES = 256
_NONCE_BYTES = 12
_DOCUMENT_VERSION = b"\x01"
_IDENTITY_PREFIX = "age-secret-key-"
_KEY_FILE = re.compile(r"# testigo/1 ([0-9a-f]{64})\n.*", re.DOTALL)
_FIRST_DAY = date(1970, 1, 1)

# RFC 9106's second choice for members; for receipts OWASP's smallest, paid for by the width of the code.
_COSTS = MappingProxyType(  # KiB of memory, passes
    {
        Purpose.RECEIPT: (19 * 1024, 2),
        Purpose.FILING: (19 * 1024, 2),
        Purpose.SIGN_IN: (64 * 1024, 3),
    }
)


class Tampered(Exception):
    """The bytes are not the ones stored in this place."""


class Guarded:
    """Lives in memory only: does not print, pickle, copy, compare or hash."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(f"{self!r} is not compared")

    __hash__ = None  # type: ignore[assignment]  # a key in a dict would be compared

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} is not pickled or copied")


class Identity(Guarded):
    """An X25519 age identity: opens what is sealed to its recipient."""

    __slots__ = ("_seed", "_text")

    def __init__(self, seed: bytes) -> None:
        self._seed = _whole(seed)
        self._text = ""

    @classmethod
    def new(cls) -> Self:
        """Draw one from the operating system."""
        return cls(secrets.token_bytes(_SIZE_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form as somebody types it from paper: case, blanks and kinds of dash do not matter.

        Raises:
            Misspelt: it is no identity, or its checksum says that a character is wrong.
        """
        typed = words.forgive(text).replace(" ", "").removeprefix("agesecretkey1")
        prefix, data = bech32.bech32_decode(f"{_IDENTITY_PREFIX}1{typed}")
        seed = bytes(bech32.convertbits(data or (), 5, 8, pad=False) or ())
        if prefix != _IDENTITY_PREFIX or len(seed) != _SIZE_BYTES:
            raise words.Misspelt(words.Reason.KEY)
        return cls(seed)

    @property
    def text(self) -> str:
        """The line of a key file, "AGE-SECRET-KEY-1…"."""
        if not self._text:  # plain Python and slow: spelled once
            self._text = bech32.bech32_encode(_IDENTITY_PREFIX, bech32.convertbits(self._seed, 8, 5) or ()).upper()
        return self._text

    @property
    def recipient(self) -> Recipient:
        """The public half, "age1…"."""
        return Recipient(str(pyrage.x25519.Identity.from_str(self.text).to_public()))


class Secret(Guarded):
    """What a member, a desk or an incident holds: 32 bytes that only derive."""

    __slots__ = ("_identity", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = _whole(raw)
        self._identity = Identity(self.sub("age"))

    @classmethod
    def new(cls) -> Self:
        """Draw one from the operating system."""
        return cls(secrets.token_bytes(_SIZE_BYTES))

    @classmethod
    def from_key_file(cls, text: str) -> Self:
        """Read what `key_file` wrote.

        Raises:
            Tampered: it does not agree with itself.
        """
        found = _KEY_FILE.fullmatch(text)
        secret = cls(bytes.fromhex(found[1])) if found else None
        if secret is None or secret.key_file != text:
            raise Tampered("a key file does not agree with itself")
        return secret

    def sub(self, label: str) -> Key:
        """Return the sub-key for one of `SECRET_LABELS`; ValueError for any other."""
        if label not in SECRET_LABELS:
            raise ValueError("a sub-key of no such name")
        return _mac(self._raw, label)

    @property
    def identity(self) -> Identity:
        """Derived, not equal: an X25519 key that falls does not yield the secret."""
        return self._identity

    @property
    def recipient(self) -> Recipient:
        """Where others seal what this secret shall open."""
        return self._identity.recipient

    @property
    def key_file(self) -> str:
        """The secret as text; to the age tool an ordinary key file."""
        return f"# testigo/1 {self._raw.hex()}\n{self._identity.text}\n"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stretched(Guarded):
    """What one run made of a member's phrase."""

    verify: bytes
    wrap: Key


def seal(key: Key, document: Mapping[str, object], place: Place) -> Sealed:
    """Seal a document to its place.

    Raises:
        ValueError: the document has no JSON (a NaN, half a surrogate pair).
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return seal_bytes(key, text.encode(), place)


def seal_bytes(key: Key, plain_json: bytes, place: Place) -> Sealed:
    """Seal a document whose exact bytes matter; they may not end in a blank, for padding is blanks.

    Nonces are drawn, never counted: 96 bits are enough for far fewer than 2^32 documents under one key.
    """
    if plain_json.endswith(b" "):
        raise ValueError("a document may not end in a blank")
    nonce = secrets.token_bytes(_NONCE_BYTES)
    padded = plain_json + b" " * (-len(plain_json) % _PAD_BYTES)
    return Sealed(_DOCUMENT_VERSION + nonce + ChaCha20Poly1305(key).encrypt(nonce, padded, _bind(place)))


def unseal(key: Key, sealed: bytes, place: Place) -> dict[str, object]:
    """Open a document in the place it was sealed for.

    Raises:
        Tampered: it was sealed elsewhere, under another key, or altered.
    """
    try:
        document = json.loads(unseal_bytes(key, sealed, place))
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Tampered("what was sealed here is no document")
    return document


def unseal_bytes(key: Key, sealed: bytes, place: Place) -> bytes:
    """Return the bytes of the document as they were sealed, without padding; Tampered as in `unseal`."""
    sealed = bytes(sealed)  # some databases hand out views
    nonce = sealed[1 : 1 + _NONCE_BYTES]
    if sealed[:1] != _DOCUMENT_VERSION or len(nonce) != _NONCE_BYTES:
        raise Tampered("not a sealed document")
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed[1 + _NONCE_BYTES :], _bind(place)).rstrip(b" ")
    except InvalidTag:
        raise Tampered("a sealed document does not belong here") from None


def stretch(phrase: str, salt: bytes) -> Stretched:
    """Stretch a member's phrase once, for sign-in and unlocking both. Its typing is forgiven first.

    Raises:
        Busy: another sign-in holds the slot.
    """
    root = stretch_root(words.forgive(phrase), salt=salt, purpose=Purpose.SIGN_IN)
    return Stretched(verify=derive(root, "member/verify"), wrap=derive(root, "member/wrap"))


def stretch_root(spelling: str, *, salt: bytes, purpose: Purpose) -> bytes:
    """Run Argon2id at the purpose's cost, in its slot. The salt is 16 bytes.

    Raises:
        Busy: the slot did not come free within two seconds.
    """
    if len(salt) != _SALT_BYTES:
        raise ValueError("a salt is 16 bytes")
    memory_kib, passes = _COSTS[purpose]
    with slot(purpose):
        return hash_secret_raw(spelling.encode(), salt, passes, memory_kib, 1, _SIZE_BYTES, Type.ID)


def derive(root: bytes, label: str) -> Key:
    """Return what a stretched root is for, one of `ROOT_LABELS`; ValueError for any other."""
    if label not in ROOT_LABELS:
        raise ValueError("a root has no such use")
    return _mac(root, label)


def proof(verify: bytes) -> str:
    """Return what is stored to know a phrase again; it opens nothing."""
    return hashlib.sha256(verify).hexdigest()


def agrees(one: str, other: str) -> bool:
    """Compare two texts in a time that does not tell where they part."""
    return hmac.compare_digest(one.encode(), other.encode())


def session_key(*, cookie_half: bytes, boot_half: bytes, subject: str) -> Key:
    """Return the key of what one session holds; neither half of 32 bytes opens anything by itself."""
    return _mac(_whole(cookie_half) + _whole(boot_half), f"unlock/{subject}")


def address_pseudonym(boot_half: bytes, address: str, day: date) -> str:
    """Return an fd00::/8 address that stands for a client on one day and cannot be turned back.

    One household's IPv6 network (/64) is one client. What is no address, or none, is one client for all.
    """
    key = _mac(_whole(boot_half), f"address/{(day - _FIRST_DAY).days}")
    digest = hmac.digest(key, _network(address), hashlib.sha256)
    return str(ipaddress.IPv6Address(b"\xfd" + digest[:7] + bytes(8)))


def _network(address: str) -> bytes:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return b""
    if isinstance(found, ipaddress.IPv4Address):
        return found.packed
    if found.ipv4_mapped:
        return found.ipv4_mapped.packed
    return found.packed[:8] + bytes(8)


def _mac(key: bytes, label: str) -> Key:
    """Derive by raw HMAC, which is enough: every key is uniform."""
    return Key(hmac.digest(key, f"testigo/1/{label}".encode(), hashlib.sha256))


def _whole(raw: bytes) -> bytes:
    if len(raw) != _SIZE_BYTES:
        raise ValueError("a key is 32 bytes")
    return bytes(raw)


def _bind(place: Place) -> bytes:
    return json.dumps(place, separators=(",", ":")).encode()
