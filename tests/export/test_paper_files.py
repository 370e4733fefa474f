"""Papers as files: every word of the data is on them, in both formats, whatever the words are."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from PIL import Image

from inspector.domain.paper_kind import PLACEHOLDER, PaperKind
from inspector.errors import BadInput, Refusal, UsageError, WorkspaceError
from inspector.export import papers, typeset
from inspector.export.layout import holds, printable
from inspector.export.word import NO_PICTURE
from inspector.forms.papers import shipped_papers
from inspector.store import files
from tests.export.paper_world import County
from tests.export.pdf_text import pdf_text

KINDS = shipped_papers()
HOSTILE = (
    "</w:t>", "{{7*7}}", "{_{x}_}", "{% raw %}", "{{ authority.name }}", "&<>\"'", "#panic()", "*粗*_斜_$x$@a<b>",
    "\\ \\n \\u{41}", "`code`", "// 注", "]]>", "甲" * 300, "w" * 300, "行一\n行二", "a\u202eb\u200fc", "a\u0000b\u0007c\u000c",
    "=1+1", "{#x#}", "--- … “”", "%PDF", "<!DOCTYPE a>", "&#123;", "  two  spaces  ", "栏\t栏", "\ufffe\uffff",
)  # fmt: skip


def docx_text(data: bytes) -> str:
    """Everything that stands in the body of a Word file, tables too, in order."""
    body = Document(io.BytesIO(data)).element.body
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    parts = []
    for node in body.iter():
        if node.tag == f"{word}t":
            parts.append(node.text or "")
        elif node.tag in (f"{word}p", f"{word}br"):
            parts.append("\n")
    return "".join(parts)


def plain(text: str) -> str:
    """Without spaces and line ends: a page may break a line anywhere."""
    return re.sub(r"\s", "", text)


def values(kind: PaperKind, data: Mapping[str, Any]) -> Iterator[str]:
    """Every value that the blocks of a kind print from these data."""
    for block in kind.blocks:
        rows = data[block.over] if block.over else [{}]
        for text in block.texts():
            for group, name in re.findall(r"\{\{ ([a-z]+)\.([a-z0-9_]+) \}\}", text):
                found = [row[name] for row in rows] if group == "it" else [data[group][name]]
                if holds(block.when, data):
                    yield from found


def in_both(kind: PaperKind, data: Mapping[str, Any], county: County) -> tuple[str, str]:
    """The text of the Word file and of the PDF."""
    return (
        plain(docx_text(papers.render(kind, data, ".docx", picture=county.picture))),
        plain(pdf_text(papers.render(kind, data, ".pdf", picture=county.picture))),
    )


def stands(value: str, text: str) -> bool:
    """Whether a value is in the text, on one page or begun on one and ended on the next."""
    return value in text or any(
        value[:cut] in text and value[cut:] in text for cut in range(4, len(value) - 4)
    )


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_all_that_is_known_is_printed(county: County, kind: PaperKind) -> None:
    """Each value, title, number and label of a kind stands in both files, and no tag is left over."""
    data = county.data(kind)
    for text in in_both(kind, data, county):
        for value in [*values(kind, data), kind.title.zh, data["paper"]["number"], data["authority"]["name"]]:
            assert stands(plain(printable(value)), text)
        for block in kind.blocks:
            for words in set(block.texts()) - {block.empty} if not block.when else ():
                for piece in re.split(PLACEHOLDER, words)[::2]:
                    assert plain(piece) in text
        assert not re.search(r"\{[{%]|[}%]\}", text)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_page_has_something_on_it(county: County, kind: PaperKind) -> None:
    """The pages of each kind, as pictures, are not blank."""
    pages = typeset.pages(kind, county.data(kind), county.picture)
    assert pages
    for page in pages:
        picture = Image.open(io.BytesIO(page)).convert("L")
        dark = sum(picture.histogram()[:128])
        assert picture.size == (496, 702)
        assert dark > 100


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_no_value_is_markup(county: County, value: str) -> None:
    """What a person or a registry wrote is printed letter by letter: no tag, no program, no formula, nothing hidden."""
    kind = KINDS["rectification_notice"]
    data = county.data(kind)
    data["party"] = {"name": value, "principal": value, "phone": value}
    data["site"] = {**data["site"], "address": value}
    data["authority"] = {**data["authority"], "name": value}
    data["findings"] = [
        {**row, "fact": value, "basis": value, "requirement": value} for row in data["findings"]
    ]
    data["t"] = {**data["t"], "consequence": value}
    shown = plain(printable(value))
    for text in in_both(kind, data, county):
        times = 7 + 3 * len(data["findings"])
        if len(value) < 100:
            assert text.count(shown) >= times
        else:  # may go on on the next page
            assert text.count(value[0]) >= times * len(value)
        assert "\u202e" not in text
        assert "49" not in text or "49" in plain(str(data))


def test_hostile_names_of_photos_and_long_tables(county: County) -> None:
    """A photo's name and a table of hundreds of rows are no exception."""
    kind = KINDS["refund_list"]
    data = county.data(kind)
    row = data["refunds"][0]
    data["refunds"] = [{**row, "no": str(no), "student": f"{{{{S{no}}}}}<w:p>"} for no in range(1, 301)]
    for text in in_both(kind, data, county):
        assert "{{S1}}<w:p>" in text
        assert "{{S300}}<w:p>" in text
    kind = KINDS["evidence_list"]
    data = county.data(kind)
    data["photos"] = [{**row, "caption": '#image("/etc/passwd")</w:t>{{x}}'} for row in data["photos"]]
    for text in in_both(kind, data, county):
        assert text.count('#image("/etc/passwd")</w:t>{{x}}') == len(data["photos"])


def test_a_character_that_the_fonts_lack(county: County) -> None:
    """A rare character of a name is never dropped: the PDF is refused with a way out, the Word file has it."""
    kind = KINDS["tip_reply"]
    data = county.data(kind)
    data["t"] = {**data["t"], "tipster": "样例\U0002a6d6"}
    with pytest.raises(BadInput) as caught:
        papers.render(kind, data, ".pdf")
    assert caught.value.code == "paper.glyph"
    assert "\U0002a6d6" in caught.value.zh
    assert "样例\U0002a6d6：" in docx_text(papers.render(kind, data, ".docx"))


def test_the_same_data_give_the_same_bytes(county: County) -> None:
    """A paper that is printed again is the same file, photos and all."""
    kind = KINDS["on_site_record"]
    data = county.data(kind)
    for suffix in papers.SUFFIXES:
        first = papers.render(kind, data, suffix, picture=county.picture)
        assert papers.render(kind, data, suffix, picture=county.picture) == first


def test_photos_are_in_the_annex_with_their_hashes(county: County) -> None:
    """Each photo of the visit is there as a picture with its SHA-256; where its bytes are not here, that is said."""
    kind = KINDS["on_site_record"]
    data = county.data(kind)
    package = zipfile.ZipFile(io.BytesIO(papers.render(kind, data, ".docx", picture=county.picture)))
    media = [name for name in package.namelist() if name.startswith("word/media/") and name.endswith(".jpg")]
    assert len(media) == len(data["photos"]) == 2
    for text in in_both(kind, data, county):
        for row in data["photos"]:
            assert f"SHA-256{row['sha256']}" in text
    assert docx_text(papers.render(kind, data, ".docx")).count(NO_PICTURE) == 2
    assert pdf_text(papers.render(kind, data, ".pdf")).count(NO_PICTURE) == 2


def test_marks_of_copies_drafts_and_provisional_numbers(county: County) -> None:
    """副本, 草稿 and the words of a provisional number are printed, and only where they are due."""
    kind = KINDS["order_to_correct"]
    data = county.data(kind)
    data["paper"] = {
        **data["paper"],
        "number": "样教体责改〔2026〕临-abcd-1号（临时编号）",
        "provisional": True,
    }
    for suffix, read in ((".docx", docx_text), (".pdf", pdf_text)):
        whole = read(papers.render(kind, data, suffix))
        assert "副" not in whole
        assert "临-abcd-1号（临时编号）" in plain(whole)
        assert "以正式编号为准" in plain(whole)
        assert "副　本" in read(papers.render(kind, data, suffix, copy=True))
        assert "草　稿" in read(papers.render(kind, data, suffix, draft=True))


def test_a_paper_that_lacks_something_does_not_go_out(county: County, tmp_path: Path) -> None:
    """Without a mandatory field there is no file, the message says which and where; a draft can be looked at."""
    kind = KINDS["suspension_notice"]
    data = county.data(kind)
    data["t"] = {**data["t"], "refund_until": ""}
    with pytest.raises(Refusal) as caught:
        papers.write(kind, data, tmp_path / "a.docx")
    assert caught.value.code == "paper.missing"
    assert "安置和退费期限" in caught.value.zh
    assert "--set refund_until=" in caught.value.hint_zh
    papers.write(kind, data, tmp_path / "b.docx", draft=True)
    assert [path.name for path in tmp_path.iterdir()] == ["b.docx"]


def test_a_file_is_whole_or_not_there(county: County, tmp_path: Path) -> None:
    """A file that is there stays unless it is to be replaced; a disk that fails leaves the old one."""
    kind = KINDS["tip_reply"]
    data = county.data(kind)
    path = tmp_path / "答复.pdf"
    papers.write(kind, data, path)
    before = path.read_bytes()
    assert before.startswith(b"%PDF-1.7")
    with pytest.raises(Refusal) as caught:
        papers.write(kind, data, path)
    assert caught.value.code == "paper.exists"

    def fail(operation: files.Operation) -> None:
        if operation.kind == "fsync":
            raise OSError(28, "full")

    with files.hooks.observed_by(fail), pytest.raises(WorkspaceError):
        papers.write(kind, data, path, copy=True, force=True)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1
    papers.write(kind, data, path, copy=True, force=True)
    assert path.read_bytes() != before


def test_mistakes_are_told(county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another suffix, data of another kind, no part for PDF files."""
    kind = KINDS["tip_reply"]
    data = county.data(kind)
    with pytest.raises(UsageError):
        papers.write(kind, data, tmp_path / "a.txt")
    with pytest.raises(UsageError):
        papers.write(kind, data, tmp_path / "a.pdf", template=tmp_path / "own.docx")
    with pytest.raises(BadInput) as caught:
        papers.write(KINDS["refund_list"], data, tmp_path / "a.docx")
    assert caught.value.code == "paper.kind_mismatch"
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(WorkspaceError) as lacking:
        papers.write(kind, data, tmp_path / "a.pdf")
    assert lacking.value.code == "paper.pdf"
    assert list(tmp_path.iterdir()) == []
