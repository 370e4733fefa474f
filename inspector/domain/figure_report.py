"""A county's figures of a time as one document: counted, named, with the state of the journal that they were counted over.

The document is canonical JSON. Its hash names it; from the document alone every form of the report is made again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from inspector.domain.checklist import Words
from inspector.domain.figure_catalogue import CATALOGUE_VERSION
from inspector.domain.figures import Cell, Number, Value, plain_number


@dataclass(frozen=True, slots=True)
class Head:
    """How far a device's log was there: its last number, and how many entries."""

    device: str
    last: int
    entries: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a time.

    Attributes:
        first, last: days "YYYY-MM-DD", both included; states are those of `last`, 23:59.
        grid, grid_name: empty where it is all that the laptop has.
        values: by code, in the order of the catalogue.
        names: (dimension, key) -> words of the parts.
        params: what the county decided that the figures follow.
        unknown_days: days within whose kind is not known.
        synced: when the laptop last exchanged with the centre, milliseconds since 1970; 0: never.
        synced_whole: whether that exchange got to its end.
        grids: names of the grids that it covers.
        heads: the journal that it was counted over.
    """

    first: str
    last: str
    grid: str
    grid_name: str
    values: Mapping[str, Value]
    names: Mapping[tuple[str, str], Words]
    params: Mapping[str, Any]
    unknown_days: int
    synced: int
    synced_whole: bool
    grids: tuple[str, ...]
    heads: tuple[Head, ...]
    catalogue: str = CATALOGUE_VERSION

    def value(self, code: str) -> Value:
        """A figure; one that this document does not have has no value."""
        return self.values.get(code) or Value(code, None, reason=Words("当时没有这个数", "not counted then"))

    def number(self, code: str) -> Number:
        """A figure's number, 0 where there is none."""
        return self.value(code).value or 0

    def name(self, dimension: str, key: str) -> str:
        """A part in words."""
        words = self.names.get((dimension, key))
        return str(words) if words is not None else key or "—"

    def to_data(self) -> dict[str, Any]:
        """As canonical JSON takes it."""
        return {
            "v": 1,
            "catalogue": self.catalogue,
            "first": self.first,
            "last": self.last,
            "grid": self.grid,
            "grid_name": self.grid_name,
            "figures": [_value_data(value) for value in self.values.values()],
            "names": [[*at, words.zh, words.en] for at, words in sorted(self.names.items())],
            "params": dict(self.params),
            "unknown_days": self.unknown_days,
            "synced": self.synced,
            "synced_whole": self.synced_whole,
            "grids": list(self.grids),
            "heads": [[head.device, head.last, head.entries] for head in self.heads],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Report":
        """From a document.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        return cls(
            first=data["first"],
            last=data["last"],
            grid=data["grid"],
            grid_name=data["grid_name"],
            values={one["code"]: _value(one) for one in data["figures"]},
            names={(at, key): Words(zh, en) for at, key, zh, en in data["names"]},
            params=data["params"],
            unknown_days=data["unknown_days"],
            synced=data["synced"],
            synced_whole=data["synced_whole"],
            grids=tuple(data["grids"]),
            heads=tuple(Head(*one) for one in data["heads"]),
            catalogue=data["catalogue"],
        )


def _value_data(value: Value) -> dict[str, Any]:
    data: dict[str, Any] = {"code": value.code, "value": _told(value.value)}
    if value.numerator is not None or value.denominator is not None:
        data["of"] = [_told(value.numerator), _told(value.denominator)]
    if value.estimated:
        data["estimated"] = True
    if value.reason is not None:
        data["reason"] = [value.reason.zh, value.reason.en]
    if value.cells:
        data["parts"] = [_cell_data(cell) for cell in value.cells]
    return data


def _cell_data(cell: Cell) -> list[Any]:
    found = [cell.dimension, cell.key, _told(cell.value)]
    return [*found, _told(cell.numerator), _told(cell.denominator)] if cell.denominator is not None else found


def _told(value: Number | None) -> int | str | None:
    return plain_number(value) if isinstance(value, Decimal) else value


def _read(value: int | str | None) -> Number | None:
    return Decimal(value) if isinstance(value, str) else value


def _value(data: Mapping[str, Any]) -> Value:
    above, below = data.get("of", (None, None))
    reason = data.get("reason")
    cells = tuple(
        Cell(one[0], one[1], _read(one[2]), *(map(_read, one[3:]))) for one in data.get("parts", ())
    )
    return Value(
        data["code"], _read(data["value"]), _read(above), _read(below), bool(data.get("estimated")),
        Words(*reason) if reason else None, cells,
    )  # fmt: skip


def hash_of(canonical: bytes) -> str:
    """The name of a report: SHA-256 of its document, hex."""
    return hashlib.sha256(canonical).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is another now than in an earlier report of the same days."""

    code: str
    before: Value
    after: Value


def differences(before: Report, after: Report) -> list[Difference]:
    """The figures whose numbers differ, in the order of the later report."""
    codes: Iterable[str] = dict.fromkeys((*after.values, *before.values))
    found = (Difference(code, before.value(code), after.value(code)) for code in codes)
    return [
        one
        for one in found
        if (one.before.value, one.before.numerator, one.before.denominator)
        != (one.after.value, one.after.numerator, one.after.denominator)
    ]
