"""The rows of authorities, leases and papers, each made anew from its aggregate's entries."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.authority import AUTHORITY_FIELDS, fold_authority
from inspector.domain.entries import Entry
from inspector.domain.numbers import fold_leases
from inspector.domain.paper import Paper, fold_paper
from inspector.store.log import Connection


def _renew(connection: Connection, table: str, aggregate: str, rows: Sequence[Mapping[str, Any]]) -> None:
    connection.execute(f"DELETE FROM {table} WHERE id = ?", (aggregate,))  # noqa: S608 - our own names
    for row in rows:
        columns = ", ".join(row)
        connection.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608 - our own names
            tuple(row.values()),
        )


def project_authority(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    """Its one row."""
    authority, registers = fold_authority(entries)
    if authority is not None:
        fields = {name: getattr(authority, name) for name in AUTHORITY_FIELDS}
        row = {"id": aggregate, **fields, "conflicts": len(registers.conflicts())}
        _renew(connection, "authority", aggregate, [row])


def project_leases(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    """A row for each lease of a series as its author said it: whose word counts is for the reader to say."""
    rows = [
        {
            "id": aggregate,
            "author": lease.said.device,
            "seq": lease.said.seq,
            **lease.series._asdict(),
            "first": lease.first,
            "last": lease.last,
            "device": lease.device,
        }
        for lease in fold_leases(entries)
    ]
    _renew(connection, "number_lease", aggregate, rows)


def project_paper(connection: Connection, aggregate: str, entries: list[Entry]) -> None:
    """The paper, its numbers and its items."""
    paper, _ = fold_paper(entries)
    if paper is None:
        return
    _renew(connection, "paper", aggregate, [_row(paper)])
    series = paper.series._asdict()
    numbers = [
        {"id": aggregate, **series, "number": number, "device": ref.device, "seq": ref.seq}
        for number, ref in paper.given
    ]
    _renew(connection, "paper_number", aggregate, numbers)
    items = [
        {"id": aggregate, "item": item, "place": place}
        for place, item in enumerate(dict.fromkeys(paper.items), start=1)
    ]
    _renew(connection, "paper_item", aggregate, items)


def _row(paper: Paper) -> dict[str, Any]:
    names = (
        "id", "scope", "kind", "authority", "year", "prefix", "word", "number", "provisional", "site", "inspection",
        "due", "status", "voided", "device",
    )  # fmt: skip
    row: dict[str, Any] = {name: getattr(paper, name) for name in names}
    service = paper.service
    row["method"], row["served"] = (service.method, service.date) if service else ("", "")
    row["issued"], row["seq"] = paper.issued.wall, paper.said.seq
    row["conflicts"] = json.dumps(paper.conflicts)
    return row
