"""The shell examples of the documentation are run as they stand, offline, in a folder of their own."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from tests.docs import quick_commands
from tests.docs.pages import ROOT, examples, text
from tests.docs.quick_commands import write_client
from tests.patience import line_of

PORT = "8743"
SECONDS = 300
pytestmark = pytest.mark.skipif(
    shutil.which("sh") is None, reason="the examples are written for a POSIX shell"
)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder as the examples expect it: the shipped checklists, the stranger's verifier, a phone's card, and nothing else."""
    (tmp_path / "checklists").symlink_to(ROOT / "checklists", target_is_directory=True)
    verifier = Path("inspector", "casefile", "verify.py")
    (tmp_path / verifier).parent.mkdir(parents=True)
    shutil.copy(ROOT / verifier, tmp_path / verifier)
    (tmp_path / "card").mkdir()
    Image.new("RGB", (320, 240), (40, 60, 90)).save(tmp_path / "card" / "IMG_0001.jpg")
    (tmp_path / "bin").mkdir()
    return tmp_path


@pytest.fixture(autouse=True)
def commands(scratch: Path) -> Iterator[None]:
    """The command `inspector`, made quick (`quick_commands`)."""
    # A socket's name is short; the folder of a test need not be.
    with tempfile.TemporaryDirectory(prefix="inspector-") as short:
        address = str(Path(short) / "s")
        write_client(scratch / "bin", address)
        process = subprocess.Popen(
            [sys.executable, str(Path(quick_commands.__file__)), address],
            env=environment(scratch),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert line_of(process) == "ready\n"
            yield
        finally:
            process.kill()
            process.communicate(timeout=SECONDS)


def environment(scratch: Path) -> dict[str, str]:
    """Nobody's settings; the scratch folder's own `inspector` first on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTOR_")}
    path = os.pathsep.join([str(scratch / "bin"), kept.get("PATH", "")])
    return {
        **kept,
        "PATH": path,
        "HOME": str(scratch),
        "XDG_DATA_HOME": str(scratch / "data"),
        "INSPECTOR_LANG": "en",
    }


def run(script: str, scratch: Path) -> str:
    """Run a script; its standard output. Fails with all it said."""
    done = subprocess.run(
        ["sh", "-eu", "-c", script],
        cwd=scratch,
        env=environment(scratch),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@contextmanager
def serving(command: str, scratch: Path) -> Iterator[None]:
    """Run the example of a service until the block ends; begins when it has printed its address."""
    process = subprocess.Popen(
        command.split(),
        cwd=scratch,
        env=environment(scratch),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    try:
        assert line_of(process).startswith("http://127.0.0.1:")
        yield
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def free_port() -> str:
    """A port that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def test_the_evening_of_the_readme(scratch: Path) -> None:
    """Pasted in its order, the README's evening works: recorded, concluded, sent, and seen by the second laptop."""
    port = free_port()
    found = [block for block in examples("README.md") if block.language == "sh"]
    service = next(block for block in found if block.kind == "service")
    script = "\n".join(block.text for block in found if block.kind != "service").replace(PORT, port)
    (scratch / "evening").mkdir()
    script = script.replace("mkdir evening", "mkdir -p evening")
    with serving(service.text.strip().replace(PORT, port), scratch):
        said = run(script, scratch)
    assert "A class ends at 21:10" in said.rpartition("severity")[2], (
        "the second laptop does not list the finding"
    )
    assert re.search(r"sent \d+ entries and 4 photos", said)


JSON_OF = {
    "status": "status",
    "doctor": "doctor",
    "registry list": "registry list",
    "site list": "site list --limit 1",
    "site show": 'site show "$SITE"',
    "grid list": "grid list",
    "officer list": "officer list",
    "checklist list": "checklist list",
    "checklist show": "checklist show T-AD",
    "inspect show": 'inspect show "$ID"',
    "rules explain": 'rules explain "$ID"',
    "inspect list": "inspect list",
    "finding list": "finding list",
    "photo add": 'photo add card --inspection "$ID"',
    "photo list": 'photo list --inspection "$ID"',
    "central status": "central status --data centre",
    "central publish": "central publish --data centre --checklists",
    "central enrol": "central enrol --data centre --name 样例甲",
}
"""Commands whose keys are compared with the table."""


def documented_keys(command: str) -> set[str]:
    """The keys that the table of JSON names for a command."""
    table = text("docs/guide/commands.md").partition("### JSON")[2]
    rows = [line.split("|", 2) for line in table.splitlines() if line.startswith("| `")]
    return next(set(re.findall(r"`([a-z0-9_]+)`", row[2])) for row in rows if f"`{command}`" in row[1])


def test_the_examples_of_the_commands(scratch: Path) -> None:
    """The examples of the command guide work, and whatever is printed with --json has keys of the table alone."""
    blocks = [block.text for block in examples("docs/guide/commands.md") if block.language == "sh"]
    more = [
        "SITE=$(inspector site add --address 样例路1号 --grid G05)",
        "inspector central publish --data centre --checklists",
    ]
    more += [f"inspector {words} --json > '{name}.json'" for name, words in JSON_OF.items()]
    run("\n".join([*blocks, *more]), scratch)
    printed = {name: json.loads((scratch / f"{name}.json").read_text("utf-8")) for name in JSON_OF}
    printed["registry import"] = json.loads((scratch / "commands" / "import.json").read_text("utf-8"))
    for name, found in printed.items():
        keys = {key for row in (found if isinstance(found, list) else [found]) for key in row}
        assert keys, name
        assert keys <= documented_keys(name), name
