"""The lead's list: filters in people's words, pages with counts, kept views."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.lifecycle import (
    APPROVING,
    NOTICED,
    ON_SPOT,
    OVERDUE,
    PASSED,
    RECTIFYING,
    RUNNING,
    STATES,
    TABLE,
)
from inspector.errors import NotFound, UsageError
from inspector.language import tr
from inspector.services import lookup
from inspector.services.forms import Forms
from inspector.services.rectification import may_approve
from inspector.store import board, queries
from inspector.store.board import SORTS, BoardRow, Counts, Filter
from inspector.store.workspace import Store

VIEWS = "board_views"
GROUPS = {
    "unsettled": ("挂账", "unsettled"),
    "waiting": ("待审批", "waiting"),
    "conflict": ("待裁定", "in conflict"),
}
SORT_WORDS = {
    "due": ("期限", "deadline"),
    "age": ("登记先后", "age"),
    "severity": ("严重程度", "severity"),
    "site": ("点位", "site"),
    "moved": ("最近处理", "last step"),
}


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of the list, and the numbers over all of it. `actions`: item -> what its state allows."""

    rows: list[BoardRow]
    counts: Counts
    actions: Mapping[str, tuple[str, ...]]


def filter_of(
    store: Store, *, view: str = "", grid: str = "", site: str = "", officer: str = "", **rest: Any
) -> Filter:
    """A filter from names as people type them, over a kept view where one is named.

    Raises:
        NotFound: no such view, grid, site or officer.
        UsageError: an unknown state or department.
    """
    start = kept_view(store, view) if view else Filter()
    state, department = str(rest.get("state") or ""), str(rest.get("department") or "")
    if state:
        rest["state"] = _code(
            state, {code: (w.zh, w.en) for code, w in STATES.items()} | GROUPS, "状态", "state"
        )
        if rest["state"] == NOTICED:
            rest["state"] = RECTIFYING  # as a line has it from the day of service on
    if department:
        rest["department"] = _code(
            department, {c: (w.zh, w.en) for c, w in DEPARTMENTS.items()}, "部门", "department"
        )
    given: dict[str, Any] = {
        name: value
        for name, value in rest.items()
        if value not in ("", None, False, 0) or (value == 0 and name == "due_in")
    }
    if grid:
        given["grid"] = lookup.grid(store, grid)
    if site:
        given["site"] = lookup.site(store, site).id
    if officer:
        given["officer"] = lookup.officer(store, officer).id
    return replace(start, **given)


def _code(text: str, words: Mapping[str, tuple[str, str]], zh: str, en: str) -> str:
    found = next((code for code, names in words.items() if text in (code, *names)), "")
    if not found:
        raise UsageError(
            f"不认识的{zh}“{text}”。", f"Unknown {en} {text!r}.",
            hint=("、".join(f"{code}（{names[0]}）" for code, names in words.items()), ", ".join(words)),
        )  # fmt: skip
    return found


def page(
    store: Store, forms: Forms, wanted: Filter, *, sort: str = "due", limit: int = 100, offset: int = 0
) -> BoardPage:
    """A page of the list.

    Raises:
        UsageError: an unknown sort.
    """
    if sort not in SORTS:
        raise UsageError(
            f"不认识的排序“{sort}”。", f"Unknown sort {sort!r}.", hint=("、".join(SORTS), ", ".join(SORTS))
        )
    today = store.today()
    rows = board.rows(store.connection, wanted, today, sort=sort, limit=limit, offset=offset)
    leading = may_approve(store)
    return BoardPage(
        rows,
        board.counts(store.connection, wanted, today),
        {row.id: open_to(row, leading=leading) for row in rows},
    )


def open_to(row: BoardRow, *, leading: bool = True) -> tuple[str, ...]:
    """The actions that a line's state allows on this laptop; who may do them is for the item to say."""
    if row.conflict:
        return ("settle",) if leading else ()
    return tuple(
        one.code
        for one in TABLE
        if one.by_hand and row.state in one.sources and (leading or one.code not in APPROVING)
    )


def state_words(row: BoardRow) -> str:
    """Where a line stands, in words."""
    if row.conflict:
        return tr("待裁定", "in conflict")
    if row.overdue and row.state in RUNNING:
        return tr("逾期", OVERDUE)
    if row.endorsed and row.state in (PASSED, ON_SPOT):
        return tr("待批准", "endorsed")
    return str(STATES[row.state]) if row.state in STATES else row.state


def names_of(store: Store) -> dict[str, str]:
    """Names of people by id."""
    return {person.id: person.name for person in queries.officers(store.connection)}


def save_view(store: Store, name: str, wanted: Filter) -> None:
    """Keep a filter of this laptop under a name; a filter that shows everything takes the name away."""
    kept = dict(board.views(store.setting(VIEWS)))
    if wanted.to_data():
        kept[name.strip()] = wanted.to_data()
    else:
        kept.pop(name.strip(), None)
    store.set_settings(**{VIEWS: kept or None})


def kept_views(store: Store) -> dict[str, Filter]:
    """The kept views of this laptop by name."""
    return {name: Filter.from_data(data) for name, data in sorted(board.views(store.setting(VIEWS)).items())}


def kept_view(store: Store, name: str) -> Filter:
    """A kept view.

    Raises:
        NotFound: there is none of that name.
    """
    found = kept_views(store)
    if name.strip() not in found:
        raise NotFound(
            f"没有视图“{name}”。",
            f"No view {name!r}.",
            hint=("、".join(found), ", ".join(found)),
            code="view.unknown",
        )
    return found[name.strip()]
