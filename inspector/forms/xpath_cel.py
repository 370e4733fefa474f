"""XPath of an XLSForm, translated into CEL as our rules have it.

Both sides are typed: what XPath would convert on its way (a text to a number, a number to a truth value) is refused in
words, unless it is certain already while the form is read. A blank is where the two languages differ: XPath goes on
with '' or NaN, ours stays unknown (docs/guide/checklists.md names the cases). Only a cell of a roster may be asked
whether it is there, because a row is complete when it is saved.
"""

from inspector.forms.xpath import BadXPath, Binary, Call, Dot, Name, Negative, Node, Number, Ref, Text, parse
from inspector.forms.xpath_functions import FUNCTIONS
from inspector.forms.xpath_terms import (
    AND,
    OR,
    UNARY,
    WHOLE,
    Kind,
    Scope,
    Term,
    a_number,
    arithmetic,
    compared,
    quoted,
    truth,
)


def translate(source: str, scope: Scope) -> Term:
    """The CEL of an expression, whatever it gives.

    Raises:
        BadXPath: it cannot be carried; `words` say why.
    """
    return _term(parse(source), scope)


def condition(source: str, scope: Scope) -> Term:
    """The CEL of an expression that must give a truth value.

    Raises:
        BadXPath: as `translate`; or it gives something else.
    """
    return truth(_term(parse(source), scope))


def _term(node: Node, scope: Scope) -> Term:
    if isinstance(node, Number):
        kind: Kind = "dec" if "." in node.text else "int"
        text = str(float(node.text)) if kind == "dec" else str(int(node.text))
        if len(text) > 16 or "e" in text:
            raise BadXPath(f"数字 {node.text} 过长", f"the number {node.text} is too long")
        return Term(text, kind, literal=text)
    if isinstance(node, Text):
        return Term(quoted(node.text), "str" if node.text else "blank", literal=node.text)
    if isinstance(node, Ref):
        return _ref(node, scope)
    if isinstance(node, Dot):
        if scope.dot is None:
            raise BadXPath("这里没有自己的答案可看（.）", "there is no own answer to look at here (.)")
        return scope.dot
    if isinstance(node, Name):
        return _column(node, scope)
    if isinstance(node, Negative):
        inner = a_number("-", _term(node.of, scope))
        return _minus(inner)
    if isinstance(node, Call):
        return _call(node, scope)
    return _binary(node, scope)


def _minus(term: Term) -> Term:
    if term.literal is None:
        return Term(f"-{term.at(WHOLE)}", term.kind, UNARY)
    text = term.literal[1:] if term.literal.startswith("-") else f"-{term.literal}"
    return Term(text, term.kind, UNARY if text.startswith("-") else WHOLE, literal=text)


def _ref(node: Ref, scope: Scope) -> Term:
    if node.name not in scope.refs:
        raise BadXPath(f"没有名为 {node.name} 的题", f"there is no question {node.name}")
    return scope.refs[node.name]


def _column(node: Name, scope: Scope) -> Term:
    if node.name not in scope.columns:
        raise BadXPath(
            f"“{node.name}”既不是 ${{题名}} 也不是 choices 表的列",
            f"{node.name!r} is neither ${{question}} nor a column of the choices",
        )
    text = scope.columns[node.name]
    return Term(quoted(text), "str" if text else "blank", literal=text)


def _binary(node: Binary, scope: Scope) -> Term:
    if node.sign in ("and", "or"):
        sign, strength = ("&&", AND) if node.sign == "and" else ("||", OR)
        sides = [truth(_term(side, scope)) for side in (node.left, node.right)]
        # Both are read from left to right, so the left side needs no parentheses of its own.
        return Term(f"{sides[0].at(strength)} {sign} {sides[1].at(strength + 1)}", "bool", strength)
    left, right = _term(node.left, scope), _term(node.right, scope)
    if node.sign in ("+", "-", "*", "div", "mod"):
        return arithmetic(node.sign, left, right)
    return compared({"=": "=="}.get(node.sign, node.sign), left, right, scope)


def _call(node: Call, scope: Scope) -> Term:
    known = FUNCTIONS.get(node.name)
    if known is None:
        raise BadXPath(
            f"不支持函数 {node.name}()（有：{'、'.join(FUNCTIONS)}）",
            f"the function {node.name}() is not known here (there are {', '.join(FUNCTIONS)})",
        )
    function, least, most = known
    if not least <= len(node.given) <= most:
        raise BadXPath(
            f"{node.name}() 的参数个数不对", f"{node.name}() is not given the right number of arguments"
        )
    return function([_term(part, scope) for part in node.given], scope)
