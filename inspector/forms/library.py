"""The checklists, packs, law register, parameters and calendar that come with the program, and checking files against them."""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from inspector.domain.answers import read_answer
from inspector.domain.calendar import Calendar, lay_over
from inspector.domain.checklist import AnswerSpec, Checklist, Example, Item, LegalBasis, Pack
from inspector.domain.completion import circles
from inspector.domain.inspection import RulePin
from inspector.domain.rules import Context, compile_checklist
from inspector.errors import BadInput, NotFound, Problem
from inspector.forms.calendars import read_calendar
from inspector.forms.checklists import (
    Around,
    kind_of,
    read_checklist,
    read_known_checklist,
    read_pack,
    read_register,
)
from inspector.forms.packs import pack_problems
from inspector.forms.papers import read_paper_file
from inspector.forms.parameters import Parameter, read_parameters, unknown_parameters
from inspector.forms.places import data_root
from inspector.forms.shelf import Shelf
from inspector.forms.yaml_reader import MAX_BYTES, read_yaml

_FOLDERS = ("training", "campus", "questionnaires")
_RULES = {"parameters": "parameters", "calendar": "calendar", "register": "law"}
"""Folder of each kind of text that rules go by."""
_HEAD = re.compile(r"^([a-z]+): \"?([0-9A-Za-z.-]+)\"?$", re.MULTILINE)
T = TypeVar("T")


@dataclass(frozen=True)
class Library:
    """Checklists and what they lean on. Each is read when it is first asked for.

    Attributes:
        checklists, packs: by code.
        rules: which texts of what the county decides are shipped.
        sources: the bytes of each of these texts by sha256, as they are published.
    """

    checklists: Mapping[str, Checklist]
    packs: Mapping[str, Pack]
    rules: tuple[RulePin, ...]
    sources: Mapping[str, bytes]

    @cached_property
    def register(self) -> Mapping[str, LegalBasis]:
        """Legal bases by ref."""
        return _merged(read_register, self._texts("register"))

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every county parameter with its default."""
        return _merged(lambda data, name: read_parameters(data, name).values, self._texts("parameters"))

    @cached_property
    def calendar(self) -> Calendar:
        """The statutory years that are known."""
        return lay_over(*(read_calendar(data, name).calendar for name, data in self._texts("calendar")))

    def _texts(self, kind: str) -> list[tuple[str, bytes]]:
        return [
            (f"{pin.kind} {pin.code}", self.sources[pin.sha256]) for pin in self.rules if pin.kind == kind
        ]

    @property
    def params(self) -> dict[str, Any]:
        """Default of every county parameter by name; None where only the county can say."""
        return {name: found.value for name, found in self.parameters.items()}

    def checklist(self, code: str) -> Checklist:
        """The checklist of that code.

        Raises:
            NotFound: there is none.
        """
        if code not in self.checklists:
            known = "、".join(self.checklists)
            raise NotFound(f"没有检查表 {code}（有：{known}）", f"no checklist {code} (there are: {known})")
        return self.checklists[code]

    def pack(self, code: str) -> Pack:
        """The pack of that code.

        Raises:
            NotFound: there is none.
        """
        if code not in self.packs:
            known = "、".join(self.packs)
            raise NotFound(f"没有检查包 {code}（有：{known}）", f"no pack {code} (there are: {known})")
        return self.packs[code]

    @property
    def around(self) -> Around:
        """What a new checklist may refer to."""
        return Around(frozenset(self.register), frozenset(self.params), _answers(self.checklists.values()))


@cache
def shipped() -> Library:
    """The library that comes with the program, read once.

    Raises:
        BadInput: a shipped file was changed for the worse; it is named with file and line.
    """
    return load(data_root())


def load(root: Path) -> Library:
    """A folder of checklists as it is shipped. A checklist's file is named by its code, and read when it is needed.

    Raises:
        BadInput: a pack or the head of a text is not good, with file and line of its faults.
    """
    sources: dict[str, bytes] = {}

    def read(path: Path) -> bytes:
        data = path.read_bytes()
        sources[hashlib.sha256(data).hexdigest()] = data
        return data

    rules = tuple(
        _quick_pin(kind, read(path))
        for kind, folder in _RULES.items()
        for path in sorted((root / folder).glob("*.yaml"))
    )
    readers = {
        path.stem: partial(read_known_checklist, read(path), f"{folder}/{path.name}")
        for folder in _FOLDERS
        for path in sorted((root / folder).glob("*.yaml"))
    }
    packs = [read_pack(read(path), f"packs/{path.name}") for path in sorted((root / "packs").glob("*.yaml"))]
    return Library(Shelf(readers), {pack.code: pack for pack in packs}, rules, sources)


def rule_pin(kind: str, data: bytes) -> RulePin:
    """What a text of the county says that it is, with its hash.

    Raises:
        BadInput: it is no YAML.
    """
    top = read_yaml(data, kind).value
    return RulePin(kind, str(top[kind]), str(top["version"]), hashlib.sha256(data).hexdigest())


def _quick_pin(kind: str, data: bytes) -> RulePin:
    """The same of a shipped text, from its head alone: a start of the program must not read all of the law."""
    heads = dict(_HEAD.findall(data[:4_000].decode("utf-8", errors="replace")))
    if kind not in heads or "version" not in heads:
        return rule_pin(kind, data)
    return RulePin(kind, heads[kind], heads["version"], hashlib.sha256(data).hexdigest())


def _merged(
    read: Callable[[bytes, str], Mapping[str, T]], texts: Iterable[tuple[str, bytes]]
) -> dict[str, T]:
    """What files hold together.

    Raises:
        BadInput: a file is not good, or two of them say the same name.
    """
    found: dict[str, T] = {}
    for name, data in texts:
        more = read(data, name)
        twice = "、".join(found.keys() & more.keys())
        if twice:
            raise BadInput(f"{name} 里的 {twice} 另一个文件已有", f"{name}: {twice} is in another file")
        found |= more
    return found


def example_problems(checklist: Checklist, params: Mapping[str, Any], name: str) -> list[Problem]:
    """Examples that do not hold, and items with a violation but without an example on either side (a warning)."""
    compiled = compile_checklist(checklist)
    found: list[Problem] = []
    for item in checklist.items:
        for example in item.examples:
            value = example.value if example.value is None else read_answer(item, example.value)
            verdict = compiled.judge(item.code, value, example_context(example, params))
            if verdict.verdict != example.expect:
                found.append(
                    Problem(
                        f"{name}:{example.line}",
                        f"{item.code} 的例子应判 {example.expect}，实判 {verdict.verdict}（{verdict.reason.zh}）",
                        f"{item.code}: expected {example.expect}, judged {verdict.verdict} ({verdict.reason.en})",
                    )
                )
        found += _lacking(item, name)
    return found


def _lacking(item: Item, name: str) -> list[Problem]:
    expected = {example.expect for example in item.examples}
    if not item.violations or {"violation", "in_order"} <= expected:
        return []
    where = f"{name}:{item.line}"
    zh, en = f"{item.code} 缺少违规或合规的例子", f"{item.code} lacks an example in violation or in order"
    return [Problem(where, zh, en, severity="warning")]


def example_context(example: Example, params: Mapping[str, Any]) -> Context:
    """What an example says about the place and the day, with the county's parameters under its own."""
    return Context(
        answers=dict(example.answers),
        site=dict(example.site),
        day=dict(example.day),
        params=dict(params) | dict(example.params),
    )


def validate_files(
    paths: Sequence[Path],
    *,
    known: Mapping[str, Checklist] | None = None,
    params: Mapping[str, Any] | None = None,
    register: Mapping[str, LegalBasis] | None = None,
) -> list[Problem]:
    """Check files of any kind against each other and against what is shipped; no problem with severity
    "error" means that they can be published together.

    Args:
        known, params, register: checklists by code, values of parameters and legal bases that were published before,
            over the shipped ones.

    Raises:
        NotFound: a path is no file that can be read.
    """
    library = shipped()
    loaded = [(str(path), checklist_bytes(path)) for path in paths]
    problems: list[Problem] = []
    checklists: list[tuple[str, bytes]] = []
    packs: list[tuple[str, Pack]] = []
    register = dict(library.register) | dict(register or {})
    params = library.params | dict(params or {})
    for name, data in loaded:
        try:
            kind = kind_of(read_yaml(data, name))
            if kind == "checklist":
                checklists.append((name, data))
            elif kind == "pack":
                packs.append((name, read_pack(data, name)))
            elif kind == "register":
                register |= read_register(data, name)
            elif kind == "parameters":
                read = read_parameters(data, name, library.parameters)
                params |= {key: found.value for key, found in read.values.items()}
                problems += unknown_parameters(data, name, library.parameters)
            elif kind == "calendar":
                read_calendar(data, name)
            elif not read_paper_file(data, name, law=register):
                zh = "第一个键应为 checklist、pack、register、parameters 或 calendar"
                en = "starts with none of checklist, pack, register, parameters, calendar"
                problems.append(Problem(f"{name}:1", zh, en))
        except BadInput as fault:
            problems += fault.problems
    there = dict(library.checklists) | dict(known or {})
    faults, faulty = _validate_checklists(checklists, there, register, params)
    problems += faults
    for name, pack in packs:
        problems += pack_problems(pack, there, f"{name}:1", faulty=faulty)
    return problems


def _validate_checklists(
    files: Iterable[tuple[str, bytes]],
    known: dict[str, Checklist],
    register: Mapping[str, LegalBasis],
    params: Mapping[str, Any],
) -> tuple[list[Problem], set[str]]:
    """First each alone, then again with the answers of all of them in sight. Adds the good ones to `known`.

    Returns:
        the problems, and the codes of those that cannot be read for them.
    """
    problems: list[Problem] = []
    faulty: set[str] = set()
    good: list[tuple[str, bytes]] = []
    around = Around(frozenset(register), frozenset(params), None)
    for name, data in files:
        try:
            checklist = read_checklist(data, name, around)
        except BadInput as fault:
            problems += fault.problems
            faulty.add(_code_of(data, name))
        else:
            known[checklist.code] = checklist
            good.append((name, data))
    around = Around(frozenset(register), frozenset(params), _answers(known.values()))
    for name, data in good:
        try:
            problems += example_problems(read_checklist(data, name, around), params, name)
        except BadInput as fault:
            problems += fault.problems
    problems += _circles_across([(name, known[_code_of(data, name)]) for name, data in good], known)
    return problems, faulty


def _circles_across(files: Sequence[tuple[str, Checklist]], known: Mapping[str, Checklist]) -> list[Problem]:
    """Items whose being asked or computed hangs on itself by way of another checklist."""
    items = [
        item for checklist in known.values() if checklist.form == "checklist" for item in checklist.items
    ]
    around = set(circles(items))
    return [
        Problem(
            f"{name}:{item.line}",
            f"{item.code}：何时检查或如何推算绕了一圈又取决于自己（经过另一张检查表）",
            f"{item.code}: being asked or computed hangs on itself, by way of another checklist",
        )
        for name, checklist in files
        for item in checklist.items
        if item.code in around
    ]


def _code_of(data: bytes, name: str) -> str:
    found = read_yaml(data, name).value
    return str(found.get("checklist", "")) if isinstance(found, dict) else ""


def _answers(checklists: Iterable[Checklist]) -> dict[str, AnswerSpec]:
    """What rules may look at: answers of checklists; those of a questionnaire are many and only counted."""
    return {
        item.name: item.answer
        for checklist in checklists
        if checklist.form == "checklist"
        for item in checklist.items
    }


def _at_once(name: str, flags: int) -> int:
    """A pipe with nobody at its other end must not hold the program."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def checklist_bytes(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a plain file, one more than any checklist (or `limit`) may have.

    Raises:
        NotFound: it cannot be read, or is no plain file.
    """
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise NotFound(f"{path} 不是普通文件", f"{path} is not a plain file")
            return file.read(limit + 1)
    except OSError as fault:
        raise NotFound(f"读不了 {path}：{fault.strerror}", f"cannot read {path}: {fault.strerror}") from None
