"""One workspace, several windows: threads and processes write beside each other, lose nothing, and notice each other."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from inspector.domain.entries import COUNTY, Draft
from inspector.domain.inspection import fold_inspection
from inspector.domain.registers import fold
from inspector.domain.site import VOCABULARY, fold_site, record_site
from inspector.errors import BadInput, Refusal, WorkspaceError
from inspector.journal.merkle import root_of
from inspector.services import inspections
from inspector.services.doctor import diagnose
from inspector.services.forms import Forms
from inspector.store import log, projections
from inspector.store.workspace import Store, View
from tests.patience import join, line_of
from tests.store.store_faults import killed_everywhere, needs_fork
from tests.workplace import PASSPHRASE, make_site, make_store, start_inspection

ROUNDS = 25

_OFFICER = """
import sys
from pathlib import Path
from inspector.services import inspections, lookup
from inspector.services.forms import Forms
from inspector.store.workspace import Store
path, inspection, name, rounds = sys.argv[1:]
with Store.open(Path(path), "correct horse") as store:
    forms = Forms(store)
    forms.of(lookup.inspection(store, inspection))
    print("ready", flush=True)
    sys.stdin.readline()
    saved = 0
    for number in range(int(rounds)):
        saved += len(inspections.note(store, inspection, "T-LIC-01", f"{name}-{number}"))
        saved += len(inspections.answer(store, forms, inspection, "T-STF-01", str(number % 7)))
        if name == "a":
            row = [{"grade": "五年级", "students": str(number + 1)}]
            saved += len(inspections.answer(store, forms, inspection, "T-TIME-12", row))
    print(saved, flush=True)
"""


def test_two_processes_on_one_inspection_lose_nothing(tmp_path: Path) -> None:
    """Two windows answer the same items at once: numbers without gaps, every change names the one before it."""
    with make_store(tmp_path / "ws") as store:
        inspection = start_inspection(store).id
        before = log.own_tree(store.connection).size
        others = [
            subprocess.Popen(
                [sys.executable, "-c", _OFFICER, str(tmp_path / "ws"), inspection, name, str(ROUNDS)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for name in ("a", "b")
        ]  # fmt: skip
        for other in others:
            assert line_of(other) == "ready\n"
        for other in others:
            assert other.stdin is not None
            other.stdin.write("go\n")
            other.stdin.flush()
        own = sum(
            len(inspections.note(store, inspection, "T-LIC-02", f"c-{number}")) for number in range(ROUNDS)
        )
        saved = [int(other.communicate(timeout=60)[0]) for other in others]
        assert [other.returncode for other in others] == [0, 0]
        entries = log.sealed_entries(store.connection, store.device)
        assert [entry.ref.seq for entry in entries] == list(range(1, before + own + sum(saved) + 1))
        tree = log.own_tree(store.connection)
        assert tree.root() == root_of(entry.hash for entry in entries)
        state, registers = fold_inspection(store.entries(inspection))
        assert state is not None
        assert state.conflicts == ()
        assert all(len(heads) == 1 for heads in registers.heads.values())
        written = [
            entry.data["text"]
            for entry in store.entries(inspection)
            if entry.type == "inspection.noted" and entry.data
        ]
        assert {f"{name}-{number}" for name in "abc" for number in range(ROUNDS)} <= set(written)
        _is_rebuilt_alike(store)


def _is_rebuilt_alike(store: Store) -> None:
    before = projections.dump(store.connection)
    store.rebuild()
    assert projections.dump(store.connection) == before
    assert diagnose(store, read_data=True).problems == ()


def test_threads_write_beside_each_other(tmp_path: Path) -> None:
    """Worker threads of the screens each have their connection; all they save is there, in one log."""
    with make_store(tmp_path / "ws") as store:
        failures: list[BaseException] = []

        def work(name: int) -> None:
            try:
                for number in range(8):
                    make_site(store, f"虚构路{name}号{number}室")
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
                failures.append(error)
            finally:
                store.release()

        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        join(threads)
        assert failures == []
        assert log.own_tree(store.connection).size == 32
        _is_rebuilt_alike(store)


def test_closing_while_a_thread_still_has_it_open(tmp_path: Path) -> None:
    """Locking the screen closes the workspace for every thread; one that comes late is refused in words."""
    store = make_store(tmp_path / "ws")
    opened, closed, seen = threading.Event(), threading.Event(), list[object]()

    def work() -> None:
        seen.append(store.version())
        opened.set()
        closed.wait(20)
        try:
            store.version()
        except WorkspaceError as error:
            seen.append(error.code)

    thread = threading.Thread(target=work)
    thread.start()
    assert opened.wait(20)
    store.close()
    closed.set()
    join([thread])
    assert seen[1:] == ["workspace.locked"]


def test_every_window_notices_a_change(tmp_path: Path) -> None:
    """`version` changes with a write here, in another thread, in another process; and with nothing else."""
    with make_store(tmp_path / "ws") as store, Store.open(tmp_path / "ws", PASSPHRASE) as other:
        known = other.version()
        assert other.version() == known
        make_site(store)
        assert other.version() != known
        known, mine = other.version(), store.version()
        store.entries("nothing")
        with pytest.raises(Refusal):
            store.decide(_refuse)
        assert other.version() == known
        other.set_settings(shown="x")
        assert other.version() != known
        assert store.version() != mine
        known = store.version()
        thread = threading.Thread(target=make_site, args=(store, "虚构路10号"))
        thread.start()
        join([thread])
        assert store.version() != known


def _refuse(_: View) -> Sequence[Draft]:
    raise Refusal("不行。", "No.")


def test_a_refused_decision_writes_nothing(tmp_path: Path) -> None:
    """Neither entries nor the settings that would have come with them; the next decision goes on from there."""
    with make_store(tmp_path / "ws") as store:
        with pytest.raises(Refusal):
            store.decide(_refuse, cursor="x")
        assert store.setting("cursor") is None
        assert log.own_tree(store.connection).size == 0
        refs = store.decide(lambda _: _draft(), cursor="y", place={"row": 3})
        assert [ref.seq for ref in refs] == [1]
        assert (store.setting("cursor"), store.json_setting("place")) == ("y", {"row": 3})
        store.set_settings(cursor=None)
        assert store.setting("cursor") is None
        assert store.json_setting("cursor") is None


def _draft() -> list[Draft]:
    return record_site(fold([], VOCABULARY), aggregate="s-1", facts={"address": "虚构路"}, origin="patrol")


def test_an_entry_that_the_format_refuses_leaves_nothing(tmp_path: Path) -> None:
    """Where the second draft of a decision is outside of the format, the first is not written either."""
    with make_store(tmp_path / "ws") as store:
        outside = Draft("zzz.unknown", "z-2", COUNTY, {"x": 1.5})
        with pytest.raises(ValueError, match=r"."):
            store.decide(lambda _: [*_draft(), outside])
        shapeless = Draft("site.recorded", "s-2", COUNTY, {"facts": {"name": "样" * 5_000}})
        with pytest.raises(BadInput):
            store.decide(lambda _: [*_draft(), shapeless])
        assert log.own_tree(store.connection).size == 0
        assert projections.dump(store.connection)["site"] == []


@needs_fork
def test_killed_at_any_moment_a_decision_is_whole_or_absent(tmp_path: Path) -> None:
    """Entries, tree, lists and settings of one decision are all there after a kill, or none of them."""
    code = """
from inspector.store.vault import Argon2
from inspector.store.workspace import Store
from inspector.services.sites import add_site
from inspector.domain.registers import fold
from inspector.domain.site import VOCABULARY, record_site
def prepare(here):
    Store.create(here / "ws", "correct horse", cost=Argon2(memory_kib=64, iterations=1, lanes=1)).close()
def act(here):
    with Store.open(here / "ws", "correct horse") as store:
        def decide(view):
            known = fold([], VOCABULARY)
            return [draft for name in ("s-1", "s-2") for draft in
                    record_site(known, aggregate=name, facts={"address": "虚构路" + name}, origin="patrol")]
        store.decide(decide, cursor="after")
"""
    seen = set()
    for folder in killed_everywhere(tmp_path, code):
        with Store.open(folder / "ws", PASSPHRASE) as store:
            size = log.own_tree(store.connection).size
            sites = len(projections.dump(store.connection)["site"])
            seen.add((size, sites, store.setting("cursor")))
            assert diagnose(store, read_data=True).problems == ()
            assert fold_site(store.entries("s-2"))[0] is not None or size == 0
    assert seen == {(0, 0, None), (2, 2, "after")}


def test_a_form_set_is_compiled_once(tmp_path: Path) -> None:
    """Answering again uses what was compiled: the same checklist object, not another reading of its text."""
    with make_store(tmp_path / "ws") as store:
        forms = Forms(store)
        state = start_inspection(store, forms)
        first, second = forms.of(state), forms.of(state)
        assert [one.checklist for one in first.checklists] == [one.checklist for one in second.checklists]
        assert first.checklists[0].checklist is second.checklists[0].checklist
