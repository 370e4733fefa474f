"""Case files by the command line, of a county that was really at work: two laptops of two agencies, a centre, a paper, a review."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from inspector.casefile import verify
from inspector.casefile.check import check_case
from inspector.casefile.verdict import Verdict
from inspector.central.settings import Settings
from inspector.cli.centre_data import open_centre
from inspector.cli.main import app
from inspector.demo.county import PASSPHRASE, County, centre_running
from inspector.demo.script import play
from inspector.domain.case import EXPORTED
from inspector.export import case, case_run
from inspector.store import queries
from inspector.store.workspace import Store
from inspector.sync.client import sync_once
from inspector.sync.proving import prover
from tests.cli.command_line import Done

REASON = "移送样例县法制机构审核"


@dataclass(frozen=True)
class World:
    """A county after its patrol, review and closing.

    Attributes:
        inspection: its id; `root` the SHA-256 of the centre's key, in hex.
    """

    county: County
    inspection: str
    root: str


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Played once; both laptops have seen the centre's last checkpoint."""
    county = County(tmp_path_factory.mktemp("county"))
    county.write_passphrase()
    play(county, lambda zh, en: None)
    with centre_running(county) as running:
        for path in (county.first, county.second, county.first):
            with Store.open(path, PASSPHRASE) as store:
                store.set_settings(centre_url=running.address.url)
                sync_once(store).check()
                name = queries.inspections(store.connection)[0].id
                root = hashlib.sha256(bytes.fromhex(store.setting("centre_key") or "")).hexdigest()
        yield World(county, name, root)


def call(*words: str) -> Done:
    """Run a command in this process."""
    found = CliRunner().invoke(app, list(words))
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return Done(found.exit_code, found.stdout, found.stderr)


def laptop_case(world: World, path: Path, edition: str = "internal") -> case.Exported:
    """The case file of the inspection, from the first laptop, with the centre in reach."""
    wish = case_run.Wish((world.inspection,), path, REASON, edition=edition)
    with (
        Store.open(world.county.first, PASSPHRASE) as store,
        case_run.prepare(store, wish, prover(store)) as planned,
    ):
        assert planned.unproven == 0
        return case_run.run(store, wish, planned)


def centre_case(world: World, *words: str) -> Done:
    """`central export-case` of the inspection."""
    return call(
        "central", "export-case", world.inspection, "--data", str(world.county.centre), "--reason", REASON, "--json", *words
    )  # fmt: skip


def manifest(path: Path) -> dict[str, str]:
    """Hashes of a case file by path."""
    with ZipFile(path) as found:
        name = next(one for one in found.namelist() if one.endswith("/manifest-sha256.txt"))
        lines = found.read(name).decode().splitlines()
    return {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in lines}


def test_a_laptop_in_reach_of_its_centre_exports_what_verifies(world: World, tmp_path: Path) -> None:
    """Both verifiers say so, and that nothing was changed, with the fingerprint alone; agencies of both laptops witnessed it."""
    found = laptop_case(world, tmp_path / "a.zip")
    assert found.checked.verdict is Verdict.VERIFIED
    assert check_case(tmp_path / "a.zip").verdict is Verdict.UNKNOWN_ROOT
    done = subprocess.run(
        [sys.executable, "-I", str(verify.__file__), str(tmp_path / "a.zip"), "--root", world.root, "--json"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_a_laptop_out_of_reach_says_what_is_not_proven(world: World, tmp_path: Path) -> None:
    """Offline and without proofs that were kept, entries of others have none: told before, and the verdict is told after."""
    with Store.open(world.county.second, PASSPHRASE) as store:
        wish = case_run.Wish((world.inspection,), tmp_path / "a.zip", REASON)
        with case_run.prepare(store, wish, prover(store, offline=True)) as planned:
            assert planned.unproven > 0
            assert any("没有证明" in problem.zh for problem in planned.problems)
            found = case_run.run(store, wish, planned)
    assert found.checked.verdict is Verdict.INCOMPLETE


def test_the_centre_exports_the_same_case(world: World, tmp_path: Path) -> None:
    """Documents, photos and entries have the bytes of the laptop's; it verifies, and the centre's own log tells of it."""
    laptop_case(world, tmp_path / "laptop.zip")
    answer = centre_case(world, "--out", str(tmp_path / "centre.zip"))
    told = json.loads(answer.out)
    assert told["verdict"] == "verified"
    assert told["unproven"] == 0
    here, there = manifest(tmp_path / "laptop.zip"), manifest(tmp_path / "centre.zip")
    different = {name for name in here | there if here.get(name) != there.get(name)}
    assert different <= {"data/evidence/export.json", "data/evidence/witnesses.jsonl"}
    with open_centre(Settings(data=world.county.centre), make=False) as storage, storage.known() as known:
        entries = [entry for entries in known.of_types(EXPORTED).values() for entry in entries]
    assert told["entry"] in [str(entry.ref) for entry in entries]


def test_the_redacted_edition_verifies_too(world: World, tmp_path: Path) -> None:
    """From the laptop and at the centre: everything holds, and it says that something is withheld."""
    found = laptop_case(world, tmp_path / "a.zip", "redacted")
    assert found.checked.verdict is Verdict.REDACTED
    answer = centre_case(world, "--out", str(tmp_path / "b.zip"), "--edition", "redacted")
    assert json.loads(answer.out)["verdict"] == "redacted"


def test_what_the_centre_does_not_have_is_named(world: World, tmp_path: Path) -> None:
    """An unknown id ends with a sentence, and writes nothing."""
    answer = call(
        "central", "export-case", "i-nothere", "--data", str(world.county.centre), "--reason", REASON, "--out",
        str(tmp_path / "a.zip"), "--json",
    )  # fmt: skip
    assert answer.status == 3
    assert json.loads(answer.out)["error"]["code"] == "case.unknown"
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_and_tells(world: World, tmp_path: Path) -> None:
    """`export case` prints the path on stdout, and on stderr what is missing and what a stranger will find."""
    options = (
        "--workspace",
        str(world.county.first),
        "--passphrase-file",
        str(world.county.root / "passphrase.txt"),
    )
    words = ("export", "case", world.inspection, "--out", str(tmp_path / "a.zip"), "--reason", REASON)
    answer = call(*options, *words)
    assert answer.status == 0, answer.err
    assert answer.out.strip() == str(tmp_path / "a.zip")
    assert "没有签发过现场检查笔录" in answer.err
    assert "核验通过：自设备签名起未被改动（0）" in answer.err
    again = call(*options, *words, "--json")
    assert json.loads(again.out)["error"]["code"] == "case.exists"
