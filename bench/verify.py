"""A case file: writing it against plain `zipfile`, checking it by both verifiers against hashing alone.

`INSPECTOR_BENCH_MB` says how many megabytes of photos the case has (200).
"""

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench import world
from bench.measure import Row, Rows, Samples, Spread, exactly, rate, ratio, seconds, take_turns
from bench.peak import peak_of
from inspector.casefile import verify
from inspector.casefile.bag import BagWriter
from inspector.casefile.bundle import Bundle
from inspector.casefile.evidence import (
    CaseData,
    ExportData,
    PhotoLine,
    evidence_files,
    export_file,
    photo_path,
)
from inspector.casefile.how_to import extra_files
from inspector.casefile.zipped import CHUNK_BYTES, Source
from inspector.domain.entries import Ref
from inspector.journal.entry import SealedEntry
from inspector.journal.fingerprint import fingerprint
from inspector.journal.merkle import leaf_hash
from tests.casefile.casefile_world import CENTRE, CENTRE_NAME, EDU, INSPECTION, START, County, record_of

_LARGE_MB = 500
"""From which one round without a warm one has to do."""
_UNWITNESSED = 10
_PUSH = 10
"""Entries a receipt."""


def run(quick: bool) -> Rows:
    """2,000 entries and 500 photos, 3 rounds, above 500 MB one (quick: 200 entries and 50 photos)."""
    entries, photos = (200, 50) if quick else (2_000, 500)
    megabytes = float(os.environ.get("INSPECTOR_BENCH_MB", "20" if quick else "200"))
    with world.folder() as folder:
        case = _Case(folder, entries, photos, int(megabytes * 1e6 / photos))
        rounds, warm = (1, 0) if megabytes > _LARGE_MB else (3, 1)
        written = take_turns({"case": case.write, "zipfile": case.write_plain}, rounds, warm=warm)
        checks: dict[str, Callable[[], float]] = {
            "verify.py": partial(case.check, "file"),
            "program": partial(case.check, "program"),
            "sha256": case.hash,
        }
        checked = take_turns(checks, rounds, warm=warm)
        return _rows(
            case, written, checked, megabytes, f"{entries} entries, {photos} photos, {megabytes:.0f} MB"
        )


def _rows(case: "_Case", written: Samples, checked: Samples, megabytes: float, what: str) -> Rows:
    return [
        Row("writing a case file ÷ zipfile, stored, flushed (time)", ratio(written, "case", "zipfile"), what),
        Row(
            "writing a case file",
            rate(written, "case", megabytes, "MB/s"),
            "CRC-32, SHA-256 and SM3 of each file",
        ),
        Row("zipfile", rate(written, "zipfile", megabytes, "MB/s")),
        Row(
            "verify.py ÷ SHA-256 of the file",
            ratio(checked, "verify.py", "sha256"),
            "a new process each time",
        ),
        Row(
            "inspector verify ÷ SHA-256 of the file",
            ratio(checked, "program", "sha256"),
            "a new process each time",
        ),
        Row("verify.py", Spread.of(checked["verify.py"], "s"), "signatures in pure Python"),
        Row("inspector verify", Spread.of(checked["program"], "s")),
        Row("verify.py, peak memory", exactly(case.peak["file"], "MB")),
        Row("inspector verify, peak memory", exactly(case.peak["program"], "MB")),
    ]


class _Case:
    """A made-up case on disk."""

    def __init__(self, folder: Path, entries: int, photos: int, size: int) -> None:
        self._path, self._plain = folder / "case.zip", folder / "plain.zip"
        self.peak: dict[str, float] = {"file": 0, "program": 0}
        self._photos: list[tuple[str, Path]] = []
        for number in range(photos):
            data = hashlib.shake_128(str(number).encode()).digest(size)
            path = folder / f"{number}.jpg"
            path.write_bytes(data)
            self._photos.append((hashlib.sha256(data).hexdigest(), path))
        self._size = size
        self._county, self._entries = _evening(entries, [name for name, _ in self._photos])
        self._bundle = _bundle(self._county)

    def write(self) -> float:
        """The case file, from the photos on disk."""
        self._path.unlink(missing_ok=True)
        return seconds(self._write)

    def _write(self) -> None:
        lines = [
            PhotoLine(name, photo_path(at, name, ".jpg"), self._size)
            for at, (name, _) in enumerate(self._photos, 1)
        ]
        with BagWriter(self._path, "bench") as bag:
            for name, source in self._sources():
                bag.add(f"data/{name}", source, size=self._size)
            case = CaseData("bench", "internal", (INSPECTION,), "bench")
            for name, content in evidence_files(self._bundle, lambda: self._entries, lines, case):
                bag.add(name, content)
            device = self._county.devices["edu"].id
            bag.add(*export_file(ExportData(device, Ref(device, len(self._entries) + 1), START, "bench")))
            bag.finish(info={}, public=EDU.public, sign=EDU.sign, extra=extra_files())

    def _sources(self) -> Iterator[tuple[str, Source]]:
        for at, (name, path) in enumerate(self._photos, 1):
            yield photo_path(at, name, ".jpg"), _chunks_of(path)

    def write_plain(self) -> float:
        """The same photos by the library, made durable as well."""
        self._plain.unlink(missing_ok=True)
        return seconds(self._write_plain)

    def _write_plain(self) -> None:
        with self._plain.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                for number, (_, path) in enumerate(self._photos):
                    archive.write(path, f"{number}.jpg")
            file.flush()
            os.fsync(file.fileno())

    def check(self, kind: str) -> float:
        """One of the verifiers in a process of its own, which must find the case in order but for witnesses."""
        command = (
            [sys.executable, verify.__file__]
            if kind == "file"
            else [sys.executable, "-m", "inspector", "verify"]
        )
        return seconds(
            partial(self._check, kind, [*command, str(self._path), "--root", fingerprint(CENTRE.public)])
        )

    def _check(self, kind: str, command: list[str]) -> None:
        self.peak[kind] = max(self.peak[kind], peak_of(command, {_UNWITNESSED}))

    def hash(self) -> float:
        """SHA-256 of the whole file, the least that any check costs."""
        return seconds(self._hash)

    def _hash(self) -> None:
        digest = hashlib.sha256()
        for chunk in _chunks_of(self._path)():
            digest.update(chunk)


def _chunks_of(path: Path) -> Source:
    """A file on disk as a source."""

    def read() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    return read


def _evening(entries: int, photos: list[str]) -> tuple[County, list[SealedEntry]]:
    county = County()
    device = county.devices["edu"]
    county.add(record_of(device).leaf())
    every = max(1, entries // len(photos))
    for number in range(entries):
        photo = number % every == 0 and number // every < len(photos)
        data = {"sha256": photos[number // every]} if photo else {"item": f"T-{number}", "value": "样例" * 20}
        device.writes("inspection.photo_added" if photo else "inspection.answered", data)
        if number % _PUSH == _PUSH - 1 or number == entries - 1:
            county.add(device.pushes(START + 60 * number).leaf())
    return county, device.log


def _bundle(county: County) -> Bundle:
    device, size = county.devices["edu"], len(county.leaves)
    places = {leaf: at for at, leaf in enumerate(county.leaves)}
    return Bundle(
        centre=CENTRE_NAME,
        public_key=CENTRE.public,
        note=county.note(size),
        proofs=tuple(device.proof(seq) for seq in range(1, len(device.log) + 1)),
        checkpoints=tuple(
            replace(one, place=county.place(places[leaf_hash(one.leaf())], size))
            for one in device.checkpoints
        ),
        devices=(replace(record_of(device), place=county.place(0, size)),),
    )
