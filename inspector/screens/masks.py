"""Covering what a photo shows of persons: boxes drawn by keys on a preview, photo after photo. Originals never change."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.boxes import BOXES_MAX, Box
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.workplace import Workplace
from inspector.services import masking
from inspector.services.masking import Masked
from inspector.widgets.content import plain
from inspector.widgets.covered import Cells, CoveredPicture, from_cells, to_cells

if TYPE_CHECKING:
    from inspector.evidence.preview import HalfCells

_WIDE, _HIGH = 56, 19
_START = 6
"""Cells of a new frame's side."""


class MasksScreen(Page):
    """The photos of an inspection and its items, one at a time."""

    CSS_PATH = "masks.tcss"
    AUTO_FOCUS = ""
    RELOADS = False
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("masks.move", "left,right,up,down", "move('{key}')", "移动", "Move",
                "移动黄色的框。", "Move the yellow frame.", keys_shown="← → ↑ ↓"),
        Command("masks.size", "shift+left,shift+right,shift+up,shift+down", "size('{key}')", "大小", "Size",
                "改变框的宽和高。", "Change the frame's width and height.", keys_shown="Shift+← → ↑ ↓"),
        Command("masks.larger", "plus,equals_sign", "scale(1)", "放大", "Larger", "把框放大。", "A larger frame."),
        Command("masks.smaller", "minus", "scale(-1)", "缩小", "Smaller", "把框缩小。", "A smaller frame."),
        Command("masks.add", "enter", "add", "遮盖", "Cover",
                "遮盖框住的地方。", "Cover what is inside of the frame.", footer=True),
        Command("masks.choose", "tab", "choose", "换框", "Choose",
                "选中另一个已画的框。", "Choose another box that is drawn."),
        Command("masks.remove", "delete,backspace", "remove", "去掉", "Remove",
                "去掉选中的（没有选就是最后画的）框。", "Remove the chosen box, or the last one.", footer=True),
        Command("masks.save", "f2,s", "save", "保存", "Save",
                "保存这张照片的决定；没有框就记为看过、无须遮盖。接着到下一张。",
                "Save what is decided of this photo; without boxes: looked at, nothing to cover. Then the next.", footer=True),
        Command("masks.next", "pagedown,n", "turn(1)", "下一张", "Next", "下一张照片。", "The next photo.", footer=True),
        Command("masks.previous", "pageup,p", "turn(-1)", "上一张", "Previous", "上一张照片。", "The photo before."),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, inspection: str, *, actor: str = "", first: str = "") -> None:
        super().__init__(place)
        self._inspection = inspection
        self._actor = actor
        self._first = first
        self._photos: list[Masked] = []
        self._at = 0
        self._boxes: list[Box] = []
        self._chosen: int | None = None
        self._unsaved = False
        self._warned = False
        self._framed = False  # the frame was moved, and Enter did not follow
        self._cells: HalfCells | None = None
        self._frame: Cells = (0, 0, _START, _START // 2)

    def body(self) -> Iterable[Widget]:
        """The picture, and what is known beside it."""
        with Horizontal():
            yield CoveredPicture(id="picture")
            with Vertical(id="beside"):
                yield Static(id="which")
                yield Static(id="decided")
                yield Static(id="how")

    def heading(self) -> str:
        """The title."""
        return tr("照片打码（公开件）", "Mask photos for redacted files")

    async def reload(self) -> None:
        """The photos anew."""
        self._photos = await self.place.read(masking.photos, self.place.store, self._inspection)
        names = [photo.sha256 for photo in self._photos]
        if self._first in names:
            self._at, self._first = names.index(self._first), ""
        if not self._photos:
            self.tell(tr("这次检查没有照片。", "This inspection has no photos."))
            return
        self._open(min(self._at, len(self._photos) - 1))

    def _open(self, at: int) -> None:
        self._at = at
        photo = self._photos[at]
        self._boxes = list(photo.mask.boxes) if photo.mask is not None else []
        self._chosen, self._unsaved, self._cells = None, False, None
        self._warned = self._framed = False
        self._draw()
        self._preview(photo)

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _preview(self, photo: Masked) -> None:
        if not photo.here:
            self.tell(
                tr("原件还没有到这台电脑，同步后再看。", "Its original is not here yet; a sync brings it."),
                "warn",
            )
            return
        store, examiner = self.place.store, self.place.examiner
        try:
            cells = await self.place.slow(
                lambda: examiner.preview(store.blobs.get(photo.sha256), _WIDE, _HIGH)
            )
        except Exception as error:  # noqa: BLE001 - told below
            self.tell_error(error)
            return
        if cells is None:
            self.tell(tr("这张照片解不开，不放入公开件。", "It cannot be decoded, and is left out."), "warn")
            return
        self._cells = cells
        wide, high = min(_START, cells.width), min(_START // 2, cells.height)
        self._frame = ((cells.width - wide) // 2, (cells.height - high) // 2, wide, high)
        self._draw()

    def _touch(self) -> None:
        """What is drawn goes on: a warning given before no longer lets it be given up."""
        if self._warned:
            self._warned = False
            self.tell("")
        self._draw()

    def _draw(self) -> None:
        picture, cells = self.query_one("#picture", CoveredPicture), self._cells
        picture.show(cells)
        if cells is not None:
            drawn = [to_cells(box, cells.width, cells.height) for box in self._boxes]
            picture.cover(drawn, self._frame, self._chosen)
        else:
            picture.cover((), None)
        if not self._photos:
            return
        photo = self._photos[self._at]
        which = f"{self._at + 1}/{len(self._photos)}\n{photo.name}\n{photo.item}"
        self.query_one("#which", Static).update(plain(which, limit=300))
        self.query_one("#decided", Static).update(plain(self._decided(photo), limit=200))
        how = tr("方向键移动框\nShift+方向键改大小\n+ - 放大缩小\n回车 遮盖\nTab 换框  Del 去掉\nF2 保存",
                 "arrows: move\nShift+arrows: size\n+ -: scale\nEnter: cover\nTab: choose, Del: remove\nF2: save")  # fmt: skip
        self.query_one("#how", Static).update(plain(how, limit=300))

    def _decided(self, photo: Masked) -> str:
        count = len(self._boxes)
        if self._unsaved:
            return tr(f"遮盖{count}处，还没有保存", f"{count} covered, not saved")
        if photo.mask is None:
            return tr("还没有人看过", "nobody looked yet")
        return (
            tr(f"遮盖{count}处", f"{count} covered")
            if count
            else tr("看过，无须遮盖", "looked at: nothing to cover")
        )

    # -- keys --------------------------------------------------------------------------------------------------

    async def action_move(self, key: str) -> None:
        """Move the frame."""
        right, down = _STEPS[key]
        left, top, wide, high = self._frame
        self._place(left + right, top + down, wide, high)

    async def action_size(self, key: str) -> None:
        """Another width or height."""
        right, down = _STEPS[key.removeprefix("shift+")]
        left, top, wide, high = self._frame
        self._place(left, top, wide + right, high + down)

    async def action_scale(self, step: int) -> None:
        """Larger or smaller on every side."""
        left, top, wide, high = self._frame
        self._place(left - step, top - step, wide + 2 * step, high + 2 * step)

    def _place(self, left: int, top: int, wide: int, high: int) -> None:
        cells = self._cells
        if cells is None:
            return
        wide, high = min(max(wide, 1), cells.width), min(max(high, 1), cells.height)
        left, top = min(max(left, 0), cells.width - wide), min(max(top, 0), cells.height - high)
        self._frame, self._framed = (left, top, wide, high), True
        self._touch()

    async def action_add(self) -> None:
        """Cover what is framed."""
        cells = self._cells
        if cells is None:
            return
        if len(self._boxes) >= BOXES_MAX:
            self.tell(tr(f"一张照片最多遮盖{BOXES_MAX}处。", f"At most {BOXES_MAX} boxes a photo."), "warn",
                      tr("把框放大，一处盖住几个人。", "A larger frame covers several persons."))  # fmt: skip
            return
        box = from_cells(self._frame, cells.width, cells.height)
        if box not in self._boxes:
            self._boxes.append(box)
            self._unsaved = True
        self._chosen, self._framed = None, False
        self._touch()

    async def action_choose(self) -> None:
        """Another drawn box."""
        if self._boxes:
            self._chosen = 0 if self._chosen is None else (self._chosen + 1) % len(self._boxes)
            self._touch()

    async def action_remove(self) -> None:
        """A drawn box goes."""
        if self._boxes:
            del self._boxes[-1 if self._chosen is None else self._chosen]
            self._chosen, self._unsaved = None, True
            self._touch()

    @guarded
    async def action_save(self) -> None:
        """Keep what is decided, and go on."""
        if not self._photos:
            return
        if self._cells is None:
            self.tell(
                tr("没有看到照片，不能决定。", "The photo cannot be seen, so nothing is decided."), "bad"
            )
            return
        photo, boxes = self._photos[self._at], tuple(self._boxes)
        if self._framed and not boxes:
            self._framed = False
            self.tell(
                tr("框移动过，但没有按回车，什么都没有遮盖。", "The frame was moved, but Enter was not pressed: nothing is covered."),
                "warn",
                tr("回车 遮盖；确实没有要遮盖的，再按 F2。", "Enter covers; if there is nothing to cover, F2 again."),
            )  # fmt: skip
            return
        await self.place.write(masking.mask, self.place.store, photo.sha256, boxes, actor=self._actor)
        self._unsaved = False
        at = min(self._at + 1, len(self._photos) - 1)
        self._at = at
        await self.refresh_all()
        words = (
            tr(f"已保存：遮盖{len(boxes)}处。", f"Saved: {len(boxes)} covered.")
            if boxes
            else tr("已保存：看过，无须遮盖。", "Saved: looked at, nothing to cover.")
        )
        left = sum(one.mask is None for one in self._photos)
        self.tell(words + tr(f"还有{left}张没有看过。", f" {left} photos to look at."), "good")

    @guarded
    async def action_turn(self, step: int) -> None:
        """Another photo."""
        if self._photos and not self._holds_back():
            self._open((self._at + step) % len(self._photos))

    @guarded
    async def action_back(self) -> None:
        """To the screen before; what is drawn and not saved asks for a second key."""
        if not self._holds_back():
            self.dismiss()

    def _holds_back(self) -> bool:
        """Whether something is not saved; pressed again at once, it is given up."""
        if not self._unsaved or self._warned:
            return False
        self._warned = True
        self.tell(
            tr("画的框还没有保存。", "The boxes are not saved."), "warn",
            tr("F2 保存；再按一次就放弃。", "F2 saves; the same key again gives them up."),
        )  # fmt: skip
        return True


_STEPS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
