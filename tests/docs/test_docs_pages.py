"""The documentation says what the program is: nothing missing, nothing stale, no link into nowhere."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from inspector.domain import (
    activity,
    authority,
    case,
    finding,
    inspection,
    numbers,
    office,
    paper,
    patrol,
    plan,
    rectification,
    reporting,
    responsibility,
    retention,
    site,
    tip,
)
from inspector.domain.shapes import well_formed
from inspector.services.numbering import LeaseRow
from inspector.store import board, queries
from inspector.store.paper_queries import PaperRow
from tests.docs.pages import ROOT, examples, fragments, headings, links, pages, text, writer

VOCABULARY = {
    **office.VOCABULARY,
    **site.VOCABULARY,
    **inspection.VOCABULARY,
    **finding.VOCABULARY,
    **rectification.VOCABULARY,
    **patrol.VOCABULARY,
    **authority.VOCABULARY,
    **numbers.VOCABULARY,
    **paper.VOCABULARY,
    **retention.VOCABULARY,
    **tip.VOCABULARY,
    **plan.VOCABULARY,
    **case.VOCABULARY,
    **activity.VOCABULARY,
    **responsibility.VOCABULARY,
    **reporting.VOCABULARY,
}
ENTRY_TYPES = re.compile(r"^#### `([a-z_]+\.[a-z_]+)`\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
COMMANDS = "docs/guide/commands.md"


@pytest.mark.parametrize(
    "page",
    sorted([*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "guide").glob("*.md")]),
    ids=lambda page: page.name,
)
def test_made_parts_are_as_the_program_is(page: Path) -> None:
    """Commands, keys, messages, facts and columns in the guide are those of the program.

    After a change of one of them: python tools/write_docs.py
    """
    stale = page.read_text("utf-8") != writer().renewed(page.read_text("utf-8"))
    assert not stale, f"{page.name} is behind the program; run: python tools/write_docs.py"


def test_every_command_and_option_is_documented() -> None:
    """Each command has its section, and each of its options is in it."""
    sections = dict(
        re.findall(r"^### `(inspector[^`]*)`\n(.*?)(?=^#|\Z)", text(COMMANDS), re.MULTILINE | re.DOTALL)
    )
    known = dict(writer().walk_commands())
    assert set(sections) == set(known)
    for words, command in known.items():
        for parameter in command.params:
            for option in parameter.opts if parameter.param_type_name == "option" else ():
                if option not in ("--help", "-h"):
                    assert option in sections[words], f"{words} {option}"


def test_every_exit_code_is_documented_and_no_other() -> None:
    """The table of exit codes is that of the errors, with success and an interrupt."""
    from inspector import errors

    table = text(COMMANDS).partition("### Exit codes")[2].partition("###")[0]
    shown = {int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    kinds = (found for found in vars(errors).values() if isinstance(found, type))
    known = {found.exit_status for found in kinds if issubclass(found, errors.InspectorError)}
    assert shown == known | {0, 130}


def test_every_environment_variable_is_documented_and_no_other() -> None:
    """What the program reads from its environment in its own name is in the table."""
    table = text(COMMANDS).partition("### Environment variables")[2].partition("###")[0]
    named: set[str] = set()
    for path in (ROOT / "inspector").rglob("*.py"):
        named |= set(re.findall(r"\"(INSPECTOR_[A-Z_]*[A-Z])\"", path.read_text("utf-8")))
    assert set(re.findall(r"`(INSPECTOR_[A-Z_]+)`", table)) == named


def test_every_problem_code_is_documented() -> None:
    """Each code that a message can have is in the table of messages."""
    from inspector.sync.protocol import PROBLEMS

    shown = set(re.findall(r"^\| `([a-z_.]+)` \|", text("docs/guide/errors.md"), re.MULTILINE))
    literal = re.compile(r"\bcode=\"([a-z_]+(?:\.[a-z_]+)+)\"|default_code = \"([a-z_.]+)\"")
    named = set(PROBLEMS)
    for path in (ROOT / "inspector").rglob("*.py"):
        named |= {one or two for one, two in literal.findall(path.read_text("utf-8"))}
    assert named <= shown, sorted(named - shown)


def test_every_entry_type_is_documented_and_no_other() -> None:
    """The types of docs/formats.md are those that the folds know."""
    assert {name for name, _ in ENTRY_TYPES.findall(text("docs/formats.md"))} == set(VOCABULARY)


@pytest.mark.parametrize("name", sorted(VOCABULARY))
def test_examples_of_entries_are_real(name: str) -> None:
    """An example's data has the shape that folds believe, sets registers, and is canonical; its members are documented."""
    from inspector.journal.canonical import encode

    part = dict(ENTRY_TYPES.findall(text("docs/formats.md")))[name]
    block = re.search(r"^```json\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    assert block is not None, "no example"
    data: dict[str, Any] = json.loads(block[1])
    assert well_formed(name, data)
    assert VOCABULARY[name](data)
    assert encode(data)
    described = part.replace(block[0], "")
    if not name.endswith(".published") or name == "checklist.published":
        assert [key for key in data if f"`{key}`" not in described] == []


def test_rows_of_lists_are_documented() -> None:
    """A JSON list's keys are those of the rows that the program prints."""
    lines = {
        line.split("|")[1].strip(): line for line in text(COMMANDS).splitlines() if line.startswith("| `")
    }
    rows: dict[str, Any] = {
        "`site list`": queries.SiteRow,
        "`inspect list`": queries.InspectionRow,
        "`finding list`": queries.FindingRow,
        "`grid list`": office.Grid,
        "`officer add`, `officer list`": office.Officer,
        "`authority set`, `authority list`": authority.Authority,
        "`notice list`": PaperRow,
        "`notice numbers list`": LeaseRow,
    }
    for command, row in rows.items():
        names = set(row.__dataclass_fields__)
        shown = set(re.findall(r"`([a-z_]+)`", lines[command].split("|")[2]))
        assert shown == names, command


def test_keys_of_the_rectification_list_are_documented() -> None:
    """What `rectify list --json` prints of a line and of the whole is in its row, and nothing else."""
    line = next(line for line in text(COMMANDS).splitlines() if line.startswith("| `rectify list`"))
    names = {*board.BoardRow.__dataclass_fields__, *board.Counts.__dataclass_fields__}
    shown = set(re.findall(r"`([a-z_]+)`", line.split("|")[2]))
    assert shown == names | {"items", "counts", "filter", "actions"}


def test_the_page_of_rectification_has_every_row_and_state() -> None:
    """Made from the table: each action, state and parameter is on the page, in its table and in its drawings."""
    from inspector.domain.lifecycle import STATES, TABLE

    page = text("docs/guide/rectification.md")
    drawn = page.partition("```mermaid")[2]
    for row in TABLE:
        assert f"| {row.words.zh} `{row.code}` |" in page
        assert not row.parameter or f"`{row.parameter}`" in page
    for code, words in STATES.items():
        assert f"| {words.zh} {words.en} | `{code}` |" in page
        assert f'state "{words.zh}" as {code}' in drawn
        assert f"\n{words.zh}" in drawn.partition("```text")[2]


def test_every_dependency_is_documented_and_no_other() -> None:
    """Each direct dependency has its line with a reason and a licence."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(one for more in project["optional-dependencies"].values() for one in more),
    ]
    asked += (ROOT / "requirements" / "test.in").read_text("utf-8").splitlines()
    asked += (ROOT / "requirements" / "build.in").read_text("utf-8").splitlines()
    names = {
        re.split(r"[\[<>=~!;# ]", line, maxsplit=1)[0].lower() for line in asked if line and line[0] != "#"
    }
    lines = re.findall(
        r"^\| ([a-z0-9-]+)(?:\[[a-z]+\])? \| (.+?) \| (.+?) \|$", text("docs/dependencies.md"), re.MULTILINE
    )
    assert {name for name, _, _ in lines if name != "package"} == names


def test_every_link_leads_somewhere() -> None:
    """Links between pages name files that exist and headings that are in them. Pictures are made by a tool of their own."""
    broken = []
    for page in pages():
        for target in links(page):
            path, _, fragment = target.partition("#")
            if "://" in path or path.startswith("docs/images/"):
                continue
            found = (page.parent / path).resolve() if path else page
            there = found.exists()
            if not there or (fragment and fragment not in fragments(found)):
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_both_readmes_are_built_alike() -> None:
    """The two languages have the same headings, the same examples and lead to the same pages."""
    english, chinese = ROOT / "README.md", ROOT / "README.zh-CN.md"
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]

    def shell(page: str) -> list[str]:
        return [found.text for found in examples(page) if found.language == "sh"]

    assert shell(english.name) == shell(chinese.name)
    crossed = {"README.md", "README.zh-CN.md"}
    assert set(links(english)) - crossed == set(links(chinese)) - crossed


def test_every_package_is_on_the_map() -> None:
    """The code map of ARCHITECTURE.md names every package and every module beside them, and no other."""
    package = ROOT / "inspector"
    there = {f"{path.name}/" for path in package.iterdir() if (path / "__init__.py").exists()}
    there |= {path.name for path in package.glob("*.py") if not path.name.startswith("__")}
    part = text("ARCHITECTURE.md").partition("## Code map")[2].partition("\n## ")[0]
    shown = set(re.findall(r"^\| `([a-z_]+(?:/|\.py))` \|", part, re.MULTILINE))
    assert shown == there


def test_the_architecture_stays_short() -> None:
    """It is read as a whole, or not at all."""
    assert len(text("ARCHITECTURE.md").splitlines()) <= 250


def test_what_guarantees_name_exists() -> None:
    """Each proof of a guarantee is a test file or function that is there."""
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text("docs/guarantees.md"))
    assert named
    for path, function in named:
        assert (ROOT / path).is_file(), path
        assert not function or f"def {function}(" in text(path), f"{path}::{function}"
