"""Mistakes of people: each has its sentence, its exit status and its code for programs, and changes nothing."""

from pathlib import Path

import pytest

from tests.cli.command_line import Desk, Done
from tests.store.store_faults import everything_on_disk
from tests.workplace import PASSPHRASE


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace with people, a registry, and one open, one concluded, and one voided inspection."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.good("registry", "import", str(made.registry))
    made.people()
    made.good("officer", "add", "样例己", "--certificate", "样例-0003", "--until", "2020-01-01")
    made.good("site", "add", "--address", "虚构路9号")
    made.good("site", "add", "--name", "示例一点", "--address", "虚构路11号")
    (made.root / "empty.txt").write_text("")
    (made.root / "wrong.txt").write_text("another horse\n")
    (made.root / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    (made.root / "words.csv").write_text("a,b\n1,2\n")
    (made.root / "bad.yaml").write_text("code: [\n")
    (made.root / "folder").mkdir()
    return made


def _start(desk: Desk, *officers: str) -> str:
    words = [word for name in officers for word in ("--officer", name)]
    words += ["--task-source", "plan", "--reason", "虚构：多次检查"]
    return desk.good("inspect", "start", "虚构路9号", *words).out.strip()


@pytest.fixture(scope="module")
def named(desk: Desk) -> dict[str, str]:
    """Inspections by their state, to be put into the words of a mistake."""
    found = {
        "OPEN": _start(desk, "样例甲", "样例乙"),
        "DONE": _start(desk, "样例甲", "样例乙"),
        "VOID": _start(desk, "样例甲", "样例乙"),
        "ALONE": _start(desk, "样例甲", "样例乙"),
        "EXPIRED": _start(desk, "样例甲", "样例乙"),
        "HERE": str(desk.root),
    }
    desk.good("inspect", "team", found["ALONE"], "--officer", "样例甲")
    desk.good("inspect", "team", found["EXPIRED"], "--officer", "样例甲", "--officer", "样例己")
    desk.be_told(found["DONE"])
    desk.good("inspect", "conclude", found["DONE"])
    desk.good("inspect", "void", found["VOID"], "--reason", "选错了点位")
    return found


MISTAKES = [
    # 2: the words are off
    ("frobnicate", 2, ""),
    ("inspect", 2, ""),
    ("inspect start 虚构路9号", 2, ""),
    ("inspect answer OPEN T-LIC-01", 2, ""),
    ("site list --limit many", 2, ""),
    ("site list --kind castle", 2, "usage"),
    ("site add --address x --kind castle", 2, "usage"),
    ("site add --address x --fact students", 2, "usage"),
    ("site add --address x --fact fee=3", 2, "usage"),
    ("registry import HERE/registry.csv --map name", 2, "usage"),
    ("central publish --data HERE/c", 2, "usage"),
    ("", 2, "usage"),
    # 3: not there
    ("registry import HERE/none.xlsx", 3, ""),
    ("site show nowhere", 3, "site.unknown"),
    ("site show 示例一点", 3, "site.ambiguous"),
    ("site show ", 3, "site.unknown"),
    ("site add --address x --grid G99", 3, "grid.unknown"),
    ("site list --grid G99", 3, "grid.unknown"),
    ("inspect start nowhere --officer 样例甲", 3, "site.unknown"),
    ("inspect start 虚构路9号 --officer nobody", 3, "officer.unknown"),
    ("inspect start 虚构路9号 --officer 样例甲 --pack none", 3, ""),
    ("inspect answer i-none T-LIC-01 无", 3, "inspection.unknown"),
    ("inspect answer % T-LIC-01 无", 3, "inspection.unknown"),
    ("inspect answer OPEN T-XX-99 无", 3, "item.unknown"),
    ("inspect note OPEN x --item T-XX-99", 3, "item.unknown"),
    ("inspect show i-none", 3, "inspection.unknown"),
    ("finding list --inspection i-none", 3, "inspection.unknown"),
    ("photo add HERE/none.jpg --inspection OPEN", 3, ""),
    ("photo add HERE/folder --inspection OPEN", 3, "photo.none"),
    ("photo list --inspection i-none", 3, "inspection.unknown"),
    ("checklist show none", 3, ""),
    # 4: a rule of the field
    ("officer add 样例庚 --standing officer", 4, "officer.certificate"),
    ("officer add 样例庚 --standing boss", 4, "officer.standing"),
    ("site add", 4, "site.name_or_address"),
    ("inspect start 虚构路9号 --officer 样例戊", 4, "inspection.guard"),
    ("inspect start 虚构路9号 --officer 样例甲 --officer 样例甲", 4, "inspection.guard"),
    ("inspect start 虚构路9号 --officer 样例甲 --pack campus-homework", 4, "pack.site_kind"),
    ("inspect start 虚构路9号 --officer 样例甲 --task-source plan", 4, "inspection.guard"),
    ("inspect conclude ALONE", 4, "inspection.guard"),
    ("inspect conclude EXPIRED", 4, "inspection.guard"),
    ("inspect answer DONE T-LIC-01 无", 4, "inspection.concluded"),
    ("inspect answer VOID T-LIC-01 无", 4, "inspection.voided"),
    ("inspect conclude DONE", 4, "inspection.concluded"),
    ("inspect note DONE x", 4, "inspection.concluded"),
    ("photo add HERE/p.jpg --inspection DONE", 4, "inspection.concluded"),
    ("inspect team OPEN --officer 样例戊", 4, "team.not_certified"),
    # 5: cannot be taken as it is
    ("registry import HERE/bytes.txt", 5, ""),
    ("registry import HERE/words.csv", 5, ""),
    ("officer add 样例庚 --until soon", 5, "date"),
    ("inspect answer OPEN T-LIC-01 maybe", 5, "answer.form"),
    ("inspect answer OPEN T-STF-01 -1", 2, ""),
    ("inspect answer OPEN T-STF-01 many", 5, "answer.form"),
    ("inspect answer OPEN T-TIME-12 [{]", 5, ""),
    ('inspect answer OPEN T-TIME-12 [{"no_such":"1"}]', 5, "answer.roster"),
    ("checklist validate HERE/bad.yaml", 5, ""),
    ("checklist validate HERE/none.yaml", 3, ""),
    ("site add --address x --fact students=some", 5, "site.fact"),
    ("site add --address x --fact permit_state=maybe", 5, "site.fact"),
    ("checklist assign none", 3, "pack.unknown"),
    # 6: the workspace
    ("--passphrase-file HERE/wrong.txt status", 6, "workspace.passphrase"),
    ("--passphrase-file HERE/none.txt status", 6, "passphrase_file"),
    ("--passphrase-file HERE/empty.txt status", 6, "passphrase_file"),
    ("--passphrase-file HERE/bytes.txt status", 6, "passphrase_file"),
    ("--passphrase-file HERE/folder status", 6, "passphrase_file"),
    ("--workspace HERE/nowhere status", 6, "workspace.none"),
    ("--workspace HERE/registry.csv init", 6, ""),
    ("init", 6, "workspace.exists"),
]
WITH_JSON = {"status", "init", "site", "inspect", "registry", "officer", "photo", "finding", "checklist"}


def _run(desk: Desk, named: dict[str, str], words: str, *more: str) -> Done:
    found = [word for word in words.split(" ") if word or words.endswith(" ")]
    for name, value in named.items():
        found = [word.replace(name, value) for word in found]
    return desk.run(*found, *more)


@pytest.mark.parametrize(("words", "status", "code"), MISTAKES)
def test_a_mistake_has_its_sentence_and_status(
    desk: Desk, named: dict[str, str], words: str, status: int, code: str
) -> None:
    """Nothing on stdout, a sentence on stderr, the documented exit status, no traceback, nothing written."""
    before = everything_on_disk(desk.workspace)
    done = _run(desk, named, words)
    assert (done.status, done.out) == (status, ""), done
    assert done.err.strip()
    assert "Traceback" not in done.err
    assert everything_on_disk(desk.workspace) == before
    takes_json = code and not words.startswith(
        ("inspect note", "inspect team", "checklist assign", "central")
    )
    if takes_json and words:
        again = _run(desk, named, words, "--json")
        assert again.status == status
        assert again.json["error"]["code"] == code
        assert again.json["error"].keys() == {"code", "message", "message_en", "hint", "hint_en", "problems"}


def test_a_mistake_in_a_passphrase_file_never_shows_it(desk: Desk) -> None:
    """Neither the wrong nor the right one is in what is printed."""
    done = desk.run("--passphrase-file", str(desk.root / "wrong.txt"), "status", "--json")
    assert "another horse" not in done.out + done.err
    assert PASSPHRASE not in done.out + done.err


def test_no_passphrase_and_no_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command in a script that lacks the passphrase says how to give it."""
    monkeypatch.delenv("INSPECTOR_PASSPHRASE_FILE", raising=False)
    from typer.testing import CliRunner

    from inspector.cli.main import app

    done = CliRunner().invoke(app, ["--workspace", str(desk.workspace), "status"])
    assert done.exit_code == 6
    assert "--passphrase-file" in done.stderr


def test_without_a_centre_nothing_is_sent_and_nothing_lost(desk: Desk, tmp_path: Path) -> None:
    """Sync before enrolment is refused; a code with a typing error is not sent; an unreachable centre is offline."""
    assert desk.run("sync").status == 4
    assert desk.run("enrol", "http://127.0.0.1:9", "ABC").status == 5
    code = desk.json("central", "enrol", "--name", "样例甲", "--data", str(tmp_path / "c"))["code"]
    done = desk.run("enrol", "http://127.0.0.1:9", code, "--json")
    assert done.status == 7
    assert done.json["error"]["code"].startswith("sync.")
    assert "不会自动再试" in done.json["error"]["hint"]
    done = desk.run("enrol", "https://127.0.0.1:9", code, "--ca-file", str(tmp_path / "none.pem"))
    assert (done.status, "none.pem" in done.err) == (5, True)
    assert desk.run("enrol", "ftp://127.0.0.1", code).status in (2, 5)
    assert desk.run("enrol", "not an address", code).status in (2, 5)


def test_damage_is_said_and_nothing_is_made_over_it(tmp_path: Path) -> None:
    """A database of other bytes: status 8 for every command, and the file is as it was."""
    desk = Desk(tmp_path)
    database = desk.workspace / "journal.db"
    database.write_bytes(b"\x01" * 8192)
    for words in (("status",), ("site", "list"), ("doctor",)):
        done = desk.run(*words)
        assert (done.status, done.out) == (8, "")
    assert database.read_bytes() == b"\x01" * 8192


@pytest.mark.parametrize(
    "words",
    [
        ("site", "show", "\udcff"),
        ("site", "list", "-s", "\udcff"),
        ("site", "add", "--address", "\udcff"),
        ("site", "add", "--address", "x", "--fact", "remark=\udcff"),
        ("inspect", "start", "\udcff", "--officer", "样例甲"),
        ("inspect", "start", "虚构路9号", "--officer", "\udcff"),
        ("inspect", "answer", "\udcff", "T-LIC-01", "无"),
        ("officer", "add", "\udcff"),
        ("finding", "list", "--site", "\udcff"),
        ("enrol", "\udcff", "ABC"),
        ("central", "enrol", "--name", "\udcff"),
    ],
)
def test_words_that_are_no_text_are_refused(desk: Desk, words: tuple[str, ...]) -> None:
    """Bytes that the terminal sent in another encoding never reach the records."""
    before = everything_on_disk(desk.workspace)
    done = desk.run(*words)
    assert done.status == 2
    assert "\udcff" not in done.err
    assert everything_on_disk(desk.workspace) == before
