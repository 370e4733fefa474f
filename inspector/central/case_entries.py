"""What a case file is made of at the centre: the entries of the county and of a grid, as they were accepted."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from inspector.central import tables
from inspector.central.core import Core
from inspector.domain.entries import COUNTY
from inspector.errors import NotFound
from inspector.journal.entry import SealedEntry

_ID_LENGTH = 4
_AT_ONCE = 1_000


def scopes_of(core: Core, names: Sequence[str]) -> list[str]:
    """The county, and the grids that these sites, inspections or items are in.

    Args:
        names: ids, or their beginnings of four characters at least.

    Raises:
        NotFound: one of them is not here.
    """
    found = {COUNTY}
    column = tables.entry.c.aggregate
    with core.database.read() as connection:
        for name in names:
            rows = []
            if len(name) >= _ID_LENGTH:
                query = (
                    sa.select(tables.entry.c.scope).where(column.startswith(name, autoescape=True)).distinct()
                )
                rows = list(connection.execute(query))
            if not rows:
                raise NotFound(
                    f"中心没有编号为“{name}”的点位、检查或问题。", f"The centre has no site, inspection or item {name!r}.",
                    hint=("请写编号（在电脑上用 inspector inspect list 查看）。", "Name it by its id."), code="case.unknown",
                )  # fmt: skip
            found |= {row[0] for row in rows}
    return sorted(found)


def accepted(core: Core, scopes: Sequence[str]) -> Iterator[list[SealedEntry]]:
    """The accepted entries of these scopes, in pages."""
    table = tables.entry
    for scope in scopes:
        after = 0
        while True:
            query = (
                sa.select(table.c.position, table.c.header, table.c.body)
                .where(table.c.scope == scope, table.c.position > after, table.c.verdict == "accepted")
                .order_by(table.c.position)
                .limit(_AT_ONCE)
            )
            with core.database.read() as connection:
                rows = connection.execute(query).all()
            if not rows:
                break
            after = rows[-1][0]
            yield [
                SealedEntry(bytes(header), None if body is None else bytes(body)) for _, header, body in rows
            ]
