"""A disk on paper: what the real program did to its files, and what a power cut may leave of it.

`Recorder` notes every change in the order it is made. Changes of `store.files` come from its hooks; those of the
encrypted database come from SQLite itself: its own VFS is extended in this process (xOpen, xDelete; xWrite, xTruncate
and xSync of each file), so the recorded bytes are those of the real library, after encryption. `Disk` replays a record up
to a point and makes what may be left: what was synced stays; of the rest any part, in any order, torn at sectors.
"""

import ctypes
import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

SECTOR = 512
_WAL, _MAIN_JOURNAL, _CREATE = 0x80000, 0x800, 0x4
_FILE_METHODS = (
    "close read write truncate sync file_size lock unlock check_reserved file_control sector_size characteristics"
    " shm_map shm_lock shm_barrier shm_unmap fetch unfetch"
)
_VFS_METHODS = "open delete access full_pathname dl_open dl_error dl_sym dl_close randomness sleep current_time last_error"


class Change(NamedTuple):
    """One change of the disk, or ("ack") a moment at which the program had promised something.

    Attributes:
        kind: create, write, truncate, fsync, rename, remove, mkdir, fsync_dir or ack.
        path: what is changed; the new name of a rename is `target`.
        value: what is promised by an ack.
    """

    kind: str
    path: str
    data: bytes = b""
    offset: int = 0
    target: str = ""
    value: Any = None


class _FileMethods(ctypes.Structure):
    _fields_ = (("version", ctypes.c_int), *((name, ctypes.c_void_p) for name in _FILE_METHODS.split()))


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("size_of_file", ctypes.c_int),
        ("max_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        *((name, ctypes.c_void_p) for name in _VFS_METHODS.split()),
    )


_Pointer, _Int, _Long, _Text = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64, ctypes.c_char_p
# SQLite keeps the very pointer of a name, hence names are pointers here and never copies.
_Open = ctypes.CFUNCTYPE(_Int, _Pointer, _Pointer, _Pointer, _Int, _Pointer)
_Delete = ctypes.CFUNCTYPE(_Int, _Pointer, _Text, _Int)
_Write = ctypes.CFUNCTYPE(_Int, _Pointer, _Pointer, _Int, _Long)
_Truncate = ctypes.CFUNCTYPE(_Int, _Pointer, _Long)
_Sync = ctypes.CFUNCTYPE(_Int, _Pointer, _Int)


class Recorder:
    """Notes every change of the disk below `root` while `recording()`.

    Args:
        refuse: asked before each change; what it returns other than 0 is SQLite's error code for it, and the change
            is not made. For a change of `store.files` it raises instead.
    """

    def __init__(self, root: Path, *, refuse: Callable[[Change], int] | None = None) -> None:
        self.root = root
        self._refuse = refuse or (lambda _: 0)
        self.changes: list[Change] = []
        self._paths: dict[int, str] = {}
        self._fresh: set[str] = set()
        self._kept: list[Any] = []
        self._wrapped: dict[int, _FileMethods] = {}

    def ack(self, value: Any) -> None:
        """The program has now promised this: it must survive any power cut from here on."""
        self.changes.append(Change("ack", "", value=value))

    @contextmanager
    def recording(self) -> Iterator["Recorder"]:
        """Record everything of this process inside the block."""
        from inspector.store.files import hooks

        with hooks.observed_by(self._of_files), self._database():
            yield self

    def _name(self, path: Path | str) -> str:
        return Path(path).resolve().relative_to(self.root.resolve()).as_posix()

    def _of_files(self, operation: Any) -> None:
        if operation.kind == "point":
            return
        target = self._name(operation.target) if operation.target is not None else ""
        change = Change(operation.kind, self._name(operation.path), operation.data, operation.offset, target)
        self._refuse(change)
        self.changes.append(change)

    @contextmanager
    def _database(self) -> Iterator[None]:
        import sqlcipher3

        library = ctypes.CDLL(sqlcipher3._sqlite3.__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        vfs = library.sqlite3_vfs_find(None).contents
        real_open, real_delete = vfs.open, vfs.delete
        opened, deleted = self._opening(_Open(real_open)), self._deleting(_Delete(real_delete))
        vfs.open = ctypes.cast(opened, _Pointer).value
        vfs.delete = ctypes.cast(deleted, _Pointer).value
        try:
            yield
        finally:
            vfs.open, vfs.delete = real_open, real_delete
            self._kept += [opened, deleted]

    def _opening(self, real: Any) -> Any:
        def opening(vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
            path = os.fsdecode(ctypes.string_at(name)) if name else ""
            new = bool(path) and not Path(path).exists()
            status = int(real(vfs, name, file, flags, out))
            if status == 0 and path:
                self._paths[file] = self._name(path)
                if new:
                    self.changes.append(Change("create", self._paths[file]))
                    if flags & (_WAL | _MAIN_JOURNAL) and flags & _CREATE:
                        self._fresh.add(self._paths[file])
                self._wrap(file)
            return status

        return _Open(opening)

    def _deleting(self, real: Any) -> Any:
        def deleting(vfs: int, name: bytes, sync_directory: int) -> int:
            path = self._name(os.fsdecode(name))
            there = Path(os.fsdecode(name)).exists()
            status = int(real(vfs, name, sync_directory))
            if status == 0 and there:
                self.changes.append(Change("remove", path))
                if sync_directory:
                    self.changes.append(Change("fsync_dir", Path(path).parent.as_posix()))
            return status

        return _Delete(deleting)

    def _wrap(self, file: int) -> None:
        """Put our methods in place of the file's own, which they call."""
        slot = ctypes.cast(file, ctypes.POINTER(_Pointer))
        original = slot[0]
        if original not in self._wrapped:
            methods = _FileMethods.from_buffer_copy(ctypes.string_at(original, ctypes.sizeof(_FileMethods)))
            calls = self._calls(methods)
            methods.write, methods.truncate, methods.sync = (
                ctypes.cast(one, _Pointer).value for one in calls
            )
            self._kept += [*calls]
            self._wrapped[original] = methods
        slot[0] = ctypes.addressof(self._wrapped[original])

    def _calls(self, methods: _FileMethods) -> tuple[Any, Any, Any]:
        real_write, real_truncate = _Write(methods.write), _Truncate(methods.truncate)
        real_sync = _Sync(methods.sync)

        def write(file: int, data: int, size: int, offset: int) -> int:
            change = Change("write", self._paths[file], ctypes.string_at(data, size), offset)
            refused = self._refuse(change)
            if refused:
                return refused
            self.changes.append(change)
            return int(real_write(file, data, size, offset))

        def truncate(file: int, size: int) -> int:
            change = Change("truncate", self._paths[file], offset=size)
            refused = self._refuse(change)
            if refused:
                return refused
            self.changes.append(change)
            return int(real_truncate(file, size))

        def sync(file: int, flags: int) -> int:
            path = self._paths[file]
            refused = self._refuse(Change("fsync", path))
            if refused:
                return refused
            status = int(real_sync(file, flags))
            self.changes.append(Change("fsync", path))
            if path in self._fresh:  # SQLite syncs the directory with the first sync of a new journal
                self._fresh.discard(path)
                self.changes.append(Change("fsync_dir", Path(path).parent.as_posix()))
            return status

        return _Write(write), _Truncate(truncate), _Sync(sync)


@dataclass(slots=True)
class _File:
    """A file: what is safe of it, and what was done to it since."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)


class Disk:
    """The disk after a number of changes.

    Args:
        ordered: names become safe in the order they were made, and with any sync of a file (ext4, xfs); otherwise
            each name becomes safe by a sync of its own directory only, and in any order (POSIX).
    """

    def __init__(self, changes: Sequence[Change], *, ordered: bool) -> None:
        self._ordered = ordered
        self._safe_names: dict[str, _File | None] = {}
        self._names: dict[str, _File | None] = {}
        self._waiting: list[tuple[str, dict[str, _File | None]]] = []
        for change in changes:
            self._apply(change)

    def _apply(self, change: Change) -> None:
        path = change.path
        if change.kind in ("write", "truncate"):
            self._file(path).pending.append(change)
        elif change.kind == "fsync":
            file = self._file(path)
            file.safe = _written(file.safe, file.pending)
            file.pending.clear()
            if self._ordered:
                self._settle(None)
        elif change.kind == "fsync_dir":
            self._settle(None if self._ordered else path)
        else:
            self._change_names(change)

    def _change_names(self, change: Change) -> None:
        path = change.path
        if change.kind == "create" and path not in self._names:
            self._rename({path: _File()})
        elif change.kind == "mkdir":
            self._rename({path: None})
        elif change.kind == "rename":
            self._rename({path: _GONE, change.target: self._names[path]})
        elif change.kind == "remove" and path in self._names:
            self._rename({path: _GONE})

    def _file(self, path: str) -> _File:
        found = self._names[path]
        assert found is not None
        return found

    def _rename(self, effect: dict[str, _File | None]) -> None:
        _put(self._names, effect)
        self._waiting.append((Path(next(iter(effect))).parent.as_posix(), effect))

    def _settle(self, directory: str | None) -> None:
        for parent, effect in self._waiting:
            if directory is None or parent == directory:
                _put(self._safe_names, effect)
        self._waiting = [one for one in self._waiting if directory is not None and one[0] != directory]

    def leave(self, folder: Path, chance: random.Random) -> None:
        """Write into `folder` what one power cut leaves."""
        names = dict(self._safe_names)
        if self._ordered:
            kept = self._waiting[: chance.randint(0, len(self._waiting))]
        else:
            kept = [one for one in self._waiting if chance.random() < 0.5]
        for _, effect in kept:
            _put(names, effect)
        folder.mkdir(parents=True)
        for path in sorted(path for path, file in names.items() if file is None):
            (folder / path).mkdir(parents=True, exist_ok=True)
        for path, file in names.items():
            if file is not None and (folder / path).parent.is_dir():
                (folder / path).write_bytes(_left(file, chance))


_GONE = _File()


def _put(names: dict[str, _File | None], effect: dict[str, _File | None]) -> None:
    for path, file in effect.items():
        if file is _GONE:
            names.pop(path, None)
        else:
            names[path] = file


def _written(content: bytearray, changes: Sequence[Change]) -> bytearray:
    found = bytearray(content)
    for change in changes:
        if change.kind == "truncate":
            del found[change.offset :]
            continue
        end = change.offset + len(change.data)
        found.extend(bytes(max(0, end - len(found))))
        found[change.offset : end] = change.data
    return found


def _left(file: _File, chance: random.Random) -> bytes:
    """What is left of a file: its safe bytes, and of what came since nothing, all, or any torn part in any order."""
    how = chance.randrange(4)
    if how == 0:
        return bytes(file.safe)
    if how == 1:
        return bytes(_written(file.safe, file.pending[: chance.randint(0, len(file.pending))]))
    kept: list[Change] = []
    for change in file.pending:
        if chance.random() < 0.5:
            continue
        kept.extend(_torn(change, chance) if change.kind == "write" and how == 3 else [change])
    if how == 3:
        chance.shuffle(kept)
    return bytes(_written(file.safe, kept))


def _torn(change: Change, chance: random.Random) -> list[Change]:
    """A write cut at sector borders of the file, some of its sectors lost."""
    pieces = []
    start = 0
    while start < len(change.data):
        end = min(len(change.data), start + SECTOR - (change.offset + start) % SECTOR)
        if chance.random() < 0.7:
            pieces.append(Change("write", change.path, change.data[start:end], change.offset + start))
        start = end
    return pieces
