"""The vault: the workspace's data key, sealed under the passphrase in `vault.json`.

    passphrase (NFKC, UTF-8) --Argon2id--> 32 bytes --HKDF-SHA256 "inspector/kek/v1"--> key of the wrap
    data key (32 random bytes) --AES-256-GCM, bound to format, version, workspace and cost--> wrap

Everything else is encrypted under keys derived from the data key. Changing the passphrase seals the same data
key anew; nothing else is rewritten. The data key is on disk in no other form: "locked" is a process that has
wiped it.

The file is one line of canonical JSON (sorted keys, no spaces). Its `check` is the SHA-256 of the line
without that member, in every version of the format: it tells a damaged file from a wrong passphrase.
"""

import base64
import hashlib
import json
import os
import re
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inspector.errors import BadInput, Damaged, WorkspaceError, WrongPassphrase
from inspector.store import files
from inspector.store.datakey import KEY_BYTES, DataKey, derive
from inspector.store.files import hooks
from inspector.store.locks import CHANGING_VAULT, FileLock

FORMAT = "inspector-vault"
VERSION = 1
PASSPHRASE_MIN = 8
PASSPHRASE_MAX = 1024

_FILE_LIMIT = 16_384
_WORKSPACE = re.compile(r"[a-z2-7]{16}")
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_SALT_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Argon2:
    """What one guess of the passphrase costs. RFC 9106 §4, second recommended option, by default.

    Attributes:
        memory_kib: memory, KiB.
        iterations: passes over it.
        lanes: degree of parallelism.
    """

    memory_kib: int = 65_536
    iterations: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        # The upper bounds keep a forged file from taking the laptop's memory or its evening.
        sane = 1 <= self.lanes <= 16 and 1 <= self.iterations <= 10
        if not (sane and 8 * self.lanes <= self.memory_kib <= 1_048_576):
            raise ValueError(f"unreasonable Argon2id parameters: {self}")


STANDARD = Argon2()


def create_vault(
    path: Path,
    passphrase: str,
    random: Callable[[int], bytes] = os.urandom,
    *,
    workspace: str = "",
    cost: Argon2 = STANDARD,
) -> DataKey:
    """Make a new data key and seal it under the passphrase in `path` (whose directory is there).

    Args:
        path: the vault file; `FileLock` "vault.lock" beside it keeps two processes apart.
        passphrase: see `check_passphrase`.
        random: gives that many unpredictable bytes.
        workspace: the id of the workspace, 16 letters of base32; made from `random` when empty.
        cost: what a guess shall cost.

    Raises:
        BadInput: the passphrase is too short.
        WorkspaceError: there is a vault already (it is left as it is), or the disk did not take the new one.
        Busy: another process is making or changing it.
    """
    words = check_passphrase(passphrase)
    workspace = workspace or base64.b32encode(random(10)).decode().lower()
    if not _WORKSPACE.fullmatch(workspace):
        raise ValueError(f"not a workspace id: {workspace!r}")
    with FileLock(path.with_name("vault.lock"), CHANGING_VAULT):
        if path.exists():
            raise WorkspaceError(
                f"{path.parent} 里已经有一个工作区，没有改动它。",
                f"{path.parent} holds a workspace already; it was left as it is.",
                hint=("直接打开它，或换一个文件夹。", "Open it, or choose another folder."),
                code="workspace.exists",
            )
        key = random(KEY_BYTES)
        files.write_atomically(path, _seal(key, words, workspace, cost, random))
    return DataKey(key, workspace)


def open_vault(path: Path, passphrase: str) -> DataKey:
    """Open the vault.

    Raises:
        WrongPassphrase: the file is whole and this passphrase does not open it.
        Damaged: the file is not what was written.
        WorkspaceError: there is none, or a newer program wrote it.
    """
    return _unseal(_load(path), _normalise(passphrase))


def vault_workspace(path: Path) -> str:
    """The id of the workspace, without a passphrase (so not authenticated).

    Raises:
        Damaged, WorkspaceError: as `open_vault`.
    """
    return str(_load(path)["workspace"])


def change_passphrase(
    path: Path,
    old: str,
    new: str,
    random: Callable[[int], bytes] = os.urandom,
    *,
    cost: Argon2 = STANDARD,
) -> None:
    """Seal the same data key under a new passphrase. At every moment the old or the new one opens the vault.

    Raises:
        WrongPassphrase: `old` does not open it; nothing was changed.
        BadInput: `new` is too short; nothing was changed.
        Busy: another process is changing it.
        Damaged, WorkspaceError: as `open_vault`, or the disk did not take the new file.
    """
    words = check_passphrase(new)
    with FileLock(path.with_name("vault.lock"), CHANGING_VAULT):
        key = open_vault(path, old)
        try:
            sealed = _seal(key.reveal(), words, key.workspace, cost, random)
        finally:
            key.wipe()
        files.write_atomically(path, sealed)
        hooks.point("vault.changed")


def check_passphrase(passphrase: str) -> str:
    """The passphrase as it is used (NFKC: full-width letters of an input method count as the plain ones).

    Raises:
        BadInput: fewer than 8 characters other than blanks, more than 1024, or control characters in it.
    """
    words = _normalise(passphrase)
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in words):
        raise BadInput(
            "口令里有控制字符（例如换行）。没有改动任何内容。",
            "The passphrase contains control characters, such as a line break. Nothing was changed.",
            hint=("口令写在一行里。", "Write the passphrase on one line."),
            code="passphrase.characters",
        )
    count = sum(not letter.isspace() for letter in words)
    if count < PASSPHRASE_MIN or len(words) > PASSPHRASE_MAX:
        limits = f"{PASSPHRASE_MIN}-{PASSPHRASE_MAX}"
        raise BadInput(
            f"口令要有 {limits} 个字符（空格不计），现在是 {count} 个。没有改动任何内容。",
            f"A passphrase has {limits} characters besides blanks, this one {count}. Nothing was changed.",
            hint=(
                "用几个互不相关的词最好记，也最难猜；口令忘了无法找回。",
                "A few unrelated words are easy to keep and hard to guess. A lost one cannot be recovered.",
            ),
            code="passphrase.short",
        )
    return words


def _normalise(passphrase: str) -> str:
    return unicodedata.normalize("NFKC", passphrase)


def _key_encryption_key(words: str, salt: bytes, cost: Argon2) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    stretched = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(words.encode("utf-8", "surrogatepass"))
    return derive(stretched, "inspector/kek/v1")


def _seal(key: bytes, words: str, workspace: str, cost: Argon2, random: Callable[[int], bytes]) -> bytes:
    """The bytes of a vault file, opened once before they are handed out."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = random(_SALT_BYTES), random(_NONCE_BYTES)
    cipher = AESGCM(_key_encryption_key(words, salt, cost))
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "workspace": workspace,
        "kdf": {"name": "argon2id", "salt": salt.hex(), **asdict(cost)},
    }
    bound = _canonical(document)
    wrapped = cipher.encrypt(nonce, key, bound)
    if cipher.decrypt(nonce, wrapped, bound) != key:
        raise RuntimeError("the sealed key does not open to itself")
    document["wrap"] = {"name": "aes-256-gcm", "nonce": nonce.hex(), "key": wrapped.hex()}
    document["check"] = hashlib.sha256(_canonical(document)).hexdigest()
    return _canonical(document)


def _unseal(document: dict[str, Any], words: str) -> DataKey:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    kdf, wrap = document["kdf"], document["wrap"]
    cost = Argon2(kdf["memory_kib"], kdf["iterations"], kdf["lanes"])
    cipher = AESGCM(_key_encryption_key(words, bytes.fromhex(kdf["salt"]), cost))
    bound = _canonical({name: document[name] for name in ("format", "version", "workspace", "kdf")})
    try:
        key = cipher.decrypt(bytes.fromhex(wrap["nonce"]), bytes.fromhex(wrap["key"]), bound)
    except InvalidTag:
        raise WrongPassphrase(
            "口令不对。没有改动任何内容。",
            "The passphrase is wrong. Nothing was changed.",
            hint=(
                "检查大小写和输入法后再试一次；这里保存的内容没有口令打不开。",
                "Check capitals and the input method, then try again; without it nothing here can be opened.",
            ),
        ) from None
    return DataKey(key, document["workspace"])


def _canonical(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _at_once(name: str, flags: int) -> int:
    """A pipe with nobody at its other end must not hold the program."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _load(path: Path) -> dict[str, Any]:
    """The document of a vault file, checked in form."""
    try:
        with open(path, "rb", opener=_at_once) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise _damaged(path)
            raw = stream.read(_FILE_LIMIT + 1)
    except FileNotFoundError:
        raise WorkspaceError(
            f"{path.parent} 里没有工作区（缺少 {path.name}）。",
            f"There is no workspace in {path.parent} ({path.name} is missing).",
            hint=(
                "用 inspector init 新建，或指定另一个文件夹。",
                "Make one with inspector init, or name another folder.",
            ),
            code="workspace.missing",
        ) from None
    except OSError as error:
        raise files.unreadable(error, path) from error
    document = _document(raw)
    if document is None:
        raise _damaged(path)
    if document["version"] != VERSION:
        raise WorkspaceError(
            f"{path.parent} 是由更新版本的程序写的，这个版本打不开。没有改动任何内容。",
            f"{path.parent} was written by a newer version of this program. Nothing was changed.",
            hint=("升级本程序后再打开。", "Update this program, then open it."),
            code="workspace.newer",
        )
    if not _well_formed(document):
        raise _damaged(path)
    return document


def _document(raw: bytes) -> dict[str, Any] | None:
    """The parsed line, if it is canonical JSON of our format with a right `check`; else None."""
    try:
        document = json.loads(raw)
        if not isinstance(document, dict) or len(raw) > _FILE_LIMIT or _canonical(document) != raw:
            return None
    except (ValueError, RecursionError):
        return None
    rest = {name: value for name, value in document.items() if name != "check"}
    right = hashlib.sha256(_canonical(rest)).hexdigest()
    known = document.get("format") == FORMAT and type(document.get("version")) is int
    return document if known and document.get("check") == right else None


def _well_formed(document: dict[str, Any]) -> bool:
    """Whether a version-1 document has exactly its members, of the right form and length."""
    kdf, wrap = document.get("kdf"), document.get("wrap")
    if set(document) != {"format", "version", "workspace", "kdf", "wrap", "check"}:
        return False
    if not isinstance(kdf, dict) or set(kdf) != {"name", "salt", "memory_kib", "iterations", "lanes"}:
        return False
    if not isinstance(wrap, dict) or set(wrap) != {"name", "nonce", "key"}:
        return False
    numbers = [kdf["memory_kib"], kdf["iterations"], kdf["lanes"]]
    if kdf["name"] != "argon2id" or wrap["name"] != "aes-256-gcm" or any(type(n) is not int for n in numbers):
        return False
    try:
        Argon2(*numbers)
    except ValueError:
        return False
    workspace = document["workspace"]
    return (
        isinstance(workspace, str)
        and _WORKSPACE.fullmatch(workspace) is not None
        and _is_hex(kdf["salt"], _SALT_BYTES)
        and _is_hex(wrap["nonce"], _NONCE_BYTES)
        and _is_hex(wrap["key"], KEY_BYTES + _TAG_BYTES)
    )


def _is_hex(value: object, length: int) -> bool:
    return isinstance(value, str) and len(value) == 2 * length and _HEX.fullmatch(value) is not None


def _damaged(path: Path) -> Damaged:
    return Damaged(
        f"{path} 已损坏：内容不是当初写入的。没有改动任何内容；这与口令无关。",
        f"{path} is damaged, whatever the passphrase: it is not what was written. Nothing was changed.",
        hint=(
            "从备份恢复这一个小文件即可；不要新建同名文件，也不要删除这个文件夹。",
            "Restore this one small file from a backup; do not make a new one and do not delete this folder.",
        ),
        code="vault.damaged",
    )
