"""What every screen works with: the open workspace, and the threads in which services run.

One writer thread keeps the order of what an officer does; two readers serve lists; one thread is for what takes long
(photos); sync has its own. A write that was begun is never cancelled, and closing waits for it.
"""

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from inspector.evidence.examine import Examiner
from inspector.services import status
from inspector.services.forms import Forms
from inspector.services.status import Summary
from inspector.store.workspace import Store

P = ParamSpec("P")
T = TypeVar("T")

LAST_PLACE = "last_place"
LOG_NAME = "inspector.log"


class Workplace:
    """The workspace of a running program. `close` when done; it does not close the store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.forms = Forms(store)
        self.examiner = Examiner(workers=1)
        self.stop = threading.Event()
        self.summary: Summary | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="reader")
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="slow")
        self._last_place: Future[None] | None = None
        self._log = _open_log(store.path / LOG_NAME)

    async def write(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service that records something. When this returns, it is saved; it is never cancelled half-way."""
        return await asyncio.shield(self._run(self._writer, function, *args, **kwargs))

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service that only looks."""
        return await self._run(self._readers, function, *args, **kwargs)

    async def slow(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something that takes long (photos); it runs to its end."""
        return await asyncio.shield(self._run(self._slow, function, *args, **kwargs))

    def _run(
        self, pool: ThreadPoolExecutor, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(pool, lambda: function(*args, **kwargs))

    async def version(self) -> tuple[int, int]:
        """Changes when anybody wrote to the workspace. Asked of one thread only: connections count on their own."""
        return await self.write(self.store.version)

    async def refresh_summary(self) -> Summary:
        """Where this workspace stands now."""
        self.summary = await self.read(status.summary, self.store)
        return self.summary

    def remember_place(self, place: dict[str, Any] | None) -> None:
        """Keep where the officer is, for the next start. Nobody waits for it."""
        if not self.stop.is_set():
            self._last_place = self._writer.submit(self._keep_place, place)

    def _keep_place(self, place: dict[str, Any] | None) -> None:
        try:
            self.store.set_settings(**{LAST_PLACE: place})
        except Exception:  # noqa: BLE001 - logged, and nothing depends on it
            # A place that is not kept costs one key press at the next start, nothing else.
            self._log.exception("the place was not kept")

    def record_fault(self, error: BaseException) -> Path:
        """Write a fault of ours into the workspace's log; where that is. The log holds no answers and no keys."""
        self._log.error("fault", exc_info=error)
        return self.store.path / LOG_NAME

    def close(self) -> None:
        """Finish what is being written, stop everything else."""
        self.stop.set()
        self.examiner.close()
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._slow.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)
        for handler in list(self._log.handlers):
            self._log.removeHandler(handler)
            handler.close()


def _open_log(path: Path) -> logging.Logger:
    log = logging.getLogger(f"inspector.{uuid.uuid4().hex}")
    log.propagate = False
    handler = RotatingFileHandler(path, maxBytes=200_000, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(handler)
    return log
