"""The command as a process: what it loads, its streams, its locale, its signals, and the demonstration."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from inspector.store.workspace import Store
from tests.cli.command_line import Desk, environment, spawn
from tests.patience import end, killed_when_late, line_of
from tests.workplace import PASSPHRASE

HEAVY = {
    "textual", "pydantic", "sqlite_utils", "sqlcipher3", "httpx", "PIL", "pypinyin", "starlette", "uvicorn",
    "sqlalchemy", "cel_expr_python", "cryptography", "yaml", "jsonschema", "python_calamine", "zstandard",
}  # fmt: skip
posix = pytest.mark.skipif(os.name != "posix", reason="signals and file descriptors of POSIX")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace with a registry and people."""
    made = Desk(tmp_path_factory.mktemp("process"))
    made.good("registry", "import", str(made.registry))
    made.people()
    return made


def _env(desk: Desk, **extra: str) -> dict[str, str]:
    return environment(
        INSPECTOR_WORKSPACE=str(desk.workspace), INSPECTOR_PASSPHRASE_FILE=str(desk.passphrase), **extra
    )


def _imported(*words: str, env: dict[str, str]) -> set[str]:
    done = spawn(*words, env=env, python=("-X", "importtime"))
    assert done.returncode == 0
    lines = done.stderr.decode(errors="replace").splitlines()
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines if line.count("|") == 2}


def test_help_loads_nothing_heavy() -> None:
    """Asking for help, or for the version, costs Typer and the words; not one of the libraries behind them."""
    for words in (("--help",), ("inspect", "answer", "--help"), ("--version",)):
        assert not _imported(*words, env=environment()) & HEAVY


def test_listing_loads_no_screens_and_no_network(desk: Desk) -> None:
    """A command on the workspace loads the store, and neither the screens, nor the network, nor the centre."""
    loaded = _imported("site", "list", "--json", env=_env(desk))
    assert "sqlcipher3" in loaded
    assert not loaded & {
        "textual",
        "httpx",
        "starlette",
        "uvicorn",
        "sqlalchemy",
        "pydantic",
        "PIL",
        "cel_expr_python",
    }


def test_workspace_and_passphrase_by_the_environment(desk: Desk) -> None:
    """Both can be named once for a session; stdout is data alone, and narration is on stderr."""
    done = spawn("officer", "add", "样例辛", env=_env(desk))
    assert done.returncode == 0
    assert done.stdout.decode().startswith("o-")
    assert len(done.stdout.splitlines()) == 1
    assert "已保存" in done.stderr.decode()
    assert any(
        row["name"] == "样例辛"
        for row in json.loads(spawn("officer", "list", "--json", env=_env(desk)).stdout)
    )


def test_it_speaks_english_when_asked(desk: Desk) -> None:
    """Sentences, headings and errors, without a Chinese word of ours."""
    for words, text in (
        (("status",), "not sent"),
        (("site", "list"), "licences"),
        (("site", "show", "x"), "No site"),
    ):
        done = spawn(*words, env=_env(desk, INSPECTOR_LANG="en"))
        assert text in (done.stdout + done.stderr).decode()
    assert "未上报" in spawn("status", env=_env(desk, INSPECTOR_LANG="zh")).stdout.decode()


@pytest.mark.parametrize(
    "locale",
    [
        {"LANG": "C"},
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"TERM": "dumb"},
    ],
)
def test_any_locale_prints_utf8(desk: Desk, locale: dict[str, str]) -> None:
    """Chinese names come out whole where the locale says nothing of them."""
    done = spawn("site", "list", env=_env(desk, **locale))
    assert done.returncode == 0, done.stderr
    assert "示例一点" in done.stdout.decode("utf-8")


@posix
def test_a_reader_that_goes_away_is_no_error(desk: Desk) -> None:
    """`inspector … | head` ends quietly."""
    read, write = os.pipe()
    os.close(read)
    for words in (("site", "list"), ("site", "list", "--json"), ("checklist", "list")):
        done = subprocess.run(
            [sys.executable, "-m", "inspector", *words], env=_env(desk), stdin=subprocess.DEVNULL,
            stdout=write, stderr=subprocess.PIPE, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")
    os.close(write)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_said_so(desk: Desk) -> None:
    """A full disk behind stdout is a sentence, and what the command saved is saved."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "inspector", "officer", "add", "样例壬", "--json"], env=_env(desk),
            stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, timeout=60,
        )  # fmt: skip
    assert done.returncode == 6
    assert "已保存的内容都在" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    with Store.open(desk.workspace, PASSPHRASE) as store:
        assert (
            store.connection.execute("SELECT count(*) FROM officer WHERE name = '样例壬'").fetchone()[0] == 1
        )


@posix
def test_closed_streams_are_no_crash(desk: Desk) -> None:
    """Started without a stdout, a stdin or a stderr, a command still does its work."""
    command = f'"{sys.executable}" -m inspector officer add 样例癸 >&- 2>&- <&-'
    done = subprocess.run(["sh", "-c", command], env=_env(desk), timeout=60)
    assert done.returncode == 0
    assert "样例癸" in spawn("officer", "list", env=_env(desk)).stdout.decode()


@posix
def test_an_interrupt_ends_with_130(tmp_path: Path) -> None:
    """Ctrl-C stops a serving centre in good order and says that nothing saved is lost."""
    serving = subprocess.Popen(
        [sys.executable, "-m", "inspector", "central", "serve", "--data", str(tmp_path / "c"), "--port", "0"],
        env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert line_of(serving).startswith(b"http://127.0.0.1:")
        serving.send_signal(signal.SIGINT)
        _, told = serving.communicate(timeout=60)
    finally:
        end(serving)
    assert serving.returncode == 130
    assert "已中断" in told.decode()
    assert "Traceback" not in told.decode()


@posix
def test_a_watching_sync_ends_with_130(desk: Desk, tmp_path: Path) -> None:
    """Ctrl-C while there is no network leaves at once, with everything kept."""
    from inspector.sync.enrolment import enrol
    from tests.sync.sync_world import Centre

    centre = Centre(tmp_path / "centre")
    with centre.serving(), Store.open(desk.workspace, PASSPHRASE) as store:
        enrol(store, centre.url, centre.code())
    centre.close()
    watching = subprocess.Popen(
        [sys.executable, "-m", "inspector", "sync", "--watch"], env=_env(desk),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert watching.stderr is not None
    try:
        with killed_when_late(watching):
            assert any("没有丢失" in line.decode() for line in watching.stderr)
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=60)
    finally:
        end(watching)
    assert watching.returncode == 130
    done = spawn("sync", env=_env(desk))
    assert done.returncode == 7
    assert "都在本机" in done.stderr.decode()


def test_without_a_terminal_there_are_no_screens(desk: Desk) -> None:
    """The bare command in a script says where the commands are."""
    done = spawn(env=_env(desk))
    assert (done.returncode, done.stdout) == (2, b"")
    assert "--help" in done.stderr.decode()


def test_the_demonstration_proves_itself(tmp_path: Path) -> None:
    """It plays a whole patrol, exits with success, and leaves what it made where it was asked to."""
    kept = tmp_path / "kept"
    done = spawn("demo", "--script", "--keep", str(kept), env=environment(INSPECTOR_LANG="en"), timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    assert "Every step held" in done.stdout.decode()
    env = environment(
        INSPECTOR_WORKSPACE=str(kept / "laptop-2"), INSPECTOR_PASSPHRASE_FILE=str(kept / "passphrase.txt")
    )
    found = json.loads(spawn("doctor", "--read-data", "--json", env=env).stdout)
    assert found["problems"] == []
    assert found["photos"] > 0
    assert found["foreign_entries"] > 100
    again = spawn("demo", "--script", "--keep", str(kept))
    assert again.returncode == 2
