"""Our rules, written as XPath for an XLSForm where that says exactly the same; nothing where it does not.

What comes out is read back by `xpath_cel` and must be the rule that went in, so that nothing is lost on a way out and
in. Kept in CEL are rules over rows, sites, days, parameters and other checklists, and comparisons of times, which an ODK
client would take for numbers.
"""

import re
from collections.abc import Callable, Mapping

from inspector.domain.rule_tree import NotRead, Tree, read_cel, simplest
from inspector.forms.xpath import BadXPath
from inspector.forms.xpath_cel import translate
from inspector.forms.xpath_terms import DATE, Kind, Scope

_COMPARED = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ARITHMETIC = {"+": "+", "-": "-", "*": "*", "/": "div", "%": "mod"}
_FULL_MATCH = re.compile(r"\^\(\?:(.*)\)\$", re.DOTALL)


def to_xpath(source: str, scope: Scope) -> str:
    """The XPath of a rule; empty where there is none that says exactly the same.

    Args:
        scope: what the XPath may name, as it will be read back; the answers by the names that rules have for them.
    """
    try:
        tree = simplest(read_cel(source))
        written = _Writer(scope).written(tree)
        back = simplest(read_cel(translate(written, Scope(scope.refs, scope.dot)).cel))
    except (NotRead, BadXPath):
        return ""
    return written if back == tree else ""


class _Writer:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._by_cel = {term.cel: name for name, term in scope.refs.items()}

    def written(self, tree: Tree) -> str:
        """XPath of a tree, with parentheses around everything that is not single.

        Raises:
            NotRead: there is none.
        """
        if tree.op in ("||", "&&"):
            sign = " or " if tree.op == "||" else " and "
            return sign.join(self._inside(part) for part in tree.of)
        if tree.op == "!":
            return f"not({self.written(tree.of[0])})"
        if tree.op == "?:":
            return f"if({', '.join(self.written(part) for part in tree.of)})"
        if tree.op == "in":
            return f"selected({self.written(tree.of[1])}, {self.written(tree.of[0])})"
        if tree.op in _COMPARED:
            return self._compared(tree)
        if tree.op in _ARITHMETIC:
            return f" {_ARITHMETIC[tree.op]} ".join(self._inside(part) for part in tree.of)
        if tree.op == "neg":
            return f"-{self._inside(tree.of[0])}"
        return self._single(tree)

    def _inside(self, tree: Tree) -> str:
        text = self.written(tree)
        single = tree.op in ("text", "number", "name", "call", "method", "!", "?:", "in")
        related = tree.op in _COMPARED
        return text if single or related else f"({text})"

    def _compared(self, tree: Tree) -> str:
        left, right = tree.of
        kinds = {self._kind(left), self._kind(right)}
        if "time" in kinds:
            raise NotRead("a time is no number in ODK")
        sides = [self._dated(part) if "date" in kinds else self._number_side(part) for part in (left, right)]
        return f" {_COMPARED[tree.op]} ".join(sides)

    def _number_side(self, tree: Tree) -> str:
        return f"({self.written(tree)})" if tree.op in (*_COMPARED, "||", "&&") else self.written(tree)

    def _dated(self, tree: Tree) -> str:
        """A date beside a date; in ODK a text would not compare with it."""
        if tree.op == "text":
            if not DATE.fullmatch(tree.text):
                raise NotRead(tree.text)
            return f"date({_quoted(tree.text)})"
        return self.written(tree)

    def _kind(self, tree: Tree) -> Kind | None:
        if tree.op != "name":
            return None
        if tree.text == "day.date":
            return "date"
        if tree.text == "value":
            return self._scope.dot.kind if self._scope.dot else None
        name = self._by_cel.get(tree.text)
        return self._scope.refs[name].kind if name else None

    def _single(self, tree: Tree) -> str:
        if tree.op == "text":
            return _quoted(tree.text)
        if tree.op == "number":
            return tree.text
        if tree.op == "name":
            return self._name(tree.text)
        calls = _METHODS if tree.op == "method" else _CALLS
        if tree.op in ("call", "method") and tree.text in calls:
            return calls[tree.text](self, tree)
        raise NotRead(tree.op)

    def _name(self, name: str) -> str:
        if name in ("true", "false"):
            return f"{name}()"
        if name == "day.date":
            return "today()"
        if name == "value" and self._scope.dot is not None:
            return "."
        if name in self._by_cel:
            return f"${{{self._by_cel[name]}}}"
        raise NotRead(name)

    def size(self, tree: Tree) -> str:
        """How many are chosen, or how long a text is."""
        function = "count-selected" if self._kind(tree.of[0]) == "many" else "string-length"
        return f"{function}({self.written(tree.of[0])})"

    def days(self, tree: Tree) -> str:
        """Days between two dates."""
        start, end = tree.of
        return f"({self._dated(end)} - {self._dated(start)})"

    def named(self, name: str, tree: Tree) -> str:
        """A function that is called the same way."""
        given = tree.of[0].of if tree.of and tree.of[0].op == "list" else tree.of
        return f"{name}({', '.join(self.written(part) for part in given)})"

    def matched(self, tree: Tree) -> str:
        """A pattern for the whole text."""
        whole = (
            _FULL_MATCH.fullmatch(tree.of[1].text) if len(tree.of) == 2 and tree.of[1].op == "text" else None
        )
        if whole is None:
            raise NotRead("matches")
        return f"regex({self.written(tree.of[0])}, {_quoted(whole[1])})"

    def as_it_is(self, tree: Tree) -> str:
        """A change of type that XPath makes by itself."""
        return self._inside(tree.of[0])


_CALLS: Mapping[str, Callable[[_Writer, Tree], str]] = {
    "size": _Writer.size,
    "days": _Writer.days,
    "double": _Writer.as_it_is,
    "least": lambda w, t: w.named("min", t),
    "greatest": lambda w, t: w.named("max", t),
    "int": lambda w, t: w.named("int", t),
    "round": lambda w, t: w.named("round", t),
    "number": lambda w, t: w.named("number", t),
    "string": lambda w, t: w.named("string", t),
}
_METHODS: Mapping[str, Callable[[_Writer, Tree], str]] = {"matches": _Writer.matched}


def _quoted(text: str) -> str:
    """A literal of XPath, which has no escapes."""
    mark = '"' if "'" in text else "'"
    if mark in text or "${" in text:
        raise NotRead(text)
    return f"{mark}{text}{mark}"
