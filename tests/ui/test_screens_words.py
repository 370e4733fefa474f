"""Words that promise something are said only when it holds."""

import dataclasses
from pathlib import Path

import pytest

from inspector.app import InspectorApp, run_tui
from inspector.errors import InspectorError
from inspector.screens.base import pending_words
from inspector.screens.sync import standing
from inspector.services import status
from inspector.store import queries
from inspector.store.workspace import Store
from tests.ui.ui_world import (
    PASSPHRASE,
    begin,
    keys,
    kind,
    make_county,
    message_of,
    screens,
    text_of,
    top,
    until,
)


def test_all_sent_is_said_only_when_a_receipt_covers_everything(county: Store) -> None:
    """Without a centre, with something waiting, or with a receipt that is short by one, 已上报 is not said."""
    now = status.summary(county)
    assert pending_words(now) == "未注册中心"
    centre = {"centre_name": "样例中心", "centre_url": "https://centre.example"}
    enrolled = dataclasses.replace(now, centre=centre)
    assert pending_words(enrolled) == f"未上报 {now.own_entries}"
    nothing = dataclasses.replace(now.pending, entries=0, photos_up=0)
    short = dataclasses.replace(enrolled, pending=nothing, received_until=now.own_entries - 1)
    assert "已上报" not in pending_words(short)
    covered = dataclasses.replace(
        enrolled, pending=nothing, received_until=now.own_entries, receipt_time=1_700_000_000
    )
    assert pending_words(covered) == "全部已上报"
    photo = dataclasses.replace(covered, pending=dataclasses.replace(nothing, photos_up=1))
    assert pending_words(photo) == "未上报 1"
    assert not any("已上报" in line for line in standing(enrolled))
    assert any("签收" in line for line in standing(covered))


async def test_none_of_several_choices_is_an_answer_and_is_judged(county: Store) -> None:
    """0 answers "none of them"; where that is a violation, its finding is recorded with it."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-LIC-10")
        await pilot.pause()
        await keys(pilot, "0")
        await until(pilot, lambda: kind(pilot) == "FormScreen" or "已保存" in message_of(pilot.app))
    assert [row.item for row in queries.findings(county.connection)] == ["T-LIC-10"]


async def test_several_choices_are_toggled_one_by_one_and_each_is_saved(county: Store) -> None:
    """Digits add and take off; the cursor stays until Enter."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        top(pilot).lines.select("T-LIC-13")
        await pilot.pause()
        for digit, count in (("2", 1), ("3", 2), ("2", 1)):
            await keys(pilot, digit)
            await until(pilot, lambda: len(top(pilot).line.value or []) == count)  # noqa: B023 - asked at once
            assert top(pilot).line.item.code == "T-LIC-13"
        await keys(pilot, "enter")
        await until(pilot, lambda: top(pilot).line.item.code != "T-LIC-13")


def test_screens_that_fail_are_opened_again_and_then_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a fault outside any command the screens come back, told so; after three the officer gets a sentence."""
    make_county(tmp_path / "workspace").close()
    restarts: list[bool] = []

    def fails(self: InspectorApp) -> None:
        restarts.append(self._restarted)
        self._exception = ZeroDivisionError()
        self.place.close()

    monkeypatch.setattr(InspectorApp, "run", fails)
    with pytest.raises(InspectorError) as caught:
        run_tui(tmp_path / "workspace", PASSPHRASE)
    assert restarts == [False, True, True]
    assert "记录是安全的" in caught.value.zh
    with Store.open(tmp_path / "workspace", PASSPHRASE) as store:
        assert queries.count_sites(store.connection) == 4
