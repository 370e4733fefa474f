"""What every screen works with: the open workspace, and the threads in which services run.

One writer thread keeps the order of what an officer does; two readers serve lists; one thread is for what takes long
(photos); sync has its own. A write that was begun is never cancelled, and closing waits for it.
"""

import asyncio
import itertools
import logging
import threading
import traceback
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
        self.acting = ""
        """Who acted last in this run, by id: proposed where that person may act again."""
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._readers = [ThreadPoolExecutor(1, thread_name_prefix=f"reader-{number}") for number in range(2)]
        self._turn = itertools.cycle(self._readers)
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="slow")
        self._to_keep: dict[str, Callable[[Store], None]] = {}
        self._last_place: Future[None] | None = None
        self._log = _open_log(store.path / LOG_NAME)

    async def write(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service that records something. When this returns, it is saved; it is never cancelled half-way."""
        return await self._to_its_end(self._run(self._writer, function, *args, **kwargs))

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service that only looks."""
        return await self._run(next(self._turn), function, *args, **kwargs)

    async def slow(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something that takes long (photos); it runs to its end."""
        return await self._to_its_end(self._run(self._slow, function, *args, **kwargs))

    async def _to_its_end(self, running: "asyncio.Future[T]") -> T:
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            running.add_done_callback(self._note_unheard)
            raise

    def _note_unheard(self, done: "asyncio.Future[Any]") -> None:
        """What went wrong with something whose screen has gone; at the end of the program that is expected."""
        error = None if done.cancelled() else done.exception()
        if error is not None and not self.stop.is_set():
            self.record_fault(error)

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

    def keep(self, key: str, write: Callable[[Store], None]) -> None:
        """Keep something that is being typed, without waiting; of several under one key only the last is written."""
        if self.stop.is_set():
            return
        first = key not in self._to_keep
        self._to_keep[key] = write
        if first:
            self._writer.submit(self._keep_last, key)

    def _keep_last(self, key: str) -> None:
        try:
            self._to_keep.pop(key)(self.store)
        except Exception as error:  # noqa: BLE001 - the words are still on the screen
            self.record_fault(error)

    def _keep_place(self, place: dict[str, Any] | None) -> None:
        try:
            self.store.set_settings(**{LAST_PLACE: place})
        except Exception as error:  # noqa: BLE001 - costs one key press at the next start, nothing else
            self.record_fault(error)

    def record_fault(self, error: BaseException) -> Path:
        """Write a fault of ours into the workspace's log; where that is.

        Where in the program and what kind, not what it said: the log is not encrypted, and its words may hold answers.
        """
        where = "".join(traceback.format_tb(error.__traceback__))
        self._log.error("%s\n%s", type(error).__name__, where)
        return self.store.path / LOG_NAME

    def close(self) -> None:
        """Finish what is being written, stop everything else."""
        self.stop.set()
        self.examiner.close()
        # The writer last: what it was given is written. A connection is closed by the thread that opened it.
        for pool in (*self._readers, self._slow, self._writer):
            pool.submit(self.store.release)
            pool.shutdown(wait=True)
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
