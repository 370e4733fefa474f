"""The Merkle tree against the published reference roots, and every proof of every small tree."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.journal.merkle import (
    CompactTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

MOST = 64
# The leaves and roots of the Certificate Transparency reference tests for RFC 6962/9162.
LEAVES = [
    bytes.fromhex(text)
    for text in (
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
# Proofs of the same reference tests over these leaves: (index, size, proof), (old size, new size, proof).
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


def _hashes(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(2, "big")) for number in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_reference_roots(size: int) -> None:
    """The roots are those that every implementation of the RFC has."""
    assert root_of([leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


def test_reference_proofs() -> None:
    """The proofs are, hash by hash, those of the reference tests."""
    hashes = [leaf_hash(leaf) for leaf in LEAVES]
    for index, size, proof in INCLUSION:
        assert [item.hex() for item in inclusion_proof(hashes[:size], index)] == proof
    for old, size, proof in CONSISTENCY:
        assert [item.hex() for item in consistency_proof(hashes[:size], old)] == proof


def test_every_leaf_of_every_small_tree_is_proven_at_its_place_alone() -> None:
    """A proof holds for its leaf, index and root, and not for a neighbour's."""
    hashes = _hashes(MOST)
    for size in range(1, MOST + 1):
        root = root_of(hashes[:size])
        for index in range(size):
            proof = inclusion_proof(hashes[:size], index)
            assert verify_inclusion(hashes[index], index, size, proof, root)
            wrong = (index + 1) % size
            if size > 1:
                assert not verify_inclusion(hashes[wrong], index, size, proof, root)
                assert not verify_inclusion(hashes[index], wrong, size, proof, root)
            assert not verify_inclusion(hashes[index], index, size, [*proof, root], root)


def test_every_small_tree_is_proven_to_begin_every_larger_one() -> None:
    """A consistency proof holds for the two roots it was made for, and not for a forged old or new root."""
    hashes = _hashes(MOST)
    roots = [root_of(hashes[:size]) for size in range(MOST + 1)]
    forged = leaf_hash(b"forged")
    for new in range(MOST + 1):
        for old in range(new + 1):
            proof = consistency_proof(hashes[:new], old)
            assert verify_consistency(old, new, roots[old], roots[new], proof)
            assert not verify_consistency(old, new, forged, roots[new], proof)
            if old:
                assert not verify_consistency(old, new, roots[old], forged, proof)


@given(st.integers(2, 40), st.data())
def test_a_changed_proof_never_holds(size: int, data: st.DataObject) -> None:
    """Any changed, dropped, doubled or shortened hash makes a proof fail."""
    hashes = _hashes(size)
    root = root_of(hashes)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size - 1))
    inclusion, consistency = inclusion_proof(hashes, index), consistency_proof(hashes, old)
    for proof in (inclusion, consistency):
        at = data.draw(st.integers(0, len(proof) - 1))
        change = data.draw(st.sampled_from(["bit", "drop", "double", "short"]))
        if change == "bit":
            proof[at] = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        elif change == "drop":
            del proof[at]
        elif change == "double":
            proof.insert(at, proof[at])
        else:
            proof[at] = proof[at][:-1]
    assert not verify_inclusion(hashes[index], index, size, inclusion, root)
    assert not verify_consistency(old, size, root_of(hashes[:old]), root, consistency)


def test_an_inner_hash_does_not_pass_for_a_leaf_or_an_old_root() -> None:
    """A path that reaches the root from half-way up is refused: it has too few steps for the size."""
    hashes = _hashes(8)
    left, right, root = root_of(hashes[:4]), root_of(hashes[4:]), root_of(hashes)
    assert not verify_inclusion(left, 0, 8, [right], root)
    assert not verify_consistency(1, 8, left, root, [right])
    assert verify_consistency(4, 8, left, root, [right])


def test_impossible_places_are_refused() -> None:
    """No proof is made for a place outside of the tree, and none holds there."""
    hashes = _hashes(3)
    for index in (-1, 3):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_proof(hashes, index)
        assert not verify_inclusion(hashes[0], index, 3, [], root_of(hashes))
    for old in (-1, 4):
        with pytest.raises(ValueError, match="no tree"):
            consistency_proof(hashes, old)
        assert not verify_consistency(old, 3, root_of(hashes), root_of(hashes), [])


def test_the_compact_tree_is_the_same_tree_after_a_restart() -> None:
    """Its root is right at every size, and its bytes bring back a tree that grows on alike."""
    hashes = _hashes(MOST)
    tree = CompactTree()
    for size, leaf in enumerate(hashes):
        assert tree.size == size
        assert tree.root() == root_of(hashes[:size])
        assert len(tree.to_bytes()) == 8 + 32 * size.bit_count()
        back = CompactTree.from_bytes(tree.to_bytes())
        assert back == tree
        back.extend(hashes[size:])
        assert back.root() == root_of(hashes)
        tree.append(leaf)


def test_a_copy_grows_alone() -> None:
    """What is tried on a copy does not touch the original."""
    tree = CompactTree()
    tree.extend(_hashes(5))
    before = tree.to_bytes()
    twin = tree.copy()
    twin.extend(_hashes(3))
    assert tree.to_bytes() == before
    assert twin.size == 8
    assert twin != tree


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 7, b"\x00" * 7 + b"\x01", b"\x00" * 9, b"\xff" * 8 + b"x" * 32 * 64]
)
def test_bytes_that_are_no_frontier_are_refused(data: bytes) -> None:
    """The number of hashes must fit the size."""
    with pytest.raises(ValueError, match="frontier"):
        CompactTree.from_bytes(data)


def test_only_hashes_are_leaves() -> None:
    """Something else than 32 bytes is a mistake of the caller, not a leaf."""
    with pytest.raises(ValueError, match="32 bytes"):
        CompactTree().append(hashlib.sha1(b"x").digest())
