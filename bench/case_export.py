"""Exporting a case file from a workspace: time and memory of it and of both verifiers by the number and the size of the photos.

`INSPECTOR_BENCH_EXPORT` says which cases: ENTRIES:PHOTOS:BYTES of a photo, several by commas.
"""

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

from bench import world
from bench.measure import Row, Rows, Spread, exactly, seconds, tell
from bench.peak import from_small, peak_of
from inspector.casefile import verify
from inspector.domain.entries import Draft
from inspector.domain.when import CHINA
from inspector.evidence.examine import Examiner
from inspector.journal.fingerprint import fingerprint
from inspector.services import inspections
from inspector.services.forms import Forms
from inspector.store import log, projections
from inspector.store.engine import immediate
from inspector.store.workspace import Store

_CASES = "2000:10000:20000,2000:200:5000000"
_QUICK = "200:100:20000"
_VISITS = 20
"""Inspections of the one site that the case file is about."""
_AT_ONCE = 1_000
_TAKEN = datetime(2026, 11, 20, 21, 0, tzinfo=CHINA)
_EXPORT = """
import json, resource, sys, time
from pathlib import Path
from bench import world
from inspector.export import case_run
from inspector.sync.proving import prover

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

with world.reopen(Path(sys.argv[1])) as store:
    wish = case_run.Wish((sys.argv[2],), Path(sys.argv[3]), "bench of a large case")
    opened, begun = peak(), time.perf_counter()
    with case_run.prepare(store, wish, prover(store, offline=True)) as planned:
        prepared, ready = peak(), time.perf_counter()
        made = sum(name.startswith("data/documents/") for name, _, _ in planned.payload)
        if made != 2 * planned.documents:
            raise SystemExit(f"{made} files of {planned.documents} documents")
        done = case_run.run(store, wish, planned)
        written = time.perf_counter()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({
        "entries": len(planned.case.entries), "photos": len(planned.case.photos), "bytes": done.bytes, "opened": opened,
        "prepared": prepared, "peak": peak(), "children": children, "prepare": ready - begun, "write": written - ready,
        "verdict": done.checked.verdict.value,
    }))
"""


def run(quick: bool) -> Rows:
    """2,000 entries with 10,000 photos of 20 kB, and with 200 of 5 MB (quick: 200 entries and 100 photos), once each."""
    wanted = os.environ.get("INSPECTOR_BENCH_EXPORT", _QUICK if quick else _CASES)
    rows: Rows = []
    for one in wanted.split(","):
        entries, photos, size = map(int, one.split(":"))
        with world.folder() as folder:
            tell(f"{photos:,} photos of {size:,} bytes")
            rows += _measured(folder, entries, photos, size)
    return rows


def _measured(folder: Path, entries: int, photos: int, size: int) -> Rows:
    site, key = fill(folder / "ws", entries, photos, size)
    path = folder / "case.zip"
    command = from_small([sys.executable, "-c", _EXPORT, str(folder / "ws"), site, str(path)])
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(told.stdout)
    megabytes = found["bytes"] / 1e6
    plain = seconds(partial(_zipfile, path, folder / "plain.zip"))
    what = f"{photos:,} × {size / 1e6:g} MB"
    rows = [
        Row(f"{what}: writing and checking ÷ zipfile", Spread.of([found["write"] / plain], "×"),
            f"{found['entries']:,} entries, {megabytes:,.0f} MB"),
        Row(f"{what}: collecting, sheets, documents", exactly(found["prepare"], "s")),
        Row(f"{what}: writing and checking", exactly(found["write"], "s"), f"{megabytes / found['write']:.1f} MB/s"),
        Row(f"{what}: zipfile of the same files", exactly(plain, "s")),
        Row(f"{what}: memory of the export, open / prepared / most", exactly(found["peak"], "MB"),
            f"{found['opened']:.0f} / {found['prepared']:.0f} / {found['peak']:.0f} MB; a child {found['children']:.0f} MB"),
    ]  # fmt: skip
    for name, command in (
        ("verify.py", [verify.__file__]),
        ("inspector verify", ["-m", "inspector", "verify"]),
    ):
        begun = time.perf_counter()
        peak = peak_of([sys.executable, *command, str(path), "--root", key], {11})
        took = time.perf_counter() - begun
        rows.append(Row(f"{what}: {name}", exactly(took, "s"), f"{peak:.0f} MB at most"))
    return rows


def _zipfile(case: Path, path: Path) -> None:
    """The same files by the library, made durable as well."""
    with zipfile.ZipFile(case) as source, path.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in source.namelist():
                archive.writestr(name, source.read(name))
        file.flush()
        os.fsync(file.fileno())


def fill(path: Path, entries: int, photos: int, size: int) -> tuple[str, str]:
    """Make a workspace with one site's inspections: so many entries beside those of the photos, and photos of about `size`
    bytes. The site, and the fingerprint of the key that a reader expects.
    """
    with world.office(path) as store:
        forms = Forms(store)
        site = world.training_sites(store)[0]
        state = inspections.start(
            store, forms, site=site, people=world.officers(store), source="plan", reason=world.REASON
        )
        first = store.entries(state.id)[0]
        visits = [state.id, *(f"{state.id[:-4]}{number:04d}" for number in range(1, _VISITS))]
        drafts = [replace(_again(first.data, state.scope), aggregate=name) for name in visits[1:]]
        for number in range(entries):
            data = {"item": f"T-{number % 97:02d}", "value": "样例" * 20}
            drafts.append(Draft("inspection.answered", visits[number % _VISITS], state.scope, data))
        drafts += _photo_drafts(store, visits, state.scope, photos, size)
        clock = world.PatrolClock(store.clock)
        for start in range(0, len(drafts), _AT_ONCE):
            with immediate(store.connection):
                log.append(
                    store.connection,
                    drafts[start : start + _AT_ONCE],
                    device=store.device,
                    actor="",
                    clock=clock,
                )
        with immediate(store.connection):
            projections.refresh(store.connection, visits)
        return site.id, fingerprint(store.key.public)


def _again(data: object, scope: str) -> Draft:
    return Draft("inspection.started", "", scope, data)  # type: ignore[arg-type]


def _photo_drafts(store: Store, visits: list[str], scope: str, photos: int, size: int) -> Iterator[Draft]:
    picture = _picture(size)
    with Examiner(workers=1) as examiner:
        facts = examiner.examine(picture, _TAKEN).to_data()
    for number in range(photos):
        data = picture + number.to_bytes(8, "big")
        sha256 = store.blobs.put(data)
        told = {
            "sha256": sha256, "name": f"IMG_{number:05d}.jpg", "bytes": len(data), "item": "",
            "facts": {**facts, "sha256": sha256, "bytes": len(data)},
        }  # fmt: skip
        yield Draft("inspection.photo_added", visits[number % len(visits)], scope, told)


def _picture(size: int) -> bytes:
    """A JPEG of about so many bytes, of noise, with a frame as cameras have it."""
    from PIL import Image

    side = max(64, int((size / 1.1) ** 0.5))
    out = BytesIO()
    Image.effect_noise((side, side * 3 // 4), 80).convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue() + bytes(max(0, size - len(out.getvalue()) - 8))
