"""Kinds of papers as files: what is shipped holds together, and every fault of a file is named at its line."""

import importlib.util
import io
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from inspector.domain.paper_kind import foreign_words
from inspector.errors import BadInput, NotFound
from inspector.forms.library import shipped
from inspector.forms.papers import paper_kind, papers_root, read_paper, read_parts, shipped_papers

PARTS = b"""parts: papers
version: "1"
fields:
  who: [{name: party.name, zh: x, en: x, source: site}]
blocks:
  top: [{head: true}]
"""
GOOD = """paper: sample_paper
version: "1"
title: {zh: 样张, en: Sample}
track: school
word: 样
numbered: true
serves: false
states: []
occasion: {zh: 试, en: trial}
law: [apl-28]
fields:
  - use: who
  - {name: t.why, zh: 事由, en: why, source: typed}
blocks:
  - use: top
  - text: "{{ party.name }} {{ t.why }} {{ law.apl_28 }}"
  - rows: findings
    columns: [{title: 一, text: "{{ it.fact }}", width: 3}]
"""


def tool() -> ModuleType:
    """tools/paper_templates.py."""
    path = Path(__file__).parents[2] / "tools" / "paper_templates.py"
    spec = importlib.util.spec_from_file_location("paper_templates", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(text: str) -> list[str]:
    """The problems of a file, with their lines."""
    try:
        read_paper(text.encode(), "p.yaml", read_parts(PARTS, "parts.yaml"), law=shipped().register)
    except BadInput as fault:
        return [f"{one.where} {one.zh}" for one in fault.problems]
    return []


def test_the_kinds_of_the_counties_are_there() -> None:
    """Each kind of paper of the field, by its code and by its title."""
    assert set(shipped_papers()) == {
        "on_site_record", "order_to_correct", "rectification_notice", "suspension_notice", "signboard_notice",
        "outdoor_advert_notice", "on_the_spot_order", "school_rectification_list", "supervision_opinion",
        "interview_notice", "interview_record", "evidence_preservation", "transfer_letter",
        "reinspection_opinion", "closing_approval", "tip_reply", "refund_list", "evidence_list",
    }  # fmt: skip
    assert paper_kind("责令改正通知书").code == "order_to_correct"
    assert len({kind.word for kind in shipped_papers().values() if kind.numbered}) == 13
    with pytest.raises(NotFound):
        paper_kind("nothing")


@pytest.mark.parametrize("kind", shipped_papers().values(), ids=shipped_papers())
def test_a_shipped_kind_keeps_to_its_track_and_to_the_law(kind: object) -> None:
    """Words of enforcement and of supervision do not mix; its legal bases are in the register and were read."""
    found = shipped_papers()[getattr(kind, "code")]  # noqa: B009 - an object to pytest
    for block in found.blocks:
        for text in block.texts():
            assert foreign_words(found.track, text) == []
    for ref in found.law:
        assert shipped().register[ref].verified
    for field in found.fields:
        assert foreign_words(found.track, field.default) == []


def test_the_shipped_templates_are_what_the_tool_makes() -> None:
    """After a change of a kind: python tools/paper_templates.py."""
    made = tool()
    for kind in shipped_papers().values():
        path = papers_root() / "templates" / f"{kind.code}.docx"
        with zipfile.ZipFile(path) as there, zipfile.ZipFile(io.BytesIO(made.template(kind))) as now:
            for name in ("word/document.xml", "word/styles.xml"):
                assert there.read(name) == now.read(name), kind.code
            assert not [name for name in there.namelist() if "thumbnail" in name]
            assert b"zh-CN" in there.read("word/styles.xml")


def test_a_good_file_is_read() -> None:
    """Parts are put in, names are known."""
    assert read(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("{{ party.name }}", "{{ party.nose }}", 16, "没有可填的“party.nose”"),
        ("{{ it.fact }}", "{{ it.nose }}", 17, "没有可填的“it.nose”"),
        ("{{ t.why }}", "{{ t.when }}", 16, "没有可填的“t.when”"),
        ("{{ t.why }}", "{{ 7*7 }}", 16, "花括号"),
        ("{{ t.why }}", "{% raw %}", 16, "花括号"),
        ("{{ t.why }}", "第二十八条", 16, "不能直接写"),
        ("{{ t.why }}", "责令停办", 16, "不是这条线的用语"),
        ("rows: findings", "rows: nothing", 17, "不是可以逐行列出的"),
        ("use: top", "use: bottom", 15, "没有共用部分"),
        ("use: who", "use: whom", 12, "没有共用部分"),
        ("[apl-28]", "[apl-28, apl-999]", 10, "没有 apl-999"),
        ("name: t.why", "name: site.nose", 13, "没有可填的“site.nose”"),
        ("source: typed", "source: site", 13, "手填的字段"),
        ("word: 样", 'word: ""', 5, "文号字"),
        ("use: top", "head: true, seal: true", 15, "一段只能是一种"),
        ("track: school", "track: other", 4, "应为下列之一"),
        ("zh: 试", "zh: 试, colour: red", 9, "不认识"),
    ],
)  # fmt: skip
def test_every_fault_is_named_at_its_line(old: str, new: str, line: int, said: str) -> None:
    """Names that there are not, expressions, numbers of articles, foreign words, shapes."""
    if new.startswith("head"):
        old, new = "- use: top", "- {head: true, seal: true}"
    found = read(GOOD.replace(old, new, 1))
    assert any(one.startswith(f"p.yaml:{line} ") and said in one for one in found), found
