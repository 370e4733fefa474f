"""Where a case file may go: its name, and the room of the folder or stick."""

from pathlib import Path

from inspector.casefile.space import FAT32_MAX_BYTES, room
from inspector.errors import BadInput, Refusal, WorkspaceError

SUFFIX = ".zip"


def check_name(path: Path) -> None:
    """See that the file may have this name.

    Raises:
        BadInput: it does not end in .zip.
    """
    if path.suffix.lower() != SUFFIX:
        raise BadInput(
            "案卷文件名应以 .zip 结尾。", "The name of a case file ends in .zip.", code="case.suffix"
        )


def check_room(size: int, path: Path) -> None:
    """See that the folder takes a file of so many bytes, before anything is written.

    Raises:
        UsageError, Refusal: the file is there already.
        WorkspaceError: no such folder, too little room, or the stick cannot hold so large a file.
    """
    part = path.with_name(path.name + ".part")
    if path.exists():
        raise Refusal(
            f"{path} 已存在，没有覆盖。", f"{path} is there already; it was not replaced.",
            hint=("换一个文件名。", "Choose another name."), code="case.exists",
        )  # fmt: skip
    try:
        found = room(path.parent)
        there = part.stat().st_size if part.exists() else 0
    except OSError as fault:
        raise WorkspaceError(
            f"写不到 {path.parent}（{fault.strerror or fault}）。", f"{path.parent} takes nothing ({fault.strerror or fault}).",
            hint=("检查文件夹或U盘是否存在、可写。", "See that the folder or stick is there."), code="case.folder",
        ) from fault  # fmt: skip
    if found.largest is not None and size > found.largest:
        raise WorkspaceError(
            f"案卷约{_megabytes(size)}，这个U盘（FAT32）最大只能存{_megabytes(FAT32_MAX_BYTES)}的文件；没有开始。",
            f"The case file has {_megabytes(size)}, and this stick (FAT32) takes files up to {_megabytes(FAT32_MAX_BYTES)}.",
            hint=("换成 exFAT 或 NTFS 格式的U盘，或导出到硬盘。", "Use a stick with exFAT or NTFS, or a disk."), code="case.fat32",
        )  # fmt: skip
    if not found.takes(size, there=there):
        raise WorkspaceError(
            f"空间不够：案卷约{_megabytes(size)}，剩余{_megabytes(found.free)}；没有开始。",
            f"Too little room: {_megabytes(size)} are needed and {_megabytes(found.free)} are free.",
            hint=("清理出空间，或换一个文件夹。", "Make room, or choose another folder."), code="case.room",
        )  # fmt: skip


def _megabytes(size: int) -> str:
    return f"{-(-size // 1_048_576):,} MB"
