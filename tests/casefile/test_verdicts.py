"""Every verdict of docs/case-file.md, reached by both verifiers, and what they tell beside it."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.casefile import verify
from inspector.casefile.check import check_case
from inspector.casefile.evidence import CaseData, PhotoLine
from inspector.casefile.verdict import Verdict
from inspector.domain.entries import Ref
from inspector.domain.sealing import SealedLine, seal_data
from inspector.errors import BadInput, UsageError
from inspector.journal.fingerprint import fingerprint
from inspector.journal.note import ED25519, VerifierKey, format_vkey
from tests.casefile import tamper
from tests.casefile.casefile_world import (
    CENTRE,
    CITY,
    EDU,
    FINDING,
    INSPECTION,
    MARKET,
    NAMES,
    PHOTOS,
    SMALL_EXTRA,
    STRANGER,
    Parts,
    county,
    good,
    write,
)
from tests.casefile.tamper import ROOT, judge, members_of, remembered_signatures, signed_anew


@pytest.fixture(autouse=True, scope="module")
def _quick() -> Iterator[None]:
    with remembered_signatures():
        yield


def redacted(*, hide_photo: bool = True) -> Parts:
    """The redacted edition: one body and one original are withheld, a masked copy stands for that."""
    parts = good()
    photo = parts.lines[0].sha256
    name = Ref(NAMES["edu"], 4)
    case = CaseData(parts.case.case, "redacted", parts.case.about, parts.case.subject, (name,), (photo,))
    masked = f"photos-masked/0001-{photo[:8].upper()}.jpg"
    line = PhotoLine(photo, "" if hide_photo else parts.lines[0].file, len(parts.photos[photo]), masked)
    entries = tuple(one.without_body() if one.ref == name else one for one in parts.entries)
    return replace(
        parts, case=case, entries=entries, lines=(line, *parts.lines[1:]), masked={photo: b"\xff\xd8masked"}
    )


def without_centre() -> Parts:
    """What a laptop exports that never joined a centre."""
    parts = good()
    bundle = replace(
        parts.bundle, centre="", public_key=b"", note="", witnesses=(), policy="", policy_time=0, policy_place=None,
        devices=tuple(replace(one, place=None) for one in parts.bundle.devices),
        checkpoints=tuple(replace(one, time=None, cosignature=b"", place=None) for one in parts.bundle.checkpoints),
    )  # fmt: skip
    return replace(parts, bundle=bundle)


def bundled(**changes: Any) -> Parts:
    return replace(good(), bundle=replace(good().bundle, **changes))


def late() -> Parts:
    """One receipt was given when the device was revoked already, and the centre's log says so."""
    made, bundle = county(), good().bundle
    changed = tuple(
        replace(one, state="revoked") if one.device == NAMES["market"] else one for one in bundle.checkpoints
    )
    leaves, made.leaves = made.leaves, list(made.leaves)
    try:
        at = next(one.place for one in bundle.checkpoints if one.device == NAMES["market"])
        assert at is not None
        from inspector.journal.merkle import leaf_hash

        revoked = next(one for one in changed if one.device == NAMES["market"])
        made.leaves[at.index] = leaf_hash(revoked.leaf())
        size = 8
        index = {NAMES[name]: number for number, name in enumerate(NAMES)}
        return bundled(
            note=made.note(size),
            witnesses=(made.witnessed("market", 9, size), made.witnessed("city", size, size)),
            policy_place=made.place(3, size),
            checkpoints=tuple(
                replace(one, place=made.place(one.place.index, size)) for one in changed if one.place
            ),
            devices=tuple(replace(one, place=made.place(index[one.device], size)) for one in bundle.devices),
        )
    finally:
        made.leaves = leaves


VERDICTS: dict[str, tuple[Verdict, Callable[[], Parts]]] = {
    "in order": (Verdict.VERIFIED, good),
    "redacted": (Verdict.REDACTED, redacted),
    "one witness": (Verdict.UNWITNESSED, lambda: bundled(witnesses=good().bundle.witnesses[:1])),
    "no policy": (Verdict.UNWITNESSED, lambda: bundled(policy="", policy_place=None)),
    "a policy that the log does not have": (Verdict.UNWITNESSED, lambda: bundled(policy_place=None)),
    "no centre": (Verdict.NOT_AT_CENTRE, without_centre),
    "a device that the log does not have": (
        Verdict.NOT_AT_CENTRE,
        lambda: bundled(devices=tuple(replace(one, place=None) for one in good().bundle.devices)),
    ),
    "a checkpoint that the log does not have": (
        Verdict.NOT_AT_CENTRE,
        lambda: bundled(checkpoints=tuple(replace(one, place=None) for one in good().bundle.checkpoints)),
    ),
    "a revoked device": (Verdict.AFTER_REVOCATION, late),
    "no proof": (Verdict.INCOMPLETE, lambda: bundled(proofs=good().bundle.proofs[1:])),
    "no key": (Verdict.INCOMPLETE, lambda: bundled(devices=good().bundle.devices[1:])),
    "an entry of the seal": (Verdict.INCOMPLETE, lambda: left_out(3)),
    "an entry that is replaced": (Verdict.INCOMPLETE, lambda: left_out(0)),
    "no photo": (Verdict.INCOMPLETE, lambda: replace(good(), photos={})),
    "a body, not said": (
        Verdict.INCOMPLETE,
        lambda: replace(good(), entries=(good().entries[0].without_body(), *good().entries[1:])),
    ),
    "said to be withheld, and there": (Verdict.TAMPERED, lambda: redacted(hide_photo=False)),
    "another receipt": (
        Verdict.TAMPERED,
        lambda: bundled(
            checkpoints=tuple(replace(one, time=1, place=None) for one in good().bundle.checkpoints)
        ),
    ),
    "another photo": (
        Verdict.TAMPERED,
        lambda: replace(good(), photos={name: data + b"!" for name, data in good().photos.items()}),
    ),
    "a photo of no entry": (
        Verdict.TAMPERED,
        lambda: replace(
            good(),
            lines=(*good().lines, PhotoLine(hashlib.sha256(b"x").hexdigest(), "photos/0003-2D711642.jpg", 1)),
            photos={**good().photos, hashlib.sha256(b"x").hexdigest(): b"x"},
        ),
    ),
}


def left_out(at: int) -> Parts:
    """The case without one entry and its proof."""
    parts = good()
    gone = parts.entries[at].ref
    kept = tuple(one for one in parts.bundle.proofs if one.ref != gone)
    entries = tuple(one for one in parts.entries if one.ref != gone)
    return replace(parts, entries=entries, bundle=replace(parts.bundle, proofs=kept))


@pytest.mark.parametrize("name", VERDICTS)
def test_each_verdict_is_reached_by_both(tmp_path: Path, name: str) -> None:
    """What the page calls so, both verifiers call so."""
    expected, parts = VERDICTS[name]
    root = fingerprint(EDU.public) if name == "no centre" else ROOT
    found = judge(write(tmp_path / "a.zip", parts(), extra=SMALL_EXTRA), root=root)
    assert found.exit == expected, found.reasons


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        (ROOT, Verdict.VERIFIED),
        (ROOT.lower().replace("-", " "), Verdict.VERIFIED),
        (ROOT.replace("0", "o").replace("1", "l"), Verdict.VERIFIED),
        (hashlib.sha256(CENTRE.public).hexdigest().upper(), Verdict.VERIFIED),
        (format_vkey(VerifierKey("any", ED25519, CENTRE.public)), Verdict.VERIFIED),
        ("", Verdict.UNKNOWN_ROOT),
        (fingerprint(STRANGER.public), Verdict.UNKNOWN_ROOT),
        (fingerprint(EDU.public), Verdict.UNKNOWN_ROOT),
    ],
)
def test_the_root_is_known_by_fingerprint_hex_or_vkey(tmp_path: Path, root: str, expected: Verdict) -> None:
    """However the fingerprint is typed; without it, or with another's, the root is unknown."""
    assert judge(write(tmp_path / "a.zip", good()), root=root).exit == expected


def test_a_policy_of_the_readers_own_counts(tmp_path: Path) -> None:
    """Who trusts another policy than the centre's may demand all agencies; what is no policy is refused."""
    path = write(tmp_path / "a.zip", good(), extra=SMALL_EXTRA)
    policy = county().policy
    assert judge(path, policy=policy).exit == Verdict.VERIFIED
    assert judge(path, policy=policy.replace("agencies 2", "agencies all")).exit == Verdict.UNWITNESSED
    assert judge(path, policy=policy.replace("quorum agencies", "quorum none")).exit == Verdict.UNWITNESSED
    with pytest.raises(BadInput):
        check_case(path, policy="quorum nobody\n")
    with pytest.raises(UsageError):
        check_case(path, root="1234")


def test_another_version_is_unsupported_whatever_else_is_in_it(tmp_path: Path) -> None:
    """A newer format is not called tampered."""
    members = members_of(write(tmp_path / "a.zip", good(), extra=SMALL_EXTRA))
    changed = [
        (name, data.replace(b"Format: 1", b"Format: 2") if name.endswith("bag-info.txt") else data)
        for name, data in members
    ]
    for data in (signed_anew(changed), tamper.zipped(changed)):
        (tmp_path / "b.zip").write_bytes(data)
        assert judge(tmp_path / "b.zip").exit == Verdict.UNSUPPORTED


def test_who_signs_is_told(tmp_path: Path) -> None:
    """The exporting device is the one that signed the bag; another one cannot stand in its place."""
    for key, expected in (
        (EDU, Verdict.VERIFIED),
        (MARKET, Verdict.TAMPERED),
        (CITY, Verdict.TAMPERED),
        (STRANGER, Verdict.TAMPERED),
    ):
        path = write(tmp_path / "a.zip", good(), key=key, extra=SMALL_EXTRA)
        assert judge(path).exit == expected
    export = replace(good().export, device=NAMES["city"])
    path = write(tmp_path / "a.zip", replace(good(), export=export), key=CITY, extra=SMALL_EXTRA)
    assert judge(path).exit == Verdict.INCOMPLETE


def test_what_a_case_holds_is_told(tmp_path: Path) -> None:
    """Counts, who recorded and exported, who witnessed, the seal, and what is not sealed."""
    found = check_case(write(tmp_path / "a.zip", redacted(), extra=SMALL_EXTRA), root=ROOT).contents
    assert found is not None
    assert (found.entries, found.photos, found.withheld_entries, found.withheld_photos) == (8, 2, 1, 1)
    assert [(one.department, one.entries) for one in found.signers] == [("market", 2), ("edu", 6)]
    assert (found.exporter.department, found.agencies) == ("edu", ("agency/market", "agency/city"))
    assert [(one.inspection, len(one.fingerprint)) for one in found.seals] == [(INSPECTION, 19)]
    assert found.unsealed == ()
    unsealed = check_case(write(tmp_path / "b.zip", left_out(7), extra=SMALL_EXTRA), root=ROOT)
    assert unsealed.verdict is Verdict.VERIFIED
    assert unsealed.contents is not None
    assert unsealed.contents.unsealed == (INSPECTION,)


def test_the_bounds_of_time_are_those_of_others(tmp_path: Path) -> None:
    """Not before the newest receipt that the device quotes, not after its own receipt; a clock outside is told, a jump too."""
    found = check_case(write(tmp_path / "a.zip", good(), extra=SMALL_EXTRA), root=ROOT).contents
    assert found is not None
    rows = {one.entry.partition("/")[2] + one.entry[:1]: one for one in found.times}
    edu, market = NAMES["edu"][:1], NAMES["market"][:1]
    start = 1_793_620_000
    assert (rows[f"2{edu}"].not_before, rows[f"2{edu}"].not_after) == (start + 10, start + 400)
    assert (rows[f"7{edu}"].not_before, rows[f"7{edu}"].not_after) == (start + 400, start + 600)
    assert rows[f"1{market}"].not_before is None
    assert [one.entry for one in found.times if one.jumped] == [f"{NAMES['edu']}/5"]
    assert rows[f"1{edu}"].outside == 50


def test_supporting_entries_of_the_county_need_not_be_whole(tmp_path: Path) -> None:
    """An entry for all that the case only needs to be read may replace another that is not here; one that it is about may not."""
    parts = good()
    assert parts.case.about == (FINDING, INSPECTION)
    assert judge(write(tmp_path / "a.zip", left_out(2), extra=SMALL_EXTRA)).exit == Verdict.VERIFIED


SEAL_LIES: dict[str, dict[str, Any]] = {
    "no entries": {"entries": None},
    "a text": {"entries": "x"},
    "numbers": {"entries": [5]},
    "no ranges": {"entries": [{"device": NAMES["edu"], "seqs": 5}]},
    "odd ranges": {"entries": [{"device": NAMES["edu"], "seqs": "2-2"}]},
    "wide digits": {"entries": [{"device": NAMES["edu"], "seqs": "２"}]},
    "large numbers": {"entries": [{"device": NAMES["edu"], "seqs": "1" + "0" * 17}]},
    "wide ranges": {"entries": [{"device": NAMES["edu"], "seqs": "1-20001"}]},
    "another member": {"entries": [{"device": NAMES["edu"], "seqs": "2", "x": 1}]},
    "devices out of order": {
        "entries": [{"device": name, "seqs": "1"} for name in sorted(NAMES.values(), reverse=True)]
    },
    "no such device": {"entries": [{"device": "x", "seqs": "1"}]},
    "another count": {"count": 7},
    "another hash": {"entries_sha256": "0" * 64},
    "other photos": {"photos_sha256": "0" * 64},
    "wide ranges of many": {
        "entries": [{"device": name, "seqs": "1-10000"} for name in ("a" * 16, "b" * 16, "c" * 16)]
    },
    "about nothing": {"about": []},
    "about no list": {"about": 5},
    "about another inspection": {"about": [FINDING, "i-bbbbbbbbbbbb"]},
    "less than it is about": {"about": [INSPECTION]},
    "out of order": {"about": [INSPECTION, FINDING]},
}


def _seal_of(*numbers: int) -> dict[str, Any]:
    """What a seal of these entries of the education office's says, in every other way right."""
    log = county().devices["edu"].log
    photo = {3: next(iter(PHOTOS))}
    lines = [SealedLine(Ref(NAMES["edu"], no), log[no - 1].hash, photo.get(no, "")) for no in numbers]
    return seal_data([INSPECTION, FINDING], lines)


@pytest.mark.parametrize("numbers", [(), (2, 3, 4), (3, 4, 5), (1, 2, 3, 4, 5)])
def test_a_seal_of_something_else_seals_nothing(tmp_path: Path, numbers: tuple[int, ...]) -> None:
    """A seal of no entry, of fewer than its device had written, without the beginning, or of foreign ones never passes for one."""
    path = write(tmp_path / "a.zip", good(_seal_of(*numbers)), extra=SMALL_EXTRA)
    assert judge(path).exit == Verdict.TAMPERED


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe in the place of a case file is refused at once, by both."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a file"):
        check_case(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a file"):
        verify.verify(str(tmp_path / "pipe"))


@pytest.mark.parametrize("name", SEAL_LIES)
def test_a_seal_that_says_something_else_is_tampering(tmp_path: Path, name: str) -> None:
    """A device can write any seal that it likes; one that cannot be read, or that does not fit what is here, never passes."""
    assert judge(write(tmp_path / "a.zip", good(SEAL_LIES[name]), extra=SMALL_EXTRA)).exit == Verdict.TAMPERED
