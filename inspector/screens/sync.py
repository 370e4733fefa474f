"""上报: what is not sent yet and why, how far the sync is, when the centre last signed for it."""

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Static

from inspector.commands import BACK, EVERYWHERE, Command
from inspector.domain.when import show_time
from inspector.language import tr
from inspector.screens.base import Page, guarded
from inspector.screens.syncing import Syncing
from inspector.screens.words import size_words
from inspector.screens.workplace import Workplace
from inspector.services.status import Summary
from inspector.widgets.content import plain

_LOOK_SECONDS = 0.5


class SyncScreen(Page):
    """Where this laptop stands with its centre."""

    CSS_PATH = "sync.tcss"
    KEYS: ClassVar[tuple[Command, ...]] = (
        EVERYWHERE[0],
        Command("sync.start", "f2,enter", "start", "现在上报", "Send now",
                "马上试一次；平时在后台自动重试。", "Try now; otherwise it retries by itself.", footer=True),
        Command("sync.stop", "f6", "stop", "暂停", "Pause",
                "停下后台上报。", "Stop syncing in the background.", footer=True),
        Command("sync.enrol", "f4", "enrol", "注册", "Enrol",
                "用一次性注册码注册到中心。", "Join the centre with a one-time code.", footer=True),
        BACK,
    )  # fmt: skip

    def __init__(self, place: Workplace, syncing: Syncing) -> None:
        super().__init__(place)
        self._syncing = syncing
        self._shown = ""

    def body(self) -> Iterable[Widget]:
        """The standing, and what is going on."""
        yield Static(id="standing")
        yield Static(id="course")

    def heading(self) -> str:
        """The title."""
        return tr("上报与接收", "Sync")

    @guarded
    async def on_mount(self) -> None:
        """Look at the course twice a second; redraw only what changed."""
        await self.refresh_all()
        self.set_interval(_LOOK_SECONDS, self._look_at_course)
        self.set_interval(2.0, self.look)

    def allows(self, action: str, parameters: tuple[object, ...]) -> bool:
        """What fits the standing."""
        summary = self.place.summary
        enrolled = summary is not None and summary.centre is not None
        if action == "enrol":
            return not enrolled
        if action == "start":
            return enrolled
        return not (action == "stop" and not self._syncing.running)

    async def reload(self) -> None:
        """The standing anew."""
        summary = await self.place.refresh_summary()
        self.query_one("#standing", Static).update(plain("\n".join(standing(summary))))
        self._look_at_course()
        self.refresh_bindings()

    def _look_at_course(self) -> None:
        words = course(self._syncing)
        if words != self._shown:
            self._shown = words
            self.query_one("#course", Static).update(plain(words))

    @guarded
    async def action_start(self) -> None:
        """Try now."""
        self._syncing.start()
        self._look_at_course()

    @guarded
    async def action_stop(self) -> None:
        """Stop."""
        self._syncing.stop()
        self.tell(tr("已暂停，未上报的都留在本机。", "Paused; what is not sent stays here."))

    @guarded
    async def action_enrol(self) -> None:
        """Join the centre."""
        from inspector.screens.dialogs import way_to_centre

        async def then(found: object) -> None:
            if found is not None:
                self._syncing.start()
                await self.refresh_all()

        self.app.push_screen(way_to_centre(self.place), then)


def standing(summary: Summary) -> list[str]:
    """What is here, what waits, and since when the centre has signed for it."""
    pending = summary.pending
    if summary.centre is None:
        return [
            tr("这台电脑还没有注册到中心。", "This laptop is not enrolled with a centre."),
            tr(
                "所有记录都已保存在本机；注册后会全部上报。",
                "Everything is saved here and is sent after enrolment.",
            ),
            tr(f"本机记录 {summary.own_entries} 条。", f"{summary.own_entries} entries here."),
        ]
    name = summary.centre.get("centre_name") or summary.centre.get("centre_url")
    lines = [tr(f"中心：{name}", f"Centre: {name}")]
    lines.append(
        tr(
            f"未上报：记录 {pending.entries} 条，照片 {pending.photos_up} 张",
            f"Not sent: {pending.entries} entries, {pending.photos_up} photos",
        )
    )
    if summary.receipt_time is not None:
        when = show_time(summary.receipt_time * 1000)
        lines.append(
            tr(
                f"已上报：本机前 {summary.received_until} 条，中心 {when} 签收",
                f"Sent: the first {summary.received_until} entries; the centre signed for them {when}",
            )
        )
    else:
        lines.append(tr("中心还没有签收过本机的记录。", "The centre has not signed for anything yet."))
    if summary.last_sync and summary.last_sync.get("zh"):
        when = show_time(int(summary.last_sync["time"]))
        why = tr(str(summary.last_sync["zh"]), str(summary.last_sync["en"]))
        lines.append(tr(f"上次尝试：{when}　{why}", f"Last attempt: {when}: {why}"))
    if pending.photos_down:
        lines.append(tr(f"待接收照片 {pending.photos_down} 张", f"{pending.photos_down} photos to receive"))
    if pending.parked:
        lines.append(
            tr(f"搁置的照片 {pending.parked} 张（原件在本机）", f"{pending.parked} photos set aside")
        )
    if pending.quarantined:
        lines.append(
            tr(f"中心另行存放 {pending.quarantined} 条，请联系管理员", f"{pending.quarantined} kept apart")
        )
    return lines


def course(syncing: Syncing) -> str:
    """What the sync does now, or why it waits."""
    lines = []
    if syncing.words:
        lines.append((tr("【停】", "[Stopped] ") if syncing.failed else "") + syncing.words)
    elif not syncing.running:
        lines.append(tr("后台上报没有运行。", "Sync is not running."))
    progress = syncing.progress
    if progress is not None and syncing.running:
        lines.append(progress.message)
        before = syncing.sent_before
        lines.append(
            tr(
                f"本次：记录 {progress.entries_sent - before}/{progress.entries_total - before}，照片 {progress.photos_sent}/"
                f"{progress.photos_total}，接收 {progress.entries_received} 条",
                f"Now: entries {progress.entries_sent - before}/{progress.entries_total - before}, photos {progress.photos_sent}/"
                f"{progress.photos_total}, received {progress.entries_received}",
            )
        )
        up, down = size_words(progress.bytes_up), size_words(progress.bytes_down)
        lines.append(tr(f"流量：发 {up}，收 {down}", f"Traffic: {up} up, {down} down"))
    return "\n".join(lines)
