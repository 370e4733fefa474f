"""Judging a whole pack of 100 items with rosters after a key press, against the same rules as plain Python."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from bench.measure import Row, Rows, exactly, milliseconds, ratio, seconds, take_turns
from inspector.domain.checklist import AnswerSpec, Checklist, Choice, Column, Item, Rule, Words
from inspector.domain.completion import complete
from inspector.domain.rules import Compiled, Context, compile_checklist

_ROWS = 30
_WORDS = Words("第 {value} 项超过 {params.limit}", "{value} is above {params.limit}")
_PLAIN = Words("违规", "violation")
_COLUMNS = (
    Column("name", Words("班", "class"), AnswerSpec("text")),
    Column("students", Words("人数", "students"), AnswerSpec("integer")),
    Column("area", Words("面积", "area"), AnswerSpec("decimal")),
)
_CHOICES = tuple(Choice(code, Words(code, code)) for code in ("a", "b", "c"))

Judge = Callable[[Mapping[str, Any], Mapping[str, Any]], str]
"""Plain Python's verdict from answers by code and parameters."""


def run(quick: bool) -> Rows:
    """Both judge the same answers; where their verdicts differ, the bench fails."""
    compiled, plain = _pack()
    inspections = 1_000 if quick else 10_000
    params = {"limit": 50, "per_head": 3}

    def contexts() -> Iterator[Context]:
        for number in count():
            yield Context(answers=_answers(number), params=params)

    stream = contexts()

    def by_rules(times: int) -> float:
        todo = [next(stream) for _ in range(times)]
        return seconds(lambda: [_by_rules(compiled, context) for context in todo])

    def by_python(times: int) -> float:
        todo = [next(stream) for _ in range(times)]
        return seconds(lambda: [_by_python(plain, context) for context in todo])

    _agree(compiled, plain, params)
    keys = take_turns({"rules": lambda: by_rules(1), "python": lambda: by_python(1)}, 30 if quick else 100)
    again = take_turns(
        {"rules": lambda: by_rules(inspections), "python": lambda: by_python(inspections)}, 3, warm=0
    )
    items = len(compiled.checklist.items)
    return [
        Row(f"all {items} items after a key press ÷ plain Python", ratio(keys, "rules", "python"), f"5 rosters of {_ROWS} rows"),
        Row(f"all {items} items after a key press", milliseconds(keys, "rules")),
        Row(f"{inspections:,} inspections judged again ÷ plain Python", ratio(again, "rules", "python")),
        Row("one inspection of those", exactly(sum(again["rules"]) / len(again["rules"]) / inspections * 1000, "ms")),
    ]  # fmt: skip


def _by_rules(compiled: Compiled, context: Context) -> list[str]:
    whole = complete((compiled,), context)
    return [
        compiled.judge(i.code, whole.answers.get(i.code), whole).verdict for i in compiled.checklist.items
    ]


def _by_python(plain: Mapping[str, Judge], context: Context) -> list[str]:
    return [judge(context.answers, context.params) for judge in plain.values()]


def _agree(compiled: Compiled, plain: Mapping[str, Judge], params: Mapping[str, Any]) -> None:
    for number in range(50):
        context = Context(answers=_answers(number), params=params)
        if _by_rules(compiled, context) != _by_python(plain, context):
            raise SystemExit(f"the rules and plain Python judge the answers {number} differently")


def _answers(number: int) -> dict[str, Any]:
    """Answers to all items; every tenth is left open."""
    found: dict[str, Any] = {}
    for place in range(1, 101):
        code, seed = f"B-X-{place:03d}", number * 31 + place * 17
        if seed % 10 == 0:
            continue
        if place <= 50:
            found[code] = ("yes", "no", "na")[seed % 3]
        elif place <= 65:
            found[code] = seed % 100
        elif place <= 75:
            found[code] = f"{seed % 900}.{seed % 10}".removesuffix(".0")
        elif place <= 85:
            found[code] = "abc"[seed % 3]
        elif place > 95:
            found[code] = [
                {"name": f"{row}班", "students": (seed + row) % 60, "area": str(40 + (seed * row) % 200)}
                for row in range(_ROWS)
            ]
    return found


def _pack() -> tuple[Compiled, dict[str, Judge]]:
    items: list[Item] = []
    plain: dict[str, Judge] = {}

    def add(spec: AnswerSpec, rule: str, judge: Judge, words: Words = _PLAIN, **more: Any) -> None:
        code = f"B-X-{len(items) + 1:03d}"
        violations = (Rule(rule, words),) if rule else ()
        items.append(Item(code, Words("题", "question"), spec, 2, "education", violations=violations, **more))
        plain[code] = judge

    for place in range(1, 51):
        add(AnswerSpec("yes_no"), "value == 'no'", _yes_no(f"B-X-{place:03d}"))
    for place in range(51, 66):
        add(AnswerSpec("integer"), "value > params.limit", _above(f"B-X-{place:03d}"), _WORDS)
    for place in range(66, 76):
        other = f"B-X-{place - 15:03d}"
        add(
            AnswerSpec("decimal"),
            f"value < times(answers.{other.replace('-', '_')}, params.per_head)",
            _area(f"B-X-{place:03d}", other),
        )
    for place in range(76, 86):
        gate = f"B-X-{place - 75:03d}"
        add(
            AnswerSpec("choice", choices=_CHOICES), "value in ['b', 'c']",
            _gated(f"B-X-{place:03d}", gate), applies=f"answers.{gate.replace('-', '_')} == 'yes'",
        )  # fmt: skip
    for place in range(86, 96):
        one, two = f"B-X-{place - 35:03d}", f"B-X-{place - 34:03d}"
        add(
            AnswerSpec("integer"), "value > 2 * params.limit", _sum(one, two),
            derived=f"answers.{one.replace('-', '_')} + answers.{two.replace('-', '_')}",
        )  # fmt: skip
    for place in range(96, 101):
        add(
            AnswerSpec("roster", columns=_COLUMNS),
            "rows.exists(r, r.students > params.limit && r.area < times(r.students, params.per_head))",
            _crowded(f"B-X-{place:03d}"),
            Words(
                "{rows.filter(r, r.students > params.limit).map(r, r.name)} 超员",
                "{rows.filter(r, r.students > params.limit).map(r, r.name)} are crowded",
            ),
        )
    checklist = Checklist(
        "B-X", "1", Words("量", "bench"), "enterprise", ("training",), tuple(items), sha256="0" * 64
    )
    return compile_checklist(checklist), plain


def _verdict(violated: bool) -> str:
    return "violation" if violated else "in_order"


def _yes_no(code: str) -> Judge:
    def judge(answers: Mapping[str, Any], _: Mapping[str, Any]) -> str:
        value = answers.get(code)
        if value is None:
            return "unanswered"
        return "not_applicable" if value == "na" else _verdict(value == "no")

    return judge


def _above(code: str) -> Judge:
    def judge(answers: Mapping[str, Any], params: Mapping[str, Any]) -> str:
        value = answers.get(code)
        if value is None:
            return "unanswered"
        return _verdict(value > params["limit"]) if not _say(value, params) else "?"

    return judge


def _say(value: Any, params: Mapping[str, Any]) -> bool:
    """Plain Python makes its sentence too."""
    return not f"{value} {params['limit']}"


def _area(code: str, other: str) -> Judge:
    def judge(answers: Mapping[str, Any], params: Mapping[str, Any]) -> str:
        value, people = answers.get(code), answers.get(other)
        if value is None:
            return "unanswered"
        if people is None:
            return "unknown"
        return _verdict(float(value) < people * params["per_head"])

    return judge


def _gated(code: str, gate: str) -> Judge:
    def judge(answers: Mapping[str, Any], _: Mapping[str, Any]) -> str:
        if answers.get(gate, "yes") != "yes":
            return "not_applicable"
        value = answers.get(code)
        return "unanswered" if value is None else _verdict(value in ("b", "c"))

    return judge


def _sum(one: str, two: str) -> Judge:
    def judge(answers: Mapping[str, Any], params: Mapping[str, Any]) -> str:
        if one not in answers or two not in answers:
            return "unknown"
        return _verdict(answers[one] + answers[two] > 2 * params["limit"])

    return judge


def _crowded(code: str) -> Judge:
    def judge(answers: Mapping[str, Any], params: Mapping[str, Any]) -> str:
        rows = answers.get(code)
        if rows is None:
            return "unanswered"
        found = [
            row["name"]
            for row in rows
            if row["students"] > params["limit"] and float(row["area"]) < row["students"] * params["per_head"]
        ]
        return _verdict(bool(found)) if "、".join(found) or not found else "?"

    return judge
