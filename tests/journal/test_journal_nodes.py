"""Laws of proofs from stored nodes: the same as from all leaves, with few reads."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.journal import merkle, nodes
from inspector.journal.fingerprint import fingerprint, normal_fingerprint
from inspector.journal.nodes import LeafTree, Node, StoredTree, nodes_needed


def leaves(count: int) -> list[bytes]:
    """Leaf hashes, all different."""
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


@given(st.integers(0, 130), st.data())
def test_proofs_are_those_of_all_leaves(size: int, data: st.DataObject) -> None:
    """Root, inclusion and consistency from stored nodes equal those from the leaves, also for sizes within the tree."""
    hashes = leaves(size)
    tree = LeafTree(hashes)
    assert tree.root() == merkle.root_of(hashes)
    within = data.draw(st.integers(0, size))
    assert nodes.root(within, tree.node) == merkle.root_of(hashes[:within])
    old = data.draw(st.integers(0, within))
    assert nodes.consistency_proof(old, within, tree.node) == merkle.consistency_proof(hashes[:within], old)
    if within:
        index = data.draw(st.integers(0, within - 1))
        proof = nodes.inclusion_proof(index, within, tree.node)
        assert proof == merkle.inclusion_proof(hashes[:within], index)


@given(st.lists(st.integers(0, 20), max_size=8))
def test_growing_in_steps_is_growing_at_once(steps: list[int]) -> None:
    """A tree that is stored and opened again after each step has the nodes of one that never was."""
    stored: dict[tuple[int, int], bytes] = {}
    size = 0
    hashes = leaves(sum(steps))

    def node(level: int, index: int) -> bytes:
        return stored[level, index]

    for step in steps:
        tree = StoredTree(size, node)
        for leaf in hashes[size : size + step]:
            tree.append(leaf)
        assert not stored.keys() & tree.new.keys(), "a node never changes"
        stored.update(tree.new)
        size = tree.size
    whole = LeafTree(hashes)
    assert len(stored) == sum(len(hashes) >> level for level in range(8))
    assert all(found == whole.node(level, index) for (level, index), found in stored.items())


@given(st.integers(1, 3_000), st.data())
def test_few_nodes_are_read(size: int, data: st.DataObject) -> None:
    """A proof reads at most about log² of the size, and says beforehand which."""
    tree = LeafTree(leaves(size))
    index = data.draw(st.integers(0, size - 1))
    read: set[tuple[int, int]] = set()

    def node(level: int, at: int) -> bytes:
        read.add((level, at))
        return tree.node(level, at)

    def work(of: Node) -> object:
        return nodes.inclusion_proof(index, size, of), nodes.consistency_proof(index, size, of)

    work(node)
    assert len(read) <= 2 * (math.log2(size) + 1) ** 2
    assert nodes_needed(work) == read


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 3)])
def test_what_is_not_there_has_no_proof(index: int, size: int) -> None:
    """An index beyond the size, or a size beyond the larger one, is refused."""
    tree = LeafTree(leaves(8))
    with pytest.raises(ValueError, match="no leaf"):
        nodes.inclusion_proof(index, size, tree.node)
    with pytest.raises(ValueError, match="no tree"):
        nodes.consistency_proof(size + 1, size, tree.node)
    with pytest.raises(IndexError):
        nodes.root(9, tree.node)


def test_a_fingerprint_is_eight_groups_of_four() -> None:
    """20 bytes of SHA-256 in Crockford's alphabet; typed carelessly it is the same one, mistyped it is none."""
    found = fingerprint(bytes(32))
    assert found == "CSM7-NBFR-CAYQ-EV4F-R65R-X7WE-4049-E545"
    assert normal_fingerprint(found.lower().replace("-", " ").replace("1", "l").replace("0", "o")) == found
    assert normal_fingerprint(found[:-1]) == ""
    assert normal_fingerprint(found[:-1] + "！") == ""
