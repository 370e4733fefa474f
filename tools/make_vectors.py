"""Writes tests/journal/vectors/journal-1.json: fixed keys, entries, roots and signatures for anybody to check.

Run it only when a format gets a new version: `python tools/make_vectors.py`. The file of a published version
never changes; the tests hold the code to it.
"""

import json
from pathlib import Path
from typing import Any

from inspector.domain.entries import COUNTY, Draft, Ref, Stamp
from inspector.journal.canonical import MalformedError, decode, encode
from inspector.journal.entry import SealedEntry, seal, to_wire
from inspector.journal.keys import SigningKey, device_id
from inspector.journal.merkle import CompactTree, consistency_proof, inclusion_proof, root_of
from inspector.journal.note import COSIGNATURE_V1, ED25519, Cosignature, VerifierKey, format_vkey
from inspector.journal.receipt import device_checkpoint, issue_receipt, receipt_note, sign_checkpoint

TARGET = Path(__file__).parent.parent / "tests" / "journal" / "vectors" / "journal-1.json"
CENTRE = "inspector/centre/example-county"
DEVICE_KEY = SigningKey.from_seed(bytes(range(32)))
CENTRE_KEY = SigningKey.from_seed(bytes(range(32, 64)))
RECEIPT_TIME = 1_793_900_000

CANONICAL = [
    {},
    {"b": [1, -1, 0], "a": {"z": None, "y": True, "x": False}},
    {"text": '引号 " 反斜线 \\ 换行\n制表\t/ é 😀', "empty": ""},
    {"low": -(2**53 - 1), "high": 2**53 - 1},
    [[[[[[[["eight deep"]]]]]]]],
]
REFUSED = [
    ("a float", b'{"a":1.0}'),
    ("an exponent", b'{"a":1e3}'),
    ("minus zero", b'{"a":-0}'),
    ("not a number", b'{"a":NaN}'),
    ("an integer beyond 2^53-1", b'{"a":9007199254740992}'),
    ("white space", b'{"a": 1}'),
    ("a newline at the end", b'{"a":1}\n'),
    ("a byte order mark", b'\xef\xbb\xbf{"a":1}'),
    ("keys out of order", b'{"b":1,"a":2}'),
    ("a repeated key", b'{"a":1,"a":1}'),
    ("a capital letter in a key", b'{"A":1}'),
    ("an empty key", b'{"":1}'),
    ("a key of 41 characters", b'{"' + b"a" * 41 + b'":1}'),
    ("a needless escape", b'{"a":"\\u0041"}'),
    ("an escaped solidus", b'{"a":"\\/"}'),
    ("a newline escaped the long way", b'{"a":"\\u000a"}'),
    ("a carriage return", b'{"a":"\\r"}'),
    ("a C1 control character", '{"a":"\u0085"}'.encode()),
    ("a lone surrogate", b'{"a":"\\ud800"}'),
    ("text that is not NFC", '{"a":"e\u0301"}'.encode()),
    ("bytes that are not UTF-8", b'{"a":"\xff"}'),
    ("nine arrays inside each other", b"[" * 9 + b"]" * 9),
    ("nothing", b""),
]


def entries() -> list[SealedEntry]:
    """Five entries of one device: of an inspection, of the county, with references, with an unknown type."""
    device = device_id(DEVICE_KEY.public)
    grid = "yh-03"
    drafts = [
        Draft("inspection.started", "insp-1", grid, {"pack": "night-patrol", "site": "site-0042"}),
        Draft(
            "answer.given",
            "insp-1",
            grid,
            {"item": "licence.shown", "value": "no", "note": "门口未见\n第二行"},
        ),
        Draft("answer.given", "insp-1", grid, {"item": "licence.shown", "value": "yes"}, (Ref(device, 2),)),
        Draft(
            "checklist.published", "night-patrol", COUNTY, {"version": 1, "fee_fen": 120_000, "ratio": "3.5"}
        ),
        Draft(
            "future.unheard_of",
            "insp-1",
            grid,
            {
                "nested": [{"rows": [{"name": "张三(样例)"}]}],
                "position": {"lat": 303_456_789, "lon": 1_201_234_567},
            },
            (Ref("a" * 16, 7), Ref(device, 3)),
        ),
    ]
    return [
        seal(
            draft,
            ref=Ref(device, seq),
            actor="" if draft.scope == COUNTY else "officer-07",
            time=Stamp(1_793_890_000_000 + seq * 1_500, 480, "00112233445566aa", 900_000 + seq * 1_500),
            salt=bytes([seq]) * 16,
        )
        for seq, draft in enumerate(drafts, start=1)
    ]


def entry_vector(sealed: SealedEntry) -> dict[str, Any]:
    """Header and body as the text that their UTF-8 bytes are, the rest as hex."""
    header, body = to_wire(sealed)
    return {
        "header": sealed.header.decode(),
        "body": (sealed.body or b"").decode(),
        "hash": sealed.hash.hex(),
        "wire_header": header.hex(),
        "wire_body": body.hex(),
    }


def log_vector(log: list[SealedEntry]) -> dict[str, Any]:
    """Roots and frontiers of every size, and every proof of the whole log."""
    hashes = [sealed.hash for sealed in log]
    tree = CompactTree()
    frontiers = [tree.to_bytes().hex()]
    for leaf in hashes:
        tree.append(leaf)
        frontiers.append(tree.to_bytes().hex())
    size = len(hashes)
    return {
        "roots": [root_of(hashes[:n]).hex() for n in range(size + 1)],
        "frontiers": frontiers,
        "inclusion": [[item.hex() for item in inclusion_proof(hashes, index)] for index in range(size)],
        "consistency": [[item.hex() for item in consistency_proof(hashes, old)] for old in range(size + 1)],
    }


def key_vector(key: SigningKey) -> dict[str, str]:
    """A key by its seed; never use these for anything."""
    return {"seed": key.seed.hex(), "public": key.public.hex(), "device_id": device_id(key.public)}


def receipt_vector(root: bytes, size: int) -> dict[str, Any]:
    """A checkpoint, its signature, its cosignature, and the note that holds all three."""
    receipt = issue_receipt(
        centre=CENTRE,
        centre_key=CENTRE_KEY,
        device_public=DEVICE_KEY.public,
        size=size,
        root=root,
        device_signature=sign_checkpoint(DEVICE_KEY, size, root),
        time_seconds=RECEIPT_TIME,
    )
    return {
        "size": size,
        "centre": CENTRE,
        "time": receipt.time,
        "checkpoint": device_checkpoint(receipt.device, size, root),
        "device_signature": receipt.device_signature.hex(),
        "cosignature": receipt.cosignature.hex(),
        "cosignature_line_bytes": Cosignature(receipt.time, receipt.cosignature).to_bytes().hex(),
        "device_vkey": format_vkey(
            VerifierKey(f"inspector/device/{receipt.device}", ED25519, DEVICE_KEY.public)
        ),
        "centre_vkey": format_vkey(VerifierKey(CENTRE, COSIGNATURE_V1, CENTRE_KEY.public)),
        "note": receipt_note(receipt, centre_public=CENTRE_KEY.public, device_public=DEVICE_KEY.public),
    }


def vectors() -> dict[str, Any]:
    """The whole file."""
    log = entries()
    for name, data in REFUSED:
        try:
            decode(data, max_bytes=4096)
        except MalformedError:
            continue
        raise SystemExit(f"accepted, though it must be refused: {name}")
    return {
        "format": "inspector journal test vectors 1",
        "canonical": [{"value": value, "bytes": encode(value).hex()} for value in CANONICAL],
        "refused": [{"why": name, "bytes": data.hex()} for name, data in REFUSED],
        "device_key": key_vector(DEVICE_KEY),
        "centre_key": key_vector(CENTRE_KEY),
        "entries": [entry_vector(sealed) for sealed in log],
        "withheld_wire_header": to_wire(log[1].without_body())[0].hex(),
        "log": log_vector(log),
        "receipt": receipt_vector(root_of([sealed.hash for sealed in log]), len(log)),
    }


if __name__ == "__main__":
    text = json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8", newline="\n")
    print(f"{TARGET.name}: {len(text)} characters")
