"""Reading a case file: bounded, as a stream, and from a file that may change under the reader."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.casefile import archive, evidence, verify, zipped
from inspector.casefile.archive import Archive
from inspector.casefile.verdict import StopError, Verdict
from tests.casefile.casefile_world import FOLDER, SMALL_EXTRA, good, write
from tests.casefile.tamper import ROOT, judge, members_of, signed_anew

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case file in order."""
    return write(tmp_path / "a.zip", good(), extra=SMALL_EXTRA)


def test_a_file_that_changes_while_it_is_read_is_noticed(case: Path) -> None:
    """Evidence is read a second time; if it is not what was hashed, both readers stop."""
    data = case.read_bytes()
    with case.open("rb") as file, case.open("rb") as other:
        ours, theirs = Archive(file), verify.Archive(other)
        readers: tuple[Callable[[], object], ...] = (
            lambda: list(ours.lines("data/evidence/entries.jsonl", evidence.MAX_LINE_BYTES)),
            lambda: ours.text("data/evidence/policy.txt", evidence.MAX_FILE_BYTES),
            lambda: list(theirs.lines("entries.jsonl", evidence.MAX_LINE_BYTES)),
            lambda: theirs.text("policy.txt"),
        )
        for read in readers:
            read()
        case.write_bytes(
            data.replace(b"inspection.answered", b"inspection.answexed").replace(b"quorum", b"quoxum")
        )
        for read, error in zip(
            readers, (StopError, StopError, verify.StopError, verify.StopError), strict=True
        ):
            with pytest.raises(error):
                read()


@pytest.mark.parametrize(
    "name", ["entries.jsonl", "photos.jsonl", "witnesses.jsonl", "case.json", "export.json"]
)
def test_a_line_beyond_the_bound_is_refused_unread(case: Path, name: str) -> None:
    """A line of evidence that is longer than any can be ends the reading; memory stays bounded."""
    size = evidence.MAX_FILE_BYTES if name.endswith(".json") else evidence.MAX_LINE_BYTES
    members = [
        (path, b'"' + b"x" * size + b'"\n' if path == f"{FOLDER}/data/evidence/{name}" else data)
        for path, data in members_of(case)
    ]
    case.write_bytes(signed_anew(members))
    assert judge(case).exit == Verdict.MALFORMED


def test_bounds_of_both_readers_are_those_of_the_page() -> None:
    """200,000 members, 600,000 bytes a line, 16 MiB a text."""
    assert (archive.MAX_MEMBERS, evidence.MAX_LINE_BYTES, evidence.MAX_FILE_BYTES) == (
        200_000,
        600_000,
        16 * 1024 * 1024,
    )
    assert (verify.MAX_MEMBERS, verify.MAX_LINE, verify.MAX_TEXT) == (200_000, 600_000, 16 * 1024 * 1024)
    assert archive.MAX_TAG_BYTES == verify.MAX_TAG


def test_every_length_of_a_cut_file_is_malformed(case: Path) -> None:
    """A download that broke off is no case file, wherever it broke off."""
    data = case.read_bytes()
    for length in range(0, len(data), 211):
        case.write_bytes(data[:length])
        assert judge(case).exit == Verdict.MALFORMED


def test_nothing_is_written_beside_a_file_that_is_checked(case: Path) -> None:
    """Checking leaves the folder as it was."""
    before = sorted(path.name for path in case.parent.iterdir())
    judge(case)
    assert sorted(path.name for path in case.parent.iterdir()) == before


def test_both_read_what_zip64_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the border of ZIP64 moved down from 4 GiB to 1,000 bytes, sizes and offsets beyond it are read by both; below it ZIP64
    is refused."""
    plain = write(tmp_path / "plain.zip", good(), extra=SMALL_EXTRA)
    monkeypatch.setattr(zipped, "FULL32", 1_000)
    monkeypatch.setattr(verify, "FULL", 1_000)
    large = write(tmp_path / "large.zip", good(), extra=SMALL_EXTRA)
    assert judge(large, root=ROOT).exit == Verdict.VERIFIED
    assert judge(plain).exit == Verdict.MALFORMED
    monkeypatch.undo()
    assert judge(large).exit == Verdict.MALFORMED
    assert judge(plain).exit == Verdict.VERIFIED
