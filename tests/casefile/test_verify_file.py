"""`verify.py` as a stranger has it: one file, the standard library, old Pythons; its own cryptography against others' vectors."""

import ast
import functools
import hashlib
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.casefile import verify
from inspector.journal import keys, merkle
from inspector.journal.canonical import MalformedError, decode, encode
from inspector.journal.fingerprint import fingerprint
from inspector.journal.keys import SigningKey
from tests.casefile.casefile_world import CENTRE, SMALL_EXTRA, good, write

SOURCE = Path(verify.__file__)
MOST_LINES = 1_300
"""It is read as a whole by who judges it, so it stays one file; the house's limit of a file's length is for the program's parts."""


def run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(SOURCE), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def test_any_name_can_be_told(tmp_path: Path) -> None:
    """A name that is no text is told as a reason like any other, also in JSON."""
    (tmp_path / "a.zip").write_bytes(verify.local_header(b"\xff\xed\xa0\x80/x", 0, 0))
    for words in ((), ("--json",)):
        found = run(tmp_path / "a.zip", *words)
        assert (found.returncode, found.stderr) == (30, "")


def test_it_needs_nothing_but_an_old_python() -> None:
    """Its syntax is Python 3.9's, it imports the standard library alone, and neither runs code nor opens a network."""
    text = SOURCE.read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 9))
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    imported |= {
        str(node.module).partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }
    assert imported <= set(sys.stdlib_module_names)
    assert not imported & {
        "socket",
        "urllib",
        "http",
        "subprocess",
        "os",
        "shutil",
        "zipfile",
        "pickle",
        "importlib",
        "ctypes",
        "tempfile",
    }
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"eval", "exec", "compile", "__import__"}
    assert len(text.splitlines()) <= MOST_LINES


def test_newer_inventions_are_not_used() -> None:
    """What came after Python 3.9: strict zip, pairwise, bit_count, slots, match, unions at run time, possessive patterns."""
    text = SOURCE.read_text("utf-8")
    assert not [
        word
        for word in (
            "strict=",
            "pairwise",
            "bit_count",
            "slots=",
            "datetime.UTC",
            "isinstance(value, int |",
            "*+",
            "++)",
        )
        if word in text
    ]
    assert "from __future__ import annotations" in text


def test_it_runs_alone_and_says_what_it_found(tmp_path: Path) -> None:
    """One page for people in two languages, one document for programs, the verdict as exit status, wrong use as 2."""
    path = write(tmp_path / "a.zip", good())
    root = fingerprint(CENTRE.public)
    found = run(path, "--root", root)
    assert (found.returncode, found.stderr) == (0, "")
    assert "核验通过" in found.stdout
    assert "核验不能证明" in found.stdout
    assert "Log witnessed by  market (of this case), city" in run(path, "--root", root, "--lang", "en").stdout
    assert json.loads(run(path, "--json").stdout)["verdict"] == "unknown_root"
    assert run(path).returncode == 22
    assert (
        run(path, "--root", "1234").returncode
        == run(tmp_path / "none.zip").returncode
        == run().returncode
        == 2
    )
    (tmp_path / "policy").write_text("quorum none\n")
    assert run(path, "--root", root, "--policy", tmp_path / "policy").returncode == 10
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.zip", "policy"]


def test_names_in_a_file_cannot_act_on_a_terminal(tmp_path: Path) -> None:
    """Whatever a hostile file calls its members, only printable characters are printed."""
    from tests.casefile.tamper import members_of, zipped

    members = members_of(write(tmp_path / "a.zip", good(), extra=SMALL_EXTRA))
    (tmp_path / "b.zip").write_bytes(zipped([("f/\x1b[2Jevil\x07", b""), *members]))
    found = run(tmp_path / "b.zip")
    assert found.returncode == 30
    assert found.stdout.replace("\n", "").isprintable()


def test_it_streams(tmp_path: Path) -> None:
    """A large file is never held as a whole: 300 MB of it are read in less than 100 MB more than a small one takes."""
    from inspector.casefile.zipped import ZipWriter

    chunk = bytes(1 << 20)
    import zlib

    crc = 0
    for _ in range(300):
        crc = zlib.crc32(chunk, crc)
    with ZipWriter(tmp_path / "a.zip") as writer:
        writer.add("f/data/documents/a", (chunk for _ in range(300)), size=300 << 20, crc=crc)
        writer.finish()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert run(tmp_path / "a.zip").returncode == 30
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before < 100 * 1024


@functools.cache
def vectors() -> list[tuple[bytes, bytes, bytes]]:
    """Keys, signatures and messages of RFC 8032 §7.1."""
    found = []
    for seed, message in (
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", ""),
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72"),
        ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82"),
    ):
        key = SigningKey(bytes.fromhex(seed))
        found.append((key.public, key.sign(bytes.fromhex(message)), bytes.fromhex(message)))
    assert found[0][1].hex().startswith("e5564300c360ac729086e2cc806e828a")
    return found


def test_its_signatures_are_those_of_the_standard() -> None:
    """RFC 8032's vectors verify; one bit changed anywhere, none does."""
    for public, signature, message in vectors():
        assert verify.ed25519(public, signature, message)
        for at in range(0, 64, 7):
            changed = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
            assert not verify.ed25519(public, changed, message)
        assert not verify.ed25519(public, signature, message + b"x")


def test_signatures_that_only_lax_verifiers_take_are_refused() -> None:
    """S beyond the order, other encodings of R and of keys, keys of small order: both verifiers say no."""
    public, signature, message = vectors()[1]
    larger = int.from_bytes(signature[32:], "little") + verify.GROUP_ORDER
    cases = [
        (public, signature[:32] + larger.to_bytes(32, "little")),
        (public, signature[:63]),
        (public[:31], signature),
    ]
    for y in verify.SMALL_ORDER_Y:
        for sign in (0, 1):
            weak = (y | sign << 255).to_bytes(32, "little")
            cases += [(weak, bytes(64)), (weak, weak + bytes(32)), (public, weak + signature[32:])]
    cases += [((verify.PRIME + y).to_bytes(32, "little"), signature) for y in (0, 1, 2, 18)]
    for key, blob in cases:
        assert not verify.ed25519(key, blob, message)
        assert not keys.verify(key, blob, message)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40), st.integers(0, 63), st.integers(0, 255))
def test_its_signatures_are_those_of_the_library(seed: bytes, message: bytes, at: int, other: int) -> None:
    """Pure Python and OpenSSL agree, on true signatures and on changed ones."""
    key = SigningKey(seed)
    signature = key.sign(message)
    assert verify.ed25519(key.public, signature, message)
    changed = signature[:at] + bytes([other]) + signature[at + 1 :]
    assert verify.ed25519(key.public, changed, message) == keys.verify(key.public, changed, message)


@given(st.integers(1, 40), st.data())
def test_its_trees_are_those_of_the_journal(size: int, data: st.DataObject) -> None:
    """Every inclusion and consistency proof holds, and none for another leaf, size or path."""
    leaves = [hashlib.sha256(bytes([number])).digest() for number in range(size)]
    root, index, old = (
        merkle.root_of(leaves),
        data.draw(st.integers(0, size - 1)),
        data.draw(st.integers(1, size)),
    )
    path = merkle.inclusion_proof(leaves, index)
    assert verify.included(leaves[index], index, size, path, root)
    for other in range(size + 2):
        assert verify.included(leaves[index], other, size, path, root) == (other == index)
        assert verify.included(leaves[index], index, other, path, root) == merkle.verify_inclusion(
            leaves[index], index, other, path, root
        )
    grown = merkle.consistency_proof(leaves, old)
    before = merkle.root_of(leaves[:old])
    assert verify.grew(old, before, size, root, grown)
    for other in range(size + 3):
        expected = other > 0 and merkle.verify_consistency(other, size, before, root, grown)
        assert verify.grew(other, before, size, root, grown) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abé_1", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON, st.integers(0, 60), st.integers(0, 255))
def test_its_json_is_that_of_the_journal(value: object, at: int, other: int) -> None:
    """What one reader takes the other takes, on values and on bytes with one of them changed."""
    try:
        data = encode(value)
    except MalformedError:
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    for bytes_ in (
        data,
        data[:at] + bytes([other]) + data[at + 1 :],
        b"[" * 9 + data + b"]" * 9,
        data + b"\n",
        b"[" * 5000,
    ):
        try:
            ours: object = decode(bytes_, max_bytes=100_000)
        except MalformedError:
            with pytest.raises(ValueError):  # noqa: PT011
                verify.decode(bytes_)
        else:
            assert verify.decode(bytes_) == ours
