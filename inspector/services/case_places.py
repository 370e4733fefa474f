"""Where case files go from the screens: a folder that is remembered, and a name that no file has."""

import re
from pathlib import Path

from inspector.plain import safe_line
from inspector.store.workspace import Store

FOLDER = "case_folder"
_NAME_MAX = 30


def folder(store: Store) -> Path:
    """Where case files go unless somebody says otherwise."""
    kept = store.setting(FOLDER)
    return Path(kept) if kept else Path.home() / "inspector-cases"


def keep_folder(store: Store, path: Path) -> None:
    """Go there the next time too."""
    if store.setting(FOLDER) != str(path):
        store.set_settings(**{FOLDER: str(path)})


def free_path(path: Path, title: str, subject: str, edition: str) -> Path:
    """The first name that no finished file has. What an earlier export left unfinished keeps its name, and is gone on with."""
    text = safe_line(
        "-".join(("案卷", title[:_NAME_MAX], subject, "" if edition == "internal" else "公开件"))
    )
    name = re.sub(r'[\\/:*?"<>|%\s\x00-\x1f\ufffd\u2400-\u2421]+', "_", text).strip("._- ")
    found, number = path / f"{name}.zip", 1
    while found.exists():
        number += 1
        found = path / f"{name}-{number}.zip"
    return found
