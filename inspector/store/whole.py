"""Whether a workspace's database is whole, and what is said where it is lost."""

from pathlib import Path

from inspector.errors import Damaged
from inspector.store.datakey import DataKey
from inspector.store.engine import connect


def lost(path: Path) -> Damaged:
    """A database that was there once."""
    return Damaged(
        f"{path} 不见了或打不开。", f"{path} is gone or does not open.",
        hint=("不要新建；请从备份恢复该文件。", "Do not start over; restore the file from a backup."),
        code="database.lost",
    )  # fmt: skip


def is_whole(database: Path, data_key: DataKey) -> bool:
    """Whether the database in a workspace without its mark was made to the end."""
    if not database.exists():
        return False
    try:
        connection = connect(database, data_key.database_key, create=False)
    except Damaged:
        return False
    try:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "setting" not in tables:
            return False
        return connection.execute("SELECT 1 FROM setting WHERE key = 'signing_seed'").fetchone() is not None
    finally:
        connection.close()
