"""Photos of 1 MB to the centre, against the disk alone and against HTTP alone with the same bytes."""

import hashlib
import http.client
import os
import secrets
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench import child, world
from bench.measure import Row, Rows, exactly, rate, ratio, seconds, take_turns
from inspector.domain import inspecting
from inspector.domain.inspection import fold_inspection
from inspector.services import inspections
from inspector.services.forms import Forms
from inspector.store.workspace import Store
from inspector.sync.client import sync_once
from inspector.sync.enrolment import enrol

_MB = 1_000_000


def run(quick: bool) -> Rows:
    """200 photos in five rounds of 40 (quick: 50 in five rounds of 10)."""
    lot, rounds = (10, 5) if quick else (40, 5)
    with (
        world.folder() as folder,
        child.centre(folder / "centre") as centre,
        child.sink() as sink,
        world.office(folder / "first") as store,
    ):
        enrol(store, centre.url, centre.code())
        sync_once(store).check()
        trial = _Trial(folder, store, centre, sink, lot)
        samples = take_turns(
            {
                "sync": trial.sync,
                "disk": trial.disk,
                "httpx": trial.put_httpx,
                "http.client": trial.put_plain,
            },
            rounds,
        )
        trial.check(rounds + 1)
    megabytes = lot * _MB / 1e6
    return [
        Row(
            "photo sync ÷ write + sha256 + flush + rename on the disk (rate)", ratio(samples, "disk", "sync")
        ),
        Row("photo sync ÷ bare PUT through httpx to nowhere (rate)", ratio(samples, "httpx", "sync")),
        Row(
            "photo sync ÷ bare PUT through http.client to nowhere (rate)",
            ratio(samples, "http.client", "sync"),
        ),
        Row("photo sync", rate(samples, "sync", megabytes, "MB/s"), f"{lot} photos of 1 MB a round"),
        Row("write + sha256 + flush + rename", rate(samples, "disk", megabytes, "MB/s")),
        Row("bare PUT through httpx", rate(samples, "httpx", megabytes, "MB/s")),
        Row("bare PUT through http.client", rate(samples, "http.client", megabytes, "MB/s")),
        Row(
            "CPU of the centre",
            rate({"cpu": [megabytes]}, "cpu", sum(trial.used[1:]) / rounds * 1e3, "ms/MB"),
        ),
        Row("bytes of request bodies ÷ bytes of photos", exactly(trial.carried / (lot * _MB), "×")),
    ]


@dataclass
class _Trial:
    folder: Path
    store: Store
    centre: child.Child
    sink: child.Child
    lot: int
    used: list[float] = field(default_factory=list)
    carried: int = 0
    kept: int = 0
    photos: list[bytes] = field(default_factory=list)

    def _take(self) -> None:
        """New photos, linked to a new inspection; the records are synced by themselves."""
        forms, site = Forms(self.store), world.training_sites(self.store)[0]
        state = inspections.start(
            self.store,
            forms,
            site=site,
            people=world.officers(self.store),
            source="plan",
            reason=world.REASON,
        )
        self.photos = [secrets.token_bytes(_MB) for _ in range(self.lot)]
        self.carried = 0
        for number, photo in enumerate(self.photos):
            sha256 = self.store.put_photo(photo)
            present, registers = fold_inspection(self.store.entries(state.id))
            if present is None:
                raise RuntimeError("the inspection is not there")
            drafts = inspecting.add_photo(
                present, registers, sha256=sha256, name=f"{number:04d}.jpg", size=_MB, item="", facts={}
            )
            self.store.decide(lambda _, drafts=drafts: drafts)  # type: ignore[misc]

    def sync(self) -> float:
        """Everything that a sync does with them: asking, sending, the centre's checking and keeping, the answer."""
        self._take()
        before = self.centre.cpu()
        reports = []
        took = seconds(lambda: reports.append(sync_once(self.store)))
        self.used.append(self.centre.cpu() - before)
        reports[0].check()
        self.carried = reports[0].bytes_up
        if reports[0].photos_sent != self.lot:
            raise RuntimeError("not all photos arrived")
        self.kept += self.lot
        return took

    def disk(self) -> float:
        """What keeping them costs without any network."""
        folder = self.folder / "disk"
        folder.mkdir(exist_ok=True)
        photos = self._bytes()

        def work() -> None:
            for photo in photos:
                name = hashlib.sha256(photo).hexdigest()
                with (folder / f"{name}.tmp").open("wb") as file:
                    file.write(photo)
                    file.flush()
                    getattr(os, "fdatasync", os.fsync)(file.fileno())
                (folder / f"{name}.tmp").replace(folder / name)

        took = seconds(work)
        for path in folder.iterdir():
            path.unlink()
        return took

    def _bytes(self) -> list[bytes]:
        return self.photos or [secrets.token_bytes(_MB) for _ in range(self.lot)]

    def put_httpx(self) -> float:
        """The same bytes through the client's HTTP library to a server that throws them away."""
        import httpx

        photos = self._bytes()
        with httpx.Client(base_url=self.sink.url, trust_env=False) as client:
            client.put("/", content=b"warm")
            return seconds(lambda: [client.put("/", content=photo) for photo in photos])

    def put_plain(self) -> float:
        """The same bytes through the standard library."""
        photos = self._bytes()
        parts = urlsplit(self.sink.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

        def put(body: bytes) -> None:
            connection.request("PUT", "/", body=body)
            connection.getresponse().read()

        try:
            put(b"warm")
            return seconds(lambda: deque(map(put, photos), maxlen=0))
        finally:
            connection.close()

    def check(self, rounds: int) -> None:
        """Every photo is at the centre, as it was taken."""
        found = [path for path in (self.folder / "centre" / "photos").glob("??/*") if path.is_file()]
        if len(found) != rounds * self.lot or len(found) != self.kept:
            raise RuntimeError(f"{len(found)} photos at the centre instead of {rounds * self.lot}")
        for path in found:
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
                raise RuntimeError(f"{path.name} is not what was sent")
