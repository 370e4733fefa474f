"""The screens check the database's pages when they begin, beside the officer's work."""

import pytest

from inspector.errors import Damaged
from inspector.services import doctor
from inspector.store.workspace import Store
from tests.ui.ui_world import screens, shows


async def test_damage_is_said_on_the_first_screen(county: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is not what was written is named at once, and the list can still be used."""

    def broken(_: object, **__: object) -> None:
        raise Damaged("数据库第 7 页不是写入时的内容。", "Page 7 is not what was written.")

    monkeypatch.setattr(doctor, "quick_check", broken)
    async with screens(county) as pilot:
        await shows(pilot, "数据库第 7 页不是写入时的内容。")


def test_whole_pages_are_nothing_to_tell(county: Store) -> None:
    """A workspace as it was written gives no word."""
    assert doctor.damaged_pages(county) is None


def test_a_changed_page_is_found(county: Store) -> None:
    """One changed byte in the file is found by the check that the screens make."""
    path = county.path / "journal.db"
    county.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert doctor.damaged_pages(county) is not None
