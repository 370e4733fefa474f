"""Measuring: rounds in which the compared things take turns, ratios round by round, medians with their spread."""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Samples = Mapping[str, Sequence[float]]
"""Seconds by case, one a round; round n of each case was measured right beside round n of the others."""


_TOLD_SECONDS = 2.0
"""From which a step is told of when it is done."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with the least and the greatest value, all in `unit`."""

    median: float
    low: float
    high: float
    unit: str

    @classmethod
    def of(cls, values: Iterable[float], unit: str) -> "Spread":
        """The spread of at least one value."""
        found = list(values)
        return cls(statistics.median(found), min(found), max(found), unit)

    def __str__(self) -> str:
        text = f"{_short(self.median)} {self.unit}".strip()
        same = self.low == self.high
        return text if same else f"{text} [{_short(self.low)}–{_short(self.high)}]"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        what: in words, "x ÷ y" where it is a ratio.
        note: what else one has to know to read it.
    """

    what: str
    value: Spread
    note: str = ""

    def to_data(self) -> dict[str, Any]:
        """For `--json`."""
        spread = self.value
        return {
            "what": self.what,
            "median": spread.median,
            "low": spread.low,
            "high": spread.high,
            "unit": spread.unit,
            "note": self.note,
        }


Rows = list[Row]


def _short(value: float) -> str:
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}" if abs(value) >= 0.1 else f"{value:.3g}"


def seconds(work: Callable[[], object]) -> float:
    """How long the work took on the wall clock."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def take_turns(cases: Mapping[str, Callable[[], float]], rounds: int, *, warm: int = 1) -> Samples:
    """Run every case once a round, each round starting with another case, so that none has the better place.

    Args:
        cases: each sets up what it needs and answers the seconds of the part that counts.
        warm: rounds before those that count.
    """
    names = list(cases)
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(-warm, rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            value = cases[name]()
            if number >= 0:
                found[name].append(value)
            if value >= _TOLD_SECONDS:
                tell(f"{name}: {value:.1f} s, round {number + 1} of {rounds}")
    return found


def tell(text: str) -> None:
    """A line for whoever waits, on standard error: how far it is."""
    print(f"  … {text}", file=sys.stderr, flush=True)


def ratio(samples: Samples, of: str, to: str) -> Spread:
    """`of` divided by `to`, round by round."""
    return Spread.of((a / b for a, b in zip(samples[of], samples[to], strict=True)), "×")


def milliseconds(samples: Samples, case: str) -> Spread:
    """A case's own time."""
    return Spread.of((value * 1000 for value in samples[case]), "ms")


def rate(samples: Samples, case: str, amount: float, unit: str) -> Spread:
    """How much of `amount` a case did a second."""
    return Spread.of((amount / value for value in samples[case]), unit)


def exactly(value: float, unit: str) -> Spread:
    """A value that was counted, not sampled."""
    return Spread(value, value, value, unit)


def load() -> str:
    """The machine's load over the last minute; "?" where the system does not tell."""
    try:
        return f"{os.getloadavg()[0]:.2f}"
    except (AttributeError, OSError):
        return "?"


def machine() -> dict[str, str]:
    """What the figures were taken on. Nothing that names the machine."""
    import cryptography
    import sqlcipher3
    import textual

    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processors": str(os.cpu_count() or 0),
        "python": platform.python_version(),
        "sqlite": sqlcipher3.sqlite_version,
        "cryptography": cryptography.__version__,
        "textual": textual.__version__,
    }
