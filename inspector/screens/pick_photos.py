"""Choosing photos that come along with an action; they are taken in when it is done."""

from pathlib import Path
from typing import ClassVar

from inspector.commands import BACK, Command
from inspector.language import tr
from inspector.screens.base import guarded
from inspector.screens.photos import PhotosScreen, refuse_no_picture
from inspector.screens.workplace import Workplace
from inspector.widgets.lines import LineList


class PickPhotosScreen(PhotosScreen):
    """Choosing photos; dismisses with their files, or with None."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        PhotosScreen.KEYS[0],
        Command("pick_photos.take", "enter,f2", "take", "选用", "Use",
                "用选中的照片（没有选就是光标所在的）。", "Use the chosen photos, or the one under the cursor.", footer=True),
        *(command for command in PhotosScreen.KEYS[2:] if command.id not in ("photos.taken", "screen.back")),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, folder: Path | None = None) -> None:
        super().__init__(place, "", "")
        self._folder = folder

    def heading(self) -> str:
        """The title."""
        return tr("选照片", "Choose photos")

    def _names_taken(self) -> set[str]:
        return set()

    @guarded
    async def action_take(self) -> None:
        """Give them to the dialog; what is no picture is named, and stays here."""
        lines = self.query_one("#photos", LineList)
        paths = list(self._chosen) or ([Path(lines.row.key)] if lines.row else [])
        for path in paths:
            await self.place.slow(refuse_no_picture, path)
        if paths:
            self.dismiss(paths)
