"""Running commands as a person does: in this process for the many, in another one where the process itself matters."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from inspector.cli.main import app
from tests.workplace import PASSPHRASE, make_store, write_registry


@dataclass(frozen=True, slots=True)
class Done:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)


class Desk:
    """A folder with a workspace, its passphrase file and a registry."""

    def __init__(self, root: Path, *, workspace: bool = True) -> None:
        self.root = root
        self.workspace = root / "ws"
        self.passphrase = root / "passphrase.txt"
        self.passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")
        self.registry = write_registry(root / "registry.csv")
        if workspace:
            make_store(self.workspace).close()

    @property
    def named(self) -> list[str]:
        """The options that name workspace and passphrase."""
        return ["--workspace", str(self.workspace), "--passphrase-file", str(self.passphrase)]

    def run(self, *words: str) -> Done:
        """Run a command in this process. What is no error for people is raised here, traceback and all."""
        found = CliRunner().invoke(app, [*self.named, *words])
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return Done(found.exit_code, found.stdout, found.stderr)

    def good(self, *words: str) -> Done:
        """Run a command that must succeed."""
        done = self.run(*words)
        assert done.status == 0, (words, done)
        return done

    def json(self, *words: str) -> Any:
        """The document of a command that must succeed with --json."""
        return self.good(*words, "--json").json

    def people(self) -> None:
        """Two certified officers and a helper."""
        self.good("officer", "add", "样例甲", "--certificate", "样例-0001", "--department", "教体局")
        self.good("officer", "add", "样例乙", "--certificate", "样例-0002", "--department", "公安局")
        self.good("officer", "add", "样例戊", "--standing", "helper")

    def inspection(self) -> str:
        """An open inspection of a new site by two certified officers."""
        self.people()
        self.good("site", "add", "--address", "虚构路9号")
        begun = self.good(
            "inspect",
            "start",
            "虚构路9号",
            "--officer",
            "样例甲",
            "--officer",
            "样例乙",
            "--task-source",
            "plan",
        )
        return begun.out.strip()

    def be_told(self, inspection: str) -> None:
        """Everything that is shown, told and confirmed before an inspection of an enterprise is concluded."""
        for step in ("certificates_shown", "rights_told", "recusal_asked"):
            self.good("inspect", "told", inspection, step, "--person", "样例负责人", "--capacity", "负责人")
        for department in ("education", "公安局"):
            self.good("inspect", "confirm", inspection, department)


def environment(**extra: str) -> dict[str, str]:
    """A small environment that names no workspace."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **extra}


def spawn(
    *words: str, env: Mapping[str, str] | None = None, timeout: float = 60, python: tuple[str, ...] = ()
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command in its own process."""
    return subprocess.run(
        [sys.executable, *python, "-m", "inspector", *words],
        env=dict(env if env is not None else environment()), capture_output=True, timeout=timeout,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
