"""Typed pieces of CEL, put together as XPath's operators would: what `xpath_cel` makes of the parts of an expression."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from inspector.domain.checklist import Words
from inspector.forms.xpath import BadXPath

Kind = Literal[
    "bool", "int", "dec", "str", "date", "time", "clock", "one", "many", "column", "repeat", "blank"
]
"""What an expression gives. "one" and "many" are choices, "clock" a time as decimal-time() has it, "column" all
cells of a column, "blank" the empty text."""

KIND_WORDS: Mapping[str, Words] = {
    "bool": Words("真假", "a truth value"), "int": Words("整数", "a whole number"), "dec": Words("数字", "a number"),
    "str": Words("文字", "a text"), "date": Words("日期", "a date"), "time": Words("时刻", "a time"),
    "clock": Words("decimal-time() 的时刻", "a time by decimal-time()"), "one": Words("单选", "a choice"),
    "many": Words("多选", "several choices"), "column": Words("表格的一列", "a column of a repeat"),
    "repeat": Words("表格", "a repeat"), "blank": Words("空白", "a blank"),
}  # fmt: skip
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = str.maketrans("<>", "><")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_ANSWER = re.compile(r"[\w.]+")
TERNARY, OR, AND, RELATION, SUM, PRODUCT, UNARY, WHOLE = range(8)


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of CEL and what is known of it.

    Attributes:
        strength: how tightly its outermost operator binds; it is put into parentheses inside of a tighter one.
        cells: of a column, the kind of its cells.
        codes: of a choice, our code by the name that the form has for it.
        literal: the text or number, where it is one.
        there: CEL that says whether a cell of a roster was filled; empty for what may be unknown.
        opposite: of a comparison, the one that holds when it does not.
    """

    cel: str
    kind: Kind
    strength: int = WHOLE
    cells: Kind = "str"
    codes: Mapping[str, str] = field(default_factory=dict)
    literal: str | None = None
    there: str = ""
    opposite: str = ""

    def at(self, strength: int) -> str:
        """Its CEL as an operand of an operator that binds so tightly."""
        return self.cel if self.strength >= strength else f"({self.cel})"


@dataclass(slots=True)
class Scope:
    """What an expression may name.

    Attributes:
        refs: what `${name}` stands for, by name.
        dot: what `.` stands for; None where there is no answer to look at.
        columns: of a choice_filter, the text of each column for the choice that is looked at.
        notes: filled with what is carried, but means something else for a blank.
    """

    refs: Mapping[str, Term]
    dot: Term | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    notes: list[Words] = field(default_factory=list)


def negated(term: Term) -> Term:
    """The opposite of a truth value, without two signs of negation or a turned comparison."""
    if term.opposite:
        return Term(term.opposite, "bool", RELATION, opposite=term.cel)
    if term.strength == UNARY and term.cel.startswith("!"):
        inner = term.cel[1:]
        whole = inner.startswith("(") and inner.endswith(")") and _closes_last(inner)
        return Term(inner[1:-1] if whole else inner, "bool", TERNARY if whole else WHOLE)
    if term.cel in ("true", "false"):
        return Term("false" if term.cel == "true" else "true", "bool")
    return Term(f"!{term.at(WHOLE)}", "bool", UNARY)


def joined(sign: Literal["&&", "||"], terms: list[Term]) -> Term:
    """Truth values put together by and, or."""
    if len(terms) == 1:
        return terms[0]
    strength = AND if sign == "&&" else OR
    return Term(f" {sign} ".join(t.at(strength) for t in terms), "bool", strength)


def quoted(text: str) -> str:
    """A text as CEL writes it."""
    plain = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in plain) + "'"


def _closes_last(text: str) -> bool:
    depth = 0
    for at, letter in enumerate(re.sub(r"'(?:[^'\\]|\\.)*'", lambda m: "_" * len(m[0]), text)):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at == len(text) - 1
    return False


def say(term: Term) -> Words:
    return KIND_WORDS[term.kind]


def wrong(what: str, found: Term, wanted: Words) -> BadXPath:
    return BadXPath(
        f"{what} 处是{say(found).zh}，应为{wanted.zh}", f"{what} has {say(found).en}, not {wanted.en}"
    )


def truth(term: Term) -> Term:
    """The term, which gives a truth value.

    Raises:
        BadXPath: it gives something else.
    """
    if term.kind != "bool":
        raise wrong("条件 (condition)", term, KIND_WORDS["bool"])
    return term


def a_number(what: str, term: Term) -> Term:
    """The term, which gives a number.

    Raises:
        BadXPath: it gives something else.
    """
    if term.kind not in ("int", "dec"):
        raise wrong(what, term, KIND_WORDS["dec"])
    return term


def as_double(term: Term) -> Term:
    if term.kind == "dec":
        return term
    if term.literal is not None:
        return replace(term, cel=f"{term.cel}.0", kind="dec")
    return Term(f"double({term.cel})", "dec")


def arithmetic(sign: str, left: Term, right: Term) -> Term:
    if sign == "-" and left.kind == right.kind == "date":
        return Term(f"days({right.cel}, {left.cel})", "int")
    left, right = a_number(sign, left), a_number(sign, right)
    if sign == "mod" and "dec" in (left.kind, right.kind):
        raise BadXPath("mod 只用于整数", "mod is for whole numbers only")
    if sign == "div" or "dec" in (left.kind, right.kind):
        left, right = as_double(left), as_double(right)
    strength = SUM if sign in "+-" else PRODUCT
    written = {"div": "/", "mod": "%"}.get(sign, sign)
    return Term(f"{left.at(strength)} {written} {right.at(strength + 1)}", left.kind, strength)


def compared(sign: str, left: Term, right: Term, scope: Scope) -> Term:
    for one, other in ((left, right), (right, left)):
        if other.kind == "blank":
            return _blank(sign, one, scope)
    left, right = alike(sign, left, right), alike(sign, right, left)
    kinds = {left.kind, right.kind}
    ordered = sign not in ("==", "!=")
    if kinds <= {"int", "dec"}:
        left, right = _same_width(left, right), _same_width(right, left)
    elif (
        len(kinds) > 1 or kinds & {"many", "column", "repeat"} or (ordered and kinds & {"str", "one", "bool"})
    ):
        raise _unlike(sign, left, right)
    if kinds == {"one"} and dict(left.codes) != dict(right.codes):
        raise BadXPath("两题的选项表不同，不能比较", "the two questions have different lists of choices")
    if left.literal is not None and right.literal is not None and kinds == {"str"} and not ordered:
        return Term(str((left.literal == right.literal) == (sign == "==")).lower(), "bool")
    if left.literal is not None and right.literal is None:
        left, right, sign = right, left, sign.translate(_TURNED)
    opposite = _OPPOSITE[sign]
    if "/" in left.cel + right.cel and sign not in ("==", "!="):
        opposite = ""  # 0 div 0 is neither less nor more
    sides = left.at(SUM), right.at(SUM)
    return Term(f" {sign} ".join(sides), "bool", RELATION, opposite=opposite and f" {opposite} ".join(sides))


def _unlike(sign: str, left: Term, right: Term) -> BadXPath:
    if "many" in (left.kind, right.kind):
        return BadXPath("多选题请用 selected()", "ask selected() of several choices")
    return BadXPath(
        f"{say(left).zh}与{say(right).zh}不能用 {sign} 比较",
        f"{say(left).en} and {say(right).en} do not compare by {sign}",
    )


def _same_width(term: Term, other: Term) -> Term:
    """CEL compares a whole number with a fraction only where one of them is not typed while reading: an answer."""
    typed = term.literal is None or not _ANSWER.fullmatch(other.cel)
    if term.kind == "int" and other.kind == "dec" and typed:
        return as_double(term)
    return term


def alike(sign: str, term: Term, other: Term) -> Term:
    """A literal as what it is compared with."""
    if term.literal is None:
        return term
    text = term.literal
    if other.kind == "one" and term.kind in ("str", "int") and sign in ("==", "!="):
        if text not in other.codes:
            raise BadXPath(f"没有选项“{text}”", f"there is no choice {text!r}")
        return Term(quoted(other.codes[text]), "one", codes=other.codes, literal=text)
    if other.kind == "date" and term.kind == "str" and DATE.fullmatch(text):
        return replace(term, kind="date")
    if other.kind == "time" and term.kind == "str" and TIME.fullmatch(text[:5]):
        return Term(quoted(text[:5]), "time", literal=text[:5])
    if (
        other.kind in ("int", "dec")
        and term.kind == "str"
        and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", text)
    ):
        return Term(text, "dec" if "." in text else "int", literal=text)
    if other.kind == "str" and other.literal is None and term.kind == "int" and sign in ("==", "!="):
        raise BadXPath(f"文字题与数字 {text} 比较，请加引号或用 number()", f"quote {text}, or use number()")
    return term


def _blank(sign: str, term: Term, scope: Scope) -> Term:
    """Whether there is an answer. Only a cell can say so; an answer that is not there is unknown here."""
    if sign not in ("==", "!="):
        raise BadXPath("空白不能比较大小", "a blank has no order")
    if term.kind == "blank":
        return Term("true" if sign == "==" else "false", "bool")
    if term.literal is not None:
        return Term("false" if sign == "==" else "true", "bool")
    if term.there:
        there = Term(term.there, "bool")
        return there if sign == "!=" else negated(there)
    if term.kind in ("bool", "column", "repeat", "clock"):
        raise _unlike(sign, term, Term("''", "blank"))
    scope.notes.append(
        Words(
            "与空白比较：这里没有答案是“未知”，不是空白；有答案时结果相同",
            "compared with a blank: here no answer is unknown, not blank; once answered it is the same",
        )
    )
    if term.kind in ("int", "dec"):
        return Term(f"string({term.cel}) {sign} ''", "bool", RELATION)
    return Term(f"size({term.cel}) {sign} 0", "bool", RELATION)


def either(test: Term, yes: Term, no: Term) -> Term:
    kinds = {yes.kind, no.kind}
    kind = yes.kind if no.kind == "blank" else no.kind
    if "blank" in kinds:
        if not kinds & {"blank", "str", "one"} - {"blank"} and len(kinds) > 1:
            yes, no = (Term(f"dyn({side.cel})", side.kind) for side in (yes, no))
    elif kinds == {"int", "dec"}:
        yes, no, kind = as_double(yes), as_double(no), "dec"
    elif len(kinds) > 1 and kinds <= {"str", "one", "date", "time"}:
        yes, no = plain_text(yes), plain_text(no)
        kind = "str"
    elif len(kinds) > 1 or kinds & {"many", "column", "repeat", "clock"}:
        raise BadXPath(
            f"if() 的两个结果一个是{say(yes).zh}，一个是{say(no).zh}",
            f"if() gives {say(yes).en} or {say(no).en}",
        )
    # A ternary in the last place needs no parentheses.
    return Term(
        f"{test.at(OR)} ? {yes.at(OR)} : {no.cel}", kind, TERNARY, codes=yes.codes if kind == "one" else {}
    )


def plain_text(term: Term) -> Term:
    """A text as the form writes it."""
    if term.kind == "one" and any(name != code for name, code in term.codes.items()):
        raise BadXPath(
            "选项改了编码，不能当作文字使用", "the codes of these choices were changed; they are no text"
        )
    if term.kind not in ("str", "one", "date", "time", "blank"):
        raise wrong("文字 (text)", term, KIND_WORDS["str"])
    return term if term.kind == "str" else replace(term, kind="str")
