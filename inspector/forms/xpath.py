"""The expressions of XLSForms, read: the subset of XPath 1.0 that people write in relevant, constraint and calculation.

`${name}`, `.`, names of choice columns, literals, `and or = != < <= > >= + - * div mod`, unary minus, parentheses,
calls. What the functions mean is not known here: `xpath_cel` translates. The order of the operators is that of
XPath 1.0, section 3; `|`, paths, axes, predicates and variables are refused in words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from inspector.domain.checklist import Words

MAX_LENGTH = 2_000
"""Characters of one expression."""
MAX_DEPTH = 24
"""Calls, parentheses and signs inside of each other; CEL reads 32 levels, and some become two."""
MAX_NODES = 400


class BadXPath(ValueError):  # noqa: N818 - becomes a Problem with its cell
    """The expression cannot be carried; `words` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)


@dataclass(frozen=True, slots=True)
class Number:
    """A literal, as it was written: "3", "0.5"."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A literal without its quotation marks."""

    text: str


@dataclass(frozen=True, slots=True)
class Ref:
    """`${name}`; the answer of another question."""

    name: str


@dataclass(frozen=True, slots=True)
class Dot:
    """`.`, the answer of this question."""


@dataclass(frozen=True, slots=True)
class Name:
    """A bare name: in a choice_filter a column of the choices."""

    name: str


@dataclass(frozen=True, slots=True)
class Binary:
    """Two sides of an operator: or and = != < <= > >= + - * div mod."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    of: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is given."""

    name: str
    given: tuple["Node", ...]


Node = Number | Text | Ref | Dot | Name | Binary | Negative | Call


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|\$\{\s*(?P<ref>[^\s{}$]+)\s*\}"
    r"|(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"|(?P<text>'[^']*'|\"[^\"]*\"|“[^”]*”|‘[^’]*’)"  # word processors curl them
    r"|(?P<sign>!=|<=|>=|[=<>+*(),-])"
    r"|(?P<name>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)"
    r"|(?P<dot>\.(?!\.))"
)
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_OPERATORS = frozenset(("or", "and", "div", "mod"))


def parse(source: str) -> Node:
    """Read an expression.

    Raises:
        BadXPath: it is too long, nested too deep, not well-formed, or uses paths.
    """
    if len(source) > MAX_LENGTH:
        raise BadXPath(f"超过 {MAX_LENGTH} 个字符", f"longer than {MAX_LENGTH} characters")
    return _Parser(list(_tokens(source))).whole()


def nodes(node: Node) -> Iterator[Node]:
    """The node and everything inside of it, outermost first."""
    yield node
    inner: tuple[Node, ...] = ()
    if isinstance(node, Binary):
        inner = (node.left, node.right)
    elif isinstance(node, Negative):
        inner = (node.of,)
    elif isinstance(node, Call):
        inner = node.given
    for part in inner:
        yield from nodes(part)


def _tokens(source: str) -> Iterator[_Token]:
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            shown = source[at : at + 12]
            raise BadXPath(
                f"第 {at + 1} 个字符起的“{shown}”读不懂", f"cannot read {shown!r} at character {at + 1}"
            )
        kind = match.lastgroup or ""
        if kind != "space":
            yield _Token(kind, match[kind], at)
        at = match.end()


class _Parser:
    """Precedence climbing over the tokens, with a bound on depth and nodes."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._count = 0

    def whole(self) -> Node:
        """The expression, and nothing after it."""
        node = self._level(0)
        if self._at < len(self._tokens):
            raise self._unexpected()
        return node

    def _peek(self) -> str:
        """The sign or the operator's name that comes next; of other tokens nothing."""
        if self._at >= len(self._tokens):
            return ""
        kind, text, _ = self._tokens[self._at]
        return text if kind == "sign" or (kind == "name" and text in _OPERATORS) else ""

    def _unexpected(self) -> BadXPath:
        if self._at >= len(self._tokens):
            return BadXPath("没有写完", "it ends too early")
        _, text, at = self._tokens[self._at]
        return BadXPath(
            f"第 {at + 1} 个字符处不该有“{text}”", f"{text!r} at character {at + 1} is not expected"
        )

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            raise self._unexpected()
        self._at += 1

    def _made(self, node: Node) -> Node:
        self._count += 1
        if self._count > MAX_NODES:
            raise BadXPath("过长", "it has too many parts")
        return node

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while (sign := self._peek()) in _LEVELS[level] and sign:
            self._at += 1
            left = self._made(Binary(sign, left, self._level(level + 1)))
        return left

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BadXPath(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH}")

    def _unary(self) -> Node:
        if self._peek() == "-":
            self._at += 1
            self._deeper()
            node = self._made(Negative(self._unary()))
            self._depth -= 1
            return node
        return self._primary()

    def _primary(self) -> Node:
        if self._peek() == "(":
            self._at += 1
            self._deeper()
            node = self._level(0)
            self._take(")")
            self._depth -= 1
            return node
        if self._at >= len(self._tokens):
            raise self._unexpected()
        kind, text, _ = self._tokens[self._at]
        if kind == "sign":
            raise self._unexpected()
        self._at += 1
        if kind == "name":
            return self._called(text) if self._peek() == "(" else self._made(Name(text))
        simple: dict[str, Node] = {
            "number": Number(text),
            "text": Text(text[1:-1]),
            "ref": Ref(text),
            "dot": Dot(),
        }
        return self._made(simple[kind])

    def _called(self, name: str) -> Node:
        self._take("(")
        self._deeper()
        given: list[Node] = []
        while self._peek() != ")":
            if given:
                self._take(",")
            given.append(self._level(0))
        self._take(")")
        self._depth -= 1
        return self._made(Call(name, tuple(given)))
