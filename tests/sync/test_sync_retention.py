"""Destroying between laptops through a real centre: gone everywhere, whoever syncs first, and every log stays whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.domain import retention
from inspector.domain.entries import Ref, Stamp
from inspector.journal.verify import verify_log
from inspector.store import log
from inspector.store.clock import SystemClock
from inspector.store.workspace import Store
from inspector.sync.enrolment import enrol
from tests.sync.sync_world import GRID, Centre, centre_at, laptop, start, sync, workspace, write


class LongAgo(SystemClock):
    """Two years ago: what is younger is not reached."""

    def stamp(self) -> Stamp:
        now = super().stamp()
        return replace(now, wall=now.wall - 730 * 86_400_000)


PHOTO, MARKER = b"a photo of invented faces", "记号丁某某某某"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A serving centre."""
    with centre_at(tmp_path / "centre") as serving:
        yield serving


def visit(store: Store) -> tuple[list[Ref], str]:
    """A row of a roster and a photo of an inspection; the entries and the photo."""
    start(store, "i-1", scope=GRID)
    sha256 = store.put_photo(PHOTO)
    write(
        store,
        "inspection.row_recorded",
        "i-1",
        {"item": "T-1", "row": "r-1", "cells": {"name": MARKER}},
        scope=GRID,
    )
    data = {"sha256": sha256, "name": "a.jpg", "bytes": len(PHOTO), "item": "", "facts": {}}
    write(store, "inspection.photo_added", "i-1", data, scope=GRID)
    return [entry.ref for entry in store.entries("i-1") if entry.type != "inspection.started"], sha256


def held(store: Store, refs: list[Ref]) -> list[Ref]:
    """Those of these entries whose bodies are here."""
    return [entry.ref for entry in store.entries("i-1") if entry.ref in refs and entry.data is not None]


def test_bodies_go_everywhere(tmp_path: Path, centre: Centre) -> None:
    """From the author's laptop, the lead's, the centre, and never to a laptop that comes later; photos too."""
    with laptop(tmp_path / "officer", centre) as officer, workspace(tmp_path / "lead") as lead:
        enrol(lead, centre.url, centre.code(GRID, role="lead"))
        officer.clock = LongAgo()
        refs, sha256 = visit(officer)
        officer.clock = SystemClock()
        sync(officer)
        sync(lead)
        assert held(lead, refs) == refs
        assert lead.blobs.has(sha256)
        stored = list((tmp_path / "centre").rglob(sha256))
        assert stored
        row, photo = refs
        lead.decide(
            lambda _: [
                retention.destroy(
                    aggregate="rd-1", scope=GRID, rule="rosters", refs=[row], reason="到期（虚构）"
                ),
                retention.destroy(
                    aggregate="rd-2", scope=GRID, rule="photos", refs=[photo], reason="到期（虚构）"
                ),
            ]
        )
        assert held(lead, refs) == []
        assert not lead.blobs.has(sha256)
        sync(lead)
        sync(officer)
        assert held(officer, refs) == []
        assert not officer.blobs.has(sha256)
        assert not list((tmp_path / "centre").rglob(sha256))
        with laptop(tmp_path / "new", centre) as new:
            sync(new)
            assert held(new, refs) == []
            assert {entry.ref for entry in new.entries("i-1")} >= set(refs)
            assert not new.blobs.has(sha256)
        for store in (officer, lead):
            tree = verify_log(log.iterate_entries(store.connection, store.device), device=store.device)
            receipt = log.last_receipt(store.connection, store.device)
            assert receipt is not None
            assert (receipt.size, receipt.root) == (tree.size, tree.root())
