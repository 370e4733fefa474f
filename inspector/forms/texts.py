"""Checklists and packs as texts that are published: checked together, then kept byte by byte under their hash."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.errors import BadInput
from inspector.forms.checklists import kind_of, read_checklist, read_pack
from inspector.forms.library import validate_files
from inspector.forms.yaml_reader import read_yaml


@dataclass(frozen=True, slots=True)
class FormText:
    """The exact text of a checklist or a pack. `kind` is "checklist" or "pack"."""

    kind: str
    code: str
    version: str
    sha256: str
    text: str


def read_texts(paths: Sequence[Path]) -> list[FormText]:
    """Read and check files that are to be published together.

    Raises:
        NotFound: a file cannot be read.
        BadInput: a file has problems, each at its line, or is neither checklist nor pack.
    """
    problems = [problem for problem in validate_files(paths) if problem.severity == "error"]
    if problems:
        raise BadInput(
            f"{len(problems)}处问题，没有发布任何内容。", f"{len(problems)} problems; nothing was published.",
            code="checklist.invalid", problems=problems,
        )  # fmt: skip
    return [_read(path) for path in paths]


def _read(path: Path) -> FormText:
    data = path.read_bytes()
    kind = kind_of(read_yaml(data, path.name))
    if kind not in ("checklist", "pack"):
        raise BadInput(
            f"{path.name} 不是检查表或检查包，不能发布。", f"{path.name} is neither a checklist nor a pack.",
            hint=("法规库和参数随程序更新。", "The law register and parameters come with the program."),
            code="checklist.kind",
        )  # fmt: skip
    found = read_checklist(data, path.name) if kind == "checklist" else read_pack(data, path.name)
    return FormText(kind, found.code, found.version, hashlib.sha256(data).hexdigest(), data.decode("utf-8"))
