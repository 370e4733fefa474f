"""Case files that somebody changed, and what both verifiers say of them.

    python -m tests.casefile.tamper [--seed S] [--mutants N] [--only K]

Every byte of the evidence is flipped once, and once more with the bag signed anew by a device that the centre knows; then come
structured changes and tricks with the ZIP. No mutant may pass with another meaning than the case has, and both verifiers
must agree on each.
"""

import argparse
import functools
import random
import shutil
import struct
import sys
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from inspector.casefile import sshsig, verify
from inspector.casefile.bag import MANIFESTS, SIGNATURE, TAGMANIFEST, sm3
from inspector.casefile.bundle import Bundle
from inspector.casefile.check import check_case
from inspector.casefile.zipped import Placed, directory_header, end_records, local_header
from inspector.journal.fingerprint import fingerprint
from inspector.journal.keys import SigningKey
from tests.casefile.casefile_world import (
    CENTRE,
    CITY,
    EDU,
    FOLDER,
    MARKET,
    SMALL_EXTRA,
    STRANGER,
    Parts,
    good,
    write,
)

ROOT = fingerprint(CENTRE.public)
_Row = TypeVar("_Row")
PASSING = {0, 10, 12}
UNSEEN = {"entry 2 left out", "entry 7 left out"}
"""What a device that may export can leave out unseen: what no seal names and nothing replaces, and the newest seal itself. The report
then says that the inspection is not sealed, and the seal's fingerprint is on paper."""
Members = list[tuple[str, bytes]]


class Mutant(NamedTuple):
    """A changed file: what was done, and its bytes or what makes them."""

    name: str
    data: bytes | Callable[[], bytes]


class Judged(NamedTuple):
    """What both verifiers say: exit status, and what the file then means (of `verify.py`)."""

    exit: int
    meaning: Any
    reasons: str


class DisagreeError(AssertionError):
    """Two verifiers, two verdicts."""


@contextmanager
def remembered_signatures() -> Iterator[None]:
    """Pure Python is slow with signatures, and mutants hold the same ones over and over."""
    true = verify.ed25519
    verify.ed25519 = functools.lru_cache(maxsize=100_000)(true)
    try:
        yield
    finally:
        verify.ed25519 = true


def judge(path: Path, *, root: str = ROOT, policy: str = "") -> Judged:
    """Both verdicts of a file.

    Raises:
        DisagreeError: they differ.
    """
    report = verify.verify(str(path), root, verify.Policy(policy) if policy else None)
    checked = check_case(path, root=root, policy=policy or None)
    reasons = "; ".join(f"{one['where']}: {one['en']}" for one in report["reasons"][:5])
    if report["exit"] != checked.verdict:
        others = "; ".join(f"{one.where}: {one.en}" for one in checked.reasons[:5])
        raise DisagreeError(f"verify.py {report['exit']} ({reasons}), check {checked.verdict} ({others})")
    found = checked.contents
    if report["case"] is not None and found is not None:
        ours = [[one.entry, one.not_before, one.not_after, one.clock / 1000] for one in found.times]
        theirs = [
            [one["entry"], one["not_before"], one["not_after"], one["clock"]] for one in report["times"]
        ]
        jumps = [one.entry for one in found.times if one.jumped]
        their_jumps = [one["entry"] for one in report["times"] if one["jumped"]]
        seals = [one.hash for one in found.seals]
        same = (ours, jumps, seals, list(found.agencies)) == (
            theirs, their_jumps, [one["hash"] for one in report["seals"]], report["agencies"],
        )  # fmt: skip
        if not same:
            raise DisagreeError("the verifiers tell different times, seals or agencies")
    names = ("times", "seals", "authors", "agencies", "unsealed", "photos", "entries", "withheld")
    return Judged(report["exit"], {name: report.get(name) for name in names}, reasons)


def members_of(data: Path) -> Members:
    """The members of a ZIP, in order."""
    with zipfile.ZipFile(data) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def zipped(members: Members) -> bytes:
    """The ZIP of members as the format wants it, whatever their names."""
    data, directory = b"", b""
    for name, content in members:
        placed = Placed(name, len(content), zlib.crc32(content), len(data))
        data += local_header(name, placed.size, placed.crc) + content
        directory += directory_header(placed)
    return data + directory + end_records(len(members), len(directory), len(data))


def signed_anew(members: Members, key: SigningKey = EDU) -> bytes:
    """The ZIP of changed members, with manifests and signature that fit them."""
    files = {name.removeprefix(f"{FOLDER}/"): content for name, content in members}
    payload = {path: content for path, content in files.items() if path.startswith("data/")}
    for name, algorithm in zip(MANIFESTS, ("sha256", "sm3"), strict=True):
        files[name] = _manifest(payload, algorithm)
    files["allowed_signers"] = sshsig.allowed_signers(key.public)
    tags = {
        path: data
        for path, data in files.items()
        if path not in payload and path not in {TAGMANIFEST, SIGNATURE}
    }
    files[TAGMANIFEST] = _manifest(tags, "sha256")
    files[SIGNATURE] = sshsig.sign(key.public, files[TAGMANIFEST], key.sign)
    return zipped([(f"{FOLDER}/{path}", content) for path, content in files.items()])


def _manifest(files: dict[str, bytes], algorithm: str) -> bytes:
    return "".join(f"{_digest(algorithm, content)}  {path}\n" for path, content in files.items()).encode()


@functools.lru_cache(maxsize=1_000)
def _digest(algorithm: str, content: bytes) -> str:
    import hashlib

    digest = sm3() if algorithm == "sm3" else hashlib.sha256()
    digest.update(content)
    return digest.hexdigest()


def flips(data: bytes, seed: int) -> Iterator[Mutant]:
    """Every byte from the first of the evidence to the end of the file, one bit of it changed."""
    start = data.index(f"{FOLDER}/data/evidence/".encode()) - 30
    bits = random.Random(seed)
    for at in range(start, len(data)):
        yield Mutant(f"flip {at}", functools.partial(_flipped, data, at, bits.randrange(8)))


def _flipped(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def deep_flips(members: Members, seed: int) -> Iterator[Mutant]:
    """Every byte of the evidence changed, and the bag signed anew by the device that exported it."""
    bits = random.Random(seed)
    for index, (name, content) in enumerate(members):
        if "/data/evidence/" in name:
            for at in range(len(content)):
                make = functools.partial(_flipped_and_signed, members, index, at, bits.randrange(8))
                yield Mutant(f"deep flip {name.rpartition('/')[2]} {at}", make)


def _flipped_and_signed(members: Members, index: int, at: int, bit: int) -> bytes:
    name, content = members[index]
    return signed_anew([*members[:index], (name, _flipped(content, at, bit)), *members[index + 1 :]])


def line_changes(members: Members, seed: int) -> Iterator[Mutant]:
    """Lines of the evidence dropped, doubled, swapped or taken from another file, signed anew."""
    dice = random.Random(seed)
    for index, (name, content) in enumerate(members):
        if not name.endswith(".jsonl"):
            continue
        lines = content.splitlines(keepends=True)
        for at in range(len(lines)):
            other = dice.randrange(len(lines))
            swapped = list(lines)
            swapped[at], swapped[other] = swapped[other], swapped[at]
            for what, changed in (
                ("drop", lines[:at] + lines[at + 1 :]),
                ("double", [*lines[: at + 1], *lines[at:]]),
                ("swap", swapped),
                ("cut", [*lines[:at], lines[at][:-1], *lines[at + 1 :]]),
            ):
                if changed != lines:
                    rest = [*members[:index], (name, b"".join(changed)), *members[index + 1 :]]
                    yield Mutant(
                        f"{what} {name.rpartition('/')[2]}:{at + 1}", functools.partial(signed_anew, rest)
                    )


def file_changes(members: Members) -> Iterator[Mutant]:
    """Files dropped, doubled, emptied, renamed, swapped: with the old signature, and signed anew by whoever can."""
    for index, (name, content) in enumerate(members):
        before, after = members[:index], members[index + 1 :]
        variants: list[tuple[str, Members]] = [
            ("drop", before + after),
            ("double", [*before, (name, content), (name, content), *after]),
            ("empty", [*before, (name, b""), *after]),
            ("grow", [*before, (name, content + b"\n"), *after]),
            ("rename", [*before, (name + "x", content), *after]),
            ("case", [*before, (name.upper(), content), *after]),
        ]
        if after:
            variants.append(("swap", [*before, (name, after[0][1]), (after[0][0], content), *after[1:]]))
        for what, changed in variants:
            yield Mutant(f"{what} {name}", zipped(changed))
    for key, who in (
        (STRANGER, "a stranger"),
        (MARKET, "another device"),
        (CITY, "a device without a record"),
    ):
        yield Mutant(f"signed by {who}", signed_anew(members, key))


def zip_tricks(members: Members) -> Iterator[Mutant]:
    """ZIPs that two readers take for two different things."""
    whole = zipped(members)
    yield from _around(whole, members)
    yield from _names(members)
    yield from _headers(whole, members)
    yield from _ends(whole)


def _around(whole: bytes, members: Members) -> Iterator[Mutant]:
    for what, extra in (
        ("a byte", b"\0"),
        ("a line", b"\n"),
        ("a ZIP", whole),
        ("a signature", b"PK\3\4"),
        ("an end", whole[-22:]),
    ):
        yield Mutant(f"{what} in front", extra + whole)
        yield Mutant(f"{what} behind", whole + extra)
    first = len(local_header(members[0][0], len(members[0][1]), 0)) + len(members[0][1])
    yield Mutant("a gap between members", whole[:first] + b"\0" * 8 + whole[first:])
    start = whole.index(b"PK\1\2")
    yield Mutant("a gap before the directory", whole[:start] + b"\0" * 8 + whole[start:])
    for at in (0, 1, 3, 4, 29, 30, len(whole) // 2, start, len(whole) - 23, len(whole) - 22, len(whole) - 1):
        yield Mutant(f"cut at {at}", whole[:at])


def _names(members: Members) -> Iterator[Mutant]:
    for path in (
        "../evil", "/evil", "data/../evil", "data/documents/../../evil", "data/documents/con", "data/documents/a.",
        "data/documents/a\\b", "data/documents/a:b", "data/documents/", "data/documents/e\u0301", "data/documents/a\nb",
        "data/evidence/more.json",
        "evil.txt", "data/documents//a", "data/documents/" + "x" * 250, "data/photos/0003-00000000.jpg",
    ):  # fmt: skip
        for name in (f"{FOLDER}/{path}", path):
            yield Mutant(f"a member {name!r}", zipped([(name, b"evil"), *members]))
            yield Mutant(f"a signed member {name!r}", signed_anew([(name, b"evil"), *members]))
    yield Mutant(
        "another folder",
        zipped([*members[:1], (members[1][0].replace(FOLDER, "other"), members[1][1]), *members[2:]]),
    )
    yield Mutant("tag files first", zipped([*members[-4:-2], *members[:-4], *members[-2:]]))


def _headers(whole: bytes, members: Members) -> Iterator[Mutant]:
    local, central = whole.index(b"PK\3\4"), whole.index(b"PK\1\2")
    fields = {
        "version": 4,
        "flags": 6,
        "method": 8,
        "time": 10,
        "date": 12,
        "crc": 14,
        "packed": 18,
        "size": 22,
        "extra": 28,
    }
    values = (0, 1, 8, 0x0008, 0x0801, 0xFFFF)
    for what, at in fields.items():
        for value in values:
            for place, base in (("local", local), ("central", central + 2)):
                changed = whole[: base + at] + struct.pack("<H", value) + whole[base + at + 2 :]
                if changed != whole:
                    yield Mutant(f"{place} {what} {value}", changed)
    for what, at, size in (
        ("comment length", 32, 2),
        ("disk", 34, 2),
        ("internal", 36, 2),
        ("external", 38, 4),
        ("offset", 42, 4),
    ):
        for lie in (1, 0xA1FF << (16 if size == 4 else 0), 0xFFFF):
            packed = (lie & (256**size - 1)).to_bytes(size, "little")
            changed = whole[: central + at] + packed + whole[central + at + size :]
            yield Mutant(f"central {what} {lie}", changed)
    name = members[0][0].encode()
    yield Mutant(
        "another name in the directory", whole[:central] + whole[central:].replace(name, name[:-1] + b"~", 1)
    )
    yield Mutant("another name in front", whole.replace(name, name[:-1] + b"~", 1))
    second = whole.index(b"PK\1\2", central + 4)
    yield Mutant(
        "the directory in another order", whole[:central] + _swapped(whole, central, second) + whole[-22:]
    )
    yield Mutant("overlapping members", whole[: second + 42] + struct.pack("<I", 0) + whole[second + 46 :])
    yield Mutant("compressed", _compressed(members))
    yield Mutant("with a data descriptor", _described(members))
    yield Mutant("ZIP64 without need", _needless_zip64(members))


def _swapped(whole: bytes, first: int, second: int) -> bytes:
    third = whole.index(b"PK\1\2", second + 4)
    return whole[second:third] + whole[first:second] + whole[third:-22]


def _compressed(members: Members) -> bytes:
    import io

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{FOLDER}/data/documents/bomb", b"\0" * 50_000_000)
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def _described(members: Members) -> bytes:
    (name, content), *rest = members
    head = bytearray(local_header(name, 0, 0))
    head[6:8] = struct.pack("<H", 0x0808)
    crc = zlib.crc32(content)
    return (
        bytes(head) + content + struct.pack("<4I", 0x08074B50, crc, len(content), len(content)) + zipped(rest)
    )


def _needless_zip64(members: Members) -> bytes:
    (name, content), *rest = members
    head = bytearray(local_header(name, len(content), zlib.crc32(content)))
    head[28:30] = struct.pack("<H", 20)
    extra = struct.pack("<HHQQ", 1, 16, len(content), len(content))
    return bytes(head) + extra + content + zipped(rest)


def _ends(whole: bytes) -> Iterator[Mutant]:
    end = len(whole) - 22
    for what, at, size in (
        ("disk", 4, 2),
        ("start disk", 6, 2),
        ("count here", 8, 2),
        ("count", 10, 2),
        ("size", 12, 4),
        ("offset", 16, 4),
    ):
        for lie in (0, 1, 3, 256**size - 1):
            changed = whole[: end + at] + lie.to_bytes(size, "little") + whole[end + at + size :]
            if changed != whole:
                yield Mutant(f"end {what} {lie}", changed)
    yield Mutant("a comment", whole[:-2] + b"\4\0evil")
    count, size, offset = struct.unpack("<HII", whole[-12:-2])
    for lie in (count, 1, 2**63):
        record = struct.pack("<IQ2H2I4Q", 0x06064B50, 44, 45, 45, 0, 0, lie, lie, size, offset)
        locator = struct.pack("<IIQI", 0x07064B50, 0, end, 1)
        yield Mutant(f"ZIP64 end {lie}", whole[:end] + record + locator + whole[end:])


def part_changes(folder: Path) -> Iterator[Mutant]:
    """Changes that need the format's own means: other proofs, older checkpoints, other cases, signed by who exported."""
    parts = good()
    for name, changed in forged(parts):
        yield Mutant(name, functools.partial(_written, folder, changed))


def _written(folder: Path, parts: Parts) -> bytes:
    return write(folder / "part.zip", parts, extra=SMALL_EXTRA).read_bytes()


def forged(parts: Parts) -> Iterator[tuple[str, Parts]]:
    """Parts that say something else than happened."""
    bundle = parts.bundle

    def other(**changes: Any) -> Parts:
        return replace(parts, bundle=replace(bundle, **changes))

    yield "no centre's log", other(note="")
    yield "a policy of no place", other(policy_place=None)
    yield "a policy of nobody", other(policy=bundle.policy.replace("quorum agencies", "quorum none"))
    yield "a policy of one", other(policy=bundle.policy.replace("group agencies 2", "group agencies 1"))
    yield "an older checkpoint of the centre", other(note=_older())
    yield "another epoch's checkpoint", other(note=bundle.note.replace("/e1", "/e2"))
    for at in range(len(bundle.witnesses)):
        alone = bundle.witnesses[at : at + 1]
        yield f"witness {at} alone", other(witnesses=alone)
        yield (
            f"witness {at} with the proof of nothing",
            other(witnesses=(replace(alone[0], consistency=()), bundle.witnesses[at - 1])),
        )
        yield (
            f"witness {at} with another proof",
            other(witnesses=(replace(alone[0], consistency=bundle.witnesses[at - 1].consistency),)),
        )
    for name in ("places", "records", "receipts", "proofs", "checkpoints", "keys"):
        yield from (
            (f"{name}: {what}", replace(parts, bundle=changed)) for what, changed in _bundles(name, bundle)
        )
    for at in range(len(parts.entries)):
        rest = parts.entries[:at] + parts.entries[at + 1 :]
        kept = tuple(proof for proof in bundle.proofs if proof.ref != parts.entries[at].ref)
        yield f"entry {at} left out", replace(parts, entries=rest, bundle=replace(bundle, proofs=kept))
        bare = (*parts.entries[:at], parts.entries[at].without_body(), *parts.entries[at + 1 :])
        yield f"body {at} left out", replace(parts, entries=bare)
    for at in range(len(parts.lines)):
        yield f"photo {at} left out", replace(parts, lines=parts.lines[:at] + parts.lines[at + 1 :])


def _older() -> str:
    from tests.casefile.casefile_world import county

    return county().note(4)


def _bundles(name: str, bundle: Bundle) -> Iterator[tuple[str, Bundle]]:
    kinds: dict[str, Callable[[Bundle], Iterator[tuple[str, Bundle]]]] = {
        "places": _places, "records": _records, "receipts": _receipts, "proofs": _proofs, "checkpoints": _left_out, "keys": _keys,
    }  # fmt: skip
    return kinds[name](bundle)


def _places(bundle: Bundle) -> Iterator[tuple[str, Bundle]]:
    for at, one in enumerate(bundle.checkpoints):
        for what, place in (("none", None), ("another's", bundle.checkpoints[at - 1].place)):
            yield (
                f"{at} {what}",
                replace(bundle, checkpoints=_with(bundle.checkpoints, at, replace(one, place=place))),
            )


def _records(bundle: Bundle) -> Iterator[tuple[str, Bundle]]:
    for at, one in enumerate(bundle.devices):
        for what, changed in (
            ("none", replace(one, place=None)),
            ("another's", replace(one, place=bundle.devices[at - 1].place)),
            ("of another agency", replace(one, department="another")),
        ):
            yield f"{at} {what}", replace(bundle, devices=_with(bundle.devices, at, changed))


def _receipts(bundle: Bundle) -> Iterator[tuple[str, Bundle]]:
    for at, one in enumerate(bundle.checkpoints):
        for what, changed in (
            ("none", replace(one, time=None, cosignature=b"")),
            ("earlier", replace(one, time=(one.time or 0) - 60)),
            ("of a revoked device", replace(one, state="revoked")),
            ("by the device itself", replace(one, cosignature=one.signature)),
        ):
            yield f"{at} {what}", replace(bundle, checkpoints=_with(bundle.checkpoints, at, changed))


def _proofs(bundle: Bundle) -> Iterator[tuple[str, Bundle]]:
    for at, one in enumerate(bundle.proofs):
        for what, changed in (
            ("of another", replace(one, path=bundle.proofs[at - 1].path)),
            ("of no steps", replace(one, path=())),
            ("longer", replace(one, path=(*one.path, one.path[0] if one.path else bytes(32)))),
            ("to no checkpoint", replace(one, size=one.size + 1)),
        ):
            yield f"{at} {what}", replace(bundle, proofs=_with(bundle.proofs, at, changed))


def _left_out(bundle: Bundle) -> Iterator[tuple[str, Bundle]]:
    for at in range(len(bundle.checkpoints)):
        yield (
            f"{at} left out",
            replace(bundle, checkpoints=bundle.checkpoints[:at] + bundle.checkpoints[at + 1 :]),
        )


def _keys(bundle: Bundle) -> Iterator[tuple[str, Bundle]]:
    yield "the stranger as the centre", replace(bundle, public_key=STRANGER.public)
    yield "no centre", replace(bundle, public_key=b"", centre="", policy_place=None)
    strangers = tuple(replace(one, public_key=STRANGER.public) for one in bundle.devices)
    yield "the stranger as a device", replace(bundle, devices=strangers)


def _with(rows: tuple[_Row, ...], at: int, row: _Row) -> tuple[_Row, ...]:
    return (*rows[:at], row, *rows[at + 1 :])


class Tally:
    """Judges mutants and counts."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "mutant.zip"
        self.true = judge(write(folder / "good.zip", good()))
        self.counts: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.unseen: list[str] = []

    def judge(self, mutant: Mutant) -> None:
        """Passing is wrong unless it still means what it meant."""
        self._file.write_bytes(mutant.data if isinstance(mutant.data, bytes) else mutant.data())
        try:
            found = judge(self._file)
        except DisagreeError as error:
            self.wrong.append(f"{mutant.name}: {error}")
            return
        self.counts[found.exit] += 1
        if mutant.name in UNSEEN:
            self.unseen.append(mutant.name)
        elif found.exit in PASSING and not _means_the_same(found.meaning, self.true.meaning, found.exit):
            self.wrong.append(f"{mutant.name}: passes as {found.exit}")


def _means_the_same(found: Any, true: Any, status: int) -> bool:
    """Fewer witnesses are told by the verdict 10; nothing else may differ."""
    left, right = dict(found), dict(true)
    if status == 10:
        left["agencies"] = right["agencies"] = []
    return bool(left == right)


def mutants(folder: Path, seed: int) -> dict[str, Callable[[], Iterator[Mutant]]]:
    """The kinds of mutants of the good case, each made when it is asked for."""
    path = write(folder / "whole.zip", good(), extra=SMALL_EXTRA)
    members, whole = members_of(path), path.read_bytes()
    assert zipped(members) == whole
    return {
        "flip": lambda: flips(whole, seed),
        "deep flip": lambda: deep_flips(members, seed),
        "line": lambda: line_changes(members, seed),
        "file": lambda: file_changes(members),
        "zip": lambda: zip_tricks(members),
        "part": lambda: part_changes(folder),
    }


def run(seed: int, most: int, only: int | None, out: Callable[[str], object] = print) -> int:
    """All mutants, or a sample of `most` of each kind; how many were judged wrongly."""
    folder = Path(tempfile.mkdtemp(prefix="tamper-"))
    begun, wrong, total = time.monotonic(), 0, 0
    try:
        with remembered_signatures():
            for kind, make in mutants(folder, seed).items():
                tally = Tally(folder)
                for mutant in _sampled(list(enumerate(make())), most, only, seed):
                    tally.judge(mutant)
                said = ", ".join(f"{status}: {count}" for status, count in sorted(tally.counts.items()))
                out(f"{kind:<10} {sum(tally.counts.values()):>7} mutants  verdicts {said}")
                for line in tally.wrong[:20]:
                    out(f"  WRONG {line}")
                wrong, total = wrong + len(tally.wrong), total + sum(tally.counts.values())
    finally:
        shutil.rmtree(folder)
    out(f"{total - wrong} passed, {wrong} failed  (seed={seed}, {time.monotonic() - begun:.0f} s)")
    return wrong


def _sampled(made: Sequence[tuple[int, Mutant]], most: int, only: int | None, seed: int) -> list[Mutant]:
    if only is not None:
        return [mutant for number, mutant in made if number == only]
    if most and len(made) > most:
        made = random.Random(seed).sample(made, most)
    return [mutant for _, mutant in made]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description="Change a small case file in every way; both verifiers judge."
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutants", type=int, default=0, help="at most so many of each kind; 0: all")
    parser.add_argument("--only", type=int, help="the mutant with this number of each kind")
    asked = parser.parse_args()
    return 1 if run(asked.seed, asked.mutants, asked.only) else 0


if __name__ == "__main__":
    sys.exit(main())
