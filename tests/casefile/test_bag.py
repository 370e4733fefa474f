"""The bag: what common tools make of it, and that the same content gives the same bytes (docs/case-file.md, "The bag")."""

import hashlib
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.casefile import bag, sshsig
from inspector.casefile.bag import BagWriter, bag_info, bag_size, sm3
from inspector.casefile.zipped import ChangedSource
from inspector.journal.canonical import MalformedError
from inspector.journal.keys import SigningKey, verify

KEY = SigningKey(hashlib.sha256("样例设备".encode()).digest())
PAYLOAD = {"data/documents/01-封面.pdf": b"cover", "data/photos/0001-AAAAAAAA.jpg": b"\xff" * 5000}
EXTRA = {"HOW-TO-VERIFY.txt": b"how", "verify.py": b"pass"}
INFO = {"Bagging-Date": "2026-11-22", "Source-Organization": "样例县"}


def write(path: Path) -> int:
    with BagWriter(path, "案卷-样例") as writer:
        for name, data in PAYLOAD.items():
            writer.add(name, data)
        return writer.finish(info=INFO, public=KEY.public, sign=KEY.sign, extra=EXTRA)


def unpacked(tmp_path: Path) -> Path:
    write(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path / "案卷-样例"


def test_the_size_is_known_before_a_byte_is_written(tmp_path: Path) -> None:
    """The announced size is the size; the same content gives the same bytes."""
    sizes = {name: len(data) for name, data in PAYLOAD.items()}
    assert write(tmp_path / "a.zip") == bag_size("案卷-样例", sizes, info=INFO, extra=EXTRA)
    write(tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
@pytest.mark.parametrize("name", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_checks_the_manifests(tmp_path: Path, name: str) -> None:
    """A stranger's sha256sum finds every file as the manifest has it."""
    folder = unpacked(tmp_path)
    assert (
        subprocess.run(["sha256sum", "-c", "--strict", name], cwd=folder, capture_output=True).returncode == 0
    )


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")
def test_openssh_verifies_the_signature(tmp_path: Path) -> None:
    """OpenSSH accepts the signature over the tagmanifest, and no other text."""
    folder = unpacked(tmp_path)
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "inspector", "-n", "inspector-case", "-s",
               bag.SIGNATURE]  # fmt: skip
    text = (folder / bag.TAGMANIFEST).read_bytes()
    assert subprocess.run(command, cwd=folder, input=text, capture_output=True).returncode == 0
    assert subprocess.run(command, cwd=folder, input=text + b" ", capture_output=True).returncode != 0


def test_a_signature_file_has_one_form() -> None:
    """What `sign` wrote is read back; one flipped bit anywhere is another signature or none."""
    data = sshsig.sign(KEY.public, b"text", KEY.sign)
    public, signature = sshsig.parse(data)
    assert public == KEY.public
    assert verify(public, signature, sshsig.signed_bytes(b"text"))
    for at in range(len(data)):
        mutant = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            found = sshsig.parse(mutant)
        except MalformedError:
            continue
        assert found != (public, signature)


def test_sm3_is_that_of_the_standard() -> None:
    """GB/T 32905-2016, example 1; Python's and the library's agree."""
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    for digest in (sm3(), bag._LibrarySm3()):
        digest.update(b"abc")
        assert digest.hexdigest() == expected


def test_a_large_source_is_read_twice_and_must_not_change(tmp_path: Path) -> None:
    """Content of unknown size streams; if its second reading differs, nothing is finished."""
    readings = 0

    def growing() -> Iterator[bytes]:
        nonlocal readings
        readings += 1
        yield b"x" * readings

    with BagWriter(tmp_path / "a.zip", "f") as writer:
        assert writer.add("data/documents/a", lambda: [b"a", b"b"]).size == 2
        digest = writer.payload_sha256()
        assert (
            digest
            == hashlib.sha256(f"{hashlib.sha256(b'ab').hexdigest()}  data/documents/a\n".encode()).hexdigest()
        )
        with pytest.raises(ChangedSource):
            writer.add("data/documents/b", growing)
        assert readings == 2
    assert not (tmp_path / "a.zip").exists()


def test_bag_info_has_one_line_for_each_fact() -> None:
    """A value with a line end would forge another fact."""
    assert b"Payload-Oxum: 3.2\n" in bag_info({}, [1, 2])
    with pytest.raises(ValueError, match="bag-info"):
        bag_info({"Reason": "a\nInspector-Case-Format: 2"}, [])
