"""Merkle proofs: the vectors of the Certificate Transparency project, and properties.

Vectors: ``testonly/constants.go`` and ``proof/verify_test.go`` of transparency-dev/merkle, the same
that the reference implementation of RFC 6962 was tested with.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.protocol import proofs

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(value)
    for value in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
HASHES = [proofs.hash_leaf(leaf) for leaf in LEAVES]
_96A2 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
_5F08 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
_6B47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
_BC1A = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
_CA85 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
_0EBC = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
_D37E = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
_FAC5 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size):
    assert proofs.root(HASHES[:size]) == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, [_96A2, _5F08, _6B47]),
        (5, 8, [_BC1A, _CA85, _D37E]),
        (2, 3, [_FAC5]),
    ],
)
def test_published_inclusion_proofs(index, size, path):
    proof = [bytes.fromhex(node) for node in path]
    assert proofs.inclusion_proof(index, HASHES[:size]) == proof
    assert proofs.verify_inclusion(HASHES[index], index, size, proof, ROOTS[size])


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (1, 1, []),
        (1, 8, [_96A2, _5F08, _6B47]),
        (6, 8, [_0EBC, _CA85, _D37E]),
        (2, 5, [_5F08, _BC1A]),
    ],
)
def test_published_consistency_proofs(old, new, path):
    proof = [bytes.fromhex(node) for node in path]
    assert proofs.consistency_proof(old, HASHES[:new]) == proof
    assert proofs.verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)


@pytest.mark.parametrize("index", [-1, 8])
def test_no_proof_for_a_leaf_that_is_not_there(index):
    with pytest.raises(ValueError, match="no leaf"):
        proofs.inclusion_proof(index, HASHES)
    assert not proofs.verify_inclusion(HASHES[0], index, 8, [], ROOTS[8])


@pytest.mark.parametrize("size", [0, -1, 9])
def test_no_consistency_with_an_impossible_tree(size):
    with pytest.raises(ValueError, match="no tree"):
        proofs.consistency_proof(size, HASHES)
    assert not proofs.verify_consistency(size, 8, ROOTS[0], ROOTS[8], [])


def test_same_size_must_be_the_same_root_and_need_no_proof():
    assert not proofs.verify_consistency(4, 4, ROOTS[4], ROOTS[5], [])
    assert not proofs.verify_consistency(4, 4, ROOTS[4], ROOTS[4], [ROOTS[1]])


def test_a_grown_tree_needs_a_proof():
    assert not proofs.verify_consistency(3, 8, ROOTS[3], ROOTS[8], [])


def test_hashes_of_another_length_are_refused():
    """64 bytes for a sibling would let two nodes pass as one."""
    proof = proofs.inclusion_proof(0, HASHES)
    assert not proofs.verify_inclusion(HASHES[0], 0, 8, [*proof[:-1], proof[-1] * 2], ROOTS[8])
    assert not proofs.verify_inclusion(b"", 0, 8, proof, ROOTS[8])
    assert not proofs.verify_consistency(1, 8, ROOTS[1][:31], ROOTS[8], proof)


def test_a_node_never_passes_for_a_leaf():
    node = proofs.hash_node(HASHES[0], HASHES[1])
    assert proofs.hash_leaf(HASHES[0] + HASHES[1]) != node


# --- properties

SIZES = st.integers(1, 70)


def tree(size: int) -> list[bytes]:
    return [proofs.hash_leaf(str(n).encode()) for n in range(size)]


@given(SIZES, st.data())
def test_every_leaf_is_proved(size, data):
    leaves = tree(size)
    index = data.draw(st.integers(0, size - 1))
    proof = proofs.inclusion_proof(index, leaves)
    assert len(proof) <= (size - 1).bit_length()
    assert proofs.verify_inclusion(leaves[index], index, size, proof, proofs.root(leaves))


@given(SIZES, st.data())
def test_no_other_leaf_place_size_root_or_proof_is_proved(size, data):
    leaves = tree(size)
    index = data.draw(st.integers(0, size - 1))
    proof = proofs.inclusion_proof(index, leaves)
    top = proofs.root(leaves)
    stranger = proofs.hash_leaf(b"stranger")
    assert not proofs.verify_inclusion(stranger, index, size, proof, top)
    assert not proofs.verify_inclusion(leaves[index], index, size, proof, stranger)
    assert not proofs.verify_inclusion(leaves[index], index, size, [*proof, stranger], top)
    other = data.draw(st.integers(-1, size + 1))
    if other != index:
        assert not proofs.verify_inclusion(leaves[index], other, size, proof, top)
    if proof:
        assert not proofs.verify_inclusion(leaves[index], index, size, proof[:-1], top)
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof]
        changed[place] = bytes([changed[place][0] ^ 1]) + changed[place][1:]
        assert not proofs.verify_inclusion(leaves[index], index, size, changed, top)


@given(SIZES, st.data())
def test_every_growth_is_proved(size, data):
    leaves = tree(size)
    old = data.draw(st.integers(1, size))
    proof = proofs.consistency_proof(old, leaves)
    assert proofs.verify_consistency(
        old, size, proofs.root(leaves[:old]), proofs.root(leaves), proof
    )


@given(SIZES, st.data())
def test_no_rewritten_history_is_proved(size, data):
    """Whatever old leaf is changed, neither the honest nor the forger's proof passes."""
    leaves = tree(size)
    old = data.draw(st.integers(1, size))
    assume(old < size)
    rewritten = [*leaves]
    rewritten[data.draw(st.integers(0, old - 1))] = proofs.hash_leaf(b"rewritten")
    old_root, new_root = proofs.root(leaves[:old]), proofs.root(rewritten)
    for history in (leaves, rewritten):
        proof = proofs.consistency_proof(old, history)
        assert not proofs.verify_consistency(old, size, old_root, new_root, proof)


@given(SIZES, st.data())
def test_no_changed_consistency_proof_passes(size, data):
    leaves = tree(size)
    old = data.draw(st.integers(1, size))
    proof = proofs.consistency_proof(old, leaves)
    roots = proofs.root(leaves[:old]), proofs.root(leaves)
    assert not proofs.verify_consistency(old, size, *roots, [*proof, roots[0]])
    if proof:
        assert not proofs.verify_consistency(old, size, *roots, proof[:-1])
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof]
        changed[place] = bytes([changed[place][0] ^ 1]) + changed[place][1:]
        assert not proofs.verify_consistency(old, size, *roots, changed)
