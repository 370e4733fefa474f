"""Receipts and whole logs: what is proven, and how each way of going wrong is named."""

import dataclasses
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.entries import Draft, Ref, Stamp
from inspector.journal.canonical import MAX_INT, encode
from inspector.journal.entry import SealedEntry, seal
from inspector.journal.keys import SigningKey, device_id
from inspector.journal.merkle import CompactTree, root_of
from inspector.journal.note import COSIGNATURE_V1, ED25519, VerifierKey, verify_note
from inspector.journal.receipt import (
    Receipt,
    ReceiptError,
    check_receipt,
    device_checkpoint,
    device_origin,
    issue_receipt,
    receipt_note,
    sign_checkpoint,
    verify_checkpoint,
)
from inspector.journal.verify import LogError, log_faults, verify_log

DEVICE_KEY = SigningKey.from_seed(b"\x01" * 32)
OTHER_KEY = SigningKey.from_seed(b"\x02" * 32)
CENTRE_KEY = SigningKey.from_seed(b"\x03" * 32)
DEVICE, OTHER = device_id(DEVICE_KEY.public), device_id(OTHER_KEY.public)


def _entry(seq: int, device: str = DEVICE, note: str = "") -> SealedEntry:
    return seal(
        Draft("note.written", "insp-1", "yh-03", {"note": note}),
        ref=Ref(device, seq),
        actor="officer-07",
        time=Stamp(1_793_890_000_000, 480, "0" * 16, seq),
        salt=b"\x00" * 16,
    )


LOG = [_entry(seq) for seq in range(1, 8)]
ROOT = root_of([sealed.hash for sealed in LOG])


def _receipt(size: int = 7, root: bytes = ROOT, key: SigningKey = DEVICE_KEY) -> Receipt:
    return issue_receipt(
        centre="inspector/centre/example",
        centre_key=CENTRE_KEY,
        device_public=key.public,
        size=size,
        root=root,
        device_signature=sign_checkpoint(key, size, root),
        time_seconds=1_793_900_000,
    )


def _check(receipt: Receipt, **changes: bytes) -> None:
    given = {"centre_public": CENTRE_KEY.public, "own_public": DEVICE_KEY.public, "expected_root": ROOT}
    check_receipt(receipt, **(given | changes))


def test_a_receipt_proves_the_log_that_both_sides_computed() -> None:
    """Device and centre each compute the root; the receipt fits and says when and by whom."""
    receipt = _receipt()
    _check(receipt)
    assert (receipt.device, receipt.size, receipt.root, receipt.time) == (DEVICE, 7, ROOT, 1_793_900_000)


def test_no_receipt_for_entries_that_the_device_did_not_sign() -> None:
    """If the centre computes another root, another size or has another key in mind, it issues nothing."""
    signature = sign_checkpoint(DEVICE_KEY, 7, ROOT)
    right: dict[str, Any] = {"device_public": DEVICE_KEY.public, "size": 7, "root": ROOT}
    for wrong in ({"root": b"\x00" * 32}, {"size": 6}, {"device_public": OTHER_KEY.public}):
        with pytest.raises(ReceiptError, match="root that the centre computed"):
            issue_receipt(
                centre="c",
                centre_key=CENTRE_KEY,
                device_signature=signature,
                time_seconds=1,
                **(right | wrong),
            )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"device": OTHER}, "another device"),
        ({"root": b"\x00" * 32}, "not the one computed here"),
        ({"size": 6}, "not signed by this device"),
        ({"device_signature": b"\x00" * 64}, "not signed by this device"),
        ({"device_signature": b""}, "not signed by this device"),
        ({"time": 1_793_900_001}, "cosignature is not valid"),
        ({"time": -1}, "cosignature is not valid"),
        ({"cosignature": b"\x00" * 64}, "cosignature is not valid"),
        ({"cosignature": b"<html>login</html>"}, "cosignature is not valid"),
    ],
)
def test_each_changed_field_of_a_receipt_is_named(changes: dict[str, Any], reason: str) -> None:
    """A receipt in which anything was changed proves nothing, and says which part failed, in both languages."""
    with pytest.raises(ReceiptError, match=reason) as caught:
        _check(dataclasses.replace(_receipt(), **changes))
    assert caught.value.zh


def test_a_receipt_of_another_centre_device_or_log_proves_nothing() -> None:
    """Only the known centre's word about exactly this device's entries counts."""
    with pytest.raises(ReceiptError, match="cosignature"):
        _check(_receipt(), centre_public=OTHER_KEY.public)
    with pytest.raises(ReceiptError, match="another device"):
        _check(_receipt(), own_public=OTHER_KEY.public)
    with pytest.raises(ReceiptError, match="computed here"):
        _check(_receipt(), expected_root=root_of([sealed.hash for sealed in LOG[:6]]))


@given(st.integers(0, MAX_INT), st.binary(min_size=32, max_size=32), st.integers(0, 2**63 - 1))
def test_every_receipt_that_is_issued_is_believed(size: int, root: bytes, time: int) -> None:
    """Issuing and checking agree for all sizes, roots and times."""
    signature = sign_checkpoint(DEVICE_KEY, size, root)
    receipt = issue_receipt(
        centre="c",
        centre_key=CENTRE_KEY,
        device_public=DEVICE_KEY.public,
        size=size,
        root=root,
        device_signature=signature,
        time_seconds=time,
    )
    _check(receipt, expected_root=root)


def test_a_device_signs_its_own_origin_alone() -> None:
    """The origin holds the device's name, so a signature cannot be moved to another device's log."""
    signature = sign_checkpoint(DEVICE_KEY, 7, ROOT)
    assert verify_checkpoint(DEVICE_KEY.public, 7, ROOT, signature)
    assert not verify_checkpoint(OTHER_KEY.public, 7, ROOT, signature)
    assert device_checkpoint(DEVICE, 7, ROOT).startswith(f"inspector/device/{DEVICE}\n7\n")


def test_a_receipt_is_a_note_that_any_verifier_reads() -> None:
    """As a note it verifies with the device's and with the centre's public key line."""
    note = receipt_note(_receipt(), centre_public=CENTRE_KEY.public, device_public=DEVICE_KEY.public)
    for vkey in (
        VerifierKey(device_origin(DEVICE), ED25519, DEVICE_KEY.public),
        VerifierKey("inspector/centre/example", COSIGNATURE_V1, CENTRE_KEY.public),
    ):
        assert verify_note(note, vkey) == device_checkpoint(DEVICE, 7, ROOT)


def test_a_whole_log_gives_its_tree() -> None:
    """Checked from the start, or on from a known tree, the root is the same; withheld bodies are no fault."""
    assert verify_log(LOG, device=DEVICE).root() == ROOT
    withheld = [sealed.without_body() for sealed in LOG]
    assert verify_log(withheld, device=DEVICE).root() == ROOT
    begun = verify_log(LOG[:3], device=DEVICE)
    assert verify_log(LOG[3:], device=DEVICE, after=begun).root() == ROOT
    assert begun.size == 3, "what was given is not changed"
    assert list(log_faults(LOG, device=DEVICE)) == []
    assert verify_log([], device=DEVICE) == CompactTree()


BROKEN_BODY = SealedEntry(LOG[3].header, _entry(4, note="another").body)
BROKEN_HEADER = SealedEntry(LOG[3].header + b" ", LOG[3].body)
BAD_DATA = encode({"salt": "0" * 32, "data": []})
UNSOUND = SealedEntry(
    LOG[3].header.replace(
        hashlib.sha256(LOG[3].body or b"").hexdigest().encode(), hashlib.sha256(BAD_DATA).hexdigest().encode()
    ),
    BAD_DATA,
)


@pytest.mark.parametrize(
    ("entries", "faults"),
    [
        (LOG[1:], [(1, "entry 1 is missing")]),
        ([*LOG[:2], *LOG[4:]], [(3, "entries 3 to 4 are missing")]),
        ([*LOG[:2], LOG[1], *LOG[2:]], [(2, "repeated or out of order")]),
        (
            [LOG[0], LOG[2], LOG[1], *LOG[3:]],
            [(2, "entry 2 is missing"), (2, "repeated or out of order")],
        ),
        ([*LOG[:3], _entry(4, OTHER), *LOG[4:]], [(4, "another device")]),
        ([*LOG[:3], BROKEN_BODY, *LOG[4:]], [(4, "not the one that the header names")]),
        ([*LOG[:3], BROKEN_HEADER, *LOG[4:]], [(4, "canonical")]),
        ([*LOG[:3], UNSOUND, *LOG[4:]], [(4, "field data")]),
        (
            [*LOG[:1], BROKEN_BODY, *LOG[4:6]],
            [(2, "entries 2 to 3 are missing"), (4, "not the one that the header names")],
        ),
    ],
    ids=["no start", "gap", "twice", "swapped", "stranger", "body", "header", "content", "two faults"],
)
def test_each_fault_is_named_with_its_number(
    entries: list[SealedEntry], faults: list[tuple[int, str]]
) -> None:
    """A doctor sees every fault once with its number; verification stops at the first of them."""
    found = list(log_faults(entries, device=DEVICE))
    assert [fault.seq for fault in found] == [seq for seq, _ in faults]
    for fault, (_, reason) in zip(found, faults, strict=True):
        assert reason in fault.en
        assert fault.problem(DEVICE).where == f"{DEVICE}/{fault.seq}"
    with pytest.raises(LogError) as caught:
        verify_log(entries, device=DEVICE)
    assert caught.value.fault == found[0]
    assert str(found[0].seq) in caught.value.en


def test_an_entry_replaced_by_a_sound_one_changes_the_root() -> None:
    """What no single entry can show, the root does: a rewritten log is another log."""
    rewritten = [*LOG[:3], _entry(4, note="rewritten"), *LOG[4:]]
    assert list(log_faults(rewritten, device=DEVICE)) == []
    assert verify_log(rewritten, device=DEVICE).root() != ROOT
