"""Figures of a county (统计口径): what a figure is, and counting them over rows that somebody else reads.

A figure is declared once (`figure_catalogue`): which rows it reads and which of them it counts. Its number, its parts by
grid or department, and the records behind it are made by the same test, so that they cannot differ.

Three kinds. A *snapshot* (存量) is what stood at the end of the last day, 23:59; a *flow* (流量) is what happened from the first
day to the last, both included; a *ratio* is a share of two others, to 0.1 %, and nothing where there is nothing to divide by.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from inspector.domain.checklist import Words
from inspector.domain.questionnaire import half_up, tenths

Number = int | Decimal
Kind = Literal["snapshot", "flow", "ratio"]
Picks = Callable[[Any], Number]
"""How much a row counts for; 0 leaves it out."""

UNITS: Mapping[str, Words] = {
    "sites": Words("家", "sites"),
    "schools": Words("所", "schools"),
    "visits": Words("家次", "visits"),
    "turns": Words("人次", "turns"),
    "people": Words("人", "people"),
    "items": Words("个", "items"),
    "papers": Words("份", "papers"),
    "boards": Words("块", "boards"),
    "area": Words("㎡", "m²"),
    "tips": Words("条", "tips"),
    "sessions": Words("场次", "sessions"),
    "issues": Words("期", "issues"),
    "grids": Words("个", "grids"),
    "days": Words("天", "days"),
    "percent": Words("%", "%"),
}
DIMENSIONS: Mapping[str, Words] = {
    "grid": Words("网格", "grid"),
    "department": Words("部门", "department"),
    "day": Words("时段", "kind of day"),
    "module": Words("模块", "module"),
    "severity": Words("严重程度", "severity"),
    "site_kind": Words("场所种类", "kind of site"),
    "paper": Words("文书种类", "kind of paper"),
    "channel": Words("来源", "channel"),
    "quadrant": Words("证照", "licence"),
    "stage": Words("学段", "stage"),
}
"""By what a figure is broken down. One visit may be at night and on a holiday, and one team of two departments: such parts
add up to more than the figure, in which each counts once."""
DAY_KINDS: Mapping[str, Words] = {
    "night": Words("夜间", "at night"),
    "weekend": Words("双休日", "weekend"),
    "holiday": Words("节假日", "holiday"),
    "vacation": Words("寒暑假", "school break"),
    "other": Words("平日白天", "other days"),
    "unknown": Words("日期性质不明", "kind of day not known"),
}
OVERLAPPING = frozenset({"day", "department"})


@dataclass(frozen=True, slots=True)
class Figure:
    """The declaration of a figure.

    Attributes:
        code: stable, lower case.
        group: of `figure_catalogue.GROUPS`.
        unit: of `UNITS`.
        means: how it is counted, in words.
        source: which part of the county's definitions it follows ("F1").
        reads: whose rows it is counted over, of `READS`; empty for a ratio.
        picks: how much a row counts for.
        distinct: the attribute of a row by which several count once ("site"); empty where each row counts.
        by: the dimensions that it is broken down by.
        numerator, denominator: codes of the two figures of a ratio.
        estimated: whether a row is an estimate.
        needs: of a ratio, a figure without which it says nothing: where that is 0, nobody has looked.
        lacking: why there is no number, where a county or a record has not said what it needs.
        main: shown where only the main figures are.
    """

    code: str
    group: str
    words: Words
    unit: str
    kind: Kind
    means: Words
    source: str
    reads: str = ""
    picks: Picks | None = None
    distinct: str = ""
    by: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""
    needs: str = ""
    estimated: Callable[[Any], bool] | None = None
    lacking: Words | None = None
    main: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a figure: of one grid, one department …"""

    dimension: str
    key: str
    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A figure as counted.

    Attributes:
        value: None is "—": nothing to divide by, or not known; `reason` says why. A ratio is in tenths of a percent.
        estimated: an estimate is part of it.
    """

    code: str
    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    estimated: bool = False
    reason: Words | None = None
    cells: tuple[Cell, ...] = ()


@dataclass
class _Count:
    """A figure while its rows go by."""

    figure: Figure
    total: Number = 0
    estimated: bool = False
    parts: dict[tuple[str, str], Number] = field(default_factory=dict)
    seen: set[Any] = field(default_factory=set)

    def add(self, row: Any) -> None:
        figure = self.figure
        amount = figure.picks(row) if figure.picks is not None else 0
        if not amount:
            return
        if figure.estimated is not None and figure.estimated(row):
            self.estimated = True
        name = getattr(row, figure.distinct) if figure.distinct else None
        if name is None or self._first(("", "", name)):
            self.total += amount
        for dimension in figure.by:
            for key in row.keys_of(dimension):
                if name is None or self._first((dimension, key, name)):
                    self.parts[dimension, key] = self.parts.get((dimension, key), 0) + amount

    def _first(self, mark: tuple[Any, ...]) -> bool:
        if mark in self.seen:
            return False
        self.seen.add(mark)
        return True

    def value(self) -> Value:
        cells = tuple(Cell(*at, self.parts[at]) for at in sorted(self.parts))
        return Value(self.figure.code, self.total, estimated=self.estimated, cells=cells)


def count(figures: Iterable[Figure], read: Callable[[str], Iterable[Any]]) -> dict[str, Value]:
    """Count figures over rows; each kind of rows is read once, a row at a time.

    Args:
        read: gives the rows of a name of `READS`.
    """
    by_read: dict[str, list[_Count]] = {}
    declared = list(figures)
    for figure in declared:
        if figure.reads:
            by_read.setdefault(figure.reads, []).append(_Count(figure))
    found: dict[str, Value] = {}
    for name, counts in by_read.items():
        adders = [one.add for one in counts]
        for row in read(name):
            for add in adders:
                add(row)
        found |= {one.figure.code: one.value() for one in counts}
    for figure in declared:
        if figure.kind == "ratio":
            found[figure.code] = ratio_of(figure, found)
    return {figure.code: found[figure.code] for figure in declared if figure.code in found}


NOT_LOOKED_AT = Words("期内没有查过", "not looked at within the days")
NOTHING_TO_DIVIDE = Words("分母为 0", "nothing to divide by")


def ratio_of(figure: Figure, found: Mapping[str, Value]) -> Value:
    """A share of two figures, and of their parts where both have them."""
    above, below = found.get(figure.numerator), found.get(figure.denominator)
    if above is None or below is None or above.value is None or below.value is None:
        reason = next(
            (one.reason for one in (above, below) if one is not None and one.reason), figure.lacking
        )
        return Value(figure.code, None, reason=reason)
    if figure.needs and not found[figure.needs].value:
        return Value(figure.code, None, above.value, below.value, reason=NOT_LOOKED_AT)
    upper = {(cell.dimension, cell.key): cell.value for cell in above.cells}
    looked = (
        {(cell.dimension, cell.key) for cell in found[figure.needs].cells if cell.value}
        if figure.needs
        else None
    )
    cells = tuple(
        Cell(
            cell.dimension,
            cell.key,
            share(over, cell.value) if looked is None or (cell.dimension, cell.key) in looked else None,
            over,
            cell.value,
        )
        for cell in below.cells
        if cell.dimension in figure.by
        for over in (upper.get((cell.dimension, cell.key), 0) or 0,)
    )
    value = share(above.value, below.value)
    return Value(
        figure.code, value, above.value, below.value,
        reason=NOTHING_TO_DIVIDE if value is None else None, cells=cells,
    )  # fmt: skip


def share(above: Number | None, below: Number | None) -> int | None:
    """In tenths of a percent, a half upwards; None where there is nothing to divide by."""
    if above is None or not below or below < 0:
        return None
    return half_up(int(above) * 1000, int(below))


def matching(figure: Figure, rows: Iterable[Any]) -> Iterable[Any]:
    """The rows behind a figure, each thing once where several of its rows count as one."""
    seen: set[Any] = set()
    for row in rows:
        if figure.picks is None or not figure.picks(row):
            continue
        if figure.distinct:
            name = getattr(row, figure.distinct)
            if name in seen:
                continue
            seen.add(name)
        yield row


def show(value: Number | None, unit: str) -> str:
    """For people: "12", "12.5", "87.5%", "—"."""
    if value is None:
        return "—"
    if unit == "percent":
        return tenths(int(value)) + "%"
    return plain_number(value)


def plain_number(value: Number) -> str:
    """A number as text, without an exponent and without trailing zeros."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
