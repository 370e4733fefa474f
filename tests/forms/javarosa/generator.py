"""Random forms over the subset of XLSForm that is carried, and random answers to them, blanks among them.

Base questions hold the answers; probes hang on them: a question with a condition, one with a constraint, a calculation.
Every expression is typed, so that nothing in it is left to XPath's silent conversions.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

TYPES: Mapping[str, str] = {
    "i1": "integer", "i2": "integer", "d1": "decimal", "d2": "decimal", "o1": "select_one la", "o2": "select_one la",
    "m1": "select_multiple lb", "t1": "text", "dt1": "date", "dt2": "date", "tm1": "time", "tm2": "time",
}  # fmt: skip
KINDS = {"select_one la": "choice", "select_multiple lb": "multi_choice"}
CHOICES = {"la": ("a", "b", "c"), "lb": ("x", "y", "z")}
_TEXTS = ("abc", "12", "a b", "作业", "A-1", "x")
_DATES = ("2024-02-29", "2025-12-31", "2026-01-10", "2026-11-22", "2027-03-01")
_TIMES = ("08:00", "20:30", "20:31", "21:00")
_PATTERNS = ("[a-z]+", "[0-9]{2}", "A-.*", ".*业", "a|x")


@dataclass(frozen=True, slots=True)
class Probe:
    """A question that shows what an expression gives. `what` is "relevant", "constraint" or "calculation"."""

    name: str
    what: str
    type: str
    source: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to the base questions ("" is blank), the rows of the repeat, and an answer for each constraint."""

    base: Mapping[str, str]
    rows: Sequence[Mapping[str, str]]
    probes: Mapping[str, str]

    @property
    def full(self) -> bool:
        """Whether nothing is blank."""
        return all(self.base.values()) and all(all(row.values()) for row in self.rows)


@dataclass(slots=True)
class Form:
    """Base questions, probes and answers."""

    probes: list[Probe] = field(default_factory=list)
    answers: list[Answers] = field(default_factory=list)

    def sheets(self) -> dict[str, list[dict[str, str]]]:
        """The form as pyxform takes it."""
        survey = [{"type": t, "name": n, "label": n} for n, t in TYPES.items()]
        survey += [
            {"type": "begin repeat", "name": "rr", "label": "rr"},
            {"type": "integer", "name": "rk", "label": "rk"},
            {"type": "decimal", "name": "rd", "label": "rd"},
            {"type": "end repeat", "name": "", "label": ""},
        ]
        survey += [{"type": p.type, "name": p.name, "label": p.name, p.what: p.source} for p in self.probes]
        choices = [{"list_name": n, "name": c, "label": c} for n, codes in CHOICES.items() for c in codes]
        settings = [{"form_title": "probe", "form_id": "T-ODK", "version": "1"}]
        return {"survey": survey, "choices": choices, "settings": settings}


class Generator:
    """Makes forms from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._own = ""

    def form(self, probes: int, cases: int) -> Form:
        """A form with so many probes and sets of answers."""
        made = Form()
        for number in range(probes):
            what = self._random.choice(("relevant", "constraint", "calculation"))
            kind = self._random.choice(("integer", "decimal", "text", "date"))
            self._own = kind if what == "constraint" else ""
            source = self.truth(3)
            if what == "calculation":
                kind, source = "calculate", self.number(3) if self._random.random() < 0.6 else self.text(2)
            elif what == "relevant":
                kind = "text"
            made.probes.append(Probe(f"p{number}", what, kind, source))
        made.answers = [self._answers(made, number) for number in range(cases)]
        return made

    # -- answers ----------------------------------------------------------------------------------------------

    def _answers(self, form: Form, number: int) -> Answers:
        blank = 0.0 if number % 2 == 0 else 0.25
        base = {name: self._answer(KINDS.get(t, t), blank) for name, t in TYPES.items()}
        rows = [
            {"rk": self._answer("count", blank / 2), "rd": self._answer("share", blank / 2)}
            for _ in range(self._random.randrange(1, 4))
        ]
        own = {p.name: self._answer(p.type, 0) for p in form.probes if p.what == "constraint"}
        return Answers(base, rows, own)

    def _answer(self, kind: str, blank: float) -> str:
        pick = self._random.choice
        if self._random.random() < blank:
            return ""
        if kind == "integer":
            return str(self._random.randrange(-3, 9))
        if kind == "count":
            return str(self._random.randrange(9))
        if kind == "decimal":
            return f"{self._random.randrange(-40, 90) / 10:g}"
        if kind == "share":
            return f"{self._random.randrange(90) / 4:g}"  # summed: exact as a binary fraction
        if kind == "multi_choice":
            return " ".join(c for c in CHOICES["lb"] if self._random.random() < 0.5) or "x"
        return pick({"choice": CHOICES["la"], "date": _DATES, "time": _TIMES}.get(kind, _TEXTS))

    # -- expressions ------------------------------------------------------------------------------------------

    def truth(self, depth: int) -> str:
        """An expression that gives a truth value."""
        pick = self._random.choice
        if depth > 0 and self._random.random() < 0.55:
            inner = self.truth(depth - 1)
            return pick(
                (
                    f"({inner}) and {self.truth(depth - 1)}",
                    f"{inner} or ({self.truth(depth - 1)})",
                    f"not({inner})",
                )
            )
        made = (
            lambda: f"{self.number(2)} {pick(('<', '<=', '>', '>=', '=', '!='))} {self.number(1)}",
            lambda: f"${{{pick(('o1', 'o2'))}}} {pick(('=', '!='))} '{pick(CHOICES['la'])}'",
            lambda: f"${{o1}} {pick(('=', '!='))} ${{o2}}",
            lambda: f"selected(${{m1}}, '{pick(CHOICES['lb'])}')",
            lambda: f"selected(${{o1}}, '{pick(CHOICES['la'])}')",
            lambda: f"{self.date()} {pick(('<', '<=', '>', '>=', '=', '!='))} {self.date()}",
            lambda: f"{self.text(1)} {pick(('=', '!='))} '{pick(_TEXTS)}'",
            lambda: f"regex({self.text(0)}, '{pick(_PATTERNS)}')",
            lambda: f"decimal-time(${{tm1}}) {pick(('<', '<=', '>', '>='))} decimal-time(${{tm2}})",
            lambda: f"${{{pick(('i1', 'o1', 't1', 'dt1', 'd1', 'm1'))}}} {pick(('=', '!='))} ''",
            lambda: pick(("true()", "false()")),
        )  # fmt: skip
        return str(pick(made)())

    def number(self, depth: int) -> str:
        """An expression that gives a number."""
        pick, inner = self._random.choice, depth - 1
        plain = ["${i1}", "${i2}", "${d1}", "${d2}", str(self._random.randrange(0, 9)), pick(("0.5", "2.25"))]
        plain += ["."] * (2 if self._own in ("integer", "decimal") else 0)
        if depth <= 0:
            return pick(plain)
        made = (
            lambda: pick(plain),
            lambda: f"({self.number(inner)} {pick('+-*')} {self.number(inner)})",
            lambda: f"({self.number(inner)} div {pick(('2', '3', '0.5', '-7'))})",
            lambda: f"(${{i1}} mod {pick(('2', '3', '-4'))})",
            lambda: f"-({self.number(inner)})",
            lambda: f"if({self.truth(0)}, {self.number(inner)}, {self.number(inner)})",
            lambda: f"round({self.number(inner)}, {pick('0123')})",
            lambda: f"round({self.number(inner)})",
            lambda: f"int({self.number(inner)})",
            lambda: f"min({self.number(inner)}, {self.number(inner)}, {self.number(0)})",
            lambda: (
                f"max({self.number(inner)}, 0, {self.number(0)})"
            ),  # of negative ones alone JavaRosa's is 0
            lambda: f"{pick(('sum', 'min', 'max'))}(${{{pick(('rk', 'rd'))}}})",
            lambda: "count(${rr})",
            lambda: "count-selected(${m1})",
            lambda: f"string-length({self.text(0)})",
            lambda: f"({self.date()} - {self.date()})",
            lambda: f"coalesce(${{i1}}, {self._random.randrange(9)})",
            lambda: f"number('{self._random.randrange(99) / 4}')",
        )
        return str(pick(made)())

    def text(self, depth: int) -> str:
        """An expression that gives a text."""
        pick = self._random.choice
        plain = ["${t1}", "${t1}", f"'{pick(_TEXTS)}'"] + (["."] * 2 if self._own == "text" else [])
        if depth <= 0:
            return pick(plain)
        made = (
            lambda: pick(plain),
            lambda: f"concat({self.text(depth - 1)}, '-', ${{i1}})",
            lambda: f"if({self.truth(0)}, {self.text(depth - 1)}, {self.text(depth - 1)})",
            lambda: "string(${i2})",
        )
        return str(pick(made)())

    def date(self) -> str:
        """An expression that gives a date."""
        pick = self._random.choice
        plain = ["${dt1}", "${dt2}", "today()", f"date('{pick(_DATES)}')"] + (
            ["."] * 2 if self._own == "date" else []
        )
        return pick(plain)
