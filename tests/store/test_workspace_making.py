"""A workspace is made whole, finished after a cut, and never begun anew over data that was there."""

import re
import shutil
from pathlib import Path

import pytest

from inspector.errors import BadInput, Damaged, WorkspaceError, WrongPassphrase
from inspector.services import inspections
from inspector.services.doctor import diagnose
from inspector.services.forms import Forms
from inspector.services.sites import add_site
from inspector.store import projections, queries
from inspector.store.schema import SCHEMA_VERSION
from inspector.store.schema_campaign import CAMPAIGN
from inspector.store.schema_figures import FIGURES
from inspector.store.schema_papers import PAPERS
from inspector.store.schema_planning import PLANNING
from inspector.store.schema_proofs import PROOFS
from inspector.store.schema_rectification import RECTIFICATION
from inspector.store.workspace import DATABASE, PHOTOS, READY, VAULT, Store
from tests.store.store_faults import everything_on_disk, killed_everywhere, needs_fork
from tests.workplace import CHEAP, PASSPHRASE, make_site, make_store, start_inspection

_CREATE = """
from inspector.store.vault import Argon2
from inspector.store.workspace import Store
from inspector.services.sites import add_site
def create(here):
    return Store.create(here / "ws", "correct horse", cost=Argon2(memory_kib=64, iterations=1, lanes=1))
"""


def test_what_was_made_opens_again(tmp_path: Path) -> None:
    """The same device and everything in it, by the passphrase alone."""
    with make_store(tmp_path / "ws") as store:
        site, device = make_site(store), store.device
    with Store.open(tmp_path / "ws", PASSPHRASE) as again:
        assert again.device == device
        assert [row.id for row in queries.sites(again.connection)] == [site.id]
        assert diagnose(again, read_data=True).problems == ()


def test_where_it_does_not_open(tmp_path: Path) -> None:
    """No workspace, another passphrase, a second creation, a short passphrase: each says so and changes nothing."""
    with pytest.raises(WorkspaceError) as caught:
        Store.open(tmp_path / "none", PASSPHRASE)
    assert caught.value.code == "workspace.none"
    make_store(tmp_path / "ws").close()
    before = everything_on_disk(tmp_path / "ws")
    with pytest.raises(WrongPassphrase):
        Store.open(tmp_path / "ws", "another horse")
    with pytest.raises(WorkspaceError) as caught:
        Store.create(tmp_path / "ws", PASSPHRASE, cost=CHEAP)
    assert caught.value.code == "workspace.exists"
    assert everything_on_disk(tmp_path / "ws") == before
    with pytest.raises(BadInput):
        Store.create(tmp_path / "short", "short", cost=CHEAP)
    assert not (tmp_path / "short" / VAULT).exists()


def test_a_file_in_its_place_is_said_so(tmp_path: Path) -> None:
    """A workspace cannot be made where a file has its name."""
    (tmp_path / "ws").write_bytes(b"")
    with pytest.raises(WorkspaceError):
        Store.create(tmp_path / "ws", PASSPHRASE, cost=CHEAP)


@needs_fork
def test_cut_at_any_moment_making_goes_on(tmp_path: Path) -> None:
    """Killed before any change, there is no workspace yet or one that opens, whole, with the same passphrase."""
    code = _CREATE + "def prepare(here): pass\ndef act(here): create(here).close()\n"
    outcomes = set()
    for folder in killed_everywhere(tmp_path, code):
        path = folder / "ws"
        try:
            store = Store.open(path, PASSPHRASE)
        except WorkspaceError as error:
            store = Store.create(path, PASSPHRASE, cost=CHEAP)
            outcomes.add(error.code)
        else:
            outcomes.add("finished")
        with store:
            make_site(store)
            device = store.device
        with Store.open(path, PASSPHRASE) as again:
            assert again.device == device
            assert diagnose(again, read_data=True).problems == ()
            assert queries.counts(again.connection)["site"] == 1
        shutil.rmtree(folder)
    assert outcomes == {"workspace.none", "finished"}


@needs_fork
def test_cut_while_it_is_finished_nothing_is_lost(tmp_path: Path) -> None:
    """The mark is gone, data is inside, and opening is killed at every change: the data stays, the device too."""
    code = _CREATE + (
        "def prepare(here):\n"
        "    with create(here) as store:\n"
        "        add_site(store, address='虚构路9号')\n"
        "        (here / 'device').write_text(store.device)\n"
        "    (here / 'ws' / 'ready').unlink()\n"
        "def act(here): Store.open(here / 'ws', 'correct horse').close()\n"
    )
    for folder in killed_everywhere(tmp_path, code):
        with Store.open(folder / "ws", PASSPHRASE) as store:
            assert store.device == (folder / "device").read_text()
            assert queries.counts(store.connection)["site"] == 1
        assert (folder / "ws" / READY).exists()
        assert not list((folder / "ws").glob("*.unfinished-*"))


def test_a_half_made_database_is_set_aside(tmp_path: Path) -> None:
    """Bytes that never were a database are kept under another name, and the workspace is finished."""
    with make_store(tmp_path / "ws"):
        pass
    (tmp_path / "ws" / READY).unlink()
    (tmp_path / "ws" / PHOTOS).rmdir()
    (tmp_path / "ws" / DATABASE).write_bytes(b"\x00" * 8192)
    with Store.open(tmp_path / "ws", PASSPHRASE) as store:
        make_site(store)
    (aside,) = (tmp_path / "ws").glob("*.unfinished-*")
    assert aside.read_bytes() == b"\x00" * 8192


@pytest.mark.parametrize("ready", [True, False])
@pytest.mark.parametrize("damage", ["gone", "garbage"])
def test_a_lost_database_is_never_replaced(tmp_path: Path, damage: str, ready: bool) -> None:
    """A workspace that was whole once and has lost its database says so, whatever else is missing."""
    with make_store(tmp_path / "ws") as store:
        make_site(store)
    database = tmp_path / "ws" / DATABASE
    database.unlink() if damage == "gone" else database.write_bytes(b"\x07" * 8192)
    if not ready:
        (tmp_path / "ws" / READY).unlink()
    before = everything_on_disk(tmp_path / "ws")
    with pytest.raises(Damaged):
        Store.open(tmp_path / "ws", PASSPHRASE)
    assert everything_on_disk(tmp_path / "ws") == before


def test_a_newer_programs_workspace_is_left_alone(tmp_path: Path) -> None:
    """A higher schema version is refused by name and not touched, even where this program's tables are gone."""
    with make_store(tmp_path / "ws") as store:
        store.connection.execute("ALTER TABLE setting RENAME TO setting_of_the_future")
        store.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = everything_on_disk(tmp_path / "ws")
    with pytest.raises(WorkspaceError) as caught:
        Store.open(tmp_path / "ws", PASSPHRASE)
    assert caught.value.code == "workspace.newer"
    assert everything_on_disk(tmp_path / "ws") == before


LATER = (RECTIFICATION, PAPERS, PLANNING, PROOFS, FIGURES, CAMPAIGN)


def _take_back(store: Store, *scripts: str) -> None:
    """Undo what migrations after the first made."""
    text = ";".join(scripts)
    for index in re.findall(r"CREATE INDEX (\w+)", text):
        store.connection.execute(f"DROP INDEX {index}")
    for table in re.findall(r"CREATE TABLE (\w+)", text):
        store.connection.execute(f"DROP TABLE {table}")
    for table, column in re.findall(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", text):
        store.connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def test_an_earlier_programs_workspace_is_brought_up_to_date(tmp_path: Path) -> None:
    """One of the first schema opens, keeps what it has, and takes what is new; the second time nothing is to be done."""
    with make_store(tmp_path / "ws") as store:
        begun = start_inspection(store)
        _take_back(store, "ALTER TABLE finding ADD COLUMN due_estimated", *LATER)
        store.connection.execute(
            "DELETE FROM _sqlite_migrations WHERE name <> 'm0001_journal_and_projections'"
        )
        store.connection.execute("PRAGMA user_version = 1")
    for value in ("无", "valid"):
        with Store.open(tmp_path / "ws", PASSPHRASE) as store:
            assert store.connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
            inspections.answer(store, Forms(store), begun.id, "T-LIC-01", value)
            assert [row.due_estimated for row in queries.findings(store.connection, withdrawn=True)] == [
                False
            ]


def test_a_closed_workspace_gives_nothing(tmp_path: Path) -> None:
    """After `close` neither reading nor writing works, and the sentence says that what was saved is safe."""
    store = make_store(tmp_path / "ws")
    store.close()
    store.close()
    for use in (store.version, lambda: add_site(store, address="虚构路1号")):
        with pytest.raises(WorkspaceError) as caught:
            use()
        assert caught.value.code == "workspace.locked"


def test_nothing_typed_is_readable_on_disk(tmp_path: Path) -> None:
    """Names, notes and photos are in no file of the workspace in clear, open or closed."""
    marker = "某某标记词"
    with make_store(tmp_path / "ws") as store:
        add_site(store, name=marker, address="虚构路9号", found=marker * 3)
        store.put_photo(marker.encode() * 100)
        assert marker.encode() not in everything_on_disk(tmp_path / "ws")
        assert projections.dump(store.connection)["site"]
    assert marker.encode() not in everything_on_disk(tmp_path / "ws")
