"""Photos for an item: the newest of a folder or card first, a preview beside, the chosen ones taken in unchanged."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.when import local_time
from inspector.errors import BadInput, NotFound
from inspector.evidence.facts import PhotoFacts
from inspector.evidence.intake import Candidate, find_photos, read_bounded
from inspector.evidence.media import OTHER, media_type
from inspector.evidence.preview import HalfCells
from inspector.evidence.wording import display_name
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.words import size_words
from inspector.screens.workplace import Workplace
from inspector.services.photos import PhotoTaken, add_photos
from inspector.store import queries
from inspector.text import tail, width
from inspector.widgets.content import plain
from inspector.widgets.lines import Column, LineList, Row
from inspector.widgets.picture import Picture

PHOTO_FOLDER = "photo_folder"
"""The setting of a workspace that says where photos were taken from last."""
_WIDE, _HIGH = 34, 10
_PREVIEW_SECONDS = 0.15


class PhotosScreen(Page):
    """Choosing photos and taking them in."""

    CSS_PATH = "photos.tcss"
    RELOADS = False
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("photos.take", "enter,f2", "take", "取入", "Take in",
                "把选中的照片（没有选就是光标所在的）记到这一项。", "Record the chosen photos for this item.", footer=True),
        Command("photos.toggle", "space", "toggle_row", "选/不选", "Choose",
                "选中或放开光标所在的照片。", "Choose or leave the photo under the cursor.", footer=True),
        Command("photos.all", "a", "all", "全选", "All",
                "选中全部没有取过的照片；已全选时全部放开。", "Choose every photo not taken in yet; again: none."),
        Command("photos.range", "r", "range", "连选", "Range",
                "从上次选中的一直选到光标所在的照片。", "Choose from the last chosen one to the cursor."),
        Command("photos.folder", "f3,o", "folder", "换位置", "Folder",
                "输入照片所在的文件或文件夹（手机、相机、存储卡）。", "Name the file or folder.", footer=True),
        Command("photos.taken", "f4,l", "taken", "已取照片", "Taken",
                "看这一项已取的照片，撤下取错的。", "See the photos of this item; withdraw a wrong one."),
        Command("photos.again", "f6", "again", "重读", "Again",
                "重新读取文件夹。", "Read the folder again."),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, inspection: str, item: str) -> None:
        super().__init__(place)
        self._inspection = inspection
        self._item = item
        self._folder: Path | None = None
        self._found: list[Candidate] = []
        self._chosen: list[Path] = []
        self._taken: set[str] = set()

    def body(self) -> Iterable[Widget]:
        """Where, the photos, the preview."""
        yield Static(id="where")
        with Horizontal():
            yield LineList(
                [
                    Column(tr("选", "In"), 4),
                    Column(tr("照片", "Photo"), tail=True),
                    Column(tr("时间", "When"), 11),
                    Column(tr("大小", "Size"), 8, right=True),
                ],
                id="photos",
            )
            with Vertical(id="preview"):
                yield Picture(id="picture")
                yield Static(id="facts")

    def heading(self) -> str:
        """The title."""
        return tr(f"照片 {self._item}", f"Photos for {self._item}")

    async def reload(self) -> None:
        """The folder anew."""
        if self._folder is None:
            self._folder = await self.place.slow(_likely_folder, await self.place.read(self._kept_folder))
        folder = self._folder
        self._taken = await self.place.read(self._names_taken)
        self.tell(tr("正在读取文件夹……", "Reading the folder ..."))
        self._found = await self.place.slow(find_photos, folder)
        there = {photo.path for photo in self._found}
        self._chosen = [path for path in self._chosen if path in there]
        count = len(self._found)
        words = tr(f"{count} 张，最近的在前　", f"{count} photos, newest first  ")
        words += tail(folder, max(self.size.width - width(words) - 2, 10))
        self.query_one("#where", Static).update(plain(words, limit=300))
        self.tell("")
        if not self._found:
            self.tell(
                tr("这里没有照片。", "There are no photos here."),
                hint=tr("按 F3 换一个位置。", "F3: another place."),
            )
        self._draw()

    def _kept_folder(self) -> str:
        return self.place.store.setting(PHOTO_FOLDER) or ""

    def _names_taken(self) -> set[str]:
        rows = queries.photos(self.place.store.connection, self._inspection)
        return {f"{row.name}/{row.bytes}" for row in rows}

    def _draw(self) -> None:
        rows = []
        for photo in self._found:
            mark = f"[{self._chosen.index(photo.path) + 1}]" if photo.path in self._chosen else ""
            there = f"{photo.name}/{photo.size}" in self._taken
            mark = mark or (tr("已取", "in") if there else "")
            when = local_time(photo.modified).strftime("%m-%d %H:%M")
            cells = (mark, photo.name, when, size_words(photo.size))
            kind = "strong" if photo.path in self._chosen else "dim" if there else ""
            rows.append(Row(str(photo.path), cells, kind))
        self.query_one("#photos", LineList).show(rows)

    # -- preview -----------------------------------------------------------------------------------------------

    @on(LineList.Highlighted, "#photos")
    def _highlighted(self, event: LineList.Highlighted) -> None:
        self._preview(Path(event.row.key))

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _preview(self, path: Path) -> None:
        # Whoever holds an arrow key down does not want every photo on the way.
        await asyncio.sleep(_PREVIEW_SECONDS)
        now = local_time(self.place.store.clock.stamp().wall)

        def look() -> tuple[PhotoFacts, HalfCells | None]:
            data = read_bounded(path)
            facts = self.place.examiner.examine(data, now)
            return facts, self.place.examiner.preview(data, _WIDE, _HIGH) if facts.readable else None

        try:
            facts, cells = await self.place.slow(look)
        except Exception as error:  # noqa: BLE001 - told below
            self.query_one(Picture).show(None)
            self.query_one("#facts", Static).update("")
            self.tell_error(error)
            return
        self.query_one(Picture).show(cells)
        self.query_one("#facts", Static).update(plain(_facts(facts), limit=300))

    # -- keys --------------------------------------------------------------------------------------------------

    async def action_toggle_row(self) -> None:
        """Choose the photo under the cursor, or not."""
        lines = self.query_one("#photos", LineList)
        if lines.row is None:
            return
        path = Path(lines.row.key)
        if path in self._chosen:
            self._chosen.remove(path)
        else:
            self._chosen.append(path)
        self._draw()
        lines.action_move(1)

    @guarded
    async def action_folder(self) -> None:
        """Another place."""
        from inspector.screens.dialogs import folder

        async def then(found: Path | None) -> None:
            if found is not None:
                await self._use(found)

        self.app.push_screen(folder(self.place, self._folder or Path.home()), then)

    @guarded
    async def _use(self, folder: Path) -> None:
        self._folder, self._chosen = folder, []
        await self.reload()
        await self.place.write(self._keep_folder, folder)

    def _keep_folder(self, folder: Path) -> None:
        self.place.store.set_settings(**{PHOTO_FOLDER: str(folder)})

    @guarded
    async def action_taken(self) -> None:
        """What this item has already."""
        from inspector.screens.taken import TakenScreen

        async def then(_: object) -> None:
            self._taken = await self.place.read(self._names_taken)
            self._draw()

        self.app.push_screen(TakenScreen(self.place, self._inspection, self._item), then)

    @guarded
    async def action_again(self) -> None:
        """Read the folder again."""
        await self.reload()

    @guarded
    async def action_take(self) -> None:
        """Take the chosen photos in, one after another; each is saved before it is counted."""
        lines = self.query_one("#photos", LineList)
        paths = list(self._chosen) or ([Path(lines.row.key)] if lines.row else [])
        if not paths:
            return
        self.tell(tr(f"正在取入 {len(paths)} 张……", f"Taking in {len(paths)} ..."))
        place, taken, left = self.place, list[PhotoTaken](), list[str]()

        def take(path: Path) -> list[PhotoTaken]:
            refuse_no_picture(path)
            return add_photos(
                place.store, place.forms, place.examiner, self._inspection, [path], item=self._item
            )

        for path in paths:
            try:
                taken += await place.slow(take, path)
            except (BadInput, NotFound) as error:
                left.append(error.message)
            else:
                self._chosen = [chosen for chosen in self._chosen if chosen != path]
                self.tell(tr(f"已保存 {len(taken)}/{len(paths)} 张", f"Saved {len(taken)} of {len(paths)}"))
        self._taken = await place.read(self._names_taken)
        self._draw()
        self.tell(_taken_words(taken, left), "warn" if left else "good", _odd(taken))
        await self.refresh_bar()

    async def action_all(self) -> None:
        """Choose all that are new, or none."""
        new = [photo.path for photo in self._found if f"{photo.name}/{photo.size}" not in self._taken]
        self._chosen = [] if new and set(new) <= set(self._chosen) else new
        self._draw()
        self.tell(tr(f"已选 {len(self._chosen)} 张。", f"{len(self._chosen)} chosen."))

    async def action_range(self) -> None:
        """Choose from the last one that was chosen to the cursor."""
        lines = self.query_one("#photos", LineList)
        paths = [photo.path for photo in self._found]
        if lines.row is None:
            return
        here = paths.index(Path(lines.row.key))
        start = paths.index(self._chosen[-1]) if self._chosen else here
        span = paths[min(start, here) : max(start, here) + 1]
        self._chosen += [path for path in span if path not in self._chosen]
        self._draw()
        self.tell(tr(f"已选 {len(self._chosen)} 张。", f"{len(self._chosen)} chosen."))


def refuse_no_picture(path: Path) -> None:
    """A name that ends as photos do proves nothing; what it holds does.

    Raises:
        BadInput: it is no picture, or cannot be read.
    """
    if media_type(read_bounded(path)) == OTHER:
        name = display_name(path.name, 60)
        raise BadInput(f"{name} 不是照片，没有取入。", f"{name} is no picture and was not taken in.")


def _taken_words(taken: list[PhotoTaken], left: list[str]) -> str:
    again = sum(not photo.new for photo in taken)
    words = tr(
        f"已保存 {len(taken) - again} 张照片（原件）", f"Saved {len(taken) - again} photos (originals)"
    )
    if again:
        words += tr(f"；{again} 张以前取过", f"; {again} were there before")
    for sentence in left[:3]:
        words += tr("；", "; ") + sentence
    if len(left) > 3:
        words += tr(f"共 {len(left)} 个文件没有取入。", f" {len(left)} files were not taken in.")
    return words


def _likely_folder(kept: str) -> Path:
    """Where photos were taken from last time; else a card or phone that is plugged in; else the usual folder."""
    if kept and Path(kept).exists():
        return Path(kept)
    cards = [
        *Path("/run/media").glob("*/*/DCIM"),
        *Path("/media").glob("*/*/DCIM"),
        *Path("/Volumes").glob("*/DCIM"),
    ]
    if cards:
        return min(cards)
    home = Path.home()
    return next((home / name for name in ("Pictures", "图片") if (home / name).is_dir()), home)


def _odd(taken: list[PhotoTaken]) -> str:
    """Which photo deserves a look, and why."""
    words = [
        f"{tail(photo.name, 24)}：{tr('、', ', ').join(flag.message for flag in photo.facts.findings[:2])}"
        for photo in taken
        if photo.facts.findings
    ]
    more = tr(f" 等 {len(words)} 张", f" and {len(words) - 3} more") if len(words) > 3 else ""
    return tr("；", "; ").join(words[:3]) + more


def _facts(facts: PhotoFacts) -> str:
    lines = []
    if facts.taken:
        lines.append(tr("拍摄：", "Taken: ") + facts.taken.replace("T", " "))
    if facts.device:
        lines.append(tr("设备：", "Device: ") + facts.device)
    if facts.position is not None:
        lines.append(tr("有拍摄位置", "Has a position"))
    lines += [flag.message for flag in facts.findings[:3]]
    return "\n".join(lines)
