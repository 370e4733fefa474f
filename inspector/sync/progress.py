"""What a sync tells while it runs, and what it has done in the end. Pure values."""

from collections.abc import Callable
from dataclasses import dataclass, field

from inspector.errors import InspectorError
from inspector.language import tr
from inspector.sync.engine import Phase

SENTENCES: dict[Phase, tuple[str, str]] = {
    Phase.RESTING: ("已同步", "in sync"),
    Phase.OPENING: ("正在连接中心", "connecting to the centre"),
    Phase.PUSHING: ("正在上报记录", "sending records"),
    Phase.PULLING: ("正在接收记录", "receiving records"),
    Phase.ASKING: ("正在核对照片", "checking photos"),
    Phase.UPLOADING: ("正在上传照片", "sending photos"),
    Phase.LISTING: ("正在核对照片", "checking photos"),
    Phase.DOWNLOADING: ("正在下载照片", "receiving photos"),
    Phase.WAITING: ("等待重试", "waiting to try again"),
    Phase.FINISHED: ("同步结束", "sync ended"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is. Totals are what is known so far and may grow.

    Attributes:
        phase: "opening", "pushing", "pulling", "asking", "uploading", "listing", "downloading", "waiting",
            "resting", "finished".
        entries_sent, entries_total: own entries with a receipt, of all own entries.
        entries_received: new ones in this sync.
        photos_sent, photos_total: confirmed by the centre in this sync, of those that were to be sent.
        photos_fetched: in this sync.
        bytes_up, bytes_down: bodies of requests and answers as they travelled.
        zh, en: what it is doing or why it waits, in a sentence.
    """

    phase: str
    entries_sent: int
    entries_total: int
    entries_received: int
    photos_sent: int
    photos_total: int
    photos_fetched: int
    bytes_up: int
    bytes_down: int
    zh: str
    en: str

    @property
    def message(self) -> str:
        """The sentence in the language of this process."""
        return tr(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync has done. `failure` is why it is not complete; None where it is, or where it was stopped.

    Attributes:
        entries_sent: entries that got their receipt in this sync.
        entries_again: entries sent once more because the centre, restored from a backup, had lost them.
        entries_received: new entries from others.
        quarantined: entries that the centre keeps apart, by number, with its reason.
        photos_sent: photos that the centre confirmed in this sync.
        photos_fetched: photos of others that came in.
        photos_parked: photos set aside in this sync, by hash, with the reason.
        restored: the centre was found to be restored from a backup.
        clock_offset: the centre's clock minus this laptop's, seconds; None before an answer.
        stopped: somebody asked to stop.
        bytes_up, bytes_down: bodies of requests and answers as they travelled.
    """

    entries_sent: int = 0
    entries_again: int = 0
    entries_received: int = 0
    quarantined: tuple[tuple[int, str], ...] = ()
    photos_sent: int = 0
    photos_fetched: int = 0
    photos_parked: tuple[tuple[str, str], ...] = ()
    restored: bool = False
    clock_offset: int | None = None
    stopped: bool = False
    failure: InspectorError | None = None
    bytes_up: int = 0
    bytes_down: int = 0

    @property
    def complete(self) -> bool:
        """Whether all that could be exchanged was."""
        return self.failure is None and not self.stopped

    def check(self) -> None:
        """Raise the failure, if there is one.

        Raises:
            Offline, NotTrusted, SyncError: why the sync is not complete; all is kept.
        """
        if self.failure is not None:
            raise self.failure


@dataclass(slots=True)
class Tally:
    """The counts of a running sync, written by its parts."""

    entries_sent: int = 0
    entries_again: int = 0
    entries_received: int = 0
    sent: int = 0
    size: int = 0
    quarantined: dict[int, str] = field(default_factory=dict)
    photos_sent: int = 0
    photos_to_send: int = 0
    photos_fetched: int = 0
    photos_parked: dict[str, str] = field(default_factory=dict)
    restored: bool = False
    clock_offset: int | None = None
    bytes_up: int = 0
    bytes_down: int = 0

    def progress(self, phase: Phase, failure: InspectorError | None) -> Progress:
        """How far it is."""
        zh, en = SENTENCES[phase]
        if phase is Phase.WAITING and failure is not None:
            zh, en = failure.zh, failure.en
        return Progress(
            phase=str(phase),
            entries_sent=self.sent,
            entries_total=self.size,
            entries_received=self.entries_received,
            photos_sent=self.photos_sent,
            photos_total=self.photos_sent + self.photos_to_send,
            photos_fetched=self.photos_fetched,
            bytes_up=self.bytes_up,
            bytes_down=self.bytes_down,
            zh=zh,
            en=en,
        )

    def report(self, *, failure: InspectorError | None, stopped: bool) -> SyncReport:
        """What was done."""
        return SyncReport(
            entries_sent=self.entries_sent,
            entries_again=self.entries_again,
            entries_received=self.entries_received,
            quarantined=tuple(sorted(self.quarantined.items())),
            photos_sent=self.photos_sent,
            photos_fetched=self.photos_fetched,
            photos_parked=tuple(sorted(self.photos_parked.items())),
            restored=self.restored,
            clock_offset=self.clock_offset,
            stopped=stopped,
            failure=failure,
            bytes_up=self.bytes_up,
            bytes_down=self.bytes_down,
        )


Notice = Callable[[Progress], None]
"""Who wants to know how far a sync is; called in the thread of the sync."""
