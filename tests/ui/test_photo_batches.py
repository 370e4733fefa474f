"""Batches of photos: one bad file never costs the others, and each is named."""

from pathlib import Path

from PIL import Image

from inspector.services import lookup
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, keys, kind, message_of, screens, text_of, until


def _camera(folder: Path) -> Path:
    camera = folder / "camera"
    camera.mkdir()
    for name in ("a1.png", "a2.png", "a4.png"):
        Image.new("RGB", (16, 12), (int(name[1]) * 40, 40, 40)).save(camera / name)
    (camera / "a3.jpg").write_bytes(b"")
    (camera / "a5.jpg").write_bytes(b"a shopping list")
    return camera


async def test_one_bad_photo_costs_none_of_the_others(county: Store, tmp_path: Path) -> None:
    """An empty file and a file that is no picture are named; the three photos beside them are saved."""
    county.set_settings(photo_folder=str(_camera(tmp_path)))
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        await keys(pilot, "p")
        await until(pilot, lambda: kind(pilot) == "PhotosScreen" and "a3.jpg" in text_of(pilot.app))
        await keys(pilot, "a", "enter")
        words = message_of(pilot.app)
        assert "已保存 3 张照片" in words
        assert "a3.jpg 是空文件" in words
        assert "a5.jpg 不是照片" in words
    photos = lookup.inspection(county, name).photos
    assert sorted(photo.name for photo in photos) == ["a1.png", "a2.png", "a4.png"]


async def test_a_choice_that_vanished_is_not_kept(county: Store, tmp_path: Path) -> None:
    """What was chosen and is gone when the folder is read again is not taken and not counted."""
    camera = _camera(tmp_path)
    county.set_settings(photo_folder=str(camera))
    name = begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        await keys(pilot, "p")
        await until(pilot, lambda: kind(pilot) == "PhotosScreen" and "a3.jpg" in text_of(pilot.app))
        await keys(pilot, "a")
        for gone in ("a1.png", "a3.jpg", "a5.jpg"):
            (camera / gone).unlink()
        await keys(pilot, "f6", "enter")
        assert "已保存 2 张照片" in message_of(pilot.app)
        assert "a1.png" not in message_of(pilot.app)
    assert len(lookup.inspection(county, name).photos) == 2


async def test_a_range_is_chosen_with_two_keys_and_names_show_their_ends(
    county: Store, tmp_path: Path
) -> None:
    """From the chosen one to the cursor; of names that differ only at the end, the end is seen."""
    camera = tmp_path / "camera"
    camera.mkdir()
    for number in range(4):
        Image.new("RGB", (16, 12), (number * 40, 40, 40)).save(camera / f"{'long' * 12}_{number}.png")
    county.set_settings(photo_folder=str(camera))
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "ChecklistScreen" and "T-TIME-01" in text_of(pilot.app))
        await keys(pilot, "p")
        await until(pilot, lambda: kind(pilot) == "PhotosScreen" and "_3.png" in text_of(pilot.app))
        assert all(f"_{number}.png" in text_of(pilot.app) for number in range(4))
        await keys(pilot, "home", "space", "end", "r")
        assert "[4]" in text_of(pilot.app)
