"""RFC 9162 tree heads and proofs, standard library only.

What one event leaves in the tree is its entry of 65 bytes: `01`, the SHA-256 of its body, the SHA-256 of its row. The
body carries 16 random bytes, so nobody tests guesses against the first hash; the second lets an auditor without a key
check every row. Erasing body or row later leaves each proof whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

_ENTRY_VERSION = b"\x01"
_LARGEST_NUMBER = 2**53


def canonical(value: object) -> bytes:
    """Return JSON that has one spelling: UTF-8, sorted ASCII keys, no blanks, one LF at the end (RFC 8785 and LF).

    Raises:
        ValueError: it holds a float, a number of 2^53 or more, a key that is not ASCII, half a surrogate pair, or
            what JSON does not know.
    """
    _check_spelling(value)
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def _check_spelling(value: object) -> None:
    if isinstance(value, dict):
        if not all(isinstance(key, str) and key.isascii() for key in value):
            raise ValueError("a key is not ASCII text")
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            _check_spelling(item)
    elif isinstance(value, int):
        if abs(value) >= _LARGEST_NUMBER:
            raise ValueError("a number is too large for every reader of JSON")
    elif not isinstance(value, str | None):
        raise ValueError("a value has no single spelling")  # noqa: TRY004  # callers catch one error for one refusal


def entry(body: bytes, stored: bytes) -> bytes:
    """Return the 65 bytes that commit to an event.

    Args:
        body: the event's canonical JSON, in the open.
        stored: the row as it rests: its plain line and its sealed body.
    """
    return _ENTRY_VERSION + hashlib.sha256(body).digest() + hashlib.sha256(stored).digest()


def leaf(entry: bytes) -> bytes:
    """Return the hash with which an entry stands in the tree."""
    return hashlib.sha256(b"\x00" + entry).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the hash of the whole tree; of no leaves, the hash of nothing."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else hashlib.sha256(b"").digest()


def inclusion(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that one leaf, counted from 0, is in this tree.

    Raises:
        IndexError: the tree has no such leaf.
    """
    return inclusions([index], leaves)[index]


def inclusions(indexes: Iterable[int], leaves: Sequence[bytes]) -> dict[int, list[bytes]]:
    """Return the proofs of many leaves by index; the tree is hashed once.

    Raises:
        IndexError: the tree has no such leaf.
    """
    proofs: dict[int, list[bytes]] = {index: [] for index in indexes}
    if not all(0 <= index < len(leaves) for index in proofs):
        raise IndexError("the tree has no such leaf")
    level, depth = list(leaves), 0
    while len(level) > 1:
        for index, proof in proofs.items():
            neighbour = (index >> depth) ^ 1
            proof.extend(level[neighbour : neighbour + 1])  # the last of an odd level has none
        level, depth = _above(level), depth + 1
    return proofs


def consistency(old_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that this tree began with its first `old_size` leaves (RFC 9162, 2.1.4.1).

    Raises:
        ValueError: the tree was never of that size.
    """
    if not 0 <= old_size <= len(leaves):
        raise ValueError("the tree was never of that size")
    return _subproof(old_size, leaves, known=True) if old_size else []


def included(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say if the proof leads from this leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        at, last, from_left = _climb(at, last)
        found = _node(step, found) if from_left else _node(found, step)
    return last == 0 and found == root


def consistent(*, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say if the proof shows that the tree only grew (RFC 9162, 2.1.4.2)."""
    if old_size == new_size:
        return not proof and old_root == new_root
    if not 0 < old_size < new_size:
        return old_size == 0 and not proof and old_root == root([])
    steps = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not proof:
        return False
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        at, last, from_left = _climb(at, last)
        old, new = (_node(step, old), _node(step, new)) if from_left else (old, _node(new, step))
    return last == 0 and old == old_root and new == new_root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _above(level: list[bytes]) -> list[bytes]:
    """Join neighbours; the last of an odd level rises as it is."""
    joined = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return joined + level[2 * len(joined) :]


def _subproof(old_size: int, leaves: Sequence[bytes], *, known: bool) -> list[bytes]:
    """Return the steps within one subtree; `known` as long as its root is the old root itself."""
    if old_size == len(leaves):
        return [] if known else [root(leaves)]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    if old_size <= half:
        return [*_subproof(old_size, leaves[:half], known=known), root(leaves[half:])]
    return [*_subproof(old_size - half, leaves[half:], known=False), root(leaves[:half])]


def _climb(at: int, last: int) -> tuple[int, int, bool]:
    """Go up to where the next step joins; also say if it joins from the left."""
    from_left = bool(at & 1) or at == last
    if from_left:
        while at and not at & 1:
            at, last = at >> 1, last >> 1
    return at >> 1, last >> 1, from_left
