"""Names that keep sealed bytes, wrapped keys and recipients apart."""

from __future__ import annotations

from typing import NewType, TypeAlias

Sealed = NewType("Sealed", bytes)
"""A sealed document: `01`, nonce, ChaCha20-Poly1305 ciphertext. Opens only in the place it was sealed for."""

Wrapped = NewType("Wrapped", bytes)
"""An age file: a secret handed over, a part of a file, a form that waits."""

Recipient = NewType("Recipient", str)
"""What anybody may seal to, "age1…". Opaque: never cut, never compared in part."""

Key = NewType("Key", bytes)
"""32 bytes derived for one use."""

Place: TypeAlias = tuple[str | int, ...]
"""What a document is and where it lives: its kind, then ids as strings and versions as numbers."""
