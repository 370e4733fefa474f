"""Entries: sealing, opening, travelling; every change of a byte is noticed."""

import dataclasses
import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.journal.canonical import MAX_BODY_BYTES, MAX_DEPTH, MAX_INT, MalformedError, encode
from inspector.journal.entry import SealedEntry, from_wire, seal, to_wire, unseal

DEVICE = "abcdefghij234567"
OTHER = "zzzzzzzzzzzzzzzz"
SALT = bytes(range(16))
TIME = Stamp(wall=1_793_890_000_000, tz=480, boot="00ff00ff00ff00ff", monotonic=5)
DRAFT = Draft("answer.given", "insp-1", "yh-03", {"item": "licence", "value": "有"}, (Ref(OTHER, 9),))


def _sealed(**changes: Any) -> SealedEntry:
    given_ref = changes.pop("ref", Ref(DEVICE, 12))
    actor = changes.pop("actor", "officer-07")
    time = changes.pop("time", TIME)
    salt = changes.pop("salt", SALT)
    return seal(dataclasses.replace(DRAFT, **changes), ref=given_ref, actor=actor, time=time, salt=salt)


def _header(**changes: Any) -> bytes:
    """Canonical bytes of a header with fields changed; a value of ... removes the field."""
    body = _sealed().body or b""
    fields: dict[str, Any] = {
        "v": 1,
        "device": DEVICE,
        "seq": 12,
        "type": "answer.given",
        "aggregate": "insp-1",
        "scope": "yh-03",
        "actor": "officer-07",
        "time": dataclasses.asdict(TIME),
        "replaces": [f"{OTHER}/9"],
        "body_sha256": hashlib.sha256(body).hexdigest(),
    }
    fields |= changes
    return encode({key: value for key, value in fields.items() if value is not ...})


NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._@:-]{0,79}", fullmatch=True)
REFS = st.builds(Ref, st.from_regex(r"[a-z2-7]{16}", fullmatch=True), st.integers(1, MAX_INT))
STAMPS = st.builds(
    Stamp,
    st.integers(0, 253_402_300_799_999),
    st.integers(-1439, 1439),
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    st.integers(0, MAX_INT),
)
DRAFTS = st.builds(
    Draft,
    st.from_regex(r"[a-z_]{1,20}\.[a-z_]{1,20}", fullmatch=True),
    NAMES,
    NAMES,
    st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True), st.integers(-5, 5), max_size=3),
    st.lists(REFS, max_size=4, unique=True).map(tuple),
)


@given(DRAFTS, REFS, NAMES | st.just(""), STAMPS, st.binary(min_size=16, max_size=16))
def test_what_is_sealed_is_what_is_opened(
    draft: Draft, ref: Ref, actor: str, time: Stamp, salt: bytes
) -> None:
    """Every field comes back; `replaces` comes back as a set in order; the wire changes nothing."""
    own_later = [other for other in draft.replaces if other.device == ref.device and other.seq >= ref.seq]
    draft = dataclasses.replace(
        draft, replaces=tuple(other for other in draft.replaces if other not in own_later)
    )
    sealed = seal(draft, ref=ref, actor=actor, time=time, salt=salt)
    assert unseal(sealed) == Entry(
        ref, draft.type, draft.aggregate, draft.scope, actor, time, tuple(sorted(draft.replaces)), draft.data
    )
    assert from_wire(*to_wire(sealed)) == sealed
    assert (sealed.ref, sealed.type, sealed.aggregate, sealed.scope) == (
        ref,
        draft.type,
        draft.aggregate,
        draft.scope,
    )


def test_the_hash_is_of_the_header_alone() -> None:
    """The entry hash is SHA-256 over a zero byte and the header, body or not."""
    sealed = _sealed()
    assert sealed.hash == hashlib.sha256(b"\x00" + sealed.header).digest()
    assert sealed.without_body().hash == sealed.hash
    assert unseal(sealed.without_body()) == dataclasses.replace(unseal(sealed), data=None)


def test_the_salt_alone_changes_the_hash() -> None:
    """Equal content under another salt cannot be recognised by its hash."""
    assert _sealed(salt=b"\x01" * 16).hash != _sealed().hash


def test_nothing_that_the_receiver_computes_travels() -> None:
    """The body's hash is not in the bytes that travel with a body, and is in those without one."""
    sealed = _sealed()
    stated = hashlib.sha256(sealed.body or b"").hexdigest().encode()
    header, body = to_wire(sealed)
    assert stated not in header
    assert body == sealed.body
    assert to_wire(sealed.without_body()) == (sealed.header, b"")
    assert from_wire(sealed.header, b"") == sealed.without_body()


@settings(max_examples=300)
@given(st.data())
def test_every_changed_byte_is_refused_or_changes_the_hash(data: st.DataObject) -> None:
    """No byte of header, body or wire can be changed so that the entry still passes as the same."""
    sealed = _sealed()
    header, body = to_wire(sealed)
    part = data.draw(st.sampled_from(["header", "body", "wire header", "wire body"]))
    parts = {"header": sealed.header, "body": sealed.body or b"", "wire header": header, "wire body": body}
    at = data.draw(st.integers(0, len(parts[part]) - 1))
    flipped = bytearray(parts[part])
    flipped[at] ^= data.draw(st.integers(1, 255))
    parts[part] = bytes(flipped)
    try:
        if part.startswith("wire"):
            changed = from_wire(parts["wire header"], parts["wire body"])
        else:
            changed = SealedEntry(parts["header"], parts["body"])
        unseal(changed)
    except MalformedError:
        return
    assert part != "body", "a stored body that was changed is always refused"
    assert changed.hash != sealed.hash


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"v": "1"},
        {"device": "short"},
        {"device": "ABCDEFGHIJ234567"},
        {"device": 5},
        {"seq": 0},
        {"seq": -1},
        {"seq": "12"},
        {"seq": True},
        {"type": "answer"},
        {"type": "Answer.given"},
        {"type": "a.b.c"},
        {"aggregate": ""},
        {"aggregate": "-x"},
        {"aggregate": "a" * 81},
        {"aggregate": "样例"},
        {"scope": "a b"},
        {"scope": "yh-03\n"},
        {"actor": None},
        {"actor": "a\tb"},
        {"time": None},
        {"time": dataclasses.asdict(TIME) | {"wall": -1}},
        {"time": dataclasses.asdict(TIME) | {"wall": 253_402_300_800_000}},
        {"time": dataclasses.asdict(TIME) | {"tz": 1440}},
        {"time": dataclasses.asdict(TIME) | {"tz": False}},
        {"time": dataclasses.asdict(TIME) | {"boot": "00FF00FF00FF00FF"}},
        {"time": dataclasses.asdict(TIME) | {"monotonic": -1}},
        {"time": dataclasses.asdict(TIME) | {"extra": 1}},
        {"time": {"wall": 1, "tz": 0, "boot": "0" * 16}},
        {"replaces": None},
        {"replaces": {}},
        {"replaces": [9]},
        {"replaces": [f"{OTHER}/09"]},
        {"replaces": [f"{OTHER}/0"]},
        {"replaces": [f"{OTHER}/9007199254740992"]},
        {"replaces": [f"{OTHER}/9", f"{OTHER}/9"]},
        {"replaces": [f"{OTHER}/10", f"{OTHER}/9"]},
        {"replaces": [f"{DEVICE}/12"]},
        {"replaces": [f"{DEVICE}/13"]},
        {"body_sha256": "0" * 63},
        {"body_sha256": "A" * 64},
        {"body_sha256": ...},
        {"actor": ...},
        {"extra": 1},
    ],
    ids=str,
)
def test_a_header_that_is_not_of_the_format_is_refused(changes: dict[str, Any]) -> None:
    """Canonical bytes are not enough: each field has its form, none may lack, none may be added."""
    with pytest.raises(MalformedError):
        unseal(SealedEntry(_header(**changes), None))


def test_the_helper_makes_the_same_header_as_sealing() -> None:
    """So that the refusals above are about the changed field alone."""
    assert _header() == _sealed().header


@pytest.mark.parametrize("header", [b"", b"[]", b"null", b"5", b'"x"', b"{}"])
def test_other_json_is_no_header(header: bytes) -> None:
    """Only an object with the header's fields is one."""
    with pytest.raises(MalformedError):
        _ = SealedEntry(header, None).ref


@pytest.mark.parametrize(
    "value",
    [
        {"salt": "0" * 32},
        {"salt": "0" * 31, "data": {}},
        {"salt": "G" * 32, "data": {}},
        {"salt": "0" * 32, "data": []},
        {"salt": "0" * 32, "data": None},
        {"salt": "0" * 32, "data": {}, "extra": 1},
        [],
    ],
    ids=str,
)
def test_a_body_that_is_not_of_the_format_is_refused_but_can_be_kept(value: Any) -> None:
    """Such an entry still travels, so that it can be stored and set aside; opening it is refused."""
    body = encode(value)
    sealed = SealedEntry(_header(body_sha256=hashlib.sha256(body).hexdigest()), body)
    assert from_wire(*to_wire(sealed)) == sealed
    with pytest.raises(MalformedError):
        unseal(sealed)


def test_a_body_of_another_entry_is_refused() -> None:
    """A body must be the one whose hash the header states, when opened and when sent."""
    mixed = SealedEntry(_sealed().header, _sealed(salt=b"\x07" * 16).body)
    for use in (unseal, to_wire):
        with pytest.raises(MalformedError, match="not the one"):
            use(mixed)


def test_an_empty_body_is_not_a_withheld_one() -> None:
    """No bytes at all are never a body."""
    header = _header(body_sha256=hashlib.sha256(b"").hexdigest())
    for use in (unseal, to_wire):
        with pytest.raises(MalformedError):
            use(SealedEntry(header, b""))


def test_a_wire_header_with_a_hash_beside_a_body_is_refused() -> None:
    """There is one wire form for each entry."""
    sealed = _sealed()
    header, body = to_wire(sealed)
    for pair in [(sealed.header, body), (header, b"")]:
        with pytest.raises(MalformedError):
            from_wire(*pair)


def test_limits_hold_on_both_sides() -> None:
    """What is too long is refused when sealed and when received; data may be eight levels deep."""
    with pytest.raises(MalformedError, match="262144"):
        _sealed(data={"note": "x" * MAX_BODY_BYTES})
    with pytest.raises(MalformedError, match="4096"):
        _sealed(replaces=tuple(Ref(OTHER, n) for n in range(1, 300)))
    header, body = to_wire(_sealed())
    with pytest.raises(MalformedError, match="262144"):
        from_wire(header, b"x" * (MAX_BODY_BYTES + 1))
    with pytest.raises(MalformedError, match="4096"):
        from_wire(header + b" " * 4096, body)
    deep: Any = {}
    for _ in range(MAX_DEPTH - 1):
        deep = {"a": deep}
    assert unseal(_sealed(data=deep)).data == deep
    with pytest.raises(MalformedError, match="deep"):
        _sealed(data={"a": deep})


@pytest.mark.parametrize(
    "changes",
    [
        {"salt": b"short"},
        {"type": "Bad"},
        {"scope": ""},
        {"actor": "a b"},
        {"ref": Ref(DEVICE, 0)},
        {"ref": Ref("short", 1)},
        {"data": {"x": 1.5}},
        {"data": {"note": "e\u0301"}},
        {"data": ["x"]},
        {"replaces": (Ref(DEVICE, 12),)},
        {"time": dataclasses.replace(TIME, boot="")},
    ],
    ids=str,
)
def test_nothing_is_sealed_that_could_not_be_opened(changes: dict[str, Any]) -> None:
    """A writer is held to the reader's rules."""
    with pytest.raises(MalformedError):
        _sealed(**changes)


def test_repeated_references_are_sealed_once_in_order() -> None:
    """`replaces` is a set: order of mention does not matter."""
    refs = (Ref(OTHER, 10), Ref(DEVICE, 3), Ref(OTHER, 9), Ref(OTHER, 10))
    assert unseal(_sealed(replaces=refs)).replaces == (Ref(DEVICE, 3), Ref(OTHER, 9), Ref(OTHER, 10))
