from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import subprocess
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import merkle
from tests.sealing.tampering import need

# The leaves and roots that implementations of certificate transparency share.
LEAVES = [
    merkle.leaf(bytes.fromhex(entry))
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Two of their proofs between trees.
GROWTH = {
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
LARGEST = 40
FOREST = [merkle.leaf(bytes([at])) for at in range(LARGEST)]


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_the_published_one(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("sizes", "proof"), GROWTH.items())
def test_the_proof_of_growth_is_the_published_one(sizes, proof):
    old_size, new_size = sizes

    assert [step.hex() for step in merkle.consistency(old_size, LEAVES[:new_size])] == proof


@pytest.mark.parametrize("size", range(1, LARGEST))
def test_each_leaf_of_a_tree_is_proven_there_and_nowhere_else(size):
    leaves, root = FOREST[:size], merkle.root(FOREST[:size])
    proofs = merkle.inclusions(range(size), leaves)

    for index, proof in proofs.items():
        assert merkle.inclusion(index, leaves) == proof
        assert [
            at
            for at in range(-1, size + 1)
            if merkle.included(leaves[index], index=at, size=size, proof=proof, root=root)
        ] == [index]
        assert not merkle.included(FOREST[-1], index=index, size=size, proof=proof, root=root)


@pytest.mark.parametrize("size", range(1, 20))
def test_a_proof_that_was_changed_proves_nothing(size):
    leaves, root = FOREST[:size], merkle.root(FOREST[:size])

    for index in range(size):
        proof = merkle.inclusion(index, leaves)
        changed = [[*proof, bytes(32)], [bytes(32), *proof]]
        changed += [proof[:at] + proof[at + 1 :] for at in range(len(proof))]
        changed += [[*proof[:at], bytes(32), *proof[at + 1 :]] for at in range(len(proof))]
        for wrong in changed:
            assert not merkle.included(leaves[index], index=index, size=size, proof=wrong, root=root)
        assert not merkle.included(leaves[index], index=index, size=size, proof=proof, root=bytes(32))


def test_no_proof_for_a_leaf_that_is_not_there():
    for index in (-1, 3):
        with pytest.raises(IndexError):
            merkle.inclusion(index, FOREST[:3])


@pytest.mark.parametrize("size", range(LARGEST))
def test_a_tree_proves_that_it_only_grew(size):
    leaves, new_root = FOREST[:size], merkle.root(FOREST[:size])

    for old_size in range(size + 1):
        old_root, proof = merkle.root(leaves[:old_size]), merkle.consistency(old_size, leaves)
        sizes = {"old_size": old_size, "new_size": size}

        assert merkle.consistent(**sizes, old_root=old_root, new_root=new_root, proof=proof)
        assert not merkle.consistent(**sizes, old_root=bytes(32), new_root=new_root, proof=proof)
        assert old_size == 0 or not merkle.consistent(**sizes, old_root=old_root, new_root=bytes(32), proof=proof)


@pytest.mark.parametrize("size", range(1, 20))
def test_a_proof_of_growth_that_was_changed_proves_nothing(size):
    leaves, new_root = FOREST[:size], merkle.root(FOREST[:size])

    for old_size in range(size + 1):
        old_root, proof = merkle.root(leaves[:old_size]), merkle.consistency(old_size, leaves)
        changed = [[*proof, bytes(32)], [bytes(32), *proof]]
        changed += [proof[:at] + proof[at + 1 :] for at in range(len(proof))]
        changed += [[*proof[:at], bytes(32), *proof[at + 1 :]] for at in range(len(proof))]
        for wrong in changed:
            assert not merkle.consistent(
                old_size=old_size, new_size=size, old_root=old_root, new_root=new_root, proof=wrong
            )


def test_a_tree_whose_past_was_rewritten_cannot_prove_growth():
    before = FOREST[:5]
    after = [FOREST[0], FOREST[30], *FOREST[2:9]]

    assert not merkle.consistent(
        old_size=5,
        new_size=9,
        old_root=merkle.root(before),
        new_root=merkle.root(after),
        proof=merkle.consistency(5, after),
    )


def test_a_tree_never_shrank():
    for old_size in (-1, 4):
        with pytest.raises(ValueError, match="never of that size"):
            merkle.consistency(old_size, FOREST[:3])
    assert not merkle.consistent(old_size=4, new_size=3, old_root=bytes(32), new_root=bytes(32), proof=[])
    assert not merkle.consistent(old_size=-1, new_size=3, old_root=bytes(32), new_root=bytes(32), proof=[])


def test_a_log_of_200000_leaves_costs_some_eight_times_a_log_of_25000():
    leaves = [secrets.token_bytes(32) for _ in range(200_000)]

    def cost(count):
        started = time.process_time()
        merkle.root(leaves[:count])
        return time.process_time() - started

    assert cost(200_000) < 4 * 8 * cost(25_000)


def test_an_entry_commits_to_body_and_row():
    entry = merkle.entry(b"body", b"stored")

    assert entry == b"\x01" + hashlib.sha256(b"body").digest() + hashlib.sha256(b"stored").digest()
    assert merkle.leaf(entry) == hashlib.sha256(b"\x00" + entry).digest()


TEXT = st.text(st.characters(codec="utf-8"))
KEYS = st.text(st.characters(codec="ascii"))
CANONICAL = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
)


@given(CANONICAL)
def test_canonical_json_says_the_same_and_has_one_spelling(value):
    spelled = merkle.canonical(value)

    assert json.loads(spelled) == value
    assert merkle.canonical(json.loads(spelled)) == spelled
    assert spelled.count(b"\n") == 1
    assert spelled.endswith(b"\n")


def test_keys_are_sorted_and_nothing_is_added():
    value = {"b": [1, "é\n\u2028", None], "a": {"z": True, "y": ()}}

    assert merkle.canonical(value) == '{"a":{"y":[],"z":true},"b":[1,"é\\n\u2028",null]}\n'.encode()


def test_jq_spells_it_the_same_way():
    tool = shutil.which("jq")
    need(tool, "no jq command here: install the package jq")
    value = {"b": ["é", '\u0001\t"\\/', "😀", 2**53 - 1, None, False], "a": {"Z": -1, "_": {}, "A": []}}

    spelled = subprocess.run([tool, "-cS", "."], input=json.dumps(value).encode(), capture_output=True, check=True)

    assert spelled.stdout == merkle.canonical(value)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        b"bytes",
        {1: "a number as key"},
        {"é": "a key that is not ASCII"},
        {"a": [{"b": 0.5}]},
        ("a", {"b": {1, 2}}),
        {"half a pair": "\ud83d"},
        object(),
    ],
)
def test_what_has_no_single_spelling_is_refused(value):
    with pytest.raises(ValueError, match=r"single spelling|too large|not ASCII|surrogates"):
        merkle.canonical(value)
