"""CEL as a tree: as much of it as our rules use, so that a rule can be written in another language or compared.

The library that judges rules (`rule_language`) gives no tree. What is not read here is no fault: the caller
keeps the rule as the text that it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

MAX_DEPTH = 40


class NotRead(ValueError):  # noqa: N818 - the caller keeps the text
    """The expression uses what this reader does not know."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A node: its operator or name, what it is given, and of a literal or a name the text.

    `op` is one of: "text", "number", "name" (also dotted: "answers.T_LIC_01", "r.grade"), "list", "call" (the function is
    in `text`), "method" (the first of `of` is what it is called on), "?:", "!", "neg", "||", "&&", "in", "==" … "%".
    Sides of "||" and "&&" are flat.
    """

    op: str
    of: tuple["Tree", ...] = ()
    text: str = ""


class _Token(NamedTuple):
    kind: str
    text: str


_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?!\w)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%!<>?:()\[\],.]))"
)
_LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">=", "in"), ("+", "-"), ("*", "/", "%"))
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t"}


def read_cel(source: str, *, indexes: bool = False) -> Tree:
    """The tree of an expression.

    Args:
        indexes: read `p[0]` ("index") and fields of what is no name ("field") too.

    Raises:
        NotRead: it uses what is not known here.
    """
    return _Reader(list(_tokens(source)), indexes).whole()


def _tokens(source: str) -> Iterator[_Token]:
    at, text = 0, source.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotRead(text[at : at + 12])
        yield _Token(match.lastgroup or "", match[match.lastgroup or 0])
        at = match.end()


def _plain(literal: str) -> str:
    def letter(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise NotRead(literal)
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", letter, literal[1:-1], flags=re.DOTALL)


class _Reader:
    def __init__(self, tokens: list[_Token], indexes: bool) -> None:
        self._tokens = tokens
        self._indexes = indexes
        self._at = 0
        self._depth = 0

    def whole(self) -> Tree:
        tree = self._ternary()
        if self._at < len(self._tokens):
            raise NotRead(self._tokens[self._at].text)
        return tree

    def _peek(self) -> str:
        if self._at >= len(self._tokens):
            return ""
        kind, text = self._tokens[self._at]
        return text if kind == "sign" or (kind, text) == ("name", "in") else ""

    def _take(self, sign: str) -> bool:
        found = self._peek() == sign
        self._at += found
        return found

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise NotRead(sign)

    def _ternary(self) -> Tree:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotRead("too deep")
        test = self._level(0)
        if self._take("?"):
            yes = self._ternary()
            self._need(":")
            test = Tree("?:", (test, yes, self._ternary()))
        self._depth -= 1
        return test

    def _level(self, level: int) -> Tree:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while (sign := self._peek()) and sign in _LEVELS[level]:
            self._at += 1
            right = self._level(level + 1)
            if sign in ("||", "&&"):
                sides = [part for side in (left, right) for part in (side.of if side.op == sign else (side,))]
                left = Tree(sign, tuple(sides))
            else:
                left = Tree(sign, (left, right))
        return left

    def _unary(self) -> Tree:
        signs = ""
        while (sign := self._peek()) in ("!", "-") and sign:
            self._at += 1
            signs += sign
        tree = self._member()
        for sign in reversed(signs):
            tree = Tree("!" if sign == "!" else "neg", (tree,))
        return tree

    def _member(self) -> Tree:
        tree = self._primary()
        while (indexed := self._indexes and self._take("[")) or self._take("."):
            if indexed:
                tree = Tree("index", (tree, self._ternary()))
                self._need("]")
                continue
            if self._at >= len(self._tokens) or self._tokens[self._at].kind != "name":
                raise NotRead(".")
            name = self._tokens[self._at].text
            self._at += 1
            if self._take("("):
                tree = Tree("method", (tree, *self._list(")")), name)
            elif tree.op == "name":
                tree = Tree("name", (), f"{tree.text}.{name}")
            elif self._indexes:
                tree = Tree("field", (tree,), name)
            else:
                raise NotRead(name)
        return tree

    def _primary(self) -> Tree:
        if self._take("("):
            tree = self._ternary()
            self._need(")")
            return tree
        if self._take("["):
            return Tree("list", tuple(self._list("]")))
        if self._at >= len(self._tokens) or self._tokens[self._at].kind == "sign":
            raise NotRead("too early")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "text":
            return Tree("text", (), _plain(text))
        if kind == "name" and self._take("("):
            return Tree("call", tuple(self._list(")")), text)
        return Tree(kind, (), text)

    def _list(self, end: str) -> list[Tree]:
        found: list[Tree] = []
        while not self._take(end):
            if found:
                self._need(",")
            found.append(self._ternary())
        return found


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def simplest(tree: Tree) -> Tree:
    """One form for what says the same: lists of choices spelled out, literals on the right, negations turned."""
    of = tuple(simplest(part) for part in tree.of)
    tree = Tree(tree.op, of, tree.text)
    if tree.op == "in" and of[1].op == "list":
        return _any([Tree("==", (of[0], choice)) for choice in of[1].of])
    if tree.op == "method" and tree.text in ("exists", "all") and of[0].op == "list" and of[1].op == "name":
        parts = [simplest(_put(of[2], of[1].text, choice)) for choice in of[0].of]
        return _any(parts) if tree.text == "exists" else _flat("&&", parts)
    if tree.op in _TURNED and of[0].op in ("text", "number") and of[1].op not in ("text", "number"):
        return Tree(_TURNED[tree.op], (of[1], of[0]))
    if tree.op == "!":
        return _not(of[0])
    if tree.op in ("||", "&&"):
        return _flat(tree.op, list(of))
    return tree


def _not(tree: Tree) -> Tree:
    if tree.op == "!":
        return tree.of[0]
    return Tree(_OPPOSITE[tree.op], tree.of) if tree.op in ("==", "!=") else Tree("!", (tree,))


def _any(parts: list[Tree]) -> Tree:
    return _flat("||", parts)


def _flat(sign: str, parts: list[Tree]) -> Tree:
    if len(parts) == 1:
        return parts[0]
    return Tree(sign, tuple(inner for part in parts for inner in (part.of if part.op == sign else (part,))))


def _put(tree: Tree, name: str, value: Tree) -> Tree:
    if tree.op == "name":
        return value if tree.text == name else tree
    return Tree(tree.op, tuple(_put(part, name, value) for part in tree.of), tree.text)
