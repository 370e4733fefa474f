"""A county's figures over one county-year and over several side by side: time by the amount, and memory.

`INSPECTOR_BENCH_YEARS` says how many (10). A year is 15,000 entries and takes about ten seconds to write.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench import world
from bench.county_year import Size, Year, write
from bench.measure import Row, Rows, Spread, milliseconds, ratio, seconds, take_turns, tell
from bench.peak import from_small
from inspector.services import figures
from inspector.services.forms import Forms
from inspector.store.workspace import Store

_FIRST, _DAYS = date(2025, 11, 3), 365
_SPAN = ("2025-11-03", "2026-11-02")
_MONTH = ("2026-06-01", "2026-06-30")
_PEAK = """
import json, resource, sys
from pathlib import Path
from bench import world
from inspector.export import report_files
from inspector.services import figures
from inspector.services.forms import Forms

with world.reopen(Path(sys.argv[1])) as store:
    forms = Forms(store)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = figures.compute(store, forms, sys.argv[2], sys.argv[3])
    counted = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report_files.render(report, "xlsx", report_files.lists(store, forms, report))
    ledger = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([before, counted, ledger]))
"""


def run(quick: bool) -> Rows:
    """One county-year and 10 (quick: 3), each counted whole and for one month."""
    many, rounds = int(os.environ.get("INSPECTOR_BENCH_YEARS", "3" if quick else "10")), 3 if quick else 5
    with world.folder() as folder:
        sizes = {}
        for name, count in (("one", 1), ("many", many)):
            with Store.create(folder / name, world.PASSPHRASE, cost=world.CHEAP) as store:
                sizes[name] = 0
                for number in range(count):
                    sizes[name] += write(store, Year(1, Size(), _FIRST, _DAYS, number=number))
                    tell(f"county-year {number + 1} of {count} written, {sizes[name]:,} entries")
        return [*_times(folder, sizes, many, rounds), *_memory(folder, many)]


def _times(folder: Path, sizes: dict[str, int], many: int, rounds: int) -> Rows:
    with world.reopen(folder / "one") as one, world.reopen(folder / "many") as several:
        forms = {"one": Forms(one), "many": Forms(several)}
        stores = {"one": one, "many": several}

        def counted(name: str, span: tuple[str, str]) -> Callable[[], float]:
            return lambda: seconds(lambda: figures.compute(stores[name], forms[name], *span))

        def bare(name: str) -> Callable[[], float]:
            query = "SELECT * FROM inspection JOIN item_history ON item_history.inspection = inspection.id"
            return lambda: seconds(lambda: _drain(stores[name].connection.execute(query)))

        samples = take_turns(
            {
                "one": counted("one", _SPAN),
                "one month": counted("one", _MONTH),
                "many": counted("many", _SPAN),
                "many month": counted("many", _MONTH),
                "read one": bare("one"),
                "read many": bare("many"),
            },
            rounds,
        )
    note = f"{sizes['one']:,} entries"
    notes = f"{sizes['many']:,} entries"
    return [
        Row(f"{many} county-years ÷ one", ratio(samples, "many", "one"), f"{many} would be even"),
        Row("a month ÷ the year, one county", ratio(samples, "one month", "one"), note),
        Row("one county-year ÷ reading its visits and items", ratio(samples, "one", "read one"), note),
        Row(f"{many} county-years ÷ reading theirs", ratio(samples, "many", "read many"), notes),
        Row("one county-year", milliseconds(samples, "one"), note),
        Row("one county, a month", milliseconds(samples, "one month"), note),
        Row(f"{many} county-years", milliseconds(samples, "many"), notes),
        Row(f"{many} counties, a month", milliseconds(samples, "many month"), notes),
    ]


def _drain(rows: Any) -> None:
    for _ in rows:
        pass


def _memory(folder: Path, many: int) -> Rows:
    """The most that a process of its own held: on opening, after counting, after the ledger."""
    found = {}
    for name in ("one", "many"):
        command = from_small([sys.executable, "-c", _PEAK, str(folder / name), *_SPAN])
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        found[name] = [kib / 1024 for kib in json.loads(run.stdout)]
    rows = []
    for place, words in ((1, "counting"), (2, "the Excel ledger")):
        one, several = found["one"][place], found["many"][place]
        rows.append(
            Row(
                f"memory of {words}, {many} county-years ÷ one",
                Spread.of([several / one], "×"),
                f"{one:.0f} MB, {several:.0f} MB",
            )
        )
    return rows
