"""What the centre sends: stored whole, once, never instead of one's own; what may not be seen any more goes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.entries import COUNTY, Draft, Ref, Stamp
from inspector.domain.office import checklist_aggregate
from inspector.journal.entry import SealedEntry, seal
from inspector.services import inspections
from inspector.services.doctor import diagnose
from inspector.services.forms import Forms
from inspector.store import log, projections, queries
from inspector.store.workspace import Store
from tests.store.store_faults import killed_everywhere, needs_fork
from tests.workplace import PASSPHRASE, all_entries, deliver, exchange, make_store, start_inspection

OTHER = "b" * 16
STAMP = Stamp(1_790_000_000_000, 480, "0123456789abcdef", 1)


def _sealed(
    seq: int, kind: str, aggregate: str, data: Mapping[str, Any], *, scope: str = COUNTY, salt: int = 0
) -> SealedEntry:
    return seal(
        Draft(kind, aggregate, scope, data),
        ref=Ref(OTHER, seq),
        actor="",
        time=STAMP,
        salt=bytes([salt] * 16),
    )


def _site(seq: int, name: str, scope: str = COUNTY, *, salt: int = 0) -> SealedEntry:
    facts = {"name": name, "kind": "training", "grid": None if scope == COUNTY else scope}
    return _sealed(
        seq, "site.recorded", f"s-{ord(name)}", {"facts": facts, "origin": "registry"}, scope=scope, salt=salt
    )


def _names(store: Store) -> set[str]:
    return {row.name for row in queries.sites(store.connection)}


def test_a_page_is_stored_once(tmp_path: Path) -> None:
    """Its entries, its cursor and its scopes; the same page again adds nothing."""
    with make_store(tmp_path / "ws") as store:
        page = [_site(1, "甲"), _site(2, "乙")]
        assert store.receive(page, cursor="c1", scopes=["g-1"]) == 2
        assert store.receive(page, cursor="c2", scopes=["g-1"]) == 0
        assert (store.setting("cursor"), store.json_setting("scopes")) == ("c2", ["g-1"])
        assert _names(store) == {"甲", "乙"}
        assert log.own_tree(store.connection).size == 0


def test_a_page_may_mix_all_that_can_come(tmp_path: Path) -> None:
    """New entries, known ones, a body that was withheld, the same twice, and two rivals: each as if it came alone."""
    with make_store(tmp_path / "ws") as store:
        known, withheld, new = _site(1, "甲"), _site(2, "乙"), _site(3, "丙")
        deliver([known, withheld.without_body()], store)
        page = [_site(1, "假", salt=1), known, withheld, new, new, _site(3, "假", salt=1)]
        assert deliver(page, store) == 1
        assert _names(store) == {"甲", "乙", "丙"}
        assert diagnose(store, read_data=True).rivals == 2
        rows = store.connection.execute("SELECT header, body FROM entry ORDER BY seq").fetchall()
        assert [(bytes(h), bytes(b)) for h, b in rows] == [(e.header, e.body) for e in (known, withheld, new)]


def test_a_second_entry_under_a_taken_name_is_a_rival(tmp_path: Path) -> None:
    """It is kept as evidence, counted by the check, and changes nothing that is shown."""
    with make_store(tmp_path / "ws") as store:
        deliver([_site(1, "甲")], store)
        before = projections.dump(store.connection)
        rival = _site(1, "假", salt=1)
        for _ in range(2):
            assert deliver([rival], store) == 0
        assert projections.dump(store.connection) == before
        assert diagnose(store, read_data=True).rivals == 1
        (kept,) = store.connection.execute("SELECT header FROM rival").fetchall()
        assert bytes(kept[0]) == rival.header


def test_a_body_that_comes_later_is_seen(tmp_path: Path) -> None:
    """An entry that came without its body, or with another's, sets nothing; once its body comes, it does."""
    with make_store(tmp_path / "ws") as store:
        whole = _site(1, "甲")
        wrong = SealedEntry(_site(2, "乙").header, _site(3, "丙").body)
        deliver([whole.without_body(), wrong], store)
        assert _names(store) == set()
        assert deliver([whole, _site(2, "乙")], store) == 0
        assert _names(store) == {"甲", "乙"}
        before = projections.dump(store.connection)
        store.rebuild()
        assert projections.dump(store.connection) == before
        deliver([whole.without_body()], store)
        assert _names(store) == {"甲", "乙"}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("inspection.started", {}),
        ("inspection.started", {"site": "s", "pack": 3, "checklists": [], "officers": []}),
        ("inspection.answered", {"value": "yes"}),
        ("inspection.photo_added", {"sha256": "9" * 64}),
        ("inspection.voided", {"reason": 3}),
        ("finding.recorded", {"item": "A"}),
        (
            "finding.recorded",
            {"inspection": "i", "site": "s", "item": "A", "question": "?", "severity": "bad"},
        ),
        ("finding.amended", {"severity": 9}),
        ("site.recorded", {"facts": 7}),
        ("site.recorded", {"facts": {"kind": "castle", "name": "x"}}),
        ("site.recorded", {"facts": {"name": ["x"]}}),
        ("grid.recorded", {"code": 1}),
        ("officer.recorded", {"name": None}),
        ("checklist.published", {"code": "C"}),
        ("pack.assigned", {"grid": "county"}),
        ("patrol.started", {"officers": "o-1"}),
        ("future.kind", {"anything": [1, {"a": None}]}),
    ],
)
def test_a_faulty_entry_does_not_stop_the_exchange(tmp_path: Path, kind: str, data: dict[str, Any]) -> None:
    """What another laptop wrote wrongly is kept and shown nowhere; the page goes through, the check is clean."""
    with make_store(tmp_path / "ws") as store:
        assert deliver([_sealed(1, kind, "x-1", data), _site(2, "甲")], store) == 2
        assert _names(store) == {"甲"}
        assert diagnose(store, read_data=True).problems == ()
        assert len(all_entries(store)) == 2


def test_leaving_a_grid_takes_what_was_others_there(tmp_path: Path) -> None:
    """Records, lists, search and photos of others in that grid go; one's own and the county's stay."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        first.decide(
            lambda _: [Draft("grid.recorded", "g-1", COUNTY, {"code": "1", "name": "一"})]
        )  # fmt: skip
        for store, name in ((first, "甲"), (second, "乙")):
            facts = {"name": name, "kind": "training", "grid": "g-1"}
            draft = Draft("site.recorded", f"s-{ord(name)}", "g-1", {"facts": facts, "origin": "patrol"})
            store.decide(lambda _, draft=draft: [draft])  # type: ignore[misc]
        photo = b"not really a photo"
        sha256 = first.put_photo(photo)
        data = {"sha256": sha256, "name": "p.jpg", "bytes": len(photo), "item": "", "facts": {}}
        pin = {"code": "P", "version": "1", "sha256": "0" * 64}
        start = {"site": f"s-{ord('甲')}", "pack": pin, "checklists": [], "officers": ["o-1"], "helpers": []}
        first.decide(
            lambda _: [
                Draft("inspection.started", "i-1", "g-1", start),
                Draft("inspection.photo_added", "i-1", "g-1", data),
            ]
        )
        exchange(first, second, scopes=["g-1"])
        second.put_photo(photo)
        assert _names(second) == {"甲", "乙"}
        assert queries.pending(second.connection, second.device).photos_down == 0
        deliver([], second, scopes=["g-2"])
        assert _names(second) == {"乙"}
        assert queries.counts(second.connection)["inspection"] == 0
        assert queries.counts(second.connection)["photo"] == 0
        assert [row.name for row in queries.sites(second.connection, search="甲")] == []
        assert len(queries.grids(second.connection)) == 1
        assert not second.blobs.has(sha256)
        assert first.blobs.get(sha256) == photo
        report = diagnose(second, read_data=True)
        assert report.problems == ()
        assert report.entries == 1
        deliver(all_entries(first), second, scopes=["g-1"])
        assert _names(second) == {"甲", "乙"}


def test_ones_own_unsent_work_in_a_grid_that_was_left_stays(tmp_path: Path) -> None:
    """An inspection of another grid's site that was begun here is still there, whole, with its findings."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        forms = Forms(second)
        exchange(first, second, scopes=["g-1"])
        state = start_inspection(second, forms)
        inspections.answer(second, forms, state.id, "T-LIC-01", "无")
        before = projections.dump(second.connection)
        deliver([], second, scopes=[])
        assert projections.dump(second.connection) == before
        assert queries.pending(second.connection, second.device).entries > 0


@needs_fork
def test_killed_at_any_moment_a_page_is_whole_or_absent(tmp_path: Path) -> None:
    """After a kill the cursor stands exactly behind what is stored, with a change of grids in the same page."""
    code = """
from inspector.domain.entries import Draft, Ref, Stamp
from inspector.journal.entry import seal
from inspector.store.vault import Argon2
from inspector.store.workspace import Store
stamp = Stamp(0, 480, "0123456789abcdef", 1)
def site(seq, scope):
    facts = {"facts": {"name": f"n{seq}", "grid": scope}, "origin": "registry"}
    return seal(Draft("site.recorded", f"s-{seq}", scope, facts), ref=Ref("b" * 16, seq), actor="",
                time=stamp, salt=bytes(16))
def prepare(here):
    with Store.create(here / "ws", "correct horse", cost=Argon2(memory_kib=64, iterations=1, lanes=1)) as store:
        store.receive([site(1, "g-1"), site(2, "g-1")], cursor="old", scopes=["g-1"])
def act(here):
    with Store.open(here / "ws", "correct horse") as store:
        store.receive([site(3, "g-2")], cursor="new", scopes=["g-2"])
"""
    seen = set()
    for folder in killed_everywhere(tmp_path, code):
        with Store.open(folder / "ws", PASSPHRASE) as store:
            seen.add((store.setting("cursor"), tuple(sorted(_names(store)))))
            assert diagnose(store, read_data=True).problems == ()
    assert seen == {("old", ("n1", "n2")), ("new", ("n3",))}


def test_ones_own_photo_of_anothers_inspection_survives_leaving_the_grid(tmp_path: Path) -> None:
    """The inspection is somebody else's and goes; the photo that was added here is evidence, stays, and is still sent."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        pin = {"code": "P", "version": "1", "sha256": "0" * 64}
        start = {"site": "s-1", "pack": pin, "checklists": [], "officers": ["o-1"], "helpers": []}
        first.decide(lambda _: [Draft("inspection.started", "i-1", "g-1", start)])
        exchange(first, second, scopes=["g-1"])
        photo = b"taken here"
        sha256 = second.put_photo(photo)
        data = {"sha256": sha256, "name": "p.jpg", "bytes": len(photo), "item": "", "facts": {}}
        second.decide(lambda _: [Draft("inspection.photo_added", "i-1", "g-1", data)])
        deliver([], second, scopes=["g-9"])
        assert queries.counts(second.connection)["inspection"] == 0
        assert second.blobs.get(sha256) == photo
        assert queries.photos_to_send(second.connection) == [(sha256, len(photo))]
        assert queries.pending(second.connection, second.device).photos_up == 1


def test_a_withdrawn_photo_of_a_grid_that_was_left_goes_too(tmp_path: Path) -> None:
    """Taken off the record is not taken off the disk: with the grid its file goes as well."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        photo = b"withdrawn later"
        sha256 = first.put_photo(photo)
        data = {"sha256": sha256, "name": "p.jpg", "bytes": len(photo), "item": "", "facts": {}}
        gone = {"sha256": sha256, "reason": "样例"}
        first.decide(lambda _: [Draft("inspection.photo_added", "i-1", "g-1", data)])
        first.decide(lambda _: [Draft("inspection.photo_withdrawn", "i-1", "g-1", gone)])
        exchange(first, second, scopes=["g-1"])
        second.put_photo(photo)
        deliver([], second, scopes=["g-9"])
        assert not second.blobs.has(sha256)


def test_a_foreign_entry_on_a_checklists_aggregate_changes_nothing_of_it(tmp_path: Path) -> None:
    """What kind of text it is comes from the entry that holds it, not from whoever writes beside it."""
    with make_store(tmp_path / "a", 1) as office, make_store(tmp_path / "b", 2) as other:
        text = {"code": "X", "version": "1", "sha256": "0" * 64, "text": "样例"}
        aggregate = checklist_aggregate("0" * 64)
        office.decide(lambda _: [Draft("checklist.published", aggregate, COUNTY, text)])
        other.decide(lambda _: [Draft("zzz.unknown", aggregate, COUNTY, {})])
        other.decide(
            lambda _: [
                Draft(
                    "pack.assigned",
                    aggregate,
                    COUNTY,
                    {"grid": "county", "site_kind": "training", "pack": "x"},
                )
            ]
        )
        exchange(office, other)
        for store in (office, other):
            found = queries.form(store.connection, "0" * 64)
            assert found is not None
            assert found.kind == "checklist"
