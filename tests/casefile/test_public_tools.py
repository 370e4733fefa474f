"""A case file in the hands of people who have none of our programs: bagit.py, sha256sum, OpenSSH, unzip, Python."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.casefile.casefile_world import FOLDER, good, write


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an unpacked case file."""
    folder = tmp_path_factory.mktemp("bag")
    with zipfile.ZipFile(write(folder / "a.zip", good())) as archive:
        archive.extractall(folder)
    return folder / FOLDER


def ran(*words: object, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [str(word) for word in words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", **more)


def test_bagit_validates_it(bag: Path) -> None:
    """The Library of Congress's bagit.py finds a valid bag; SM3, which it does not know, it passes over or checks."""
    found = ran(sys.executable, "-m", "bagit", "--validate", bag)
    assert found.returncode == 0, found.stderr
    (bag / "data" / "documents" / "01-封面.docx").write_bytes(b"other")
    assert ran(sys.executable, "-m", "bagit", "--validate", bag).returncode != 0
    (bag / "data" / "documents" / "01-封面.docx").write_bytes(b"cover")


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_sha256sum_checks_it(bag: Path) -> None:
    """Both manifests are in the form of sha256sum."""
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        assert ran("sha256sum", "-c", "--strict", name, cwd=bag).returncode == 0


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_openssl_computes_the_same_sm3(bag: Path) -> None:
    """The SM3 manifest says what OpenSSL says, where it knows SM3."""
    first = (bag / "manifest-sm3.txt").read_text("utf-8").splitlines()[0]
    digest, path = first.split("  ", 1)
    found = ran("openssl", "dgst", "-sm3", bag / path)
    if found.returncode == 0:
        assert found.stdout.strip().endswith(digest)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")
def test_openssh_verifies_it_as_the_page_says(bag: Path) -> None:
    """The command of HOW-TO-VERIFY.txt works."""
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "inspector", "-n", "inspector-case", "-s",
               "tagmanifest-sha256.txt.sig"]  # fmt: skip
    text = (bag / "tagmanifest-sha256.txt").read_text("utf-8")
    assert ran(*command, cwd=bag, input=text).returncode == 0


@pytest.mark.parametrize("command", [["unzip", "-tq"], ["zipinfo", "-t"]])
def test_zip_tools_read_it(bag: Path, command: list[str]) -> None:
    """Info-ZIP finds nothing to complain about, where it is here."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]} here")
    assert ran(*command, bag.parent / "a.zip").returncode == 0


def test_the_verifier_in_the_bag_is_the_one_of_the_program(bag: Path) -> None:
    """What travels along is the file that the tests are about, and it runs alone."""
    from inspector.casefile import verify

    assert (bag / "verify.py").read_bytes() == Path(verify.__file__).read_bytes()
    assert "verify.py" in (bag / "HOW-TO-VERIFY.txt").read_text("utf-8")
