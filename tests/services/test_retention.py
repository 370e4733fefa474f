"""Destroying what was kept long enough: gone from every laptop for good, and every proof still holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.entries import COUNTY, Draft
from inspector.domain.objections import Guarded
from inspector.domain.retention import DESTROYED
from inspector.domain.when import local_date
from inspector.errors import Refusal
from inspector.evidence.examine import Examiner
from inspector.journal.entry import SealedEntry
from inspector.journal.verify import verify_log
from inspector.services import inspections, lookup, retention, sites
from inspector.services.forms import Forms
from inspector.services.photos import add_photos
from inspector.store import log, projections, queries
from inspector.store.workspace import Decision, Store
from tests.evidence.photo_samples import encode, noise
from tests.rectifying import make_approvers, pass_days, who
from tests.workplace import all_entries, conclude, decide, deliver, make_store, start_inspection

TEACHER, OWNER = "记号庚某某", "记号辛某某"
REASON = "保存期已满，按县规定销毁（虚构）"
YEARS = "retention_rosters_years: {value: 1}\n  retention_photos_years: {value: 2}\n  retention_contacts_years: {value: 1}"


def closed(store: Store, folder: Path) -> str:
    """A concluded inspection without items: a roster, a photo, and a site whose owner changed."""
    decide(store, folder, YEARS)
    make_approvers(store)
    begun = start_inspection(store)
    site = lookup.site(store, begun.site)
    sites.set_facts(store, site, {"principal": OWNER})
    sites.set_facts(store, site, {"principal": "样例壬"})
    forms = Forms(store)
    row = {"name": TEACHER, "course": "数学", "subject_class": "no"}
    inspections.answer(store, forms, begun.id, "T-STF-04", [row])
    (folder / "a.jpg").write_bytes(encode(noise(120, 90)))
    with Examiner(workers=1) as examiner:
        add_photos(store, forms, examiner, begun.id, [folder / "a.jpg"])
    conclude(store, begun.id)
    for row_ in queries.findings(store.connection, inspection=begun.id):
        raise AssertionError(row_)
    return begun.id


def today(store: Store) -> Any:
    return local_date(store.clock.stamp())


def destroy(store: Store, **along: Any) -> list[retention.Due]:
    return retention.destroy(store, Forms(store), reason=REASON, person=who(store, "deputy"), **along)


def pages_of(store: Store, *, copy: bool = True) -> bytes:
    """Every page of the database as it lies on the disk, free ones too, decrypted; and an unencrypted copy of its rows."""
    connection, plain = store.connection, store.path / "plain.db"
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = _decrypted(store.path / "journal.db", store._data_key.database_key)
    if not copy:
        return pages
    connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
    connection.execute("SELECT sqlcipher_export('plain')")
    connection.execute("DETACH DATABASE plain")
    rows = plain.read_bytes()
    plain.unlink()
    return pages + rows


def _decrypted(path: Path, key: bytes) -> bytes:
    """SQLCipher 4 pages: AES-256-CBC, 80 bytes at each page's end (IV 16, HMAC 64), the salt at the beginning of the first."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    raw = path.read_bytes()
    found = []
    for start in range(0, len(raw), 4096):
        page = raw[start : start + 4096]
        body, iv = page[16 if start == 0 else 0 : 4016], page[4016:4032]
        reader = Cipher(algorithms.AES(key[:32]), modes.CBC(iv)).decryptor()
        found.append(reader.update(body) + reader.finalize())
    return b"".join(found)


def test_nothing_is_due_early_or_undecided(tmp_path: Path) -> None:
    """Without years of the county nothing is listed; before the day nothing; on the day what its rule names."""
    with make_store(tmp_path / "w") as store:
        closed(store, tmp_path)
        assert retention.expired(store, Forms(store), today=today(store)) == []
        pass_days(store, 366)
        found = retention.expired(store, Forms(store), today=today(store))
        assert {one.rule for one in found} == {"rosters", "contacts"}
        pass_days(store, 366)
        found = retention.expired(store, Forms(store), today=today(store))
        assert {one.rule for one in found} == {"rosters", "contacts", "photos"}
        decide(store, tmp_path, "retention_rosters_years: {value: null}", version="2")
        assert retention.expired(store, Forms(store), today=today(store)) == []


def test_only_who_may(tmp_path: Path) -> None:
    """It takes a duty, a laptop of a lead, and a reason."""
    with make_store(tmp_path / "w") as store:
        closed(store, tmp_path)
        pass_days(store, 800)
        with pytest.raises(Guarded):
            retention.destroy(store, Forms(store), reason=REASON, person=who(store, "甲"))
        with pytest.raises(Refusal):
            retention.destroy(store, Forms(store), reason="", person=who(store, "deputy"))
        with pytest.raises(Refusal):
            destroy(store, subject="i-nothing")


def test_destroyed_bodies_are_nowhere(tmp_path: Path) -> None:
    """Of what was destroyed no byte is in the database, in free pages, in photos; headers stay, and the log verifies."""
    with make_store(tmp_path / "w") as store:
        name = closed(store, tmp_path)
        photo = lookup.inspection(store, name).photos[0].sha256
        before = verify_log(log.iterate_entries(store.connection, store.device), device=store.device)
        pass_days(store, 800)
        assert TEACHER.encode() in pages_of(store, copy=False)
        done = destroy(store)
        assert {one.rule for one in done} == {"rosters", "contacts", "photos"}
        left = pages_of(store)
        for secret in (TEACHER, OWNER):
            assert secret.encode() not in left
            assert json.dumps(secret)[1:-1].encode() not in left
        assert not store.blobs.has(photo)
        after = verify_log(log.iterate_entries(store.connection, store.device), device=store.device)
        assert after.size == before.size + len(done)
        assert before.root() == _root_at(store, before.size)
        kept = {entry.type for entry in store.entries(name) if entry.data is None}
        assert kept == {"inspection.row_recorded", "inspection.photo_added"}
        site = lookup.site(store, lookup.inspection(store, name).site)
        assert site.facts["principal"] == "样例壬"
        assert lookup.inspection(store, name).status == "concluded"
        rows = projections.dump(store.connection)
        store.rebuild()
        assert projections.dump(store.connection) == rows
        with pytest.raises(Refusal):
            destroy(store)


def _root_at(store: Store, size: int) -> bytes:
    from inspector.journal.merkle import root_of

    return root_of(entry.hash for entry in log.sealed_entries(store.connection, store.device)[:size])


def test_other_laptops_destroy_it_too_in_any_order(tmp_path: Path) -> None:
    """Bodies go where they were, do not come where they are not yet, and never come back; the state is the same everywhere."""
    with (
        make_store(tmp_path / "a") as author,
        make_store(tmp_path / "b", 1) as had_it,
        make_store(tmp_path / "c", 2) as gets_it_later,
    ):
        name = closed(author, tmp_path)
        whole = all_entries(author)
        deliver(whole, had_it)
        for store in (author, had_it, gets_it_later):
            pass_days(store, 800)
        destroy(author)
        asked = [entry for entry in all_entries(author) if entry.type == DESTROYED]
        deliver(asked, had_it)
        deliver(asked, gets_it_later)
        deliver(whole, gets_it_later)
        deliver(whole, had_it)
        for store in (had_it, gets_it_later):
            assert TEACHER.encode() not in pages_of(store)
            mine = [entry for entry in store.entries(name) if entry.data is None]
            assert len(mine) == len([entry for entry in author.entries(name) if entry.data is None]) > 0
            assert queries.photos_to_fetch(store.connection) == []
        assert projections.dump(had_it.connection) == projections.dump(gets_it_later.connection)


def _giver(drafts: list[Draft]) -> Decision:
    return lambda _: drafts


def test_it_reaches_nothing_else(tmp_path: Path) -> None:
    """An entry that names others than its rule's types, another scope's, or an unknown rule's destroys none of them."""
    with make_store(tmp_path / "w") as store:
        name = closed(store, tmp_path)
        site = lookup.inspection(store, name).site
        every = {"device": store.device, "seqs": f"1-{len(all_entries(store))}"}
        before = {entry.ref for entry in all_entries(store) if entry.body is not None}
        wishes = [("g-elsewhere", "rosters"), (COUNTY, "everything"), (COUNTY, "tips")]
        for number, (scope, rule) in enumerate(wishes):
            data = {"entries": [every], "rule": rule, "reason": REASON}
            drafts = [Draft(DESTROYED, f"rd-{number}", scope, data)]
            store.decide(_giver(drafts))
        assert before <= {entry.ref for entry in all_entries(store) if entry.body is not None}
        assert store.entries(site)


def test_open_items_keep_everything(tmp_path: Path) -> None:
    """While an item of the inspection is open, nothing of it is ever due."""
    with make_store(tmp_path / "w") as store:
        decide(store, tmp_path, YEARS)
        make_approvers(store)
        begun = start_inspection(store)
        inspections.answer(store, Forms(store), begun.id, "T-LIC-01", "无")
        row = {"name": TEACHER, "course": "数学", "subject_class": "no"}
        inspections.answer(store, Forms(store), begun.id, "T-STF-04", [row])
        conclude(store, begun.id)
        assert queries.findings(store.connection, inspection=begun.id)
        pass_days(store, 3_000)
        found = retention.expired(store, Forms(store), today=today(store))
        assert not [one for one in found if one.rule == "rosters"]


def test_wire_form_of_destroyed_entries(tmp_path: Path) -> None:
    """An entry without its body still travels, under the same hash."""
    from inspector.journal.entry import from_wire, to_wire

    with make_store(tmp_path / "w") as store:
        closed(store, tmp_path)
        hashes = {entry.ref: entry.hash for entry in all_entries(store)}
        pass_days(store, 800)
        destroy(store)
        for entry in all_entries(store):
            again = from_wire(*to_wire(SealedEntry(entry.header, entry.body)))
            assert again.hash == hashes.get(entry.ref, again.hash)
