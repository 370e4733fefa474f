"""Masking photos by keys at 80×24: boxes drawn, changed, saved; nothing is saved unseen or lost unasked."""

from pathlib import Path

from PIL import Image

from inspector.app import InspectorApp
from inspector.evidence.examine import Examiner
from inspector.screens.masks import MasksScreen
from inspector.services import masking
from inspector.services.forms import Forms
from inspector.services.photos import add_photos
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, keys, kind, message_of, screens, text_of, until


def _photos(county: Store, folder: Path, *names: str) -> str:
    inspection = begin(county, "样例甲", "样例乙")
    paths = []
    for place, name in enumerate(names):
        path = folder / name
        Image.new("RGB", (400, 300), (60 * place + 40, 90, 120)).save(path)
        paths.append(path)
    with Examiner(workers=1) as examiner:
        add_photos(county, Forms(county), examiner, inspection, paths)
    return inspection


async def test_faces_are_covered_by_keys(county: Store, tmp_path: Path) -> None:
    """Two boxes on one photo, none on the other: each is saved by one key, the next photo opens by itself."""
    inspection = _photos(county, tmp_path, "a.png", "b.png")
    async with screens(county) as pilot:
        app = pilot.app
        assert isinstance(app, InspectorApp)
        app.push_screen(MasksScreen(app.place, inspection))
        await until(pilot, lambda: kind(pilot) == "MasksScreen" and "+----+" in text_of(app))
        assert "还没有人看过" in text_of(app)
        await keys(pilot, "left", "left", "up", "enter")
        await keys(pilot, "right", "right", "right", "right", "shift+right", "shift+down", "+", "enter")
        assert "遮盖2处，还没有保存" in text_of(app)
        assert "xx" in text_of(app)
        await keys(pilot, "escape")
        assert "还没有保存" in message_of(app)
        await keys(pilot, "left", "escape")  # after drawing on, one Esc does not give up what is drawn
        assert kind(pilot) == "MasksScreen"
        assert "遮盖2处，还没有保存" in text_of(app)
        await keys(pilot, "f2")
        await until(pilot, lambda: "已保存：遮盖2处" in message_of(app))
        await until(pilot, lambda: "b.png" in text_of(app) and "+----+" in text_of(app))
        await keys(pilot, "left", "f2")  # a frame that was moved and not taken is no decision
        assert "没有按回车" in message_of(app)
        await keys(pilot, "f2")
        await until(pilot, lambda: "还有0张" in message_of(app))
        await keys(pilot, "escape")
        await until(pilot, lambda: kind(pilot) != "MasksScreen")
    first, second = masking.photos(county, inspection)
    assert first.mask is not None
    assert second.mask is not None
    assert len(first.mask.boxes) == 2
    assert second.mask.boxes == ()


async def test_a_drawn_box_can_be_taken_back(county: Store, tmp_path: Path) -> None:
    """A chosen box goes; what was saved before is there again when the screen opens."""
    inspection = _photos(county, tmp_path, "a.png")
    sha256 = masking.photos(county, inspection)[0].sha256
    masking.mask(county, sha256, [(100, 100, 100, 100), (600, 600, 100, 100)])
    async with screens(county) as pilot:
        app = pilot.app
        assert isinstance(app, InspectorApp)
        app.push_screen(MasksScreen(app.place, inspection))
        await until(pilot, lambda: kind(pilot) == "MasksScreen" and "xx" in text_of(app))
        await keys(pilot, "tab")
        assert "##" in text_of(app)
        await keys(pilot, "delete", "s")
        await until(pilot, lambda: "已保存：遮盖1处" in message_of(app))
    mask = masking.photos(county, inspection)[0].mask
    assert mask is not None
    assert mask.boxes == ((600, 600, 100, 100),)
