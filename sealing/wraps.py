"""Hand a secret over as an age file and take it back.

age says nothing of the sender: anybody may seal to a recipient. So no wrap counts before the secret in it has the
expected recipient, and nothing else sealed here counts before its hash was found where it cannot be forged.
"""

from __future__ import annotations

import re
import secrets

import pyrage

from sealing.keys import Identity, Secret, Tampered
from sealing.types import Recipient, Wrapped

LIMIT_BYTES = 8 << 20
"""pyrage holds the interpreter while it works (18 ms for this much): no more at once."""

SLACK_BYTES = 8 << 10
"""What a sealed piece may be larger than what is in it."""

_HEADER_BYTES = 2048
_INTRO = b"age-encryption.org/v1\n"
_HEADER_END = re.compile(rb"\n--- ([A-Za-z0-9+/]{43}\n)?")


def wrap(secret: Secret, to: Recipient) -> Wrapped:
    """Seal a secret to whoever shall hold it: a seat, a grant."""
    return seal(secret.key_file.encode(), to)


def take(wrapped: bytes, using: Identity, *, expected: Recipient) -> Secret:
    """Open a wrap.

    Args:
        expected: what the row beside it says the secret's recipient is.

    Raises:
        Tampered: it does not open, or another secret was put in its place.
    """
    secret = Secret.from_key_file(unseal(wrapped, using).decode("ascii", errors="replace"))
    if secret.recipient != expected:
        raise Tampered("a wrap holds another secret than the expected one")
    return secret


def rewrap(wrapped: bytes, using: Identity, to: Recipient) -> Wrapped:
    """Seal a wrap anew to another recipient. What is in it is checked by whoever takes it, then as before.

    Raises:
        Tampered: it does not open.
    """
    return seal(unseal(wrapped, using), to)


def take_nothing() -> None:
    """Cost what `take` costs: called where a receipt finds no grant, so that a miss lasts as long as a hit."""
    take(_NOBODYS_WRAP, Identity(_NOBODYS_SEED), expected=_NOBODYS_RECIPIENT)


def seal(data: bytes, *to: Recipient) -> Wrapped:
    """Seal up to 8 MiB to one or more recipients. Sizes vary by up to 165 bytes of noise: store them, compute none.

    Raises:
        Tampered: a recipient is none.
        ValueError: there is too much, or nobody to seal to.
    """
    if len(data) > LIMIT_BYTES or not to:
        raise ValueError("one to seal to, and at most 8 MiB")
    try:
        recipients = [pyrage.x25519.Recipient.from_str(recipient) for recipient in to]
    except pyrage.RecipientError:
        raise Tampered("a recipient is not one") from None
    return Wrapped(pyrage.encrypt(data, recipients))


def unseal(data: bytes, using: Identity) -> bytes:
    """Open an age file; nothing comes out unless all of it is authentic.

    Raises:
        Tampered: it was altered, cut, sealed to somebody else, or is larger than any piece sealed here.
    """
    data = bytes(data)  # some databases hand out views
    check_header(data)
    if len(data) > LIMIT_BYTES + SLACK_BYTES:
        raise Tampered("an age file is larger than any that is made here")
    try:
        return pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(using.text)])
    except pyrage.DecryptError:
        raise Tampered("an age file does not open") from None


def check_header(data: bytes) -> None:
    """Refuse what is not age v1 or whose header does not end within 2,048 bytes. Called on arrival and before opening.

    pyrage reads a header again from its start for every piece it gets, holding the interpreter: 65 kB of one endless
    stanza take 5 s, 2 kB take 5 ms.

    Raises:
        Tampered: it is no such file.
    """
    head = data[:_HEADER_BYTES]
    end = _HEADER_END.search(head)
    if not head.startswith(_INTRO) or end is None or end[1] is None:
        raise Tampered("not an age file, or its header is too long")


_NOBODYS_SEED = secrets.token_bytes(32)
_NOBODYS_SECRET = Secret.new()
_NOBODYS_RECIPIENT = _NOBODYS_SECRET.recipient
_NOBODYS_WRAP = wrap(_NOBODYS_SECRET, Identity(_NOBODYS_SEED).recipient)
