"""One stretch per phrase: a proof for sign-in, a key for the keyring."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import salted_hmac

from sealing import keys, receipts, words
from sealing.types import Key, Sealed

Misspelt = words.Misspelt
ALGORITHM = "argon2split"  # a change of its parameters is a new name, re-stretched at the next sign-in


def draw() -> str:
    """Return five drawn words: a seized disk is guarded by the weakest phrase, so nobody chooses one."""
    return words.draw_phrase()


def stored(phrase: str) -> tuple[str, Key]:
    """Return what Django's password column keeps, `argon2split$<salt>$<proof>`, and the key that wraps."""
    salt = os.urandom(16)
    stretched = keys.stretch(words.forgive(phrase), salt)
    return f"{ALGORITHM}${salt.hex()}${keys.proof(stretched.verify)}", stretched.wrap


def agrees(phrase: str, *, column: str) -> Key | None:
    """Return the wrapping key where the phrase fits the column, else None; both take one stretch."""
    algorithm, _, rest = column.partition("$")
    salt, _, proof = rest.partition("$")
    known = algorithm == ALGORITHM and len(salt) == 32
    stretched = keys.stretch(words.forgive(phrase), bytes.fromhex(salt) if known else bytes(16))
    return stretched.wrap if known and keys.agrees(keys.proof(stretched.verify), proof) else None


def draw_code() -> str:
    """Return a code to say on the phone: 24 digits, the last of which checks the others."""
    return receipts.draw("digits")


def code_hash(typed: str) -> str:
    """Return what is stored to know a code again; it opens nothing.

    Raises:
        Misspelt: these are not 24 digits of a code.
    """
    digits = receipts.normalise(typed)
    return salted_hmac("testigo/join", digits, algorithm="sha256").hexdigest()


def seal_seed(seed: str) -> str:
    """Seal the seed of a second step under the key of the configuration, which protects no content."""
    sealed = keys.seal(Key(settings.TOTP_KEY), {"seed": seed}, ("totp",))
    return urlsafe_b64encode(sealed).decode()


def open_seed(sealed: str) -> str:
    """Open the seed of a second step.

    Raises:
        Tampered: it was sealed under another key, or altered.
    """
    return str(keys.unseal(Key(settings.TOTP_KEY), Sealed(urlsafe_b64decode(sealed)), ("totp",))["seed"])
