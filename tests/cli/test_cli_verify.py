"""`inspector verify`: one page a lawyer can read, and the verdict as exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inspector import language
from inspector.casefile import verify
from inspector.cli.main import app
from inspector.journal.fingerprint import fingerprint
from tests.casefile.casefile_world import EDU, INSPECTION, good, write
from tests.casefile.tamper import ROOT

VERIFY = Path(verify.__file__)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case file in order."""
    return write(tmp_path / "a.zip", good())


def run(*words: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["verify", *map(str, words)])
    return found.exit_code, found.stdout


def test_a_good_case_is_told_on_one_page(case: Path) -> None:
    """Verdict first; who exported, recorded and witnessed, the seal; and what all this does not prove. No workspace is needed."""
    status, text = run(case, "--root", ROOT)
    assert status == 0
    lines = text.splitlines()
    assert lines[0] == "结论  核验通过：自设备签名起未被改动  (0)"
    assert len(lines) < 40
    for word in (
        "market（本案单位），city",
        "封存",
        INSPECTION,
        "核验不能证明",
        "没有漏记的事",
        "不早于 —，不晚于",
    ):
        assert word in text


def test_english_people_get_english(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same page in the language of the process."""
    monkeypatch.setattr(language, "_chosen", "en")
    status, text = run(case)
    assert status == 22
    assert "the centre's key was not compared with one you know" in text
    assert "that nothing was left unrecorded" in text


def test_programs_get_one_document(case: Path) -> None:
    """Verdict, reasons and contents by stable keys; times in milliseconds."""
    status, text = run(case, "--root", ROOT, "--json")
    found = json.loads(text)
    assert (status, found["verdict"], found["reasons"]) == (0, "verified", [])
    assert found["contents"]["times"][-1]["not_after"] == 1_793_620_600_000
    assert len(found["not_proven"]) == 6


def test_a_changed_case_is_named_with_its_file(case: Path) -> None:
    """A stranger learns which file was changed, and gets no contents from a file that is not to be trusted."""
    data = case.read_bytes()
    case.write_bytes(data.replace(b"\xff\xd8photo one", b"\xff\xd8photo 0ne"))
    status, text = run(case, "--root", ROOT)
    assert status == 20
    assert "photos/0001-" in text
    assert "文件已被改动" in text
    assert json.loads(run(case, "--json")[1])["contents"] is None


def test_times_are_listed_on_demand(case: Path) -> None:
    """Each entry's bounds, with a clock that lies outside or was set."""
    text = run(case, "--root", ROOT, "--times")[1]
    assert "时钟偏出50秒" in text
    assert "时钟被调过" in text


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["none.zip"], 3, "file"),
        (["a.zip", "--root", "12"], 2, "verify.root"),
        (["a.zip", "--policy", "a.zip"], 5, "verify.file"),
        (["a.zip", "--policy", "empty"], 5, "verify.policy"),
        (["."], 5, "verify.file"),
    ],
)
def test_wrong_words_are_no_verdict(
    case: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], status: int, code: str
) -> None:
    """A missing file, a fingerprint or policy that is none: told apart from every verdict."""
    monkeypatch.chdir(case.parent)
    Path("empty").write_text("# nothing\n")
    found, text = run(*words, "--json")
    assert found == status
    assert json.loads(text)["error"]["code"] == code


def test_a_policy_that_says_nothing_is_not_passed_over(case: Path, tmp_path: Path) -> None:
    """Who names an empty file does not get the verdict under the policy of the case file; a pipe or a folder is none either."""
    (tmp_path / "empty.txt").write_bytes(b"")
    assert run(case, "--root", ROOT)[0] == 0
    for given in (tmp_path / "empty.txt", tmp_path):
        assert run(case, "--root", ROOT, "--policy", given)[0] == 5


def test_bounds_of_the_whole_and_witnesses_are_not_said_to_be_more_than_they_are(
    case: Path, tmp_path: Path
) -> None:
    """A bound that one entry lacks is none of the whole; an agency that recorded or exported the case itself is marked."""
    from inspector.casefile.check import check_case
    from inspector.casefile.verdict import Bracket
    from inspector.cli.verify import _span

    known, open_ended = Bracket("a/1", "t.t", 100, 200, 150_000), Bracket("a/2", "t.t", None, 300, 150_000)
    assert _span((known, known)) == "不早于 1970-01-01 08:01:40+08:00，不晚于 1970-01-01 08:03:20+08:00"
    assert _span((known, open_ended)).startswith("不早于 —，不晚于 1970-01-01 08:05:00")
    found = check_case(case, root=ROOT).contents
    assert found is not None
    own = {one.department for one in (found.exporter, *found.signers)}
    text = run(case, "--root", ROOT)[1]
    for agency in (one.removeprefix("agency/") for one in found.agencies):
        assert (f"{agency}（本案单位）" in text) == (agency in own)


def test_a_wrong_fingerprint_is_told_from_a_missing_one(case: Path) -> None:
    """Whoever typed another fingerprint learns that it differs, not that none was given; both verifiers say so."""
    other = fingerprint(EDU.public)
    status, text = run(case, "--root", other)
    assert status == 22
    assert "与给出的不同" in text
    assert "未经核对" in run(case)[1]
    alone = subprocess.run(
        [sys.executable, "-I", str(VERIFY), str(case), "--root", other], capture_output=True, check=False
    )
    assert (alone.returncode, "与给出的不同" in alone.stdout.decode()) == (22, True)


@pytest.mark.parametrize(("words", "said"), [(("--root", "hello"), "--root"), (("x.zip",), "读不出来")])
def test_the_single_file_says_what_is_wrong_with_the_command(
    case: Path, words: tuple[str, ...], said: str
) -> None:
    """A text that is no fingerprint, a file that is not there: the words name which."""
    given = [*words] if words[0].endswith(".zip") else [str(case), *words]
    alone = subprocess.run([sys.executable, "-I", str(VERIFY), *given], capture_output=True, check=False)
    assert alone.returncode == 2
    assert said in alone.stderr.decode()
