"""The centre's key: 32 secret bytes in a file of the data folder that only its owner may read, never in the database."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from inspector.errors import Damaged, WorkspaceError
from inspector.journal.keys import SEED_BYTES, SigningKey

KEY_FILE = "centre.key"


def load_key(data: Path) -> SigningKey | None:
    """The key of this data folder; None where there is none yet.

    Raises:
        Damaged: the file is not a key.
    """
    path = data / KEY_FILE
    try:
        text = path.read_text("ascii").strip()
        seed = bytes.fromhex(text)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise _damaged(path) from error
    if len(seed) != SEED_BYTES:
        raise _damaged(path)
    return SigningKey(seed)


def create_key(data: Path) -> SigningKey:
    """Make the key of a new centre, durably, readable by its owner alone.

    Raises:
        FileExistsError: there is one already; it is left alone.
    """
    key = SigningKey.generate(secrets.token_bytes(SEED_BYTES))
    path = data / KEY_FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.seed.hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    fsync_dir(data)
    return key


def fsync_dir(path: Path) -> None:
    """Make the names in a folder durable. Windows has no such call; there a rename is journalled by the file system."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_private_dir(path: Path) -> None:
    """Make a folder that only this user may enter, with its parents.

    Raises:
        WorkspaceError: it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            fsync_dir(path.parent)
    except OSError as error:
        raise WorkspaceError(
            f"无法建立中心的数据目录 {path}（{error.strerror}）。没有改动任何内容。",
            f"The centre's data folder {path} cannot be made ({error.strerror}). Nothing was changed.",
            hint=("换一个可以写入的目录。", "Choose a folder that you may write to."),
            code="central.data",
        ) from error


def others_may_enter(path: Path) -> bool:
    """Whether a folder that was there before is open to other users of this machine."""
    return os.name != "nt" and bool(path.stat().st_mode & 0o077)


@contextlib.contextmanager
def private_files() -> Iterator[None]:
    """Files made inside of the block are for this user alone. The mask is the process's: only while starting."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _damaged(path: Path) -> Damaged:
    return Damaged(
        f"{path} 不是中心的密钥。中心没有启动，数据没有改动。",
        f"{path} is not a centre's key. The centre was not started; no data was changed.",
        hint=("从备份恢复这个文件。", "Restore this file from the backup."),
        code="central.key",
    )
