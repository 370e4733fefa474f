"""Schools as the figures see them: what was answered last within the days, and whether it was in order."""

import json
from collections.abc import Iterator
from itertools import groupby

from inspector.domain.figure_rows import SchoolRow
from inspector.domain.figure_schools import ASKED, INDICATORS
from inspector.domain.stages import stages_of
from inspector.store.figures import Scope
from inspector.store.log import Connection

_SCHOOLS = """
SELECT id, scope, stage, students FROM site_history
WHERE first <= :last AND until > :last AND kind = 'campus' AND status <> 'closed' AND (:grid = '' OR scope = :grid)
ORDER BY id
"""
_VISITS = """
SELECT i.site, i.id, i.officers FROM inspection AS i JOIN site ON site.id = i.site AND site.kind = 'campus'
WHERE i.started >= :begin AND i.started < :end AND i.status <> 'voided' ORDER BY i.site
"""
_ANSWERS = """
SELECT i.site, a.item, a.value, EXISTS (SELECT 1 FROM finding AS f WHERE f.inspection = i.id AND f.item = a.item
  AND f.withdrawn = '') FROM inspection AS i JOIN site ON site.id = i.site AND site.kind = 'campus'
  JOIN indicator_answer AS a ON a.id = i.id
WHERE i.started >= :begin AND i.started < :end AND i.status = 'concluded' ORDER BY i.site, i.started, i.id
"""


def schools(connection: Connection, scope: Scope) -> Iterator[SchoolRow]:
    """Every school on file at the end of the last day; of its answers the latest of the days."""
    visits = _Following(connection.execute(_VISITS, scope.values))
    answers = _Following(connection.execute(_ANSWERS, scope.values))
    rows = connection.execute(_SCHOOLS, scope.values)
    for name, grid, stage, students in rows:
        came = visits.of(name)
        told = {item: (value, bool(wrong)) for _, item, value, wrong in answers.of(name) if item in ASKED}
        yield SchoolRow(
            id=name,
            scope=grid,
            stage=stage,
            stages=stages_of(stage),
            students=students,
            checks=_checks(told),
            numbers={item: int(value) for item, (value, _) in told.items() if value.isdecimal()},
            visited=bool(came),
            supervised=any(
                scope.is_inspector(one) for _, _, officers in came for one in json.loads(officers)
            ),
        )


class _Following:
    """Rows in the order of their first column, taken beside others of the same order."""

    def __init__(self, rows: Iterator[tuple[str, ...]]) -> None:
        self._groups = groupby(rows, key=lambda row: row[0])
        self._at: tuple[str, list[tuple[str, ...]]] | None = None

    def of(self, name: str) -> list[tuple[str, ...]]:
        """Those of a name; names are asked for in their order."""
        while self._at is None or self._at[0] < name:
            found = next(self._groups, None)
            if found is None:
                self._at = ("\U0010ffff", [])
            else:
                self._at = (found[0], list(found[1]))
        return self._at[1] if self._at[0] == name else []


def _checks(told: dict[str, tuple[str, bool]]) -> dict[str, bool]:
    """Indicator -> in order, of those whose items were all answered. What does not apply was not looked at."""
    found: dict[str, bool] = {}
    for one in INDICATORS:
        answers = [told.get(item) for item in one.items]
        given = [answer for answer in answers if answer is not None and answer[0] != "na"]
        if len(given) < len(answers):
            continue
        in_order = not any(wrong for _, wrong in given)
        if one.at_least is not None:
            value = given[0][0]
            in_order = value.isdecimal() and int(value) >= one.at_least
        found[one.code] = in_order
    return found
