"""The county's figures of a time, from what this laptop knows; and the records behind each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from inspector.domain.calendar import day_of
from inspector.domain.checklist import DEPARTMENTS, SEVERITIES, Words
from inspector.domain.entries import COUNTY
from inspector.domain.figure_catalogue import CATALOGUE, FIGURES
from inspector.domain.figure_report import Head, Report, hash_of
from inspector.domain.figure_rows import TipRow
from inspector.domain.figures import DAY_KINDS, Figure, Value, count, matching, ratio_of
from inspector.domain.questionnaire import SMALL_GROUP
from inspector.domain.site_facts import QUADRANT_LABELS
from inspector.domain.tip import CHANNELS, UPHELD, deadlines
from inspector.errors import BadInput, NotFound
from inspector.forms.county import County
from inspector.services import lookup
from inspector.services.forms import Forms
from inspector.store import figures as reads
from inspector.store import queries
from inspector.store.figure_schools import schools
from inspector.store.workspace import Store

PARAMS = (
    "night_start",
    "night_end",
    "tip_answer_days",
    "tip_days_kind",
    "reduction_base_day",
    "reduction_base_number",
)
"""What the county decides that the figures follow; a report names what it was made with."""
_NO_DEPARTMENT = Words("部门不明", "department not known")
_NO_REGISTRY = Words("截止日还没有导入台账", "no site was on record by that day")
_SOME = Words(f"不足 {SMALL_GROUP} 份，不单列", f"fewer than {SMALL_GROUP}, not told")


def compute(store: Store, forms: Forms, first: str, last: str, *, grid: str = "") -> Report:
    """Every figure of the days, as known on this laptop.

    Args:
        first, last: "YYYY-MM-DD", both included.
        grid: only that grid: code, name or id.

    Raises:
        BadInput: the days are in the wrong order, or still to come.
        NotFound: no such grid.
    """
    county = forms.county()
    scope = scope_of(store, county, first, last, grid)
    values = dict(count(CATALOGUE, lambda name: rows(store, scope, county, name)))
    if not reads.knows_sites(store.connection, scope.last):
        _forget_stocks(values)
    _reduce(values, county.params)
    _hide_small(values)
    names = _names(store, forms, values)
    synced: Mapping[str, Any] = store.json_setting("last_sync") or {}
    return Report(
        first=first,
        last=last,
        grid=scope.grid,
        grid_name=str(names.get(("grid", scope.grid), scope.grid)) if scope.grid else "",
        values={figure.code: values.get(figure.code) or _lacking(figure) for figure in CATALOGUE},
        names=names,
        params={name: county.params.get(name) for name in PARAMS},
        unknown_days=_unknown_days(scope),
        synced=int(synced.get("time") or 0),
        synced_whole=bool(synced.get("complete")),
        grids=tuple(
            one.name or one.code for one in queries.grids(store.connection) if scope.grid in ("", one.id)
        ),
        heads=tuple(Head(*head) for head in reads.heads(store.connection)),
    )


def _lacking(figure: Figure) -> Value:
    return Value(figure.code, None, reason=figure.lacking)


def scope_of(store: Store, county: County, first: str, last: str, grid: str = "") -> reads.Scope:
    """What is asked for, with what tells one day from another.

    Raises:
        BadInput, NotFound: as `compute`.
    """
    if first > last:
        raise BadInput(
            f"开始日期 {first} 在结束日期 {last} 之后。", f"{first} is after {last}.", code="report.order"
        )
    if last > store.today():
        raise BadInput(
            f"结束日期 {last} 还没有到，数字还不能出。", f"{last} is yet to come; there are no figures of it.",
            hint=(f"写到今天：--to {store.today()}", f"Up to today: --to {store.today()}"), code="report.future",
        )  # fmt: skip
    return reads.Scope(
        first=first,
        last=last,
        grid=lookup.grid(store, grid) if grid else "",
        officers={one.id: one for one in queries.officers(store.connection)},
        calendar=county.calendar,
        night=(county.params.get("night_start"), county.params.get("night_end")),
    )


def rows(store: Store, scope: reads.Scope, county: County, name: str) -> Iterable[Any]:
    """The rows of a name of `figure_rows.READS`."""
    if name == "schools":
        return schools(store.connection, scope)
    if name == "tips":
        return _tips(store, scope, county)
    return reads.READERS[name](store.connection, scope)


def _tips(store: Store, scope: reads.Scope, county: County) -> Iterator[TipRow]:
    for tip in reads.tips(store.connection, scope):
        when = deadlines(
            received=tip.received,
            due=tip.due,
            due_estimated=tip.due_estimated,
            named=tip.named,
            answered=tip.answered,
            calendar=county.calendar,
            params=county.params,
        )
        due = when.answer.date.isoformat()
        yield TipRow(
            id=tip.id,
            scope=tip.scope,
            channel=tip.channel,
            named=bool(tip.named),
            told=bool(tip.told),
            state=tip.state,
            upheld=tip.outcome in UPHELD,
            department=tip.department,
            came=scope.first <= tip.received <= scope.last,
            replied=bool(tip.answered) and scope.first <= tip.answered <= scope.last,
            fell=scope.first <= due <= scope.last,
            in_time=bool(tip.answered) and tip.answered <= due,
        )


def _forget_stocks(values: dict[str, Value]) -> None:
    """How many there were before the first was on record nobody knows: not 0."""
    for figure in CATALOGUE:
        if figure.reads == "sites":
            values[figure.code] = Value(figure.code, None, reason=_NO_REGISTRY)


def _reduce(values: dict[str, Value], params: Mapping[str, Any]) -> None:
    """压减率 from the county's base; without it the three have no number, and say so."""
    base = params.get("reduction_base_number")
    for code in ("reduction_base", "reduction_gone"):
        values[code] = _lacking(FIGURES[code])
    if isinstance(base, int) and base > 0:
        left = values["sites_subject_licensed_registered"]
        values["reduction_base"] = Value("reduction_base", base)
        gone = None if left.value is None else base - left.value
        values["reduction_gone"] = Value("reduction_gone", gone, reason=left.reason)
    values["reduction_rate"] = ratio_of(FIGURES["reduction_rate"], values)


def _hide_small(values: dict[str, Value]) -> None:
    """So few responses that they would point at who gave them are not told."""
    found = values["responses"].value or 0
    if 0 < found < SMALL_GROUP:
        values["responses"] = Value("responses", None, reason=_SOME)


def _unknown_days(scope: reads.Scope) -> int:
    first, last = date.fromisoformat(scope.first), date.fromisoformat(scope.last)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sum(day_of(scope.calendar, day).kind is None for day in days)


def _names(store: Store, forms: Forms, values: Mapping[str, Value]) -> dict[tuple[str, str], Words]:
    """Words for every part that there is."""
    grids = {one.id: one.name or one.code for one in queries.grids(store.connection)}
    checklists, papers = forms.checklists(), _paper_names()
    fixed: Mapping[str, Mapping[str, Words]] = {
        "department": {**DEPARTMENTS, "": _NO_DEPARTMENT},
        "day": DAY_KINDS,
        "severity": {str(number): words for number, words in SEVERITIES.items()},
        "channel": CHANNELS,
        "paper": papers,
        "module": {code: one.title for code, one in checklists.items()},
        "quadrant": {str(code): Words(*words) for code, words in QUADRANT_LABELS.items()},
        "site_kind": {"training": Words("培训机构", "training site"), "campus": Words("学校", "campus")},
        "grid": {
            COUNTY: Words("未划入网格", "in no grid"),
            "": Words("没有检查记录的出动", "outings without a visit"),
            **{name: Words(words, words) for name, words in grids.items()},
        },
    }
    found: dict[tuple[str, str], Words] = {}
    for value in values.values():
        for cell in value.cells:
            at = (cell.dimension, cell.key)
            if at not in found:
                plain = cell.key or "—"
                found[at] = fixed.get(cell.dimension, {}).get(cell.key) or Words(plain, plain)
    return found


def _paper_names() -> dict[str, Words]:
    from inspector.forms.papers import shipped_papers

    return {code: kind.title for code, kind in shipped_papers().items()}


# -- behind a figure -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """A record behind a figure.

    Attributes:
        kind: "site", "inspection", "item", "paper", "tip", "patrol", "activity", "grid" or "officer".
        words: what it is, for people; `day` when, empty of a state.
    """

    kind: str
    id: str
    words: str
    day: str = ""


RECORDS_MOST = 2_000


def records(
    store: Store, forms: Forms, code: str, first: str, last: str, *, grid: str = "", limit: int = RECORDS_MOST
) -> list[Record]:
    """What a figure was counted from; of a ratio, what is in its numerator.

    Raises:
        NotFound: no such figure or grid.
        BadInput: as `compute`.
    """
    figure = figure_of(code)
    if figure.kind == "ratio":
        figure = FIGURES[figure.numerator]
    county = forms.county()
    scope = scope_of(store, county, first, last, grid)
    found: list[Record] = []
    if figure.reads:
        namer = _Namer(store)
        for row in matching(figure, rows(store, scope, county, figure.reads)):
            found.append(namer.record(figure, row))
            if len(found) >= limit:
                break
    return found


def figure_of(code: str) -> Figure:
    """The figure of that code.

    Raises:
        NotFound: there is none.
    """
    wanted = code.strip().lower()
    named = {one.words.zh.strip(" 　"): one for one in CATALOGUE} | {
        one.words.en.strip(): one for one in CATALOGUE
    }
    found = FIGURES.get(wanted) or named.get(code.strip())
    if found is None:
        raise NotFound(
            f"没有指标“{code}”。", f"No figure {code!r}.",
            hint=_main_figures(),
            code="figure.unknown",
        )  # fmt: skip
    return found


def _main_figures() -> tuple[str, str]:
    """The figures that a report shows and that open to records, by name and by code."""
    main = [one for one in CATALOGUE if one.main and one.reads]
    return (
        "可写名称或代码：" + "、".join(f"{one.words.zh.strip(' 　')}（{one.code}）" for one in main),
        "By code: " + ", ".join(one.code for one in main),
    )


_RECORD_KINDS = {
    "sites": "site", "changes": "site", "visits": "inspection", "turns": "patrol", "found": "item", "due": "item",
    "open": "item", "steps": "item", "put_right": "item", "papers": "paper", "tips": "tip", "schools": "site",
    "responses": "inspection", "activities": "activity", "grids": "grid", "people": "officer",
}  # fmt: skip


class _Namer:
    """Words for rows; names are read when they are first needed."""

    def __init__(self, store: Store) -> None:
        self._connection = store.connection
        self._grids = {one.id: one.name or one.code for one in queries.grids(self._connection)}
        self._people = {one.id: one.name for one in queries.officers(self._connection)}

    def record(self, figure: Figure, row: Any) -> Record:
        """A row as a record."""
        kind = _RECORD_KINDS[figure.reads]
        name = row.site if figure.distinct == "site" else row.id
        if figure.distinct == "site" or kind == "site":
            return Record("site", name, self._site(name), str(getattr(row, "day", "")))
        if kind == "item":
            question = self._one("SELECT question FROM finding WHERE id = ?", row.id)
            day = (
                row.first
                if figure.reads == "steps"
                else row.done
                if figure.reads == "put_right"
                else row.stood
            )
            return Record(kind, name, f"{self._site(row.site)}：{question}", day)
        if kind == "patrol":
            kind = "inspection" if row.id.startswith("i-") else kind
            return Record(kind, name, self._people.get(row.person, row.person), row.day)
        if kind == "inspection":
            site = getattr(row, "site", "") or self._one("SELECT site FROM inspection WHERE id = ?", row.id)
            return Record(kind, name, self._site(site), str(getattr(row, "day", "")))
        if kind == "paper":
            return Record(
                kind, name, f"{self._site(row.site)}：{_paper_names().get(row.kind, row.kind)}", row.served
            )
        if kind == "activity":
            return Record(kind, name, row.title, row.day)
        if kind == "tip":
            received, content = self._two("SELECT received, content FROM tip WHERE id = ?", row.id)
            return Record(kind, name, content, received)
        known = self._grids if kind == "grid" else self._people
        return Record(kind, name, known.get(name, name))

    def _site(self, name: str) -> str:
        return self._one("SELECT COALESCE(NULLIF(name, ''), address) FROM site WHERE id = ?", name) or name

    def _one(self, query: str, name: str) -> str:
        row = self._connection.execute(query, (name,)).fetchone()
        return str(row[0]) if row else ""

    def _two(self, query: str, name: str) -> tuple[str, str]:
        row = self._connection.execute(query, (name,)).fetchone()
        return (str(row[0]), str(row[1])) if row else ("", "")


def document(report: Report) -> bytes:
    """The report's canonical document."""
    from inspector.journal.canonical import encode

    return encode(report.to_data())


def name_of(report: Report) -> str:
    """The report's hash, hex."""
    return hash_of(document(report))
