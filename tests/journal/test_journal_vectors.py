"""The published test vectors: the code reproduces them, and a second reading of docs/formats.md agrees.

The second implementation below shares no code with the package: plain hashlib, plain loops, and `cryptography` for
Ed25519 itself.
"""

import base64
import hashlib
import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from inspector.journal.canonical import MalformedError, decode, encode
from inspector.journal.entry import from_wire, to_wire, unseal
from inspector.journal.keys import SigningKey
from inspector.journal.note import parse_vkey, verify_note
from inspector.journal.receipt import Receipt, check_receipt
from inspector.journal.verify import verify_log

FILE = Path(__file__).parent / "vectors" / "journal-1.json"
TOOL = Path(__file__).parents[2] / "tools" / "make_vectors.py"
VECTORS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
ENTRIES: list[dict[str, str]] = VECTORS["entries"]
RECEIPT: dict[str, Any] = VECTORS["receipt"]


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, as its recursive definition reads."""
    if not leaves:
        return _sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return _sha(b"\x01", _root(leaves[:split]), _root(leaves[split:]))


def _path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162 §2.1.3.1."""
    if len(leaves) <= 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*_path(index, leaves[:split]), _root(leaves[split:])]
    return [*_path(index - split, leaves[split:]), _root(leaves[:split])]


def _subproof(old: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 9162 §2.1.4.1."""
    if old == len(leaves):
        return [] if whole else [_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*_subproof(old, leaves[:split], whole), _root(leaves[split:])]
    return [*_subproof(old - split, leaves[split:], False), _root(leaves[:split])]


def _key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS[name]["seed"]))


def _line(name: str, kind: int, public: bytes, signature: bytes) -> str:
    key_hash = _sha(name.encode(), b"\n", bytes([kind]), public)[:4]
    return f"— {name} {base64.b64encode(key_hash + signature).decode()}\n"


def test_the_code_writes_exactly_the_published_file() -> None:
    """A change of any byte of any format is noticed here, and needs a new version."""
    assert runpy.run_path(str(TOOL))["vectors"]() == VECTORS


def test_the_code_reads_the_published_bytes() -> None:
    """Wire bytes become the entries, entries a whole log, the log fits the receipt."""
    log = [
        from_wire(bytes.fromhex(item["wire_header"]), bytes.fromhex(item["wire_body"])) for item in ENTRIES
    ]
    for sealed, item in zip(log, ENTRIES, strict=True):
        assert sealed.header == item["header"].encode()
        assert sealed.body == item["body"].encode()
        assert unseal(sealed).data == json.loads(item["body"])["data"]
    tree = verify_log(log, device=VECTORS["device_key"]["device_id"])
    assert tree.root().hex() == VECTORS["log"]["roots"][-1]
    assert to_wire(log[1].without_body()) == (bytes.fromhex(VECTORS["withheld_wire_header"]), b"")
    check_receipt(
        Receipt(
            VECTORS["device_key"]["device_id"],
            RECEIPT["size"],
            tree.root(),
            bytes.fromhex(RECEIPT["device_signature"]),
            RECEIPT["centre"],
            RECEIPT["time"],
            bytes.fromhex(RECEIPT["cosignature"]),
        ),
        centre_public=bytes.fromhex(VECTORS["centre_key"]["public"]),
        own_public=SigningKey.from_seed(bytes.fromhex(VECTORS["device_key"]["seed"])).public,
        expected_root=tree.root(),
    )
    for vkey in ("device_vkey", "centre_vkey"):
        assert verify_note(RECEIPT["note"], parse_vkey(RECEIPT[vkey])) == RECEIPT["checkpoint"]


@pytest.mark.parametrize("vector", VECTORS["canonical"], ids=lambda vector: vector["bytes"][:16])
def test_canonical_values(vector: dict[str, Any]) -> None:
    """The value has these bytes and no others; a plain reader of JSON reads them as the value."""
    data = bytes.fromhex(vector["bytes"])
    assert encode(vector["value"]) == data
    assert decode(data, max_bytes=4096) == vector["value"] == json.loads(data)


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["why"])
def test_refused_bytes(vector: dict[str, str]) -> None:
    """Each of these must be refused by every implementation."""
    with pytest.raises(MalformedError):
        decode(bytes.fromhex(vector["bytes"]), max_bytes=4096)


def test_a_second_implementation_agrees_on_entries() -> None:
    """Hashes and wire bytes follow from the header and body texts by hashlib and json alone."""
    for seq, item in enumerate(ENTRIES, start=1):
        header, body = json.loads(item["header"]), item["body"].encode()
        assert (header["device"], header["seq"]) == (VECTORS["device_key"]["device_id"], seq)
        assert header.pop("body_sha256") == hashlib.sha256(body).hexdigest()
        wire = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert bytes.fromhex(item["wire_header"]) == wire
        assert bytes.fromhex(item["wire_body"]) == body
        assert bytes.fromhex(item["hash"]) == _sha(b"\x00", item["header"].encode())


def test_a_second_implementation_agrees_on_the_log() -> None:
    """Roots, frontiers and proofs follow from the entry hashes by the RFC's own recursive definitions."""
    leaves, log = [bytes.fromhex(item["hash"]) for item in ENTRIES], VECTORS["log"]
    assert log["roots"] == [_root(leaves[:size]).hex() for size in range(len(leaves) + 1)]
    for index in range(len(leaves)):
        assert log["inclusion"][index] == [item.hex() for item in _path(index, leaves)]
    for old in range(1, len(leaves) + 1):
        assert log["consistency"][old] == [item.hex() for item in _subproof(old, leaves, True)]
    assert log["consistency"][0] == []
    five = log["frontiers"][5]
    assert five == (5).to_bytes(8, "big").hex() + _root(leaves[:4]).hex() + leaves[4].hex()


def test_a_second_implementation_agrees_on_keys_and_receipt() -> None:
    """Device name, checkpoint, both signatures, vkeys and the note follow from the seeds and the root."""
    device, centre = _key("device_key"), _key("centre_key")
    public, centre_public = device.public_key().public_bytes_raw(), centre.public_key().public_bytes_raw()
    assert (public.hex(), centre_public.hex()) == (
        VECTORS["device_key"]["public"],
        VECTORS["centre_key"]["public"],
    )
    name = base64.b32encode(_sha(public)[:10]).decode().lower()
    origin = f"inspector/device/{name}"
    root = bytes.fromhex(VECTORS["log"]["roots"][RECEIPT["size"]])
    text = f"{origin}\n{RECEIPT['size']}\n{base64.b64encode(root).decode()}\n"
    assert text == RECEIPT["checkpoint"]
    own, time = device.sign(text.encode()), RECEIPT["time"]
    cosigned = f"cosignature/v1\ntime {time}\n{text}".encode()
    assert own.hex() == RECEIPT["device_signature"]
    Ed25519PublicKey.from_public_bytes(centre_public).verify(bytes.fromhex(RECEIPT["cosignature"]), cosigned)
    stamped = time.to_bytes(8, "big") + centre.sign(cosigned)
    assert stamped.hex() == RECEIPT["cosignature_line_bytes"]
    lines = _line(origin, 1, public, own) + _line(RECEIPT["centre"], 4, centre_public, stamped)
    assert RECEIPT["note"] == f"{text}\n{lines}"
