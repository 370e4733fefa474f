"""The centre's data folder, as the commands of the centre's side name and open it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inspector.errors import WorkspaceError

if TYPE_CHECKING:
    from inspector.central.settings import Settings
    from inspector.central.storage import Storage

DATA = Annotated[
    Path,
    typer.Option("--data", help="The centre's data folder. 数据文件夹。", envvar="INSPECTOR_CENTRAL_DATA"),
]
DATABASE = Annotated[
    str,
    typer.Option(
        "--database", help="SQLite or postgresql+psycopg:// address; else SQLite in --data. 数据库地址。"
    ),
]
DEFAULT_DATA = Path("centre")


@contextmanager
def open_centre(settings: "Settings", *, make: bool = True) -> Iterator["Storage"]:
    """The centre's storage; made on first use, unless `make` is off.

    Raises:
        WorkspaceError: there is no centre, and none is to be made.
    """
    from inspector.central.identity import make_private_dir
    from inspector.central.storage import Storage

    if not make and not settings.data.is_dir():
        raise WorkspaceError(
            f"{settings.data} 里没有中心。", f"There is no centre in {settings.data}.",
            hint=("核对 --data。", "Check --data."), code="central.none",
        )  # fmt: skip
    make_private_dir(settings.data)
    storage = Storage(settings)
    try:
        yield storage
    finally:
        storage.close()


@contextmanager
def try_centre(settings: "Settings") -> Iterator["Storage | None"]:
    """The centre's storage; None where there is no centre yet, and then none is made."""
    from inspector.central.identity import KEY_FILE

    if not (settings.data / KEY_FILE).exists():
        yield None
        return
    with open_centre(settings) as storage:
        yield storage
