"""Destroying bodies at the centre: what every storage has to do, whatever database is below it."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from inspector.central import tables
from inspector.central.storage import Storage
from inspector.domain.entries import Draft, Ref, Stamp
from inspector.domain.retention import DESTROYED
from inspector.journal.entry import seal
from tests.contracts.laptops import BOOT, Laptop

MARKER = "记号丙某某某某"
PHOTO = "ab" * 32


LONG_AGO, NOW = 1_700_000_000_000, 1_790_000_000_000


def write(
    laptop: Laptop,
    kind: str,
    aggregate: str,
    data: Mapping[str, Any],
    scope: str = "g-01",
    *,
    wall: int = LONG_AGO,
) -> Ref:
    """One more entry of a laptop."""
    ref = Ref(laptop.id, len(laptop.entries) + 1)
    time = Stamp(wall=wall + ref.seq, tz=480, boot=BOOT, monotonic=ref.seq)
    draft = Draft(kind, aggregate, scope, data)
    laptop.entries.append(seal(draft, ref=ref, actor="", time=time, salt=ref.seq.to_bytes(16, "big")))
    return ref


def row(laptop: Laptop) -> Ref:
    """A row of a roster with a name."""
    data = {"item": "T-STF-04", "row": "r-1", "cells": {"name": MARKER}}
    return write(laptop, "inspection.row_recorded", "i-aaaaaaaaaaaa", data)


def photo(laptop: Laptop) -> Ref:
    """A photo of an inspection."""
    data = {"sha256": PHOTO, "name": "a.jpg", "bytes": 10, "item": "", "facts": {}}
    return write(laptop, "inspection.photo_added", "i-aaaaaaaaaaaa", data)


def ask(laptop: Laptop, *refs: Ref, rule: str = "rosters", scope: str = "g-01") -> Ref:
    """The entry that destroys these."""
    entries = [{"device": ref.device, "seqs": str(ref.seq)} for ref in refs]
    data = {"entries": entries, "rule": rule, "reason": "保存期已满（虚构）"}
    return write(laptop, DESTROYED, f"rd-{len(laptop.entries)}", data, scope, wall=NOW)


def bodies(storage: Storage) -> dict[Ref, bytes | None]:
    """What is stored, by entry."""
    table = tables.entry
    with storage.database.read() as connection:
        rows = connection.execute(sa.select(table.c.device, table.c.seq, table.c.body)).all()
    return {Ref(found.device, found.seq): found.body for found in rows}


def push(storage: Storage, laptop: Laptop, first: int) -> list[str]:
    """Send what is new from a number on; the reasons of what is kept apart."""
    accepted = storage.append(laptop.push(first, len(laptop.entries)))
    laptop.check(storage, accepted.receipt.size, accepted.receipt.time, accepted.receipt.cosignature)
    return [verdict.reason for verdict in accepted.verdicts]


class DestructionContract:
    """Mixed into a test class for each database, which gives `storage`."""

    def test_a_lead_destroys(self, storage: Storage) -> None:
        """The body goes with the acceptance, the receipt covers the same tree, and others get the header alone."""
        officer, lead = Laptop(1), Laptop(2)
        officer.enrol(storage, "g-01")
        lead.enrol(storage, "g-01", role="lead")
        name, other = (
            row(officer),
            write(officer, "inspection.noted", "i-aaaaaaaaaaaa", {"item": "", "text": "保留"}),
        )
        assert push(storage, officer, 1) == []
        ask(lead, name, other)
        assert push(storage, lead, 1) == []
        found = bodies(storage)
        assert found[name] is None
        assert found[other] is not None
        page = storage.page(lead.id, "")
        assert [entry.body for entry in page.entries if entry.ref == name] == [None]
        assert {entry.ref: entry.hash for entry in page.entries}[name] == officer.entries[0].hash
        assert push(storage, officer, 1) == []

    def test_an_officer_does_not(self, storage: Storage) -> None:
        """From an officer's laptop it is kept apart, and destroys nothing."""
        officer = Laptop(1)
        officer.enrol(storage, "g-01")
        name = row(officer)
        ask(officer, name)
        assert push(storage, officer, 1) == ["role.denied"]
        assert bodies(storage)[name] is not None

    def test_what_comes_later_comes_without_its_body(self, storage: Storage) -> None:
        """An entry that was destroyed before it came (again, after a restore) is stored as its header."""
        officer, lead = Laptop(1), Laptop(2)
        officer.enrol(storage, "g-01")
        lead.enrol(storage, "g-01", role="lead")
        name, shot = row(officer), photo(officer)
        ask(lead, name)
        ask(lead, shot, rule="photos")
        assert push(storage, lead, 1) == []
        assert push(storage, officer, 1) == []
        assert bodies(storage)[name] is None
        assert bodies(storage)[shot] is None
        with storage.database.read() as connection:
            assert connection.execute(sa.select(tables.photo_ref)).all() == []

    def test_it_reaches_nothing_that_is_young(self, storage: Storage) -> None:
        """Nobody gets rid of what was recorded in the last months, neither what is there nor what is named in advance."""
        officer, lead = Laptop(1), Laptop(2)
        officer.enrol(storage, "g-01")
        lead.enrol(storage, "g-01", role="lead")
        data = {"item": "T-STF-04", "row": "r-1", "cells": {"name": MARKER}}
        names = [
            write(officer, "inspection.row_recorded", "i-aaaaaaaaaaaa", data, wall=NOW) for _ in range(2)
        ]
        assert push(storage, officer, 1) == []
        ask(lead, *names, Ref(officer.id, 3))
        assert push(storage, lead, 1) == []
        later = write(officer, "inspection.row_recorded", "i-aaaaaaaaaaaa", data, wall=NOW)
        assert push(storage, officer, 3) == []
        found = bodies(storage)
        assert all(found[name] is not None for name in (*names, later))

    def test_photos_go_with_their_last_mention(self, storage: Storage) -> None:
        """A photo that nothing names any more is to go; one that another entry names stays."""
        officer, lead = Laptop(1), Laptop(2)
        officer.enrol(storage, "g-01")
        lead.enrol(storage, "g-01", role="lead")
        first, second = photo(officer), photo(officer)
        push(storage, officer, 1)
        ask(lead, first, rule="photos")
        push(storage, lead, 1)
        assert storage.doomed_photos() == []
        ask(lead, second, rule="photos")
        push(storage, lead, 2)
        assert storage.doomed_photos() == [PHOTO]
        storage.forget_doomed([PHOTO])
        assert storage.doomed_photos() == []

    def test_it_reaches_no_other_grid_and_type(self, storage: Storage) -> None:
        """Another scope's entries, and types that the rule does not have, stay."""
        officer, lead = Laptop(1), Laptop(2)
        officer.enrol(storage, "g-01", "g-02")
        lead.enrol(storage, "g-01", "g-02", role="lead")
        name = row(officer)
        push(storage, officer, 1)
        write(officer, "inspection.noted", "i-bbbbbbbbbbbb", {"item": "", "text": "二"}, "g-02")
        push(storage, officer, 2)
        ask(lead, name, scope="g-02")
        ask(lead, name, rule="responses")
        ask(lead, name, rule="everything")
        assert push(storage, lead, 1) == []
        assert bodies(storage)[name] is not None

    def test_what_is_kept_apart_goes_too(self, storage: Storage) -> None:
        """What waits for a judgement is destroyed as well, and has no body when it is released."""
        officer, lead = Laptop(1), Laptop(2)
        officer.enrol(storage, "g-01")
        lead.enrol(storage, "g-01", role="lead")
        storage.set_state(officer.id, "quarantined", "虚构")
        name = row(officer)
        push(storage, officer, 1)
        ask(lead, name)
        push(storage, lead, 1)
        assert bodies(storage)[name] is None
        storage.set_state(officer.id, "active", "")
        assert storage.release(officer.id) == 1
        assert bodies(storage)[name] is None
