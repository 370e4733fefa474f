"""Typed reads of papers, their numbers and their authorities: frozen rows. No writing, no folding."""

import json
from dataclasses import dataclass
from typing import Any

from inspector.domain.authority import Authority
from inspector.domain.entries import Ref
from inspector.domain.numbers import Lease, Series, series_id, show_number
from inspector.store.log import Connection


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A line of a list of papers.

    Attributes:
        shown: its number as it is printed.
        conflicts: what two laptops recorded differently; "number_conflict" where another paper had its number first,
            until this one is voided.
    """

    id: str
    scope: str
    kind: str
    authority: str
    year: int
    number: int
    provisional: str
    shown: str
    site: str
    site_name: str
    inspection: str
    items: tuple[str, ...]
    due: str
    status: str
    method: str
    served: str
    voided: str
    issued: int
    device: str
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper with a provisional number, in the order in which they were issued."""

    id: str
    series: Series


_LATER = """paper.voided = '' AND EXISTS (
  SELECT 1 FROM paper_number mine JOIN paper_number other ON other.authority = mine.authority
    AND other.year = mine.year AND other.kind = mine.kind AND other.number = mine.number AND other.id <> mine.id
    AND (other.device, other.seq) < (mine.device, mine.seq)
  WHERE mine.id = paper.id)"""
_LIST = f"""
SELECT paper.id, paper.scope, paper.kind, paper.authority, paper.year, paper.number, paper.provisional,
  paper.site, COALESCE(NULLIF(site.name, ''), site.address, ''), paper.inspection, paper.due, paper.status,
  paper.method, paper.served, paper.voided, paper.issued, paper.device, paper.conflicts, paper.prefix, paper.word,
  {_LATER},
  (SELECT json_group_array(item ORDER BY place) FROM paper_item WHERE paper_item.id = paper.id)
FROM paper LEFT JOIN site ON site.id = paper.site
WHERE (?1 IS NULL OR paper.id = ?1) AND (?2 IS NULL OR paper.site = ?2) AND (?3 IS NULL OR paper.inspection = ?3)
  AND (?4 IS NULL OR paper.id IN (SELECT id FROM paper_item WHERE item = ?4))
  AND (?5 IS NULL OR paper.kind = ?5) AND (?6 IS NULL OR paper.status = ?6)
ORDER BY paper.issued DESC, paper.id LIMIT ?7
"""  # noqa: S608 - our own words


def papers(
    connection: Connection,
    *,
    paper: str | None = None,
    site: str | None = None,
    inspection: str | None = None,
    item: str | None = None,
    kind: str | None = None,
    status: str | None = None,
    limit: int = 1_000,
) -> list[PaperRow]:
    """Papers, newest first; each condition that is given has to hold."""
    rows = connection.execute(_LIST, (paper, site, inspection, item, kind, status, limit))
    return [_paper(row) for row in rows]


def _paper(row: tuple[Any, ...]) -> PaperRow:
    later = ("number_conflict",) if row[20] else ()
    return PaperRow(
        id=row[0],
        scope=row[1],
        kind=row[2],
        authority=row[3],
        year=row[4],
        number=row[5],
        provisional=row[6],
        shown=show_number(row[18], row[19], row[4], row[5], row[6]),
        site=row[7],
        site_name=row[8],
        inspection=row[9],
        items=tuple(json.loads(row[21])),
        due=row[10],
        status=row[11],
        method=row[12],
        served=row[13],
        voided=row[14],
        issued=row[15],
        device=row[16],
        conflicts=(*json.loads(row[17]), *later),
    )


def ids_numbered(connection: Connection, text: str) -> list[str]:
    """Ids of papers whose number as it is printed is this text, or whose provisional one was."""
    rows = connection.execute("SELECT id, prefix, word, year, number, provisional FROM paper ORDER BY id")
    return [
        name
        for name, prefix, word, year, number, waiting in rows
        if text
        in {
            show_number(prefix, word, year, number, waiting),
            show_number(prefix, word, year, 0, waiting),
            waiting or None,
        }
    ]


def leases(connection: Connection, series: Series | None = None) -> list[Lease]:
    """The leases of a series, or all of them, by whoever said so, lowest first."""
    rows = connection.execute(
        "SELECT author, seq, authority, year, kind, first, last, device FROM number_lease"
        " WHERE ?1 IS NULL OR id = ?1 ORDER BY authority, year, kind, first, author, seq",
        (None if series is None else series_id(series),),
    )
    return [
        Lease(Ref(author, seq), Series(authority, year, kind), first, last, device)
        for author, seq, authority, year, kind, first, last, device in rows
    ]


def used_numbers(connection: Connection, series: Series) -> set[int]:
    """The numbers of a series that papers have, voided ones too."""
    rows = connection.execute(
        "SELECT number FROM paper_number WHERE authority = ? AND year = ? AND kind = ?", tuple(series)
    )
    return {row[0] for row in rows}


def provisional_count(connection: Connection, series: Series, device: str) -> int:
    """How many papers of a series this device has issued without a number."""
    row = connection.execute(
        "SELECT count(*) FROM paper WHERE authority = ? AND year = ? AND kind = ? AND device = ?"
        " AND provisional <> ''",
        (*series, device),
    ).fetchone()
    return int(row[0])


def waiting(connection: Connection, device: str) -> list[Waiting]:
    """This device's papers that wait for a number, in the order in which they were issued."""
    rows = connection.execute(
        "SELECT id, authority, year, kind FROM paper WHERE device = ? AND number = 0 AND voided = '' ORDER BY seq, id",
        (device,),
    )
    return [Waiting(row[0], Series(*row[1:])) for row in rows]


def kinds_used(connection: Connection, device: str | None = None) -> set[tuple[str, str]]:
    """Authority and kind of the papers that are here, or of those that this device issued."""
    rows = connection.execute(
        "SELECT DISTINCT authority, kind FROM paper WHERE ?1 IS NULL OR device = ?1", (device,)
    )
    return {(row[0], row[1]) for row in rows}


def authorities(connection: Connection) -> list[Authority]:
    """Every authority, by department."""
    rows = connection.execute(
        "SELECT id, department, name, prefix, address, phone, contact FROM authority ORDER BY department"
    )
    return [Authority(*row) for row in rows]
