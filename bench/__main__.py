"""`python -m bench [name…] [--quick] [--json]`: run benches and print their figures. Nothing here fails on a time."""

import argparse
import importlib
import json
import sys
import time
from typing import Any

from bench.measure import Rows, load, machine

BENCHES = {
    "start": "bench.start",
    "answer": "bench.answer",
    "rules": "bench.rules",
    "sync": "bench.sync",
    "history": "bench.history",
    "board": "bench.board",
    "report": "bench.report",
    "photos": "bench.photos",
    "import": "bench.registry_import",
    "export": "bench.case_export",
    "verify": "bench.verify",
}


def main() -> int:
    """Run what was asked for; 1 where a bench found that what it measured did not do its work."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Figures as ratios in one run.")
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"of: {' '.join(BENCHES)}; all of them if none"
    )
    parser.add_argument("--quick", action="store_true", help="smaller amounts, about a minute in all")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench {unknown[0]!r}; there are: {' '.join(BENCHES)}")
    document: dict[str, Any] = {"machine": machine(), "quick": asked.quick, "benches": {}}
    if not asked.json:
        print(", ".join(f"{name} {value}" for name, value in document["machine"].items()))
    for name in asked.names or BENCHES:
        before, begun = load(), time.monotonic()
        rows: Rows = importlib.import_module(BENCHES[name]).run(asked.quick)
        took = time.monotonic() - begun
        document["benches"][name] = {
            "load": [before, load()],
            "seconds": round(took, 1),
            "rows": [row.to_data() for row in rows],
        }
        if not asked.json:
            print(f"\n{name}  (load {before} to {load()}, {took:.0f} s)")
            for row in rows:
                print(f"  {row.what:<66} {row.value!s:<30} {row.note}".rstrip())
            sys.stdout.flush()
    if asked.json:
        print(json.dumps(document, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
