"""Our rules against ODK's own engine: the same form, through pyxform into JavaRosa and through our importer into ours.

`INSPECTOR_JAVAROSA_FORMS` asks for more forms than usual, `INSPECTOR_JAVAROSA_SEED` for other ones.
"""

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.completion import complete
from inspector.domain.rules import Compiled, Context, compile_checklist
from inspector.forms.checklists import read_checklist
from inspector.forms.library import shipped
from inspector.forms.xlsform import Imported, Wanted, import_form
from inspector.forms.xlsform_rows import Table
from tests.forms.javarosa.generator import KINDS, TYPES, Answers, Form, Generator, Probe

HERE = Path(__file__).parent
FORMS = int(os.environ.get("INSPECTOR_JAVAROSA_FORMS", "10"))
SEED = int(os.environ.get("INSPECTOR_JAVAROSA_SEED", "1"))
PROBES, CASES = 30, 12
NOT_PROVED = "NOT PROVED: that our rules judge as ODK's engine does; needs {} (a JDK of 17 or newer)"


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The class path with the compiled driver, and a folder to work in."""
    for tool in ("java", "javac"):
        if shutil.which(tool) is None:
            pytest.skip(NOT_PROVED.format(tool))
    import pyxform

    jar = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
    folder = tmp_path_factory.mktemp("javarosa")
    made = subprocess.run(
        ["javac", "-cp", str(jar), "-d", str(folder), str(HERE / "Driver.java")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return os.pathsep.join((str(folder), str(jar))), folder


def ask(driver: tuple[str, Path], commands: list[str]) -> list[dict[str, Any]]:
    """JavaRosa's results for commands of `Driver`; the first line says what day it is for it."""
    classes, folder = driver
    asked, told = folder / "commands.txt", folder / "results.txt"
    asked.write_text("\n".join(commands) + "\n", encoding="utf-8")
    done = subprocess.run(
        ["java", "-cp", classes, "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "Driver", str(asked), str(told)],
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]


def commands_of(form: Form, path: Path) -> Iterator[str]:
    """What JavaRosa is asked of a form."""
    yield f"form\t{path}"
    for answers in form.answers:
        yield "case"
        for number, row in enumerate(answers.rows):
            if number:  # a new form has one row
                yield "row\trr"
            yield f"cell\trr\t{number}\trk\tinteger\t{row['rk']}"
            yield f"cell\trr\t{number}\trd\tdecimal\t{row['rd']}"
        for name, given in answers.base.items():
            yield f"set\t{name}\t{KINDS.get(TYPES[name], TYPES[name])}\t{given}"
        for probe in form.probes:
            if probe.what == "constraint":
                yield f"constraint\t{probe.name}\t{probe.type}\t{answers.probes[probe.name]}"
            else:
                yield f"{'relevant' if probe.what == 'relevant' else 'value'}\t{probe.name}"


def imported(form: Form) -> Imported:
    """The form through our importer. Conditions that can never hold are refused there, and left out of the form."""
    library = shipped()
    while True:
        tables = []
        for name, rows in form.sheets().items():
            headings = list(dict.fromkeys(key for row in rows for key in row))
            tables.append(Table(name, [headings, *([row.get(h, "") for h in headings] for row in rows)]))
        found = import_form(tables, Wanted(), library.around, library.params)
        errors = [p for p in found.problems if p.severity == "error"]
        if not errors:
            return found
        assert all("never hold" in p.en for p in errors), errors
        rows_ = {int("".join(c for c in p.where.split("!")[1].split()[0] if c.isdigit())) for p in errors}
        first = 2 + len(TYPES) + 4
        form.probes = [probe for number, probe in enumerate(form.probes) if first + number not in rows_]


def context(form: Imported, answers: Answers, today: str) -> Context:
    """Our answers as entries keep them; a blank is not there."""
    found: dict[str, Any] = {}
    for name, given in answers.base.items():
        if given:
            kind = TYPES[name].split()[0]
            value: Any = (
                int(given) if kind == "integer" else given.split() if kind == "select_multiple" else given
            )
            found[form.names[name]] = value
    rows = [
        {name: int(cell) if name == "rk" else cell for name, cell in row.items() if cell}
        for row in answers.rows
    ]
    found[form.names["rr"]] = rows
    return Context(answers=found, day={"date": today})


def ours(compiled: Compiled, code: str, probe: Probe, answers: Answers, at: Context) -> Any:
    """What our engine gives: a truth value, a text or a number; None where it is unknown."""
    if probe.what == "relevant":
        return compiled.applies(code, at)
    if probe.what == "calculation":
        return compiled.derive(code, at)[0]
    given: Any = answers.probes[probe.name]
    value = int(given) if probe.type == "integer" else given
    item = compiled.checklist.item(code)
    low, high = item.answer.minimum, item.answer.maximum
    if low or high:
        return (not low or float(value) >= float(low)) and (not high or float(value) <= float(high))
    steps = [step.holds for step in compiled.explain(code, value, at) if step.kind == "invalid"]
    if not steps:
        return True  # a constraint that is always true is left out
    return None if steps[0] is None else not steps[0]


def same(result: Any, theirs: Any) -> bool:
    """Whether both engines say the same; numbers to the six digits that our answers keep."""
    if isinstance(result, bool) or result is None:
        return bool(result is theirs)
    try:
        return abs(float(result) - float(theirs)) <= 1.5e-6 * max(1.0, abs(float(theirs)))
    except (TypeError, ValueError):
        return bool(str(result) == theirs)


def test_what_is_known_is_what_javarosa_says(
    driver: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where our engine knows, it says what ODK's says; with every answer there, it always knows."""
    from pyxform.xls2xform import convert

    forms = [Generator(SEED * 1000 + number).form(PROBES, CASES) for number in range(FORMS)]
    ready = [(form, imported(form)) for form in forms]
    commands: list[str] = []
    for number, (form, _) in enumerate(ready):
        path = driver[1] / f"form{number}.xml"
        path.write_text(convert(form.sheets()).xform, encoding="utf-8")
        commands += commands_of(form, path)
    told, *results = ask(driver, commands)
    by_key = {(r["form"], r["case"], r["name"]): r["result"] for r in results}
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for number, (form, found) in enumerate(ready):
        compiled = compile_checklist(read_checklist(found.text.encode(), "form"))
        for turn, answers in enumerate(form.answers):
            at = complete([compiled], context(found, answers, told["today"]))
            for probe in form.probes:
                code = found.names[probe.name]
                result, theirs = ours(compiled, code, probe, answers, at), by_key[number, turn, probe.name]
                counts["unknown" if result is None else "known"] += 1
                item = compiled.checklist.item(code)
                if (result is None and answers.full) or (result is not None and not same(result, theirs)):
                    cel = item.applies or item.derived or [r.when for r in item.invalid]
                    wrong.append(
                        f"{probe.what} {probe.source} [{cel}]: {result!r}, JavaRosa {theirs!r}; {answers}"
                    )
    with capsys.disabled():
        shown = f"{len(forms)} forms, {sum(len(f.probes) for f in forms)} expressions, {counts['known']} results compared"
        print(f"\n  JavaRosa: {shown}, {counts['unknown']} unknown to us because something was blank")
    assert counts["known"] > 100 * FORMS
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong[:12])


DIFFERENT = [
    # what, source, blank questions, ours, JavaRosa's
    ("relevant", "${i1} != ''", ("i1",), None, False),
    ("relevant", "${i1} = ''", ("i1",), None, True),
    ("relevant", "${i1} < 100", ("i1",), None, False),
    ("relevant", "not(${i1} < 100)", ("i1",), None, True),
    ("relevant", "${i1} = 100 or ${o1} = 'a'", ("i1",), True, True),
    ("relevant", "selected(${m1}, 'x')", ("m1",), None, False),
    ("calculation", "coalesce(${i1}, 7)", ("i1",), None, "7"),
    ("calculation", "${i1} + 1", ("i1",), None, None),
    ("calculation", "string-length(${t1})", ("t1",), None, "0"),
    ("calculation", "concat(${t1}, 'x')", ("t1",), None, "x"),
    ("calculation", "max(-1, -2)", (), -1, "0"),
    ("relevant", "${dt1} > '2000-01-01'", (), True, False),
    ("calculation", "number('x')", (), None, None),
]


def test_what_differs_is_what_the_guide_says(driver: tuple[str, Path]) -> None:
    """A blank is unknown to us and '' to XPath; two of ODK's oddities are not copied."""
    from pyxform.xls2xform import convert

    form = Form([Probe(f"p{n}", case[0], "calculate" if case[0] == "calculation" else "text", case[1])
                 for n, case in enumerate(DIFFERENT)])  # fmt: skip
    usual = dict.fromkeys(TYPES, "5") | {"o1": "a", "o2": "a", "m1": "x", "tm1": "08:00", "tm2": "08:00"}
    usual |= {"dt1": "2026-01-10", "dt2": "2026-01-10"}
    form.answers = [
        Answers(
            {name: "" if name in case[2] else given for name, given in usual.items()},
            [{"rk": "1", "rd": "1"}],
            {},
        )
        for case in DIFFERENT
    ]
    found = imported(form)
    assert len(form.probes) == len(DIFFERENT)
    path = driver[1] / "different.xml"
    path.write_text(convert(form.sheets()).xform, encoding="utf-8")
    told, *results = ask(driver, list(commands_of(form, path)))
    by_key = {(r["case"], r["name"]): r["result"] for r in results}
    compiled = compile_checklist(read_checklist(found.text.encode(), "form"))
    for turn, (probe, answers, case) in enumerate(zip(form.probes, form.answers, DIFFERENT, strict=True)):
        at = complete([compiled], context(found, answers, told["today"]))
        assert ours(compiled, found.names[probe.name], probe, answers, at) == case[3], case
        assert by_key[turn, probe.name] == case[4], case
