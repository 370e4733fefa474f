"""A department's own template is looked at before it is used: what is wrong is named at its place, nothing in it acts."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from inspector.errors import BadInput, NotFound
from inspector.export import papers
from inspector.export.templates import check_template, checked, specimen
from inspector.export.word import word
from inspector.forms.papers import shipped_papers
from tests.export.paper_world import County
from tests.export.test_paper_files import docx_text

KIND = shipped_papers()["order_to_correct"]
TABLES = ("findings", "officers")
MANDATORY = (
    *(
        f"{{{{ {one.name} }}}}"
        for one in KIND.fields
        if one.required and one.name.partition(".")[0] not in TABLES
    ),
    *(
        text
        for table in TABLES
        for text in (
            f"{{%p for it in {table} %}}",
            *(
                f"{{{{ it.{one.name.partition('.')[2]} }}}}"
                for one in KIND.fields
                if one.name.startswith(f"{table}.")
            ),
            "{%p endfor %}",
        )
    ),
)
"""What a template of this kind has to print."""


def made(path: Path, *lines: str, cells: tuple[str, ...] = (), header: str = "", title: str = "") -> Path:
    """A template with these paragraphs, and a table with these cells below each other."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if cells:
        table = document.add_table(rows=len(cells), cols=1)
        for row, text in zip(table.rows, cells, strict=True):
            row.cells[0].text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    document.core_properties.title = title
    document.save(str(path))
    return path


def changed(path: Path, change: Callable[[str, bytes], bytes | None], **more: bytes) -> Path:
    """The package with its parts changed, and others added ("__" in a name is a slash, "_dot_" a dot)."""
    with zipfile.ZipFile(path) as source:
        parts = {name: change(name, source.read(name)) for name in source.namelist()}
    parts |= {name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            if data is not None:
                target.writestr(name, data)
    return path


def same(_: str, data: bytes) -> bytes:
    """No change."""
    return data


def test_shipped_templates_pass_their_own_check() -> None:
    """What the program ships may serve a department as its beginning."""
    for kind in shipped_papers().values():
        assert check_template(papers.shipped_template(kind), kind) == []


def test_an_own_template_is_filled(county: County, tmp_path: Path) -> None:
    """Names, a loop over rows of a table, a condition, a header; its own properties are not taken over."""
    path = made(
        tmp_path / "own.docx", "本局：{{ authority.name }}", "{%p if t.remedy %}", "{{ t.remedy }}", "{%p endif %}", *MANDATORY,
        cells=("{%tr for one in findings %}", "{{ one.no }}／{{ one.fact }}", "{%tr endfor %}"),
        header="{{ paper.number }}", title="{{ nothing.at_all }}",
    )  # fmt: skip
    assert check_template(path, KIND) == []
    data = county.data(KIND)
    whole = papers.render(KIND, data, ".docx", template=path)
    text = docx_text(whole)
    assert "本局：样例县教育体育局" in text
    for row in data["findings"]:
        assert f"{row['no']}／{row['fact']}" in text
    document = Document(io.BytesIO(whole))
    assert document.sections[0].header.paragraphs[0].text == data["paper"]["number"]
    assert document.core_properties.title == f"责令改正通知书 {data['paper']['number']}"


def test_what_a_paper_must_say_is_printed_whatever_the_template(tmp_path: Path) -> None:
    """A template that leaves a mandatory field out, hides it or prints it only sometimes is not used, and says which."""
    without = [line for line in MANDATORY if line != "{{ site.address }}"]
    hidden = made(tmp_path / "hidden.docx", *without)
    document = Document(str(hidden))
    document.add_paragraph().add_run("{{ site.address }}").font.hidden = True
    document.save(str(hidden))
    cases = {
        made(tmp_path / "none.docx", "没有问题"): "（findings.fact）",
        made(tmp_path / "one.docx", *without): "（site.address）",
        made(
            tmp_path / "if.docx", *without, "{% if t.remedy %}{{ site.address }}{% endif %}"
        ): "（site.address）",
        hidden: "隐藏文字",
    }
    assert check_template(made(tmp_path / "whole.docx", *MANDATORY), KIND) == []
    for path, said in cases.items():
        assert any(said in one.zh for one in check_template(path, KIND)), [said, check_template(path, KIND)]
        with pytest.raises(BadInput):
            checked(path, KIND)


@pytest.mark.parametrize(
    "line",
    [
        "{% if " + "not " * 5_000 + "t.remedy %}x{% endif %}",
        "{% if " + "t.remedy and " * 5_000 + "t.remedy %}x{% endif %}",
        "{{ " + "(" * 3_000 + "site.name" + ")" * 3_000 + " }}",
        "{% if t.remedy %}" * 3_000 + "x" + "{% endif %}" * 3_000,
    ],
)
def test_tags_without_end_are_a_fault_of_the_template(tmp_path: Path, line: str) -> None:
    """However deep tags are nested: a sentence, no error of the program."""
    found = check_template(made(tmp_path / "deep.docx", line), KIND)
    assert any("嵌套太深" in one.zh or "个字符" in one.zh for one in found)


def test_a_small_template_does_not_become_a_huge_paper(tmp_path: Path) -> None:
    """One long value in very many places is refused before it is filled."""
    path = made(tmp_path / "many.docx", *["{{ t.consequence }}" * 300] * 20)
    data = {**specimen(KIND), "t": dict.fromkeys(KIND.names()["t"], "字" * 20_000)}
    with pytest.raises(BadInput) as caught:
        word(KIND, data, lambda _: None, path.read_bytes())
    assert caught.value.code == "paper.large"


@pytest.mark.parametrize(
    "used", ["aFChunk", "oleObject", "vbaProject", "attachedTemplate", "package", "subDocument"]
)
def test_what_a_part_is_used_as_counts_and_not_its_name(tmp_path: Path, used: str) -> None:
    """A web page or a program under the name of a picture is refused by its relation."""

    def relate(name: str, data: bytes) -> bytes:
        relation = (
            f'<Relationship Id="r99" Type="http://x/relationships/{used}" Target="media/p.png"/>'.encode()
        )
        return (
            data.replace(b"</Relationships>", relation + b"</Relationships>")
            if name.endswith(".rels")
            else data
        )

    path = changed(made(tmp_path / "a.docx", *MANDATORY), relate, word__media__p_dot_png=b"<html></html>")
    assert any("宏、控件或嵌入" in one.zh for one in check_template(path, KIND))


def test_a_web_page_inside_and_a_field_made_of_a_tag_are_refused(tmp_path: Path) -> None:
    """`altChunk` brings a page that fetches; a value must never become what a field does."""
    chunk = b"<w:altChunk/>"
    field = b'<w:p><w:fldSimple w:instr="{{ site.name }}"/></w:p>'
    for said, more in (("altChunk", chunk), ("域代码", field)):

        def put(name: str, data: bytes, more: bytes = more) -> bytes:
            return data.replace(b"<w:sectPr", more + b"<w:sectPr", 1) if name == "word/document.xml" else data

        path = changed(made(tmp_path / "b.docx", *MANDATORY), put)
        assert any(said in one.zh for one in check_template(path, KIND))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{{ authority.nose }}", "没有可填的“authority.nose”"),
        ("{{ nothing }}", "没有可填的“nothing”"),
        ("{{ authority }}", "没有可填的“authority”"),
        ("{{ authority.name", "没有写完整"),
        ("{% if t.remedy %}x", "标记写法不对"),
        ("{{ authority.name|upper }}", "只能写名称"),
        ("{{ authority.name.upper() }}", "只能写名称"),
        ("{{ authority.__class__ }}", "没有可填的“authority.__class__”"),
        ("{{ ''.__class__.__mro__ }}", "只能写名称"),
        ("{{ 7*7 }}", "只能写名称"),
        ("{{ authority['name'] }}", "只能写名称"),
        ("{% include 'x' %}", "不能用 Include"),
        ("{% import 'x' as y %}", "不能用 Import"),
        ("{% set x = 1 %}", "不能用 Assign"),
        ("{% for x in range(9) %}x{% endfor %}", "循环只能写"),
        ("{% for x in nothing %}x{% endfor %}", "没有可逐行列出的“nothing”"),
        ("{% for x in lines %}{% for y in lines %}x{% endfor %}{% endfor %}", "循环只能写"),
        ("{% for x in lines recursive %}x{% endfor %}", "循环只能写"),
        ("{% for authority in lines %}x{% endfor %}", "没有可逐行列出的"),
        ("{{r authority.name }}", "不能用这种标记"),
        ("{% cellbg authority.name %}", "不能用这种标记"),
        ("{# 注 #}", "不能用这种标记"),
        ("{_{ x }_}", "不能用这种标记"),
        ("{% macro m() %}x{% endmacro %}", "不能用 Macro"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(tmp_path: Path, line: str, said: str) -> None:
    """Broken tags, unknown names and all that is more than a name, in a paragraph, in a cell and in a header."""
    for place, path in (
        ("段落", made(tmp_path / "a.docx", "此处：" + line)),
        ("单元格", made(tmp_path / "b.docx", cells=("此处：" + line,))),
        ("header", made(tmp_path / "c.docx", header="此处：" + line)),
    ):
        found = check_template(path, KIND)
        assert any(said in one.zh for one in found), [one.zh for one in found]
        assert any("此处" in one.where or place in one.where for one in found)
        with pytest.raises(BadInput) as caught:
            checked(path, KIND)
        assert caught.value.problems


def test_nothing_foreign_comes_along(tmp_path: Path) -> None:
    """Macros, embedded files, links and pictures from elsewhere, fields that fetch, documents that define entities."""
    external = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="x/attachedTemplate" Target="https://example.invalid/t.dotm" TargetMode="External"/>'
        b"</Relationships>"
    )
    cases: list[tuple[str, Path]] = []

    def case(said: str, change: Callable[[str, bytes], bytes | None] = same, **more: bytes) -> None:
        path = made(tmp_path / f"{len(cases)}.docx", "{{ authority.name }}")
        cases.append((said, changed(path, change, **more)))

    case("宏", word__vbaProject_dot_bin=b"x")
    case("嵌入", word__embeddings__a_dot_xlsx=b"x")
    case("指向外部", word___rels__settings_dot_xml_dot_rels=external)
    dtd = b"?><!DOCTYPE a [<!ENTITY b 'c'>]>"
    case("DTD", lambda name, data: data.replace(b"?>", dtd, 1) if name == "word/document.xml" else data)
    case("损坏", lambda name, data: data[:-20] if name == "word/document.xml" else data)
    case("普通的 Word", lambda name, data: data.replace(b"document.main+xml", b"macroEnabled.main+xml"))
    case("普通的 Word", lambda name, data: None if name == "word/document.xml" else data)
    field = b'<w:p><w:r><w:instrText> INCLUDETEXT "c:/x" </w:instrText></w:r></w:p><w:sectPr'
    case("INCLUDETEXT", lambda name, data: data.replace(b"<w:sectPr", field, 1) if name == "word/document.xml" else data)  # fmt: skip
    runs = (
        b'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> INCLUDE</w:instrText></w:r>'
        b'<w:r><w:instrText>TEXT "c:/x"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p><w:sectPr'
    )
    case("INCLUDETEXT", lambda name, data: data.replace(b"<w:sectPr", runs, 1) if name == "word/document.xml" else data)  # fmt: skip
    entity = "<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>".encode("utf-16")
    case("DTD", word__odd_dot_xml=entity)
    header = (
        b'<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:p><w:r><w:t>{{ 7*7 }}</w:t></w:r></w:p></w:hdr>"
    )
    case("只能写名称", word__any__name_dot_xml=header)
    case(
        "名称和内容不符",
        lambda name, data: (
            data.replace(b'"image/jpeg"', b'"application/x.header+xml"') if "Types" in name else data
        ),
    )
    case("解开后超过", word__big_dot_xml=b"\0" * 25_000_000)
    many: Any = {f"a{number}": b"" for number in range(300)}
    case("内部文件超过", **many)
    for said, path in cases:
        found = check_template(path, KIND)
        assert any(said in one.zh for one in found), (said, [one.zh for one in found])
    whole = (tmp_path / "0.docx").read_bytes()
    (tmp_path / "broken.docx").write_bytes(whole[:2000] + b"\0" * 500 + whole[2500:])
    assert check_template(tmp_path / "broken.docx", KIND)
    for name, content in (("x.docx", b"no zip"), ("y.docx", b"PK\x03\x04" + b"x" * 100), ("z.docx", b"")):
        (tmp_path / name).write_bytes(content)
        assert [one.zh for one in check_template(tmp_path / name, KIND)] == ["模板不是 Word 文件（.docx）"]
    with pytest.raises(NotFound):
        check_template(tmp_path / "nothing.docx", KIND)


def test_a_hostile_template_does_not_hold_the_program(tmp_path: Path) -> None:
    """Very many tags, open or closed, are looked at in a moment, and none of them is used."""
    for number, line in enumerate(("{{" * 20_000, "{% " * 20_000, "{{ x.y }}" * 8_000, "}}" * 20_000)):
        path = made(tmp_path / f"{number}.docx", line)
        begun = time.monotonic()
        assert check_template(path, KIND)
        assert time.monotonic() - begun < 20
