"""The Merkle tree of RFC 9162 §2.1 over SHA-256: roots, a compact growing tree, proofs and their checks.

Hashes are 32 raw bytes. An index counts from 0; a size is a number of leaves.
"""

import hashlib
from collections.abc import Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
_MAX_LEVELS = 63


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class CompactTree:
    """A growing tree that keeps only its frontier: one hash for each complete subtree, largest first."""

    __slots__ = ("_frontier", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._frontier: list[bytes] = []

    @property
    def size(self) -> int:
        """How many leaves were appended."""
        return self._size

    def append(self, leaf_hash: bytes) -> None:
        """Add the next leaf, given its leaf hash."""
        if len(leaf_hash) != HASH_BYTES:
            raise ValueError("a leaf hash has 32 bytes")
        node = leaf_hash
        # Each trailing 1 bit of the old size is a complete subtree that the new leaf merges with.
        carry = self._size
        while carry & 1:
            node = node_hash(self._frontier.pop(), node)
            carry >>= 1
        self._frontier.append(node)
        self._size += 1

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves in order."""
        for leaf in leaf_hashes:
            self.append(leaf)

    def root(self) -> bytes:
        """The root over all leaves; of the empty tree SHA-256("")."""
        if not self._frontier:
            return EMPTY_ROOT
        root = self._frontier[-1]
        for left in reversed(self._frontier[:-1]):
            root = node_hash(left, root)
        return root

    def copy(self) -> "CompactTree":
        """An independent tree of the same leaves."""
        twin = CompactTree()
        twin._size = self._size
        twin._frontier = self._frontier.copy()
        return twin

    def to_bytes(self) -> bytes:
        """Size as 8 bytes big-endian, then the frontier: at most 8 + 63 × 32 bytes."""
        return self._size.to_bytes(8, "big") + b"".join(self._frontier)

    @classmethod
    def from_bytes(cls, data: bytes) -> "CompactTree":
        """The tree that `to_bytes` wrote.

        Raises:
            ValueError: the length does not fit the size.
        """
        size = int.from_bytes(data[:8], "big")
        hashes = data[8:]
        too_short = len(data) < 8 or size.bit_length() > _MAX_LEVELS
        if too_short or len(hashes) != HASH_BYTES * size.bit_count():
            raise ValueError("not the frontier of a tree")
        tree = cls()
        tree._size = size
        tree._frontier = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
        return tree

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CompactTree):
            return NotImplemented
        return self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        return f"CompactTree(size={self._size}, root={self.root().hex()})"


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in order."""
    tree = CompactTree()
    tree.extend(leaf_hashes)
    return tree.root()


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from one leaf to the root, lowest first (RFC 9162 §2.1.3.1).

    Raises:
        ValueError: there is no such leaf.
    """
    low, high = 0, len(leaf_hashes)
    if not 0 <= index < high:
        raise ValueError(f"no leaf {index} in a tree of {high}")
    proof: list[bytes] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(root_of(leaf_hashes[middle:high]))
            high = middle
        else:
            proof.append(root_of(leaf_hashes[low:middle]))
            low = middle
    return proof[::-1]


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """The hashes that show that the first `old_size` leaves are a beginning of all (RFC 9162 §2.1.4.1).

    Empty for an old size of 0 or of the whole tree.

    Raises:
        ValueError: the old size is negative or beyond the tree.
    """
    low, high = 0, len(leaf_hashes)
    if not 0 <= old_size <= high:
        raise ValueError(f"no tree of {old_size} within a tree of {high}")
    if old_size in (0, high):
        return []
    proof: list[bytes] = []
    while high != old_size:
        middle = low + _split(high - low)
        if old_size <= middle:
            proof.append(root_of(leaf_hashes[middle:high]))
            high = middle
        else:
            proof.append(root_of(leaf_hashes[low:middle]))
            low = middle
    # The old tree itself is known to the verifier; an inner subtree of it is not.
    if low > 0:
        proof.append(root_of(leaf_hashes[low:high]))
    return proof[::-1]


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf at `index` to the root of that `size` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes([leaf_hash, root, *proof]):
        return False
    node, first, last = leaf_hash, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            node = node_hash(sibling, node)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of `new_size` begins with the tree of `old_size` (RFC 9162 §2.1.4.2).

    The empty tree begins every tree; its root must be SHA-256("") and its proof empty.
    """
    if not 0 <= old_size <= new_size or not _are_hashes([old_root, new_root, *proof]):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root and (old_size > 0 or old_root == EMPTY_ROOT)
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    return _verify_growth(old_size, new_size, old_root, new_root, list(proof))


def _verify_growth(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: list[bytes]
) -> bool:
    """For 0 < old size < new size: rebuild both roots from one path."""
    if old_size & (old_size - 1) == 0:
        proof = [old_root, *proof]
    if not proof:
        return False
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _are_hashes(hashes: Iterable[bytes]) -> bool:
    return all(len(item) == HASH_BYTES for item in hashes)


def _split(size: int) -> int:
    """The largest power of two below `size` (RFC 9162 §2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1)
