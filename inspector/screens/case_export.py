"""Exporting a case file: asked once, told what is missing, written with a count, stopped and gone on with by one key."""

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.case import EDITIONS
from inspector.domain.objections import check_reason
from inspector.errors import BadInput
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.form import FormScreen, Line, choose, numbered
from inspector.screens.paper_forms import typed_folder
from inspector.screens.words import size_words
from inspector.screens.workplace import Workplace
from inspector.services import case_places
from inspector.store.files import ensure_dir
from inspector.widgets.content import plain

if TYPE_CHECKING:
    from inspector.export.case import Exported, Planned, Progress
    from inspector.export.case_run import Wish

_LOOK_SECONDS = 0.25


async def open_export(app: App[object], place: Workplace, subject: str, title: str) -> None:
    """Ask for reason, edition and folder; then prepare and write.

    Args:
        subject: id of a site, an inspection or an item; `title` is its name for people.
    """
    folder = await place.read(case_places.folder, place.store)
    options = [(code, tr(*words)) for code, words in EDITIONS.items()]

    async def submit(values: Mapping[str, str]) -> "Wish":
        from inspector.export.case_run import Wish

        check_reason(values["reason"])
        edition = choose(values["edition"], options, default=options[0][0])
        if edition not in EDITIONS:
            raise BadInput(
                f"没有“{edition}”这种版本。", f"There is no edition {edition!r}.",
                hint=(numbered(options), numbered(options)), code="case.edition",
            )  # fmt: skip
        wanted = typed_folder(values["folder"])

        def path() -> Path:
            ensure_dir(wanted)
            case_places.keep_folder(place.store, wanted)
            return case_places.free_path(wanted, title, subject, edition)

        where = await place.write(path)
        return Wish((subject,), where, values["reason"].strip(), edition, who=place.acting)

    def then(wish: "Wish | None") -> None:
        if wish is not None:
            app.push_screen(CaseExportScreen(place, wish, title))

    form = FormScreen(
        place, tr(f"导出案卷：{title}", f"Case file: {title}"),
        [
            Line("reason", tr("给谁、为什么", "For whom, why"), hint=tr("记入日志，也写在案卷里", "recorded, and in the file")),
            Line("edition", tr("版本", "Edition"), "1", hint=numbered(options), longest=20),
            Line("folder", tr("文件夹", "Folder"), str(folder), longest=1_000),
        ],
        submit,
    )  # fmt: skip
    app.push_screen(form, then)


class CaseExportScreen(Page):
    """One export: what is missing, how far it is, where the file is."""

    CSS_PATH = "case_export.tcss"
    AUTO_FOCUS = "#told-box"
    RELOADS = False
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("case.write", "f2,enter", "write", "写出", "Write",
                "写出案卷；停过的，从停下的地方接着写。", "Write the file; what was stopped goes on from there.", footer=True),
        Command("case.stop", "f6", "stop", "停下", "Stop",
                "停下；写好的部分留着。", "Stop; what is written stays.", footer=True),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, wish: "Wish", title: str) -> None:
        super().__init__(place)
        self._wish, self._title = wish, title
        self._planned: Planned | None = None
        self._exported: Exported | None = None
        self._progress: Progress | None = None
        self._making = ""
        self._working = False
        self._stop = threading.Event()

    def body(self) -> Iterable[Widget]:
        """What it is, what is missing, how far it is."""
        yield Static(id="what")
        with VerticalScroll(id="told-box", can_focus=True):
            yield Static(id="told")
        yield Static(id="course")

    def heading(self) -> str:
        """The title."""
        return tr("导出案卷", "Case file")

    @guarded
    async def on_mount(self) -> None:
        """Begin to prepare, and look at the course."""
        await self.refresh_all()
        self.set_interval(_LOOK_SECONDS, self._show)
        self._prepare()

    def on_unmount(self) -> None:
        """Nothing goes on unseen: it stops between two files."""
        self._stop.set()
        if self._planned is not None and not self._working:
            self._planned.close()

    def allows(self, action: str, parameters: tuple[object, ...]) -> bool:
        """What fits where it is."""
        if action == "write":
            return self._exported is None and not self._working
        return action != "stop" or self._working

    async def reload(self) -> None:
        """The words anew."""
        self._show()

    def _show(self) -> None:
        if not self.query("#course"):  # the timer may come while the body is made anew, or is going
            return
        edition = tr(*EDITIONS[self._wish.edition])
        words = [f"{self._title}　{edition}", tr(f"写到：{self._wish.path}", f"To: {self._wish.path}")]
        if self._planned is not None:
            words.append(_counts(self._planned))
        self.query_one("#what", Static).update(plain("\n".join(words), limit=2_000))
        self.query_one("#told", Static).update(plain("\n".join(self._told()), limit=20_000))
        self.query_one("#course", Static).update(plain(self._course()))
        self.refresh_bindings()

    def _told(self) -> list[str]:
        if self._planned is None and not self._working:
            return [tr("还没有收集完，什么都没有写。", "Not collected to the end; nothing is written.")]
        if self._planned is None:
            return [tr("正在收集记录、制作文书……", "Collecting entries, making documents …"), self._making]
        lacking = [f"· {one.where}　{one.message}" for one in self._planned.problems]
        head = (
            tr("写之前请看：", "Before it is written:")
            if lacking
            else tr("没有发现缺件。", "Nothing is missing.")
        )
        return [head, *lacking]

    def _course(self) -> str:
        if self._exported is not None:
            size = size_words(self._exported.bytes)
            verdict = self._exported.checked.verdict
            return tr(
                f"已写好：{self._exported.path}（{size}）\n别人核验时会看到：{verdict.words}",
                f"Written: {self._exported.path} ({size})\nWho checks it will find: {verdict.words}",
            )
        done = self._progress
        if done is None:
            return ""
        written, whole = size_words(done.bytes), size_words(done.of_bytes)
        return tr(
            f"文件 {done.files}/{done.of_files}，{written} / {whole}",
            f"Files {done.files}/{done.of_files}, {written} of {whole}",
        )

    def _stopped(self) -> bool:
        return self._stop.is_set() or self.place.stop.is_set()

    @work(exclusive=True)
    async def _prepare(self) -> None:
        await self._preparing()

    @guarded
    async def _preparing(self) -> None:
        from inspector.export import case_run
        from inspector.sync.proving import prover

        self._working = True

        def told(title: str) -> None:
            self._making = title
            case_run.check_going(self._stopped)

        def prepare() -> "Planned":
            found = case_run.prepare(self.place.store, self._wish, prover(self.place.store), told=told)
            if self._stopped():  # nobody waits for it any more
                found.close()
            case_run.check_going(self._stopped)
            return found

        try:
            self._planned = await self.place.slow(prepare)
        finally:
            self._working = False
            if self.is_mounted:
                self._show()
        if not self.is_mounted:
            self._planned.close()
            return
        self._show()
        self.tell(tr("按 F2 写出。", "F2 writes it."))

    @guarded
    async def action_write(self) -> None:
        """Write it, or go on; what was stopped while it was collected is collected anew."""
        if self.allows("write", ()):
            self._stop.clear()
            if self._planned is None:
                self.tell("")
                self._prepare()
            else:
                self._write()

    @work(exclusive=True)
    async def _write(self) -> None:
        await self._writing()

    @guarded
    async def _writing(self) -> None:
        from inspector.export import case_run

        planned = self._planned
        if planned is None:
            return
        self._working = True

        def note(done: "Progress") -> None:
            self._progress = done

        def run() -> "Exported":
            try:
                return case_run.run(self.place.store, self._wish, planned, progress=note, stop=self._stopped)
            finally:
                if not self.is_mounted:  # its screen has gone meanwhile, and cannot close it
                    planned.close()

        try:
            self._exported = await self.place.slow(run)
            planned.close()
        finally:
            self._working = False
            self._show()
        self.tell(
            tr("案卷已写好，已记入日志。", "The case file is written, and recorded."), "good",
            tr(f"核验：inspector verify {self._exported.path}", f"Check it: inspector verify {self._exported.path}"),
        )  # fmt: skip

    @guarded
    async def action_stop(self) -> None:
        """Stop between two files."""
        self._stop.set()
        self.tell(tr("正在停下……", "Stopping …"))


def _counts(planned: "Planned") -> str:
    case, size = planned.case, size_words(planned.bytes)
    return tr(
        f"记录{len(case.entries)}条　照片{len(case.photos)}张　文件{planned.documents}件　约{size}",
        f"{len(case.entries)} entries, {len(case.photos)} photos, {planned.documents} documents, about {size}",
    )
