"""A department's own Word template, looked at before anything in it is used: it is a file from elsewhere.

A template may name what its paper has (`PaperKind.names`), go through a table of it and ask whether something is
there. It may not call, calculate, include, or bring along anything that runs or that is fetched from elsewhere.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inspector.domain.paper_kind import PaperKind
from inspector.errors import BadInput, Problem
from inspector.export.template_fields import Printed, left_out
from inspector.export.word import environment

MAX_FILE, MAX_WHOLE, MAX_PARTS, MAX_STORY = 5_000_000, 20_000_000, 200, 600_000
"""Bytes of the file and of all its parts, their number, and bytes of one part with text."""
MAX_LOOPS = 30
MAX_TAG = 1_000
"""Characters of one tag."""
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_FORBIDDEN_PARTS = re.compile(
    r"vbaProject|vbaData|embeddings/|activeX|oleObject|afchunk|altChunk|externalLink|\.bin$", re.IGNORECASE
)
_FORBIDDEN_RELATIONS = re.compile(
    r"/(?:aFChunk|oleObject|package|control|activeX\w*|vba\w*|attachedTemplate|subDocument|frame|externalLink\w*|"
    r"keyMapCustomizations|attachedToolbars|mailMerge\w*|recipientData|extensibility)$",
    re.IGNORECASE,
)
"""What something is used as: its part may have any name."""
_FORBIDDEN_ELEMENTS = ("altChunk", "object", "control", "subDoc", "attachedTemplate", "mailMerge")
_FORBIDDEN_FIELDS = {
    "DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "DATABASE", "MACROBUTTON", "EMBED", "RD",
}  # fmt: skip
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STORIES = {f"{_WORD}{name}" for name in ("document", "hdr", "ftr", "footnotes")}
"""The parts with text that docxtpl fills."""
_SPECIAL = re.compile(r"\{\{\s*(?:r|p|tr|tc)\s|\{%-?\s*(?:cellbg|colspan|vm|hm)\b|\{_|_\}|\{#")


def check_template(path: Path, kind: PaperKind) -> list[Problem]:
    """What is wrong with a template, each problem with its place; empty where it can be used.

    Raises:
        NotFound: the file cannot be read.
    """
    return _problems(_read(path), kind)


def checked(path: Path, kind: PaperKind) -> bytes:
    """The bytes of a template in which nothing is wrong. What is used is what was looked at.

    Raises:
        NotFound: the file cannot be read.
        BadInput: it is not good; `problems` says where.
    """
    data = _read(path)
    if problems := _problems(data, kind):
        first = problems[0]
        raise BadInput(
            f"模板有 {len(problems)} 处不对，没有使用。{first.where}：{first.zh}",
            f"The template has {len(problems)} faults and was not used. {first.where}: {first.en}",
            hint=("docs/guide/papers.md 说明模板能写什么。", "docs/guide/papers.md says what a template may hold."),
            code="paper.template", problems=problems,
        )  # fmt: skip
    return data


def _read(path: Path) -> bytes:
    from inspector.forms.library import checklist_bytes

    return checklist_bytes(path, limit=MAX_FILE)


def _problems(data: bytes, kind: PaperKind) -> list[Problem]:
    if len(data) > MAX_FILE:
        return [_whole(f"文件超过 {MAX_FILE // 1_000_000} MB", f"is larger than {MAX_FILE // 1_000_000} MB")]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts, problems = _unpacked(package)
    except (
        zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error, struct.error,
    ):  # fmt: skip
        return [_whole("不是 Word 文件（.docx）", "is no Word file (.docx)")]
    problems = problems or list(_outside(parts))
    if problems:
        return problems
    printed = Printed()
    for name, content in sorted(parts.items()):
        if _is_xml(name):
            root = _tree(content)
            if root.tag in _STORIES:  # by what it is: a part may have any name
                problems += _story(name, content, root, kind, printed)
    return problems or _filled(data, kind) or list(left_out(kind, printed))


def _unpacked(package: zipfile.ZipFile) -> tuple[dict[str, bytes], list[Problem]]:
    """Its parts, never more than the bounds whatever the headers say."""
    members = package.infolist()
    if len(members) > MAX_PARTS or len({one.filename for one in members}) != len(members):
        return {}, [
            _whole(f"内部文件超过 {MAX_PARTS} 个或重名", f"has more than {MAX_PARTS} parts, or two of a name")
        ]
    parts: dict[str, bytes] = {}
    left = MAX_WHOLE
    for member in members:
        if member.flag_bits & 1:
            return {}, [_whole("文件有密码", "is encrypted")]
        with package.open(member) as stream:
            parts[member.filename] = stream.read(left + 1)
        left -= len(parts[member.filename])
        if left < 0:
            return {}, [_whole(f"解开后超过 {MAX_WHOLE // 1_000_000} MB", "unpacks to too much")]
    return parts, []


def _outside(parts: Mapping[str, bytes]) -> Iterator[Problem]:
    """Programs, other documents inside, and whatever is fetched from elsewhere."""
    types = parts.get("[Content_Types].xml", b"")
    if "word/document.xml" not in parts or _MAIN.encode() not in types:
        yield _whole("不是普通的 Word 文档（.docx）", "is no plain Word document (.docx)")
        return
    for name, content in sorted(parts.items()):
        if name.startswith("/") or ".." in name.split("/") or "\\" in name:
            yield Problem(name, "内部文件名不正常", "a part has an odd name")
        if _FORBIDDEN_PARTS.search(name):
            yield Problem(
                name, "不能带宏、控件或嵌入的文件", "macros, controls and embedded files are not allowed"
            )
        if _is_xml(name):
            yield from _declared(name, content)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _declared(name: str, content: bytes) -> Iterator[Problem]:
    """What a part of XML says of other parts and of places outside."""
    from lxml import etree

    try:
        root = _tree(content)
    except etree.XMLSyntaxError:
        yield Problem(name, "内部的 XML 损坏", "its XML is damaged")
        return
    if root.getroottree().docinfo.doctype:
        yield Problem(name, "不能有 DTD", "must not have a DTD")
    for declared in (*root.iter("{*}Override"), *root.iter("{*}Default")):
        place = declared.get("PartName") or f".{declared.get('Extension')}"
        if "xml" in declared.get("ContentType", "") and not _is_xml(place):
            yield Problem(name, f"“{place[:80]}”名称和内容不符", f"{place[:80]!r} is not what its name says")
    for element in root.iter(*(f"{_WORD}{one}" for one in _FORBIDDEN_ELEMENTS)):
        word = etree.QName(element).localname
        yield Problem(
            name, f"不能带嵌入的文件或控件（{word}）", f"embedded files and controls are not allowed ({word})"
        )
    for relation in root.iter("{*}Relationship"):
        if _FORBIDDEN_RELATIONS.search(relation.get("Type", "")):
            used = relation.get("Type", "").rpartition("/")[2]
            yield Problem(
                name,
                f"不能带宏、控件或嵌入的文件（{used}）",
                f"macros and embedded files are not allowed ({used})",
            )
        if relation.get("TargetMode", "").lower() == "external":
            target = str(relation.get("Target", ""))[:80]
            yield Problem(name, f"指向外部“{target}”（链接、图片或模板）", f"points outside: {target!r}")


def _tree(content: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _story(name: str, content: bytes, root: Any, kind: PaperKind, printed: Printed) -> list[Problem]:
    """What is wrong with the tags and fields of the body, of a header or of a footer."""
    if len(content) > MAX_STORY:
        return [Problem(name, f"文字部分超过 {MAX_STORY} 字节", f"has more than {MAX_STORY} bytes of text")]
    found = []
    for field in _fields(root):
        word = (field.split() or [""])[0].upper()
        if "{" in field or "}" in field:
            found.append(Problem(name, "域代码里不能有标记", "a field's instruction must not hold tags"))
        elif word in _FORBIDDEN_FIELDS:
            found.append(Problem(name, f"不能用域 {word}", f"the field {word} is not allowed"))
    for place, text in _paragraphs(root):
        found += _broken(place, text)
    for hidden in root.iter(f"{_WORD}vanish", f"{_WORD}webHidden", f"{_WORD}specVanish"):
        run = hidden.getparent().getparent()
        if "{" in "".join(node.text or "" for node in run.iter(f"{_WORD}t")):
            found.append(Problem(name, "标记不能写成隐藏文字", "a tag must not be hidden text"))
    return found or _tags(name, root, kind, printed)


def _fields(root: Any) -> Iterator[str]:
    """The instructions of its fields, each put together from its runs."""
    begun: list[str] = []
    for node in root.iter(f"{_WORD}fldChar", f"{_WORD}instrText", f"{_WORD}fldSimple"):
        kind = node.get(f"{_WORD}fldCharType")
        if node.tag == f"{_WORD}fldSimple":
            yield node.get(f"{_WORD}instr", "")
        elif node.tag == f"{_WORD}instrText" and begun:
            begun[-1] += node.text or ""
        elif node.tag == f"{_WORD}instrText":
            yield node.text or ""
        elif kind == "begin":
            begun.append("")
        elif kind == "end" and begun:
            yield begun.pop()
    yield from begun


def _paragraphs(root: Any) -> Iterator[tuple[str, str]]:
    for paragraph in root.iter(f"{_WORD}p"):
        text = "".join(node.text or "" for node in paragraph.iter(f"{_WORD}t"))
        if "{" in text or "}" in text:
            inside = next(paragraph.iterancestors(f"{_WORD}tc"), None) is not None
            short = text if len(text) <= 40 else f"{text[:40]}…"
            yield f"{'表格单元格' if inside else '段落'}“{short}”", text


def _broken(place: str, text: str) -> Iterator[Problem]:
    if _SPECIAL.search(text):
        yield Problem(
            place, "不能用这种标记（只用 {{ }}、{% %}、{%p %}、{%tr %}）", "a tag that is not allowed"
        )
        return
    rest = re.sub(r"\{\{[^{}]*\}\}|\{%[^{}%]*%\}", "", text)
    if "{{" in rest or "}}" in rest or "{%" in rest or "%}" in rest:
        yield Problem(
            place, "标记没有写完整（成对的 {{ }} 或 {% %}）", "a tag is not closed in its paragraph"
        )


def _tags(name: str, root: Any, kind: PaperKind, printed: Printed) -> list[Problem]:
    from docxtpl import DocxTemplate
    from jinja2 import TemplateSyntaxError
    from lxml import etree

    source = DocxTemplate.patch_xml(None, etree.tostring(root, encoding="unicode"))
    # As docxtpl does it, so that a line is a paragraph.
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", source.replace("\n", " "))
    lines = source.splitlines()

    def place(number: int) -> str:
        plain = re.sub(r"<[^>]+>", "", lines[min(number, len(lines)) - 1]) if lines else ""
        return f"{name}“{plain.strip()[:40]}”"

    if any(len(tag) > MAX_TAG for tag in re.findall(r"\{\{.*?\}\}|\{%.*?%\}", source)):
        return [Problem(name, f"一个标记最多 {MAX_TAG} 个字符", f"a tag has at most {MAX_TAG} characters")]
    try:
        tree = environment().parse(source)
    except RecursionError:
        return [Problem(name, "标记嵌套太深", "its tags are nested too deeply")]
    except TemplateSyntaxError as fault:
        return [
            Problem(
                place(fault.lineno), f"标记写法不对（{fault.message}）", f"a tag is wrong ({fault.message})"
            )
        ]
    walk = _Walk(kind.names(), place, printed)
    try:
        walk.body(tree.body, {})
    except RecursionError:
        return [Problem(name, "标记嵌套太深", "its tags are nested too deeply")]
    return walk.problems


class _Walk:
    """Goes through the tags of a template and names what is not among the few things that are allowed."""

    def __init__(self, names: Mapping[str, Any], place: Any, printed: Printed) -> None:
        self.names, self.place = names, place
        self._printed, self._conditions = printed, 0
        self.problems: list[Problem] = []
        self.loops = 0
        self._tables: dict[str, str] = {}

    def fault(self, node: Any, zh: str, en: str) -> None:
        """Remember a problem at the place of a tag."""
        self.problems.append(Problem(self.place(node.lineno), zh, en))

    def body(self, nodes: Any, rows: Mapping[str, tuple[str, ...]]) -> None:
        """Tags in a row; `rows` are the names of what is being gone through, with their columns."""
        from jinja2 import nodes as tags

        for node in nodes:
            if isinstance(node, tags.Output):
                for one in node.nodes:
                    if not isinstance(one, tags.TemplateData):
                        self.value(one, rows, table=False)
            elif isinstance(node, tags.If):
                self.condition(node.test, rows)
                self._conditions += 1
                for part in (node.body, node.else_, *node.elif_):
                    self.body(part if isinstance(part, list) else [part], rows)
                self._conditions -= 1
            elif isinstance(node, tags.For):
                self.loop(node, rows)
            else:
                self.fault(node, f"不能用 {type(node).__name__}", f"{type(node).__name__} is not allowed")

    def loop(self, node: Any, rows: Mapping[str, tuple[str, ...]]) -> None:
        """`{% for x in table %}`, not inside of another."""
        from jinja2 import nodes as tags

        self.loops += 1
        plain = isinstance(node.target, tags.Name) and isinstance(node.iter, tags.Name)
        if not plain or rows or node.test or node.recursive or node.else_ or self.loops > MAX_LOOPS:
            self.fault(
                node,
                f"循环只能写 {{% for it in 表 %}}，不能嵌套，最多 {MAX_LOOPS} 个",
                f"a loop is for it in table, not nested, at most {MAX_LOOPS}",
            )
            return
        columns = self.names.get(node.iter.name)
        if not isinstance(columns, list) or node.target.name in self.names:
            self.fault(node, f"没有可逐行列出的“{node.iter.name}”", f"there is no table {node.iter.name!r}")
            return
        self._tables[node.target.name] = node.iter.name
        self.body(node.body, {node.target.name: columns[0]})

    def condition(self, node: Any, rows: Mapping[str, tuple[str, ...]]) -> None:
        """A name, `not`, `and`, `or`."""
        from jinja2 import nodes as tags

        if isinstance(node, tags.Not):
            self.condition(node.node, rows)
        elif isinstance(node, tags.And | tags.Or):
            self.condition(node.left, rows)
            self.condition(node.right, rows)
        else:
            self.value(node, rows, table=True)

    def value(self, node: Any, rows: Mapping[str, tuple[str, ...]], *, table: bool) -> None:
        """`group.name`, or in a condition a table."""
        from jinja2 import nodes as tags

        if isinstance(node, tags.Getattr) and isinstance(node.node, tags.Name):
            columns = rows.get(node.node.name, self.names.get(node.node.name))
            if not isinstance(columns, tuple) or node.attr not in columns:
                name = f"{node.node.name}.{node.attr}"
                self.fault(node, f"没有可填的“{name}”", f"there is nothing called {name!r}")
            elif not table:
                group = self._tables[node.node.name] if node.node.name in rows else node.node.name
                found = self._printed.sometimes if self._conditions else self._printed.always
                found.add(f"{group}.{node.attr}")
        elif isinstance(node, tags.Name) and table and isinstance(self.names.get(node.name), list):
            pass
        elif isinstance(node, tags.Name):
            self.fault(node, f"没有可填的“{node.name}”", f"there is nothing called {node.name!r}")
        else:
            self.fault(node, "只能写名称，不能运算或调用", "only names; nothing is computed or called")


def _filled(data: bytes, kind: PaperKind) -> list[Problem]:
    """Whether it can be filled at all: once with a row in every table."""
    from inspector.export.word import word

    try:
        word(kind, specimen(kind), lambda _: None, data)
    except BadInput as fault:
        return [_whole(fault.zh, fault.message)]
    except Exception as fault:  # noqa: BLE001 - docxtpl and lxml fail in many ways on a document that is none
        return [_whole(f"填不进去（{type(fault).__name__}）", f"cannot be filled ({type(fault).__name__})")]
    return []


def specimen(kind: PaperKind) -> dict[str, Any]:
    """Data with every name of a kind and a row in every table: values are the names themselves."""
    found: dict[str, Any] = {"kind": kind.code}
    for group, names in kind.names().items():
        if isinstance(names, list):
            found[group] = [{name: f"{group}.{name}" for name in names[0]}]
        else:
            found[group] = {name: f"{group}.{name}" for name in names}
    return found


def _whole(zh: str, en: str) -> Problem:
    return Problem("模板", f"模板{zh}", f"the template {en}")
