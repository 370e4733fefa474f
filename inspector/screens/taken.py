"""The photos that an item has already; one that does not belong there is withdrawn with a reason."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.when import show_time
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.words import size_words
from inspector.screens.workplace import Workplace
from inspector.services import lookup
from inspector.widgets.lines import Column, LineList, Row

if TYPE_CHECKING:
    from inspector.domain.inspection import Photo


class TakenScreen(Page):
    """Photos of one item, in the order of their names."""

    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("taken.withdraw", "f6,delete", "withdraw", "撤下", "Withdraw",
                "写明理由，撤下光标所在的照片；原件和历史保留。",
                "Withdraw the photo under the cursor, with a reason; the original stays.", footer=True),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, inspection: str, item: str) -> None:
        super().__init__(place)
        self._inspection = inspection
        self._item = item
        self._photos: list[Photo] = []

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield LineList(
            [
                Column(tr("照片", "Photo"), tail=True),
                Column(tr("取入时间", "Taken in"), 16),
                Column(tr("大小", "Size"), 8, right=True),
            ],
            id="taken",
        )

    def heading(self) -> str:
        """The title."""
        return tr(f"已取照片 {self._item}", f"Photos of {self._item}")

    async def reload(self) -> None:
        """The list anew."""
        found = await self.place.write(lookup.inspection, self.place.store, self._inspection)
        self._photos = [photo for photo in found.photos if photo.item == self._item]
        self.query_one("#taken", LineList).show(
            [
                Row(photo.sha256, (photo.name, show_time(photo.recorded.wall), size_words(photo.bytes)))
                for photo in self._photos
            ]
        )
        if not self._photos:
            self.tell(tr("这一项还没有照片。", "This item has no photos yet."))

    @guarded
    async def action_withdraw(self) -> None:
        """Off the record, with a reason."""
        from inspector.screens.corrections import withdraw_photo

        row = self.query_one("#taken", LineList).row
        photo = next((photo for photo in self._photos if row and photo.sha256 == row.key), None)
        if photo is None:
            return

        async def then(done: bool | None) -> None:
            if done:
                await self._after()

        self.app.push_screen(withdraw_photo(self.place, self._inspection, photo), then)

    @guarded
    async def _after(self) -> None:
        await self.refresh_all()
        self.tell(tr("已撤下，原件保留。", "Withdrawn; the original stays."), "good")
