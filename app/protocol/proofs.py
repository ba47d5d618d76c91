"""Merkle tree proofs of the tamper-evident log, made and checked without a store (RFC 9162 §2.1).

The tree is the one of RFC 6962: SHA-256, leaves and nodes told apart by a first byte. A wallet
checks that its receipt's leaf is in a signed head (inclusion), and that a newer head only added
leaves (consistency); the service makes the proofs. The recommended library keeps its checks inside
its own store, so this is the standard algorithm itself (design/2 §Chosen parts).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def hash_leaf(data: bytes) -> bytes:
    """Hash a leaf's canonical bytes (32 bytes)."""
    return hashlib.sha256(b"\x00" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent (32 bytes)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, in order (RFC 9162 §2.1.1)."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return hash_node(root(leaves[:split]), root(leaves[split:]))


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Prove that a leaf is in the tree over ``leaves`` (RFC 9162 §2.1.3.1).

    Args:
        index: The leaf's place, from 0.
        leaves: Every leaf hash of the tree.

    Returns:
        The sibling hashes from the leaf upwards.

    Raises:
        ValueError: if there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*inclusion_proof(index, left), root(right)]
    return [*inclusion_proof(index - split, right), root(left)]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Check an inclusion proof (RFC 9162 §2.1.3.2).

    Args:
        leaf: The leaf's hash.
        index: Its place, from 0.
        size: How many leaves the tree has.
        proof: As :func:`inclusion_proof` makes it.
        expected: The tree's root.
    """
    if not 0 <= index < size or not _hashes(leaf, *proof):
        return False
    node, place, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = hash_node(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = hash_node(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and hmac.compare_digest(node, expected)


def consistency_proof(old_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Prove that the first ``old_size`` leaves are still where they were (RFC 9162 §2.1.4.1).

    Args:
        old_size: Leaves of the older tree, at least 1.
        leaves: Every leaf hash of the newer tree.

    Raises:
        ValueError: if the older tree is empty or larger than the newer one.
    """
    if not 0 < old_size <= len(leaves):
        raise ValueError(f"no tree of {old_size} inside one of {len(leaves)}")
    return _subproof(old_size, leaves, whole=True)


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Check that a newer head only added leaves to an older one (RFC 9162 §2.1.4.2).

    Args:
        old_size: Leaves under the older head, at least 1.
        new_size: Leaves under the newer head.
        old_root: The older head.
        new_root: The newer head.
        proof: As :func:`consistency_proof` makes it.
    """
    if not 0 < old_size <= new_size or not _hashes(old_root, new_root, *proof):
        return False
    if old_size == new_size:
        return not proof and hmac.compare_digest(old_root, new_root)
    path = list(proof)
    if old_size & (old_size - 1) == 0:  # the older tree is complete: its root is a node of the new
        path.insert(0, old_root)
    if not path:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = hash_node(node, older), hash_node(node, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = hash_node(newer, node)
        place, last = place >> 1, last >> 1
    same_old = hmac.compare_digest(older, old_root)
    return last == 0 and same_old and hmac.compare_digest(newer, new_root)


def _split(size: int) -> int:
    """The largest power of two below ``size`` (which is at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _subproof(old_size: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """RFC 9162's SUBPROOF; ``whole`` while the older tree is still this very subtree."""
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if old_size <= split:
        return [*_subproof(old_size, left, whole=whole), root(right)]
    return [*_subproof(old_size - split, right, whole=False), root(left)]


def _hashes(*values: bytes) -> bool:
    """Whether every value has a hash's length; a leaf must never pass for a node's two halves."""
    return all(len(value) == hashlib.sha256().digest_size for value in values)
