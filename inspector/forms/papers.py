"""Files of kinds of papers (文书), read into `inspector.domain.paper_kind`: strictly, every fault with its line.

A text of a block holds words and `{{ group.name }}`, nothing else: no markup, no expressions, and no number of an
article. Articles come from the law register alone, which says which of them somebody has read.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from inspector.domain.checklist import Words
from inspector.domain.paper_kind import (
    NAMES,
    PLACEHOLDER,
    Block,
    PaperColumn,
    PaperField,
    PaperKind,
    foreign_words,
)
from inspector.errors import BadInput, NotFound, Problem
from inspector.forms.places import data_root
from inspector.forms.schema import shape_problems
from inspector.forms.yaml_reader import Document, read_yaml
from inspector.forms.yaml_reader import Path as Place

PARTS = "parts"
CASES = "case"
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千0-9]+条")
_TYPES = ("head", "seal", "code", "page", "photos", "table", "rows", "each", "space", "text")


class _Reader:
    """One file, with the parts that it may use."""

    def __init__(self, document: Document, parts: Mapping[str, Any]) -> None:
        self.document, self.parts = document, parts
        self.problems: list[Problem] = []

    def fault(self, path: Place, zh: str, en: str) -> None:
        """Remember a fault at the line of a place."""
        self.problems.append(Problem(self.document.where(path), zh, en))

    def expanded(self, kind: str) -> Iterator[tuple[Place, Mapping[str, Any]]]:
        """Fields or blocks, those of shared parts in the place of `use`."""
        for number, raw in enumerate(self.document.value[kind]):
            path = (kind, number)
            if "use" not in raw:
                yield path, raw
            elif raw["use"] not in self.parts.get(kind, {}):
                self.fault(path, f"没有共用部分“{raw['use']}”", f"there is no shared part {raw['use']!r}")
            else:
                when = {"when": raw["when"]} if "when" in raw else {}
                yield from ((path, {**part, **when}) for part in self.parts[kind][raw["use"]])

    def field(self, path: Place, raw: Mapping[str, Any]) -> PaperField:
        """One field."""
        found = PaperField(
            name=raw["name"],
            words=Words(raw["zh"], raw["en"]),
            source=raw["source"],
            required=raw.get("required", True),
            least=raw.get("least", 1),
            default=raw.get("default", ""),
            form=raw.get("form", "line"),
            private=raw.get("private", False),
            hint=Words(raw["hint"]["zh"], raw["hint"]["en"]) if "hint" in raw else None,
            objective=raw.get("objective", False),
        )
        if bool(found.typed) != (found.source == "typed"):
            self.fault(
                path,
                f"{found.name}：手填的字段写作 t.名称，其他的不是",
                f"{found.name}: what is typed is named t.…",
            )
        return found

    def block(self, path: Place, raw: Mapping[str, Any]) -> Block:
        """One block: one of its keys says of which type."""
        there = [name for name in _TYPES if name in raw and not (name == "text" and "each" in raw)]
        if len(there) != 1:
            self.fault(path, f"一段只能是一种：{'、'.join(_TYPES)}", f"a block is one of {', '.join(_TYPES)}")
            return Block("text")
        name = there[0]
        rows = tuple(tuple(row) for row in raw.get("table", ()))
        widths = tuple(raw.get("widths", ()))
        if name == "table" and (not widths or any(len(row) > len(widths) for row in rows)):
            self.fault(
                path, "表格缺列宽，或某行的格子比列宽多", "a table needs a width for each of its cells"
            )
        if name == "rows" and "columns" not in raw:
            self.fault(path, "rows 缺 columns", "rows need columns")
        return Block(
            name,
            text=raw.get("text", ""),
            style=raw.get("style", "body"),
            when=raw.get("when", ""),
            over=raw.get("rows", raw.get("each", "")),
            cells=rows,
            widths=widths,
            columns=tuple(
                PaperColumn(one["title"], one["text"], one["width"]) for one in raw.get("columns", ())
            ),
            empty=raw.get("empty", ""),
            lines=raw.get("space", 1),
        )

    def check_block(self, path: Place, block: Block, kind: PaperKind) -> None:
        """Names that there are not, words of the other track, numbers of articles."""
        known = kind.names()
        if block.over and not isinstance(known.get(block.over), list):
            self.fault(path, f"“{block.over}”不是可以逐行列出的", f"{block.over!r} is no table")
        if block.when:
            self._check_name(path, block.when.removeprefix("not "), known, whole=True)
        around = known | ({"it": known[block.over][0]} if isinstance(known.get(block.over), list) else {})
        for text in block.texts():
            self.check_text(path, text, around, kind.track)

    def check_text(self, path: Place, text: str, known: Mapping[str, Any], track: str) -> None:
        """As `check_block`, one text."""
        for name in re.findall(PLACEHOLDER, text):
            self._check_name(path, name, known)
        rest = re.sub(PLACEHOLDER, "", text)
        if "{" in rest or "}" in rest:
            self.fault(path, "花括号只能写成 {{ 名称 }}", "braces are for {{ name }} alone")
        if found := _ARTICLE.search(rest):
            self.fault(
                path,
                f"“{found[0]}”不能直接写：条号来自法规登记表（{{{{ law.… }}}}）",
                f"{found[0]!r} is not written here: articles come from the law register",
            )
        for word in foreign_words(track, rest):
            self.fault(path, f"“{word}”不是这条线的用语", f"{word!r} is no word of a paper of this track")

    def _check_name(self, path: Place, name: str, known: Mapping[str, Any], *, whole: bool = False) -> None:
        group, _, rest = name.partition(".")
        there = known.get(group)
        fits = isinstance(there, tuple) and rest in there if rest else whole and isinstance(there, list)
        if not fits:
            self.fault(path, f"没有可填的“{name}”", f"there is nothing called {name!r}")


def read_parts(data: bytes, name: str) -> Mapping[str, Any]:
    """Fields and blocks that kinds of papers share, by name, as they stand in their file.

    Raises:
        BadInput: `problems` names every fault with file and line.
    """
    document = read_yaml(data, name)
    if problems := shape_problems(document, "paper_parts"):
        _refuse(document, problems)
    return document.value  # type: ignore[no-any-return]


def read_paper(
    data: bytes, name: str, parts: Mapping[str, Any], *, law: Collection[str] | None = None
) -> PaperKind:
    """Read a kind of paper from the bytes of its file.

    Args:
        parts: what `read_parts` gave.
        law: refs of the law register; None leaves them unchecked.

    Raises:
        BadInput: `problems` names every fault with file and line.
    """
    document = read_yaml(data, name)
    if problems := shape_problems(document, "paper"):
        _refuse(document, problems)
    reader, top = _Reader(document, parts), document.value
    fields = [(path, reader.field(path, raw)) for path, raw in reader.expanded("fields")]
    blocks = [(path, reader.block(path, raw)) for path, raw in reader.expanded("blocks")]
    kind = PaperKind(
        code=top["paper"],
        version=top["version"],
        title=Words(top["title"]["zh"], top["title"]["en"]),
        track=top["track"],
        word=top["word"],
        numbered=top["numbered"],
        serves=top["serves"],
        due=top.get("due", ""),
        states=tuple(top["states"]),
        occasion=Words(top["occasion"]["zh"], top["occasion"]["en"]),
        fields=tuple(found for _, found in fields),
        blocks=tuple(found for _, found in blocks),
        law=tuple(top.get("law", ())),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    _check(reader, kind, fields, blocks, law)
    if reader.problems:
        _refuse(document, reader.problems)
    return kind


def _check(
    reader: _Reader,
    kind: PaperKind,
    fields: list[tuple[Place, PaperField]],
    blocks: list[tuple[Place, Block]],
    law: Collection[str] | None,
) -> None:
    known, seen = kind.names(), set()
    for path, found in fields:
        group, _, rest = found.name.partition(".")
        there = known.get(group)
        names = there[0] if isinstance(there, list) else there or ()
        if rest not in names if rest else not isinstance(there, list):
            reader.fault(path, f"没有可填的“{found.name}”", f"there is nothing called {found.name!r}")
        if found.name in seen:
            reader.fault(path, f"{found.name} 重复", f"{found.name} is there twice")
        seen.add(found.name)
        reader.check_text(path, found.default, {**NAMES, "t": ()}, kind.track)
    for path, block in blocks:
        reader.check_block(path, block, kind)
    for number, ref in enumerate(kind.law):
        if law is not None and ref not in law:
            reader.fault(("law", number), f"法规登记表里没有 {ref}", f"the law register has no {ref}")
    if kind.due and not any(one.typed == kind.due and one.form == "date" for one in kind.typed):
        reader.fault(("due",), f"没有手填的日期“{kind.due}”", f"no day called {kind.due!r} is typed")
    if kind.numbered != bool(kind.word):
        reader.fault(
            ("word",), "编号的文书要有文号字，不编号的没有", "a word goes with a number, and only with one"
        )


def _refuse(document: Document, problems: list[Problem]) -> None:
    problems = sorted(problems, key=lambda one: int(one.where.rpartition(":")[2]))
    first, count = problems[0], len(problems)
    raise BadInput(
        f"{document.name} 有 {count} 处不对，没有采用。{first.where}：{first.zh}",
        f"{document.name} has {count} faults and was not taken. {first.where}: {first.en}",
        code="paper.file",
        problems=problems,
    )


def read_paper_file(data: bytes, name: str, *, law: Collection[str]) -> bool:
    """Check a file of a kind of paper, or of parts, against the shipped parts; False where it is of another sort.

    Raises:
        BadInput: `problems` names every fault with file and line.
    """
    top = read_yaml(data, name).value
    if not isinstance(top, dict) or not {"paper", "parts"} & top.keys():
        return False
    if "parts" in top:
        read_parts(data, name)
    else:
        read_paper(data, name, _parts(), law=law)
    return True


def papers_root() -> Path:
    """The folder of the kinds of papers, with their templates and the layout of the PDF."""
    return data_root() / "papers"


@cache
def shipped_papers() -> Mapping[str, PaperKind]:
    """The kinds of papers that come with the program, by code.

    Raises:
        BadInput: a shipped file was changed for the worse; it is named with file and line.
    """
    found = {}
    for path in sorted(papers_root().glob("*.yaml")):
        if path.stem != PARTS:
            kind = read_paper(path.read_bytes(), f"papers/{path.name}", _parts())
            found[kind.code] = kind
    return found


@cache
def case_kinds() -> Mapping[str, PaperKind]:
    """The documents of a case file, by code: made when it is exported, and never issued.

    Raises:
        BadInput: a shipped file was changed for the worse; it is named with file and line.
    """
    found = (
        read_paper(path.read_bytes(), f"papers/{CASES}/{path.name}", _parts())
        for path in sorted((papers_root() / CASES).glob("*.yaml"))
    )
    return {kind.code: kind for kind in found}


@cache
def _parts() -> Mapping[str, Any]:
    return read_parts((papers_root() / f"{PARTS}.yaml").read_bytes(), f"papers/{PARTS}.yaml")


def paper_kind(code: str) -> PaperKind:
    """The kind of that code or title.

    Raises:
        NotFound: there is none.
    """
    kinds = shipped_papers()
    for kind in kinds.values():
        if code in (kind.code, kind.title.zh):
            return kind
    raise NotFound(
        f"没有文书种类“{code}”。", f"No kind of paper {code!r}.",
        hint=("有：" + "、".join(kinds), "There are: " + ", ".join(kinds)), code="paper.kind_unknown",
    )  # fmt: skip
