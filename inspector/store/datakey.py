"""The data key of a workspace in memory, and the keys of one purpose each that are derived from it."""

import threading
from typing import NoReturn

from inspector.errors import WorkspaceError

KEY_BYTES = 32


class DataKey:
    """The key of a workspace, in memory only. It is never printed, pickled or compared by `==`.

    Attributes:
        workspace: the id of the workspace that it opens, 16 letters of base32.
    """

    __slots__ = ("_bytes", "_guard", "workspace")

    def __init__(self, key: bytes, workspace: str) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        self._bytes = bytearray(key)
        self._guard = threading.Lock()  # no thread may read a key that is half overwritten
        self.workspace = workspace

    @property
    def locked(self) -> bool:
        """Whether the key was wiped."""
        return not self._bytes

    @property
    def database_key(self) -> bytes:
        """The raw key of the encrypted database, 32 bytes."""
        return self.subkey("database")

    @property
    def blob_key(self) -> bytes:
        """The key that photo files' keys and names are derived from, 32 bytes."""
        return self.subkey("blob")

    @property
    def signing_seed_wrap_key(self) -> bytes:
        """The key that seals the seed of the device's signing key, 32 bytes."""
        return self.subkey("signing-seed-wrap")

    def subkey(self, label: str) -> bytes:
        """The 32-byte key of one purpose: HKDF-SHA256 of the data key, info "inspector/<label>/v1".

        Raises:
            WorkspaceError: the key was wiped ("workspace.locked").
        """
        return derive(self.reveal(), f"inspector/{label}/v1")

    def reveal(self) -> bytes:
        """The data key itself, for sealing it anew; for everything else there is `subkey`.

        Raises:
            WorkspaceError: the key was wiped ("workspace.locked").
        """
        with self._guard:
            if self.locked:
                raise _locked()
            return bytes(self._bytes)

    def wipe(self) -> None:
        """Lock: overwrite the key. Copies that the interpreter or libraries made are beyond our reach."""
        with self._guard:
            self._bytes[:] = bytes(len(self._bytes))
            self._bytes.clear()

    def __repr__(self) -> str:
        return f"<DataKey of {self.workspace}{', locked' if self.locked else ''}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a data key does not leave its process")


def derive(key: bytes, info: str) -> bytes:
    """HKDF-SHA256 (RFC 5869) without salt: 32 bytes for one purpose, named by `info`."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info.encode()).derive(key)


def _locked() -> WorkspaceError:
    return WorkspaceError(
        "工作区已锁定。已保存的内容安全。",
        "The workspace is locked. What was saved is safe.",
        hint=("输入口令解锁后继续。", "Unlock it with the passphrase to go on."),
        code="workspace.locked",
    )
