"""Finding photos on a card and reading one: bounded, without following links, with words for people."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import BadInput, InspectorError, NotFound
from inspector.evidence import limits
from inspector.evidence.intake import find_photos, read_bounded
from inspector.evidence.wording import display_name, plain


def put(path: Path, when: int = 1_000, data: bytes = b"x") -> Path:
    """A file with a time, in a folder made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (when, when))
    return path


def test_a_card_is_searched_newest_first(tmp_path: Path) -> None:
    """Photos of all folders of a card come by time; other files, hidden files and folders do not."""
    put(tmp_path / "DCIM/100MEDIA/IMG_1.JPG", 10, b"abc")
    put(tmp_path / "DCIM/101MEDIA/IMG_2.heic", 30)
    put(tmp_path / "DCIM/Camera/x.WebP", 20)
    put(tmp_path / "DCIM/100MEDIA/._IMG_1.JPG")
    put(tmp_path / "DCIM/.thumbnails/1.jpg")
    put(tmp_path / "DCIM/100MEDIA/VID.mp4")
    put(tmp_path / "readme")
    found = find_photos(tmp_path)
    assert [photo.name for photo in found] == ["IMG_2.heic", "x.WebP", "IMG_1.JPG"]
    assert (found[2].size, found[2].modified) == (3, 10_000)
    assert found[2].path == tmp_path / "DCIM/100MEDIA/IMG_1.JPG"


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link on a card leads nowhere: not out of it, not in a circle."""
    put(tmp_path / "elsewhere/secret.jpg")
    card = tmp_path / "card"
    put(card / "a.jpg")
    try:
        (card / "out").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
        (card / "round").symlink_to(card, target_is_directory=True)
        (card / "b.jpg").symlink_to(tmp_path / "elsewhere/secret.jpg")
    except OSError:
        pytest.skip("this system makes no links for ordinary users")
    assert [photo.name for photo in find_photos(card)] == ["a.jpg"]


def test_depth_is_bounded(tmp_path: Path) -> None:
    """Six levels below the named folder are searched, the seventh is not."""
    put(tmp_path / "1/2/3/4/5/6/in.jpg")
    put(tmp_path / "1/2/3/4/5/6/7/out.jpg")
    assert [photo.name for photo in find_photos(tmp_path)] == ["in.jpg"]


def test_only_the_newest_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone with years of photos offers its newest ones."""
    monkeypatch.setattr(limits, "MAX_CANDIDATES", 3)
    for number in range(6):
        put(tmp_path / f"{number}.jpg", number + 1)
    assert [photo.name for photo in find_photos(tmp_path)] == ["5.jpg", "4.jpg", "3.jpg"]


def test_an_endless_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Naming a whole disk gives a sentence, not an hour of waiting."""
    monkeypatch.setattr(limits, "MAX_SCANNED", 5)
    for number in range(6):
        put(tmp_path / f"{number}.txt")
    with pytest.raises(BadInput) as caught:
        find_photos(tmp_path)
    assert caught.value.code == "photo.too_many"


def test_named_files_are_taken_whatever_their_name(tmp_path: Path) -> None:
    """Files and folders may be mixed; a file named twice comes once."""
    odd = put(tmp_path / "scan.bin", 5)
    put(tmp_path / "card/a.jpg", 9)
    found = find_photos([odd, tmp_path / "card", odd, tmp_path / "card/a.jpg"])
    assert [photo.name for photo in found] == ["a.jpg", "scan.bin"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_file_names_are_safe_to_show(tmp_path: Path) -> None:
    """Escape, line break, right-to-left and bytes that are no UTF-8 do not reach the screen; the path still works."""
    for name in (
        b"\x1b[31m.jpg",
        b"a\nb.jpg",
        "a\u202egpj.jpg".encode(),
        b"\xff\xfe.jpg",
        b"-rf.jpg",
        b"n" * 251 + b".jpg",
    ):
        put(tmp_path / os.fsdecode(name))
    found = find_photos(tmp_path)
    assert len(found) == 6
    for photo in found:
        assert photo.name.isprintable()
        assert photo.name.endswith(".jpg")
        assert len(photo.name) <= limits.MAX_NAME
        photo.name.encode()
        assert read_bounded(photo.path) == b"x"


def test_reading_gives_all_bytes(tmp_path: Path) -> None:
    """The largest allowed file is read whole and unchanged."""
    data = os.urandom(1000) + b"\r\n\x1a" + b"\0" * (limits.MAX_FILE_BYTES - 1003)
    assert read_bounded(put(tmp_path / "a.jpg", data=data)) == data


def expect(kind: type[InspectorError], code: str, path: Path) -> None:
    """Reading fails with this error, in both languages and with what to do next."""
    with pytest.raises(kind) as caught:
        read_bounded(path)
    error = caught.value
    assert (type(error), error.code) == (kind, code)
    assert all((error.zh, error.en, error.hint_zh, error.hint_en))


def test_reading_refuses_with_reasons(tmp_path: Path) -> None:
    """Absent, empty, too large and folders are refused, each with its own reason."""
    expect(NotFound, "photo.missing", tmp_path / "none.jpg")
    expect(BadInput, "photo.empty", put(tmp_path / "empty.jpg", data=b""))
    expect(BadInput, "photo.not_a_file", tmp_path)
    big = tmp_path / "big.jpg"
    with big.open("wb") as file:
        file.truncate(limits.MAX_FILE_BYTES + 1)
    expect(BadInput, "photo.too_large", big)
    with pytest.raises(NotFound):
        find_photos(tmp_path / "none")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
def test_a_pipe_does_not_hold_the_program(tmp_path: Path) -> None:
    """A pipe that nobody writes to is refused at once, named or found."""
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    expect(BadInput, "photo.not_a_file", pipe)
    assert find_photos(tmp_path) == []
    with pytest.raises(BadInput):
        find_photos(pipe)


def test_a_file_that_changes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo that is still being copied is not taken half."""
    path = put(tmp_path / "a.jpg", data=b"0123456789")
    true_fstat, calls = os.fstat, []

    def grow(descriptor: int) -> os.stat_result:
        status = true_fstat(descriptor)
        calls.append(descriptor)
        if len(calls) == 1:
            with path.open("ab") as file:
                file.write(b"more")
        return status

    monkeypatch.setattr(os, "fstat", grow)
    expect(BadInput, "photo.changing", path)


@given(st.text(max_size=300))
def test_plain_text_is_harmless(text: str) -> None:
    """Whatever comes in, what goes out is one printable bounded line that can be encoded and is stable."""
    line = plain(text, 40)
    assert len(line) <= 40
    assert line.replace("\u3000", " ").replace("\u00a0", " ").isprintable() or not line.isascii()
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line)
    line.encode()
    assert len(display_name(text, 40)) <= 40
