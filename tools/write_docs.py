"""Write the parts of the documentation that the program itself knows: commands, keys, messages.

`python tools/write_docs.py` renews them in place, between `<!-- made: name -->` and `<!-- end -->`;
tests/docs holds the pages to what this writes.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "guide"
_MARKED = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_FRAMES = ("answer_page", "base", "help", "searching")
_FALLBACKS = {"date": "5", "yaml": "5"}
_KINDS = {
    "usage": ("命令的写法不对", "the words of a command are off"),
    "not_found": ("所指的东西不存在", "something named is not there"),
    "refused": ("业务规则不允许，没有改动", "a rule of the field says no; nothing was changed"),
    "bad_input": (
        "文件或填写的值不能采用，没有导入",
        "a file or a value cannot be taken as it is; nothing was imported",
    ),
    "workspace": ("工作区缺失、被锁、被占用或版本更新", "the workspace is missing, locked, busy or too new"),
    "workspace.passphrase": ("口令不对", "the passphrase does not open this workspace"),
    "workspace.busy": ("另一个程序正占用", "another process holds what this one needs"),
    "sync": ("没有上报；都保存着，以后再报", "not sent; everything is kept and is sent later"),
    "sync.offline": ("连不上中心，以后再试即可", "no answer from the centre; trying again later is right"),
    "sync.not_trusted": ("回答不能证明来自本中心", "an answer that is not verifiably our centre's"),
    "damaged": ("存储的内容与当初写入的不同", "stored bytes are not what was stored"),
    "error": ("程序自身的故障", "a fault of the program"),
    "inspection.guard": (
        "现在不能开始或办结；逐条列出原因",
        "it cannot start or be concluded; each reason is listed",
    ),
    "case.source_changed": ("写案卷时文件发生变化", "a file changed while the case file was written"),
    "demo.not_proved": ("演示中有一步没有做到", "a step of the demonstration did not hold"),
}


class Message(NamedTuple):
    """A problem code, the exit status that goes with it, and the sentence in both languages."""

    code: str
    status: str
    zh: str
    en: str


# -- commands --------------------------------------------------------------------------------------------------


def walk_commands() -> Iterator[tuple[str, Any]]:
    """("inspector inspect start", command) for each command of the command line, in its order."""
    import typer

    from inspector.cli.main import app

    def walk(words: str, command: Any) -> Iterator[tuple[str, Any]]:
        below = getattr(command, "commands", None)
        if below is None:
            yield words, command
            return
        if words == "inspector":
            yield words, command
        for name, found in below.items():
            yield from walk(f"{words} {name}", found)

    yield from walk("inspector", typer.main.get_command(app))


def commands() -> str:
    """A section for each command: what it does, its arguments and options."""
    parts = []
    for words, command in walk_commands():
        parameters = [found for found in command.params if getattr(found, "name", "") != "help"]
        usage = " ".join([words, *(_usage(found) for found in parameters if _is_argument(found))])
        lines = [f"### `{words}`", "", " ".join((command.help or "").split()), ""]
        if usage != words:
            lines += [f"`{usage}`", ""]
        if parameters:
            lines += ["| argument, option | what | default |", "|---|---|---|"]
            lines += [_parameter(found) for found in parameters]
            lines.append("")
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _usage(parameter: Any) -> str:
    return f"{parameter.name}".upper() + ("…" if parameter.nargs == -1 else "")


def _parameter(parameter: Any) -> str:
    names = _usage(parameter) if _is_argument(parameter) else ", ".join(parameter.opts) + _takes(parameter)
    default = parameter.default
    shown = "" if default in (None, "", False, ()) or callable(default) else f"`{default}`"
    if parameter.required:
        shown = "needed"
    what = " ".join((parameter.help or "").split())
    if getattr(parameter, "multiple", False):
        what += " Several."
    if getattr(parameter, "envvar", None):
        what += f" Also `{parameter.envvar}`."
    return f"| `{names}` | {_cell(what)} | {shown} |"


def _takes(parameter: Any) -> str:
    """What follows an option: nothing, its own word, or what kind of value it is."""
    if parameter.is_flag:
        return ""
    if parameter.metavar:
        return f" {parameter.metavar}"
    kind = type(parameter.type).__name__.lower()
    return " N" if "int" in kind else " FILE" if "path" in kind else " TEXT"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


# -- keys ------------------------------------------------------------------------------------------------------


def screens() -> Iterator[tuple[str, Any]]:
    """(name of the module, screen class) for each screen that has keys."""
    import inspector.screens
    from inspector.screens.base import Told

    for module in sorted(pkgutil.iter_modules(inspector.screens.__path__), key=lambda found: found.name):
        loaded = importlib.import_module(f"inspector.screens.{module.name}")
        classes: list[tuple[str, Any]] = inspect.getmembers(loaded, inspect.isclass)
        for _, found in classes:
            own = issubclass(found, Told) and found.__module__ == loaded.__name__
            if own and found.KEYS and module.name not in _FRAMES:
                yield module.name, found


def keys() -> str:
    """A table of keys for each screen, in both languages."""
    from inspector.commands import EVERYWHERE

    everywhere = {command.id for command in EVERYWHERE}
    parts = [_key_table("每个画面 Every screen", EVERYWHERE)]
    for name, screen in screens():
        words = re.split(r"[.;]", (inspect.getdoc(screen) or name).split("\n")[0])[0]
        title = f"{_module('screen_names').SCREENS[name]} {words}"
        own = [command for command in screen.KEYS if command.id not in everywhere]
        parts.append(_key_table(title, own))
    return "\n".join(parts)


def _key_names(command: Any) -> str:
    """Its keys in both languages: "回车 Enter / F2"."""
    from inspector import language

    spoken = "en" if language.english() else "zh"
    names = []
    for name in ("zh", "en"):
        language.use(name)
        names.append(command.key_names.split(" / "))
    language.use(spoken)
    return " / ".join(zh if zh == en else f"{zh} {en}" for zh, en in zip(*names, strict=True))


def _key_table(title: str, found: Any) -> str:
    rows = [
        f"| {_cell(_key_names(command))} | {command.zh} {command.en} | {_cell(command.help_zh)} {_cell(command.help_en)} |"
        for command in found
    ]
    return "\n".join(
        [f"#### {title}", "", "| 键 key | 命令 command | 作用 what it does |", "|---|---|---|", *rows, ""]
    )


# -- messages --------------------------------------------------------------------------------------------------


def messages() -> list[Message]:
    """Every problem code that the program's source names, with its sentence."""
    from inspector import errors
    from inspector.sync import failures
    from inspector.sync.protocol import PROBLEMS

    statuses = {
        name: str(found.exit_status)
        for name, found in vars(errors).items()
        if inspect.isclass(found) and issubclass(found, errors.InspectorError)
    }
    found: dict[str, Message] = {}
    for path in sorted((ROOT / "inspector").rglob("*.py")):
        for message in _in_source(path, statuses):
            found.setdefault(message.code, message)
    for code, (zh, en, _) in failures._REFUSALS.items():
        found[code] = Message(code, "7", zh, en)
    for code, (_, zh, en) in PROBLEMS.items():
        found.setdefault(code, Message(code, "7", zh, en))
    for code, zh, en in _module("lifecycle_pages").refusals():
        found[code] = Message(code, "4", zh, en)
    for code, (zh, en) in _SAID_BY_WHAT_IS_PUT_IN.items():
        found[code] = Message(code, found[code].status, zh, en)
    return [found[code] for code in sorted(found)]


_SAID_BY_WHAT_IS_PUT_IN = {
    "rectify.duty": ("要由…（职务）…，…不是。", "To … takes the … (a duty); … is not."),
    "rectify.handler": (
        "要由承办人…，…不是；或所指定的人不是执法人员，不能承办。",
        "To … takes the officer in charge; or the one named is no officer.",
    ),
    "answer.invalid": ("这一项的答案不合要求：……", "The answer is not what this item takes: …"),
    "registry.limit": (
        "台账文件超出限度（大小、行数、列数或单元格），没有导入：……",
        "The registry's file is beyond a limit (size, rows, columns, a cell): …",
    ),
    "registry.unreadable": ("台账文件无法读取，没有导入：……", "The registry's file cannot be read: …"),
    "sync.method": (
        "中间的代理不放行同步用的请求（PATCH、HEAD）",
        "a proxy between does not let requests of the sync through (PATCH, HEAD)",
    ),
    "yaml": (
        "检查表文件的写法有误：文件、行号和原因",
        "a checklist's file is not well written: file, line, reason",
    ),
}
"""Codes whose sentence in the source is made of nothing but what is put in."""


_WORDS_OF_THE_GUARD = {"Objection": "4", "Advisory": "0"}  # an advisory refuses nothing


def _in_source(path: Path, statuses: dict[str, str]) -> Iterator[Message]:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from _default_codes(node)
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name == "Failure" and len(node.args) >= 4:
            yield from _message(node.args[1], "7", node.args[2], node.args[3])
        if name in _WORDS_OF_THE_GUARD and len(node.args) >= 3:
            yield from _message(node.args[0], _WORDS_OF_THE_GUARD[name], node.args[1], node.args[2])
        for keyword in node.keywords:
            if keyword.arg == "code" and (name in statuses or _is_code(keyword.value)):
                words = node.args[-2:] if len(node.args) >= 2 else (None, None)
                words = node.args[:2] if name in statuses and len(node.args) >= 2 else words
                status = statuses.get(name) or _FALLBACKS.get(_text(keyword.value), _status_of(path))
                yield from _message(keyword.value, status, *words)


def _status_of(path: Path) -> str:
    """The status of errors that a helper of the module makes: a bad file there, a bad workspace in the store."""
    if path.parent.name in ("store", "central"):
        return "8" if path.name == "blobs.py" else "6"
    return "7" if path.parent.name == "sync" else "5"


def _is_code(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value


def _default_codes(node: ast.ClassDef) -> Iterator[Message]:
    status = ""
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
            target = line.targets[0]
            if isinstance(target, ast.Name) and target.id == "exit_status":
                status = str(line.value.value)
            if isinstance(target, ast.Name) and target.id == "default_code":
                bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
                code = str(line.value.value)
                yield Message(code, status or _inherited(bases), *_KINDS[code])


def _inherited(bases: list[str]) -> str:
    from inspector import errors

    for base in bases:
        found = getattr(errors, base, None)
        if found is not None:
            return str(found.exit_status)
    return "1"


def _message(code: ast.expr, status: str, zh: ast.expr | None, en: ast.expr | None) -> Iterator[Message]:
    for text in _codes(code):
        yield Message(text, status, _text(zh), _text(en))


def _codes(node: ast.expr) -> list[str]:
    """The codes that an expression can be; those with an open end are listed by what they can become."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return [*_codes(node.body), *_codes(node.orelse)]
    text = _text(node)
    if text == "inspection.…":
        return ["inspection.concluded", "inspection.voided"]
    if text.startswith("…."):
        kinds = ("site", "officer", "inspection", "grid")
        return [f"{kind}{text[1:]}" for kind in kinds]
    return []


def _text(node: ast.expr | None) -> str:
    """A text of the source; what is put in when it is shown is "…"."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return ""


def errors() -> str:
    """The table of problem codes."""
    lines = ["| code | exit | 说明 | meaning |", "|---|---|---|---|"]
    lines += [f"| `{m.code}` | {m.status} | {_cell(m.zh)} | {_cell(m.en)} |" for m in messages()]
    return "\n".join(lines) + "\n"


def _of(module: str, name: str) -> Callable[[], str]:
    """A part that a module beside this one writes."""

    def part() -> str:
        found: Callable[[], str] = getattr(_module(module), name)
        return found()

    return part


def _module(name: str) -> ModuleType:
    if str(ROOT / "tools") not in sys.path:
        sys.path.insert(0, str(ROOT / "tools"))
    return importlib.import_module(name)


PARTS: dict[str, Callable[[], str]] = {
    "checklists": _of("checklist_pages", "checklists"),
    "packs": _of("checklist_pages", "packs"),
    "law": _of("checklist_pages", "law"),
    "commands": commands,
    "keys": keys,
    "errors": errors,
    "flags": _of("fact_pages", "flags"),
    "facts": _of("fact_pages", "facts"),
    "columns": _of("fact_pages", "columns"),
    "transitions": _of("lifecycle_pages", "transitions"),
    "states": _of("lifecycle_pages", "states"),
    "drawing": _of("lifecycle_pages", "drawing"),
    "papers": _of("paper_pages", "papers"),
    "paper_fields": _of("paper_pages", "paper_fields"),
    "paper_names": _of("paper_pages", "paper_names"),
}


def renewed(text: str) -> str:
    """A page with its made parts written anew."""
    return _MARKED.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n{found[3]}", text)


def main() -> None:
    """Renew every page that has such a part."""
    for path in sorted([*GUIDE.glob("*.md"), *GUIDE.parent.glob("*.md")]):
        text = path.read_text("utf-8")
        new = renewed(text)
        if new != text:
            path.write_text(new, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
