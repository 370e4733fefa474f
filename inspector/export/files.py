"""A workspace's papers as files: with the photos that are here, by the template that this workspace uses."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inspector.domain.paper_kind import PaperKind
from inspector.errors import BadInput, NotFound
from inspector.evidence.examine import Examiner
from inspector.export import papers, templates
from inspector.services.paper_data import pictures
from inspector.store.files import ensure_dir, write_atomically
from inspector.store.workspace import Store

_FOLDER = "templates"


def write_paper(
    store: Store, kind: PaperKind, data: Mapping[str, Any], path: Path, *, copy: bool = False, draft: bool = False,
    template: Path | None = None, force: bool = False,
) -> None:  # fmt: skip
    """Write a paper's file (.docx or .pdf), with the photos that are here.

    Args:
        template: a Word template for this once; else the workspace's own, else the shipped one.

    Raises:
        UsageError, Refusal, BadInput, WorkspaceError: as `papers.write`.
    """
    is_word = path.suffix.lower() == ".docx"
    own = template or (own_template(store, kind.code) if is_word else None)
    with Examiner(workers=1) as examiner:
        papers.write(
            kind,
            data,
            path,
            copy=copy,
            draft=draft,
            force=force,
            picture=pictures(store, examiner),
            template=own,
        )


def own_template(store: Store, kind: str) -> Path | None:
    """The Word template that this workspace uses for a kind of paper in place of the shipped one."""
    path = store.path / _FOLDER / f"{kind}.docx"
    return path if path.exists() else None


def use_template(store: Store, kind: PaperKind, path: Path) -> None:
    """Use a department's own template from now on, after it was checked.

    Raises:
        NotFound: no such file.
        BadInput: it is not good; `problems` name the places.
    """
    check(kind, path)
    ensure_dir(store.path / _FOLDER)
    write_atomically(store.path / _FOLDER / f"{kind.code}.docx", path.read_bytes())


def drop_template(store: Store, kind: PaperKind) -> bool:
    """Go back to the shipped template; whether there was another."""
    path = own_template(store, kind.code)
    if path is not None:
        path.unlink()
    return path is not None


def check(kind: PaperKind, path: Path) -> None:
    """Check a template.

    Raises:
        NotFound: no such file.
        BadInput: it is not good; `problems` name the places.
    """
    if not path.is_file():
        raise NotFound(f"没有文件 {path}。", f"There is no file {path}.", code="file.unknown")
    found = templates.check_template(path, kind)
    errors = [one for one in found if one.severity == "error"]
    if errors:
        raise BadInput(
            f"模板有{len(errors)}处错误，没有采用。", f"The template has {len(errors)} errors; it is not used.",
            hint=("请按所列位置改正。", "Put the listed places right."), code="template.errors", problems=found,
        )  # fmt: skip
