"""Counts over the journal and the read tables, for checks and overviews."""

from dataclasses import dataclass

from inspector.store.log import Connection


@dataclass(frozen=True, slots=True)
class LogCounts:
    """What the journal holds: own entries, others', rivals under a taken name, receipts."""

    own: int
    others: int
    rivals: int
    receipts: int


def log_counts(connection: Connection, device: str) -> LogCounts:
    """Count what the journal holds."""

    def count(words: str, *values: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {words}", values).fetchone()[0])  # noqa: S608

    return LogCounts(
        own=count("entry WHERE device = ?", device),
        others=count("entry WHERE device <> ?", device),
        rivals=count("rival"),
        receipts=count("receipt"),
    )


@dataclass(frozen=True, slots=True)
class GridCount:
    """How many sites of each kind a grid has; `grid` is a scope, with empty words where it is not known."""

    grid: str
    code: str
    name: str
    lead_unit: str
    training: int
    campus: int


def grid_counts(connection: Connection) -> list[GridCount]:
    """Every grid that has sites, by code."""
    rows = connection.execute(
        "SELECT site.scope, COALESCE(grid.code, ''), COALESCE(grid.name, ''), COALESCE(grid.lead_unit, ''),"
        " sum(kind = 'training'), sum(kind = 'campus') FROM site LEFT JOIN grid ON grid.id = site.scope"
        " GROUP BY site.scope ORDER BY 2, 1"
    )
    return [GridCount(*row) for row in rows]
