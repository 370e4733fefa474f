"""Printing: data on stdout, narration and errors on stderr, `--json` for programs. Nothing printed can act on a terminal."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from inspector.errors import InspectorError, Problem, WorkspaceError
from inspector.language import tr
from inspector.plain import inert_json, safe_line, safe_text

PROBLEMS_SHOWN = 40
_SEVERITIES = {"warning": ("提示：", "warning: "), "note": ("说明：", "note: ")}


def _out(text: str) -> None:
    """Write data to stdout.

    Raises:
        BrokenPipeError: nobody reads it any more.
        WorkspaceError: where it goes does not take it.
    """
    with _stdout_errors():
        sys.stdout.write(text)


def flush() -> None:
    """See that everything printed has left the program; raises as `_out`."""
    with _stdout_errors():
        sys.stdout.flush()


@contextmanager
def _stdout_errors() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _forget_stdout()
        raise
    except OSError as fault:
        _forget_stdout()
        reason = fault.strerror or str(fault)
        raise WorkspaceError(
            f"结果没能输出（{reason}）；已保存的内容都在。",
            f"The output could not be written ({reason}); everything that was saved is there.",
            hint=("换一个输出位置再运行。", "Run it again with another place for the output."), code="output",
        ) from fault  # fmt: skip


def _forget_stdout() -> None:
    """Let what is still buffered go nowhere, else the interpreter fails on it once more when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def data(value: Any) -> None:
    """One JSON document on stdout."""
    _out(inert_json(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)) + "\n")


def line(text: str = "") -> None:
    """A line of data for people on stdout."""
    _out(safe_line(text) + "\n")


def block(text: str) -> None:
    """Several lines of data for people on stdout."""
    _out(safe_text(text) + "\n")


def tell(zh: str, en: str) -> None:
    """A sentence of narration on stderr."""
    sys.stderr.write(safe_line(tr(zh, en)) + "\n")


def problems(found: Sequence[Problem], *, limit: int = PROBLEMS_SHOWN) -> None:
    """Problems with their places on stderr, at most `limit` of them."""
    for problem in found[:limit]:
        mark = tr(*_SEVERITIES[problem.severity]) if problem.severity in _SEVERITIES else ""
        sys.stderr.write(safe_line(f"  {problem.where}  {mark}{problem.message}") + "\n")
    if len(found) > limit:
        tell(f"  …… 还有{len(found) - limit}处", f"  … and {len(found) - limit} more")


def error(problem: InspectorError, *, as_json: bool = False) -> None:
    """An error for people on stderr; with `--json` also as a document on stdout."""
    sys.stderr.write(safe_line(problem.message) + "\n")
    problems(problem.problems)
    if problem.hint:
        sys.stderr.write(safe_line(problem.hint) + "\n")
    if as_json:
        data(
            problem.details()
            | {
                "error": {
                    "code": problem.code,
                    "message": problem.zh,
                    "message_en": problem.en,
                    "hint": problem.hint_zh,
                    "hint_en": problem.hint_en,
                    "problems": [problem_data(found) for found in problem.problems],
                }
            }
        )


def problem_data(problem: Problem) -> dict[str, str]:
    """A problem for programs."""
    return {
        "where": problem.where,
        "message": problem.zh,
        "message_en": problem.en,
        "severity": problem.severity,
    }


def table(rows: Iterable[Sequence[str]], headings: Sequence[str]) -> None:
    """Columns padded by cell width, for people; nothing but the headings where there are no rows."""
    from rich.cells import cell_len

    lines = [[safe_line(cell) for cell in row] for row in rows]
    widths = [max(cell_len(cell) for cell in column) for column in zip(headings, *lines, strict=True)]
    for row in (list(headings), *lines):
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        _out("  ".join(padded).rstrip() + "\n")
