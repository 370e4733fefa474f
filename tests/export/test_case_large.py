"""A case file that is large or is cut: kills, sticks that fail, two at once, lists in parts, documents that cannot be set."""

import errno
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspector.casefile import zipped
from inspector.domain.entries import Ref
from inspector.errors import Busy, Refusal, WorkspaceError
from inspector.evidence.examine import Examiner
from inspector.export import case, case_run, typeset_child
from inspector.services import case_tables, cases
from inspector.store.locks import EXPORTING, FileLock
from inspector.store.workspace import Store
from inspector.sync.proving import prover
from tests.export.paper_world import County, make_county
from tests.workplace import PASSPHRASE

REASON = "移送样例县法制机构审核"
_TELLS_OF_ITSELF = {
    "data/evidence/export.json", "manifest-sha256.txt", "manifest-sm3.txt", "tagmanifest-sha256.txt",
    "tagmanifest-sha256.txt.sig",
}  # fmt: skip
_KILLED = """
import os, signal, sys
from pathlib import Path
from inspector.casefile import zipped
from inspector.export import case_run
from inspector.store.workspace import Store
from inspector.sync.proving import prover

path, subject, out, reason, point, passphrase = sys.argv[1:]

def die():
    os.kill(os.getpid(), signal.SIGKILL)

real, replace = zipped._Sink.write, Path.replace

def write(self, data):
    if point == "half" and self.at + len(data) > planned.bytes // 2:
        self._file.write(data[: planned.bytes // 2 - self.at])
        self._file.flush()
        die()
    real(self, data)

def rename(self, target):
    if point == "name" and self.suffix == ".part":
        die()
    return replace(self, target)

zipped._Sink.write, Path.replace = write, rename
with Store.open(Path(path), passphrase) as store:
    wish = case_run.Wish((subject,), Path(out), reason)
    with case_run.prepare(store, wish, prover(store, offline=True)) as planned:
        case_run.run(store, wish, planned)
"""


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county of its own: exports write into it."""
    with Examiner() as examiner:
        found = make_county(tmp_path_factory.mktemp("large") / "ws", examiner)
        yield found
        found.store.close()


@pytest.fixture(scope="module")
def planned(visited: County, tmp_path_factory: pytest.TempPathFactory) -> Iterator[case.Planned]:
    """Ready to be written, to any file."""
    with prepared(visited, tmp_path_factory.mktemp("out") / "a.zip") as found:
        yield found


def prepared(county: County, path: Path) -> case.Planned:
    return case_run.prepare(county.store, wish(county, path), prover(county.store, offline=True))


def wish(county: County, path: Path) -> case_run.Wish:
    return case_run.Wish((county.shop,), path, REASON)


def run(county: County, path: Path, found: case.Planned, **how: Any) -> case.Exported:
    return case_run.run(county.store, wish(county, path), found, **how)


def told(store: Store, found: case.Planned) -> list[Ref]:
    """The entries that tell of exports."""
    return [entry.ref for entry in store.entries(found.case.id)]


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as found:
        return {name.partition("/")[2]: found.read(name) for name in found.namelist()}


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
@pytest.mark.parametrize(("point", "more"), [("half", 1), ("name", 0)])
def test_killed_it_goes_on_to_the_same_bytes(
    visited: County, planned: case.Planned, tmp_path: Path, point: str, more: int
) -> None:
    """Killed in the middle, or when all but the name was there: the next run ends with the bytes of an uncut one, tells of the
    export once, and nothing of what was made is left in the workspace."""
    run(visited, tmp_path / "whole.zip", planned)
    before = told(visited.store, planned)
    out = tmp_path / "cut.zip"
    arguments = [str(visited.store.path), visited.shop, str(out), REASON, point, PASSPHRASE]
    killed = subprocess.run([sys.executable, "-c", _KILLED, *arguments])
    assert killed.returncode == -signal.SIGKILL
    assert out.with_name("cut.zip.part").exists()
    assert not out.exists()
    assert not list(visited.store.path.rglob("*.tmp"))
    between = told(visited.store, planned)
    assert len(between) == len(before) + 1 - more
    run(visited, out, planned)
    assert len(told(visited.store, planned)) == len(before) + 1
    one, two = members(tmp_path / "whole.zip"), members(out)
    assert list(one) == list(two)
    assert {name for name in one if one[name] != two[name]} == _TELLS_OF_ITSELF


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EIO])
def test_a_stick_that_fails_loses_nothing(
    visited: County, planned: case.Planned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Full, too small for the file or taken out in the middle: a sentence with its reason; nothing is recorded, what is
    written stays, and it goes on."""
    before = told(visited.store, planned)
    real = zipped._Sink.write

    def write(self: Any, data: bytes) -> None:
        if self.at > planned.bytes // 2:
            raise OSError(number, os.strerror(number))
        real(self, data)

    with monkeypatch.context() as patch:
        patch.setattr(zipped._Sink, "write", write)
        with pytest.raises(WorkspaceError) as refused:
            run(visited, tmp_path / "a.zip", planned)
    assert refused.value.code == "case.write"
    assert os.strerror(number) in refused.value.zh
    assert told(visited.store, planned) == before
    begun = (tmp_path / "a.zip.part").read_bytes()
    assert len(begun) > planned.bytes // 3
    run(visited, tmp_path / "a.zip", planned)
    assert (tmp_path / "a.zip").read_bytes().startswith(begun)


def test_a_stick_taken_out_after_the_last_byte_is_told(
    visited: County, planned: case.Planned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written and recorded, but not read again: the sentence says both."""

    def gone(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(case, "check_case", gone)
    with pytest.raises(WorkspaceError) as refused:
        run(visited, tmp_path / "a.zip", planned)
    assert refused.value.code == "case.unread"
    assert (tmp_path / "a.zip").exists()


def test_two_exports_at_once(visited: County, planned: case.Planned, tmp_path: Path) -> None:
    """Of one workspace the second is refused while the first writes; so is one that another program writes to the same file."""
    path = tmp_path / "a.zip"
    with FileLock(visited.store.path / "case.lock", EXPORTING), pytest.raises(Busy):
        run(visited, path, planned)
    if os.name != "nt":
        with zipped.ZipWriter(path), pytest.raises(Refusal) as refused:
            run(visited, path, planned)
        assert refused.value.code == "case.busy"
    run(visited, path, planned)
    assert path.exists()


def test_a_file_that_came_meanwhile_is_not_replaced(
    visited: County, planned: case.Planned, tmp_path: Path
) -> None:
    """Somebody's file of this name, put there while it is written, stays."""
    path = tmp_path / "a.zip"
    with pytest.raises(Refusal) as refused:
        run(visited, path, planned, progress=lambda done: path.write_bytes(b"mine"))
    assert refused.value.code == "case.busy"
    assert path.read_bytes() == b"mine"


@pytest.mark.usefixtures("word_alone")
def test_long_lists_are_in_parts(visited: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of photos has as many documents as it needs: the whole is never too large for Word."""
    monkeypatch.setattr(case_tables, "ROWS_MAX", 1)
    with prepared(visited, tmp_path / "a.zip") as found:
        names = [path.split("/")[-1] for path, _, _ in found.payload if path.endswith(".docx")]
    for title in ("电子数据提取固定清单", "照片说明"):
        parts = [name[3:] for name in names if title in name]
        assert parts == [f"{title}（{number}／2）.docx" for number in (1, 2)]


def test_a_document_that_cannot_be_set_is_told_and_stays_as_word(
    visited: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the process that sets a PDF is too slow or too large, the case file has the Word file, and says so before."""
    monkeypatch.setattr(typeset_child, "SECONDS", 0.001)
    with prepared(visited, tmp_path / "a.zip") as found:
        assert {path[-5:] for path, _, _ in found.payload if path.startswith("data/documents/")} == {".docx"}
        assert sum("没有PDF" in problem.zh for problem in found.problems) == found.documents


def test_preparing_can_be_stopped_between_photos(visited: County, tmp_path: Path) -> None:
    """Small pictures are told of as documents are, so that somebody can stop there; nothing stays."""
    subjects = cases.find_subjects(visited.store, [visited.shop])
    seen: list[str] = []

    def told_of(title: str) -> None:
        seen.append(title)
        case_run.check_going(lambda: True)

    with pytest.raises(case.Stopped):
        case.plan(visited.store, subjects, prove=prover(visited.store, offline=True), told=told_of)
    assert seen == ["照片小样 2/2"]
    assert not list(visited.store.path.rglob("*.tmp"))
