"""Photos of an item side by side: as it was found, and as it is after it was put right, reviewed or looked back at."""

from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.rectification import PHASES
from inspector.evidence.preview import HalfCells
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.item_words import BEFORE, phase_words
from inspector.screens.workplace import Workplace
from inspector.services.item_sheets import ItemPhoto, photos_of
from inspector.services.rectification import load
from inspector.widgets.content import plain
from inspector.widgets.picture import Picture

_WIDE, _HIGH = 37, 16
_SIDES = ("before", "after")


class ItemPhotosScreen(Page):
    """Before and after, side by side."""

    CSS_PATH = "item_photos.tcss"
    AUTO_FOCUS = ""
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("item_photos.next", "right", "turn(1)", "下一张", "Next",
                "选中一边的下一张照片。", "The next photo of the chosen side.", footer=True),
        Command("item_photos.previous", "left", "turn(-1)", "上一张", "Previous",
                "选中一边的上一张照片。", "The photo before, of the chosen side.", footer=True),
        Command("item_photos.side", "up,down,tab", "side", "换边", "Side",
                "在整改前和整改后两边之间换。", "The other side.", footer=True),
        Command("item_photos.mask", "k", "mask", "打码", "Mask",
                "给选中一边的照片遮盖：公开件只用遮盖后的副本。", "Cover persons in the chosen side's photo.", footer=True),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, item: str) -> None:
        super().__init__(place)
        self._item_id = item
        self._photos: dict[str, list[ItemPhoto]] = {side: [] for side in _SIDES}
        self._at = dict.fromkeys(_SIDES, 0)
        self._side = "after"

    def body(self) -> Iterable[Widget]:
        """Two sides."""
        with Horizontal(id="sides"):
            for side in _SIDES:
                with Vertical(id=f"side-{side}"):
                    yield Static(id=f"title-{side}", classes="photo-title")
                    yield Picture(id=f"picture-{side}")
                    yield Static(id=f"note-{side}", classes="photo-note")

    def heading(self) -> str:
        """The title."""
        return tr("整改前后的照片", "Before and after")

    async def reload(self) -> None:
        """The photos anew; each side stays where it is."""

        def look() -> list[ItemPhoto]:
            item, _ = load(self.place.store, self._item_id)
            return photos_of(self.place.store, item)

        found = await self.place.read(look)
        first = not any(self._photos.values())
        self._photos = {
            "before": [photo for photo in found if photo.phase == "before"],
            "after": [photo for photo in found if photo.phase in PHASES],
        }
        if first:  # the latest first: what the last step brought is what is decided on
            self._at["after"] = max(len(self._photos["after"]) - 1, 0)
            self._side = "after" if self._photos["after"] else "before"
        for side in _SIDES:
            self._at[side] = min(self._at[side], max(len(self._photos[side]) - 1, 0))
        self._draw()

    def _draw(self) -> None:
        for side in _SIDES:
            photos, at = self._photos[side], self._at[side]
            mark = "> " if side == self._side else "  "
            words = tr(*BEFORE) if side == "before" else tr("整改后", "after")
            if photos:
                words = f"{phase_words(photos[at].phase)} {at + 1}/{len(photos)}"
            self.query_one(f"#title-{side}", Static).update(plain(mark + words, limit=100))
            note = self.query_one(f"#note-{side}", Static)
            if not photos:
                note.update(plain(tr("没有照片。", "No photo.")))
            elif not photos[at].here:
                note.update(
                    plain(tr(f"{photos[at].name}\n原件还没有到这台电脑，同步后能看。",
                             f"{photos[at].name}\nIts bytes are not here yet; a sync brings them."), limit=300)
                )  # fmt: skip
            else:
                note.update(plain(photos[at].name, limit=200))
        self._pictures()

    @work(exclusive=True, group="pictures", exit_on_error=False)
    async def _pictures(self) -> None:
        for side in _SIDES:
            photos, at = self._photos[side], self._at[side]
            picture = self.query_one(f"#picture-{side}", Picture)
            shown = photos[at] if photos else None
            if shown is None or not shown.here:
                picture.show(None)
                continue
            try:
                picture.show(await self.place.slow(self._preview, shown.sha256))
            except Exception as error:  # noqa: BLE001 - told below
                picture.show(None)
                self.tell_error(error)

    def _preview(self, sha256: str) -> HalfCells | None:
        return self.place.examiner.preview(self.place.store.blobs.get(sha256), _WIDE, _HIGH)

    @guarded
    async def action_turn(self, step: int) -> None:
        """Another photo of the chosen side."""
        photos = self._photos[self._side]
        self._at[self._side] = min(max(self._at[self._side] + step, 0), max(len(photos) - 1, 0))
        self._draw()

    @guarded
    async def action_side(self) -> None:
        """The other side."""
        self._side = _SIDES[1 - _SIDES.index(self._side)]
        self._draw()

    @guarded
    async def action_mask(self) -> None:
        """What is covered of photos before they leave."""
        from inspector.screens.masks import MasksScreen

        photos, at = self._photos[self._side], self._at[self._side]
        item, _ = await self.place.read(load, self.place.store, self._item_id)
        shown = photos[at].sha256 if photos else ""
        self.app.push_screen(MasksScreen(self.place, item.finding.inspection, first=shown))
