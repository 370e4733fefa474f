"""Proofs from a stored tree: RFC 9162 §2.1 over the nodes of its complete subtrees, O(log² n) of them for each proof.

A node is named by level and index: (0, i) is the leaf hash of leaf i, (l, i) the root over leaves i·2^l to (i+1)·2^l − 1.
A node once made never changes. Whoever stores them hands over a callback `node(level, index)`.
"""

from collections.abc import Callable, Iterable

from inspector.journal.merkle import EMPTY_ROOT, HASH_BYTES, node_hash

Node = Callable[[int, int], bytes]
"""Gives the hash of a complete subtree."""
Name = tuple[int, int]
"""Level and index of a node."""


class StoredTree:
    """A tree that grows upon stored nodes; `new` collects those to be stored."""

    def __init__(self, size: int, node: Node) -> None:
        """
        Args:
            size: how many leaves are stored.
            node: reads stored nodes; of one append at most log₂ n are read.
        """
        self.size = size
        self.new: dict[Name, bytes] = {}
        self._stored = node

    def node(self, level: int, index: int) -> bytes:
        """A complete subtree, stored or new."""
        found = self.new.get((level, index))
        return self._stored(level, index) if found is None else found

    def append(self, leaf_hash: bytes) -> None:
        """Add the next leaf, given its leaf hash."""
        if len(leaf_hash) != HASH_BYTES:
            raise ValueError("a leaf hash has 32 bytes")
        level, index, found = 0, self.size, leaf_hash
        self.new[level, index] = found
        while index & 1:
            found = node_hash(self.node(level, index - 1), found)
            level, index = level + 1, index >> 1
            self.new[level, index] = found
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves."""
        return root(self.size, self.node)


class LeafTree:
    """The nodes over leaves that are all at hand, in memory: about 70 bytes for each node, two nodes for each leaf."""

    def __init__(self, leaf_hashes: Iterable[bytes]) -> None:
        self._levels = [list(leaf_hashes)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            pairs = range(0, len(below) - 1, 2)
            self._levels.append([node_hash(below[at], below[at + 1]) for at in pairs])

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def node(self, level: int, index: int) -> bytes:
        """A complete subtree.

        Raises:
            IndexError: there is none.
        """
        return self._levels[level][index]

    def root(self) -> bytes:
        """The root over all leaves."""
        return root(self.size, self.node)


def root(size: int, node: Node) -> bytes:
    """The root over the first `size` leaves; of none SHA-256("")."""
    return _range(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """As `merkle.inclusion_proof` over the first `size` leaves.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    low, high = 0, size
    proof: list[bytes] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(_range(middle, high, node))
            high = middle
        else:
            proof.append(_range(low, middle, node))
            low = middle
    return proof[::-1]


def consistency_proof(old_size: int, new_size: int, node: Node) -> list[bytes]:
    """As `merkle.consistency_proof` over the first `new_size` leaves.

    Raises:
        ValueError: the old size is negative or beyond the new one.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"no tree of {old_size} within a tree of {new_size}")
    if old_size in (0, new_size):
        return []
    low, high = 0, new_size
    proof: list[bytes] = []
    while high != old_size:
        middle = low + _split(high - low)
        if old_size <= middle:
            proof.append(_range(middle, high, node))
            high = middle
        else:
            proof.append(_range(low, middle, node))
            low = middle
    if low > 0:
        proof.append(_range(low, high, node))
    return proof[::-1]


def nodes_needed(work: Callable[[Node], object]) -> set[Name]:
    """Which nodes some work will read, so that they can be fetched at once: the work must not look at the hashes."""
    names: set[Name] = set()

    def note(level: int, index: int) -> bytes:
        names.add((level, index))
        return EMPTY_ROOT

    work(note)
    return names


def _range(low: int, high: int, node: Node) -> bytes:
    """The root over leaves `low` to `high` − 1, where `low` is a multiple of a power of two not below their number."""
    pieces: list[bytes] = []
    while low < high:
        level = (high - low).bit_length() - 1
        pieces.append(node(level, low >> level))
        low += 1 << level
    found = pieces[-1]
    for left in reversed(pieces[:-1]):
        found = node_hash(left, found)
    return found


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
