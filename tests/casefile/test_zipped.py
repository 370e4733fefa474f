"""The ZIP of a case file: one row of bytes, read by others' tools, resumable (docs/case-file.md, "The ZIP")."""

import os
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest

from inspector.casefile.space import FAT32_MAX_BYTES, Room, _mounted_as, room, zip_size
from inspector.casefile.zipped import (
    ChangedSource,
    Placed,
    ZipWriter,
    directory_header,
    end_records,
    local_header,
    name_fault,
)
from inspector.errors import BadInput

MEMBERS = {"案卷/data/a.txt": b"eins\n", "案卷/data/leer": b"", "案卷/b.bin": bytes(range(256)) * 500}


def write(path: Path, members: dict[str, bytes] = MEMBERS) -> int:
    with ZipWriter(path) as writer:
        for name, data in members.items():
            writer.add(name, [data], size=len(data), crc=zlib.crc32(data))
        return writer.finish()


def test_python_and_unzip_read_it_back(tmp_path: Path) -> None:
    """Python's zipfile and Info-ZIP find every member whole; the size is the one that was computed before."""
    path = tmp_path / "a.zip"
    total = write(path)
    with zipfile.ZipFile(path) as archive:
        assert {info.filename: archive.read(info) for info in archive.infolist()} == MEMBERS
        assert all(info.date_time == (1980, 1, 1, 0, 0, 0) for info in archive.infolist())
    assert total == path.stat().st_size == zip_size((name, len(data)) for name, data in MEMBERS.items())
    assert not path.with_name("a.zip.part").exists()
    if shutil.which("unzip"):
        assert subprocess.run(["unzip", "-tq", path], capture_output=True).returncode == 0


@pytest.mark.parametrize("damage", ["cut", "other", "longer", "empty"])
def test_what_is_there_is_compared_and_only_the_rest_is_written(tmp_path: Path, damage: str) -> None:
    """Whatever an export that was cut off left, true or not, the finished file is the same."""
    write(tmp_path / "whole.zip")
    whole = (tmp_path / "whole.zip").read_bytes()
    for at in range(0, len(whole), 997):
        part = {
            "cut": whole[:at],
            "other": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
            "longer": whole + whole[:at],
            "empty": b"",
        }[damage]
        (tmp_path / "again.zip").unlink(missing_ok=True)
        (tmp_path / "again.zip.part").write_bytes(part)
        write(tmp_path / "again.zip")
        assert (tmp_path / "again.zip").read_bytes() == whole


def test_two_writers_of_one_file_do_not_mix(tmp_path: Path) -> None:
    """The second is refused while the first writes; what has the name by then is never replaced, and the part stays."""
    with ZipWriter(tmp_path / "a.zip") as first:
        if os.name != "nt":
            with pytest.raises(BlockingIOError):
                ZipWriter(tmp_path / "a.zip")
        first.add("f/a", [b"abc"], size=3, crc=zlib.crc32(b"abc"))
        (tmp_path / "a.zip").write_bytes(b"mine")
        with pytest.raises(FileExistsError):
            first.finish()
    assert (tmp_path / "a.zip").read_bytes() == b"mine"
    (tmp_path / "a.zip").unlink()
    write(tmp_path / "a.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_a_failure_keeps_the_part_and_makes_no_file(tmp_path: Path) -> None:
    """A source that changes between its two readings is refused, by name, and no ZIP appears."""
    with pytest.raises(ChangedSource), ZipWriter(tmp_path / "a.zip") as writer:
        writer.add("f/a", [b"abc"], size=3, crc=zlib.crc32(b"abd"))
    with pytest.raises(ChangedSource), ZipWriter(tmp_path / "a.zip") as writer:
        writer.add("f/a", (b"x" for _ in range(10)), size=3, crc=0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip.part"]


@pytest.mark.parametrize(
    "name",
    ["a", "/a", "f/", "f//a", "f/../a", "./a", "f/a\\b", "f/a:b", "f/a%", "f/con", "f/NUL.txt", "f/a.", "f/a ", "f/e\u0301",
     "f/\u0007", "f/" + "x" * 240],
)  # fmt: skip
def test_names_that_another_system_would_misread_are_refused(tmp_path: Path, name: str) -> None:
    """No name that leaves the folder, that Windows cannot hold, or that two systems write differently."""
    assert name_fault(name)
    with ZipWriter(tmp_path / "a.zip") as writer, pytest.raises(BadInput):
        writer.add(name, [], size=0, crc=0)


def test_two_names_alike_but_for_case_are_refused(tmp_path: Path) -> None:
    """Windows would unpack one over the other."""
    with ZipWriter(tmp_path / "a.zip") as writer:
        writer.add("f/a", [], size=0, crc=0)
        with pytest.raises(BadInput):
            writer.add("f/A", [], size=0, crc=0)


def test_zip64_is_used_where_and_only_where_a_number_needs_it(tmp_path: Path) -> None:
    """A file of 4 GiB, an offset beyond it and 65,535 members are read back by Python's zipfile."""
    small, large = 0xFFFFFFFE, 0xFFFFFFFF
    assert len(local_header("f/a", large, 0)) == len(local_header("f/a", small, 0)) + 20
    both = directory_header(Placed("f/a", large, 0, large))
    assert len(both) == len(directory_header(Placed("f/a", small, 0, small))) + 28
    assert len(end_records(0xFFFF, 0, 0)) == len(end_records(0xFFFE, 0, 0)) + 76
    path = tmp_path / "sparse.zip"
    with path.open("wb") as file:  # a hole of 4 GiB stands for the content
        file.write(local_header("f/a", large, 0))
        file.seek(large, 1)
        second = file.tell()
        file.write(local_header("f/b", 1, zlib.crc32(b"x")) + b"x")
        start = file.tell()
        directory = directory_header(Placed("f/a", large, 0, 0)) + directory_header(
            Placed("f/b", 1, zlib.crc32(b"x"), second)
        )
        file.write(directory + end_records(2, len(directory), start))
    assert path.stat().st_size == zip_size([("f/a", large), ("f/b", 1)])
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("f/a").file_size == large
        assert archive.read("f/b") == b"x"


def test_many_members_are_read_back(tmp_path: Path) -> None:
    """65,535 members and more end in a ZIP64 record that Python's zipfile reads."""
    path = tmp_path / "many.zip"
    write(path, {f"f/{number}": b"" for number in range(0xFFFF + 1)})
    with zipfile.ZipFile(path) as archive:
        assert len(archive.infolist()) == 0xFFFF + 1
    assert path.stat().st_size == zip_size((f"f/{number}", 0) for number in range(0xFFFF + 1))


def test_a_stick_that_is_too_small_or_fat_is_known(tmp_path: Path) -> None:
    """Free bytes count what lies there already; FAT32 holds no file of 4 GiB."""
    assert room(tmp_path).free > 0
    assert Room(100, None).takes(150, there=60)
    assert not Room(100, None).takes(150, there=40)
    assert not Room(1 << 40, FAT32_MAX_BYTES).takes(FAT32_MAX_BYTES + 1)
    table = tmp_path / "mounts"
    table.write_text("/dev/a / ext4 rw 0 0\n/dev/b /media/my\\040stick vfat rw 0 0\nodd\n")
    assert _mounted_as("/media/my stick/x", table) == "vfat"
    assert _mounted_as("/media/my sticky", table) == "ext4"
    assert _mounted_as("/", tmp_path / "none") == ""
