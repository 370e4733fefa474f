"""`checklist import|export|diff` as somebody in an office uses them, with files as offices have them."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook  # type: ignore[import-untyped]

from inspector.forms.library import shipped
from tests.cli.command_line import Desk, environment, spawn
from tests.forms.xlsforms import Rows, both, form

SURVEY = [
    {"type": "select_one yn", "name": "permit", "required": "yes", **both("label", "有无许可证？", "Is there a permit?"),
     "violation": "${permit} = 'no'", **both("violation_message", "无许可证", "no permit"), "severity": "4",
     **both("measure", "停办", "close"), "deadline_days": "0", "basis": "ppel-64"},
    {"type": "integer", "name": "staff", **both("label", "几人？", "How many?"), "relevant": "${permit} = 'yes'",
     "appearance": "spinner"},
]  # fmt: skip
YES_NO = [
    {"list_name": "yn", "name": "yes", **both("label", "是", "Yes")},
    {"list_name": "yn", "name": "no", **both("label", "否", "No")},
]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder without a workspace."""
    return Desk(tmp_path, workspace=False)


def workbook(path: Path, survey: Rows = SURVEY) -> Path:
    """A form as a spreadsheet program saves it."""
    book = Workbook()
    del book["Sheet"]
    for name, rows in form(survey, YES_NO).items():
        sheet = book.create_sheet(name)
        headings = list(dict.fromkeys(key for row in rows for key in row))
        sheet.append(headings)
        for row in rows:
            sheet.append([row.get(heading) for heading in headings])
    book.save(path)
    return path


def test_import_writes_a_checklist_that_validates(desk: Desk) -> None:
    """The file is written, names are told, and `validate` takes it."""
    out = desk.root / "out.yaml"
    found = desk.json("checklist", "import", str(workbook(desk.root / "f.xlsx")), "--out", str(out))
    assert found.keys() == {
        "code",
        "version",
        "items",
        "track",
        "file",
        "published",
        "names",
        "choices",
        "problems",
    }
    assert (found["code"], found["items"], found["published"]) == ("T-ODK", 2, False)
    assert found["names"] == [{"name": "permit", "code": "T-ODK-01"}, {"name": "staff", "code": "T-ODK-02"}]
    assert [(p["where"], p["severity"]) for p in found["problems"]] == [("survey!O3 appearance", "note")]
    assert desk.json("checklist", "validate", str(out))["files"] == 1
    said = desk.good(
        "checklist", "import", str(desk.root / "f.xlsx"), "--out", str(out), "--code", "T-NEW", "--force"
    )
    assert "T-NEW-01  permit" in said.out
    assert "checklist: T-NEW" in out.read_text("utf-8")


def test_nothing_is_half_imported(desk: Desk) -> None:
    """An error leaves an older file as it was; what is left out is one with --strict."""
    out = desk.root / "out.yaml"
    out.write_text("mine", "utf-8")
    bad = workbook(desk.root / "bad.xlsx", [*SURVEY, {"type": "image", "name": "p", "label": "p"}])
    done = desk.run("checklist", "import", str(bad), "--out", str(out), "--json")
    assert done.status == 5
    assert done.json["error"]["code"] == "xlsform.import"
    assert "survey!A4 type" in [p["where"] for p in done.json["error"]["problems"]]
    dropped = workbook(desk.root / "d.xlsx", [*SURVEY, {"type": "start", "name": "start"}])
    assert desk.run("checklist", "import", str(dropped), "--out", str(out), "--strict").status == 5
    assert out.read_text("utf-8") == "mine"
    assert desk.run("checklist", "import", str(dropped), "--out", str(out), "--force").status == 0


def test_a_file_that_is_there_is_not_replaced(desk: Desk) -> None:
    """Not without --force; never what is read, and never what is no ordinary file."""
    book, out = workbook(desk.root / "f.xlsx"), desk.root / "kept.xlsx"
    out.write_text("mine", "utf-8")
    link = desk.root / "link.yaml"
    link.symlink_to(out)
    for target, more, code in (
        (out, (), "file.exists"),
        (book, ("--force",), "file.source"),
        (link, ("--force",), "file.kind"),
        (Path("/dev/null"), ("--force",), "file.kind"),
    ):
        done = desk.run("checklist", "import", str(book), "--out", str(target), "--json", *more)
        assert (done.status, done.json["error"]["code"]) == (4, code)
    done = desk.run("checklist", "export", "T-LIC", "--out", str(out))
    assert (done.status, out.read_text("utf-8")) == (4, "mine")
    assert "--force" in done.err
    desk.good("checklist", "export", "T-LIC", "--out", str(out), "--force")


def test_the_code_says_the_track(desk: Desk) -> None:
    """C- is of schools unless somebody says otherwise; which was taken is told."""
    survey = [{**row, **({"measure::中文 (zh)": "整改"} if "severity" in row else {})} for row in SURVEY]
    book = str(workbook(desk.root / "f.xlsx", survey))
    out = desk.root / "o.yaml"
    said = desk.good("checklist", "import", book, "--out", str(out), "--code", "C-ODK")
    assert "学校线" in said.err
    assert "site_kinds: [campus]" in out.read_text("utf-8").replace("\n- campus", " [campus]")
    more = ("--code", "C-ODK", "--track", "enterprise", "--force")
    assert desk.json("checklist", "import", book, "--out", str(out), *more)["track"] == "enterprise"


@pytest.mark.parametrize(
    "words",
    [["import", "f.xlsx"], ["import", "f.xlsx", "--out", "x.yaml", "--track", "other"], ["import", "none.xlsx", "--out", "x"],
     ["import", "f.txt", "--out", "x"], ["export", "T-NONE", "--out", "x.xlsx"], ["export", "T-LIC", "--out", "x.doc"],
     ["diff", "T-LIC@0", "T-LIC"], ["diff", "shipped:T-NONE", "T-LIC"], ["diff", "none.yaml", "T-LIC"]],
)  # fmt: skip
def test_mistakes_are_named(desk: Desk, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mistake ends with a sentence, none with a traceback, and no file is left."""
    monkeypatch.chdir(desk.root)
    workbook(Path("f.xlsx"))
    Path("f.txt").write_text("x")
    before = sorted(p.name for p in desk.root.iterdir())
    done = desk.run("checklist", *words)
    assert done.status in (2, 3, 5)
    assert done.err.strip()
    assert sorted(p.name for p in desk.root.iterdir()) == before


def test_export_and_diff(desk: Desk) -> None:
    """What is exported compares equal; what was changed since is told in words."""
    out = desk.root / "t.xlsx"
    desk.good("checklist", "export", "T-LIC", "--out", str(out))
    found = desk.json("checklist", "diff", "shipped:T-LIC", str(out))
    assert found.keys() == {"from", "to", "changes"}
    assert found["changes"] == []
    source = desk.root / "new.yaml"
    desk.good("checklist", "import", str(out), "--out", str(source), "--version", "2027.1")
    source.write_text(source.read_text("utf-8").replace("severity: 4", "severity: 3", 1), "utf-8")
    changes = desk.json("checklist", "diff", "T-LIC", str(source))["changes"]
    assert [(c["item"], c["what"], c["words"]) for c in changes] == [
        ("", "version", f"版本：{shipped().checklist('T-LIC').version} → 2027.1"),
        ("T-LIC-01", "severity", "严重程度：重大 → 严重"),
    ]
    assert "T-LIC-01  " in desk.good("checklist", "diff", "T-LIC", str(source)).out


def test_publish_at_once_and_versions(tmp_path: Path) -> None:
    """A published form is used from now on; both versions can be named."""
    desk = Desk(tmp_path)
    for version in ("1", "2"):
        path = workbook(tmp_path / "f.xlsx", SURVEY[: int(version)])
        done = desk.json("checklist", "import", str(path), "--publish", "--version", version)
        assert done["published"]
    assert [c["version"] for c in desk.json("checklist", "list")["checklists"] if c["code"] == "T-ODK"] == [
        "2"
    ]
    changes = desk.json("checklist", "diff", "T-ODK@1", "T-ODK")["changes"]
    assert [(c["item"], c["what"], c["how"]) for c in changes] == [
        ("", "version", "changed"), ("T-ODK-02", "item", "added"),
    ]  # fmt: skip


def test_formulas_are_read_as_their_last_values(desk: Desk) -> None:
    """A cell with a formula that no program has computed is empty, and is never run."""
    survey = [{**SURVEY[0], "label::中文 (zh)": '=HYPERLINK("http://x","点")'}]
    done = desk.run(
        "checklist", "import", str(workbook(desk.root / "f.xlsx", survey)), "--out", str(desk.root / "o.yaml")
    )
    assert done.status == 0
    assert "HYPERLINK" not in (desk.root / "o.yaml").read_text("utf-8")


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize("data", [_bomb(), b"PK\x03\x04 no archive", b"", b"survey,type\n"])
def test_hostile_files_are_refused(desk: Desk, data: bytes) -> None:
    """Bombs, torn archives and what is no workbook at all: a sentence, and no file."""
    path = desk.root / "f.xlsx"
    path.write_bytes(data)
    done = desk.run("checklist", "import", str(path), "--out", str(desk.root / "o.yaml"), "--json")
    assert done.status == 5
    assert json.loads(done.out)["error"]["message"]
    assert not (desk.root / "o.yaml").exists()


def test_too_many_rows_and_deep_expressions(desk: Desk) -> None:
    """Bounds of our own, below those of any spreadsheet."""
    many = [{"type": "integer", "name": f"q{n}", "label": "x"} for n in range(2_050)]
    done = desk.run(
        "checklist", "import", str(workbook(desk.root / "m.xlsx", many)), "--out", str(desk.root / "o.yaml")
    )
    assert (done.status, "2000" in done.err) == (5, True)
    deep = [{"type": "integer", "name": "q", "label": "x", "relevant": "(" * 20_000}]
    done = desk.run(
        "checklist", "import", str(workbook(desk.root / "d.xlsx", deep)), "--out", str(desk.root / "o.yaml")
    )
    assert (done.status, "survey!D2 relevant" in done.err) == (5, True)


def test_help_does_not_load_workbooks() -> None:
    """The command line starts without the library that writes workbooks."""
    done = spawn("checklist", "--help", env=environment(), python=("-X", "importtime"))
    assert done.returncode == 0
    assert b"xlsxwriter" not in done.stderr


def test_a_control_character_is_named_with_its_cell(desk: Desk) -> None:
    """A spreadsheet may hold one (as _x0007_ does); the cell is named, nothing is written."""
    rows = [dict(SURVEY[0], label="有\x07许可"), *SURVEY[1:]]
    table = desk.root / "c.xlsx"
    with xlsxwriter.Workbook(table) as book:
        sheet = book.add_worksheet("survey")
        headings = list(dict.fromkeys(key for row in rows for key in row))
        for number, row in enumerate([dict(zip(headings, headings, strict=True)), *rows]):
            for column, heading in enumerate(headings):
                sheet.write_string(number, column, str(row.get(heading) or ""))
    done = desk.run("checklist", "import", str(table), "--out", str(desk.root / "c.yaml"), "--json")
    problems = done.json["error"]["problems"]
    assert any("control character" in p["message_en"] and p["where"].startswith("survey!") for p in problems)
