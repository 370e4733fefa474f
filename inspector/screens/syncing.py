"""Syncing beside the screens: one thread that watches, and what it says of itself."""

import threading
from collections.abc import Callable

from inspector.errors import Busy, InspectorError
from inspector.language import tr
from inspector.store.workspace import Store
from inspector.sync.progress import Progress

QUIT_SECONDS = 1.0


class Syncing:
    """Keeps this laptop in step with its centre while the program runs; everything it does can be stopped."""

    def __init__(self, store: Store, *, fault: Callable[[BaseException], object]) -> None:
        self._store = store
        self._fault = fault
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._nudge: Callable[[], None] | None = None
        self.progress: Progress | None = None
        self.words = ""
        self.failed = False
        self.sent_before = 0

    @property
    def running(self) -> bool:
        """Whether it watches now."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin to watch, or try at once where it already does."""
        if self.running:
            if self._nudge is not None:
                self._nudge()
            return
        self._stop = threading.Event()
        self.words, self.failed, self.progress = "", False, None
        self._thread = threading.Thread(target=self._run, args=(self._stop,), name="sync", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; it does so between two pieces."""
        self._stop.set()
        if self._nudge is not None:
            self._nudge()

    def close(self) -> bool:
        """Stop and wait a second; whether it has ended."""
        self.stop()
        if self._thread is not None:
            self._thread.join(QUIT_SECONDS)
        return not self.running

    def _run(self, stop: threading.Event) -> None:
        from inspector.sync.client import SyncClient

        try:
            client = SyncClient(self._store)
            self._nudge = client.nudge
            report = client.watch(progress=self._notice, stop=stop.is_set)
            self._tell_failure(report.failure)
        except Busy as error:
            self.words = error.message
        except InspectorError as error:
            self._tell_failure(error)
        except Exception as error:  # noqa: BLE001 - a thread has nobody to raise to
            self._fault(error)
            self.words = tr(
                "同步程序出错，已停；记录都在本机。", "Sync failed and stopped; everything is on this laptop."
            )
            self.failed = True
        finally:
            self._nudge = None
            self._store.release()

    def _tell_failure(self, error: InspectorError | None) -> None:
        if error is not None:
            self.words, self.failed = f"{error.message} {error.hint}".strip(), True

    def _notice(self, progress: Progress) -> None:
        if self.progress is None or self.progress.phase in ("resting", "waiting"):
            self.sent_before = progress.entries_sent
        self.progress = progress
