"""The workspace as it was when a report was made: the journal up to some numbers, and the read tables of just that.

It is a second database, encrypted with the same key, in the workspace's own folder; it is gone when the block ends.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from inspector.domain.figure_report import Head
from inspector.errors import Refusal
from inspector.store import log, projections
from inspector.store.engine import immediate, open_database
from inspector.store.schema import migrate
from inspector.store.workspace import Store

_AT_ONCE = 5_000
_COPY = "INSERT INTO entry (device, seq, type, aggregate, scope, header, body) VALUES (?, ?, ?, ?, ?, ?, ?)"


class PastStore(Store):
    """What reads a store takes; nothing is written through it. Settings are those of now: they are no facts."""

    def __init__(self, present: Store, connection: log.Connection) -> None:
        self._present = present
        self._past = connection
        self.path, self.clock, self.device = present.path, present.clock, present.device

    @property
    def connection(self) -> log.Connection:
        """That of the past."""
        return self._past

    def setting(self, key: str) -> str | None:
        """Of now."""
        return self._present.setting(key)


@contextmanager
def past(store: Store, heads: Sequence[Head]) -> Iterator[PastStore]:
    """The workspace as it was at these heads.

    Raises:
        Refusal: entries of that time are no longer here.
        WorkspaceError: the disk does not take it.
    """
    path = store.path / f"past-{store.clock.random(6).hex()}.db"
    database = None
    try:
        key = store._data_key.database_key  # noqa: SLF001 - PastStore is a store
        database = open_database(path, key, create=True)
        migrate(database)
        with immediate(database.conn):
            for head in heads:
                _copy(store.connection, database.conn, head)
            projections.rebuild(database.conn)
        yield PastStore(store, database.conn)
    finally:
        if database is not None:
            database.close()
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).unlink()


def _copy(source: log.Connection, target: Any, head: Head) -> None:
    rows = source.execute(
        "SELECT device, seq, type, aggregate, scope, header, body FROM entry WHERE device = ? AND seq <= ? ORDER BY seq",
        (head.device, head.last),
    )
    count = 0
    while lot := rows.fetchmany(_AT_ONCE):
        target.executemany(_COPY, [tuple(row) for row in lot])
        count += len(lot)
    if count < head.entries:
        raise Refusal(
            f"当时的 {head.entries} 条记录现在只有 {count} 条（电脑 {head.device}），台账不能原样再出。",
            f"Of {head.entries} entries of that time only {count} are here (laptop {head.device}); the ledger cannot be made again.",
            hint=("数字仍可原样再出：--format docx、text 或 json。", "The figures can: --format docx, text or json."),
            code="report.gone",
        )  # fmt: skip
