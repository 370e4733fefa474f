"""The lists of a ledger (台账): visits, items, papers, sites and tips of a time, a row at a time."""

from collections.abc import Iterator
from typing import Any

from inspector.store.figures import Scope
from inspector.store.log import Connection

_GRID = "COALESCE(NULLIF(grid.name, ''), grid.code, {}.scope)"
_SITE = "COALESCE(NULLIF(site.name, ''), site.address, '')"
QUERIES = {
    "visits": f"""
SELECT i.started, {_GRID.format("i")}, {_SITE}, COALESCE(site.kind, ''), i.pack, i.status, i.officers, i.helpers,
  (SELECT count(*) FROM finding AS f WHERE f.inspection = i.id AND f.withdrawn = ''), i.photos, i.id
FROM inspection AS i LEFT JOIN site ON site.id = i.site LEFT JOIN grid ON grid.id = i.scope
WHERE i.started >= :begin AND i.started < :end AND i.status <> 'voided' AND (:grid = '' OR i.scope = :grid)
ORDER BY i.started, i.id
""",  # noqa: S608 - our own names
    "items": f"""
SELECT s.stood, {_GRID.format("s")}, {_SITE}, s.item, COALESCE(finding.question, ''), COALESCE(finding.reason, ''), s.lead,
  s.severity, COALESCE(finding.measure, ''), s.state, s.due, s.done,
  COALESCE((SELECT min(c.first) FROM item_history AS c WHERE c.id = s.id AND c.action = 'close' AND c.first <= :last), ''),
  s.inspection, s.id
FROM item_history AS s LEFT JOIN finding ON finding.id = s.id LEFT JOIN site ON site.id = s.site
  LEFT JOIN grid ON grid.id = s.scope
WHERE s.first <= :last AND s.until > :last AND s.stood <> '' AND s.state NOT IN ('draft', 'voided', 'merged')
  AND (s.stood >= :first OR s.state NOT IN ('closed', 'archived', 'relapsed', 'transferred', 'cased'))
  AND (:grid = '' OR s.scope = :grid)
ORDER BY s.stood, s.id
""",  # noqa: S608 - our own names
    "papers": f"""
SELECT p.served, p.issued, {_GRID.format("p")}, {_SITE}, p.kind, p.authority, p.prefix, p.word, p.year, p.number,
  p.provisional, p.method, p.due, p.id
FROM paper AS p LEFT JOIN site ON site.id = p.site LEFT JOIN grid ON grid.id = p.scope
WHERE p.served BETWEEN :first AND :last AND p.voided = '' AND (:grid = '' OR p.scope = :grid) ORDER BY p.served, p.id
""",  # noqa: S608 - our own names
    "sites": f"""
SELECT {_GRID.format("h")}, {_SITE}, h.kind, COALESCE(site.address, ''), h.class, h.quadrant, h.registration, h.status,
  h.stage, h.students, h.permit_until, h.first, h.id
FROM site_history AS h LEFT JOIN site ON site.id = h.id LEFT JOIN grid ON grid.id = h.scope
WHERE h.first <= :last AND h.until > :last AND (:grid = '' OR h.scope = :grid) ORDER BY 1, h.kind, 2, h.id
""",  # noqa: S608 - our own names
    "tips": f"""
SELECT t.received, {_GRID.format("t")}, t.channel, t.named, COALESCE(NULLIF({_SITE}, ''), t.address), t.state,
  t.department, t.outcome, t.answered, t.told, t.id
FROM tip AS t LEFT JOIN site ON site.id = t.site LEFT JOIN grid ON grid.id = t.scope
WHERE (t.received BETWEEN :first AND :last OR t.answered BETWEEN :first AND :last) AND t.state <> 'voided'
  AND (:grid = '' OR t.scope = :grid) ORDER BY t.received, t.id
""",  # noqa: S608 - our own names
}
"""What was reported is not among the columns of tips: whoever reported could be told by it."""


def rows(connection: Connection, name: str, scope: Scope) -> Iterator[tuple[Any, ...]]:
    """The rows of a list of `QUERIES`."""
    return iter(connection.execute(QUERIES[name], scope.values))
