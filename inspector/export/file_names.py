"""Names of files that hold on every system an office has: Windows above all, and sticks that go from one to another."""

import re
import unicodedata
from pathlib import Path

from inspector.errors import Refusal, UsageError
from inspector.plain import safe_line

LONGEST = 120
"""Bytes of a name in UTF-8 without its suffix: well below the 255 that most systems take, also after somebody adds to it."""
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def safe_name(text: str, suffix: str = "") -> str:
    """A name made of a text, for a file beside others: NFC, without separators, signs that Windows forbids, controls or
    invisible signs; no reserved name (CON, COM1 …), no dot or space at its end or beginning; bounded.

    Args:
        suffix: as ".csv"; kept whole.
    """
    plain = unicodedata.normalize("NFC", text)
    plain = _FORBIDDEN.sub("_", plain).encode("utf-8", "replace").decode("utf-8")
    plain = safe_line(plain).replace("\ufffd", "_")
    plain = " ".join(plain.split()).strip(" .")
    while len(plain.encode("utf-8")) > LONGEST:
        plain = plain[:-1]
    plain = plain.rstrip(" .") or "_"
    # Windows takes what comes before the first dot, and blanks before it do not count.
    if _RESERVED.match(plain.partition(".")[0].rstrip() + "."):
        plain = "_" + plain
    return plain + suffix


def target(out: Path, name: str, suffix: str, *, force: bool) -> Path:
    """Where a file goes: `out` itself, or under `name` where `out` is a folder.

    Raises:
        UsageError: `out` has another suffix, or its folder is not there.
        Refusal: a file is there, and `force` is not said.
    """
    path = out / safe_name(name, suffix) if out.is_dir() else out
    if path.suffix.lower() != suffix:
        raise UsageError(
            f"文件名应以 {suffix} 结尾：{path}", f"The file's name has to end with {suffix}: {path}",
            hint=(f"例：{path.with_suffix(suffix).name}", f"For example {path.with_suffix(suffix).name}"),
            code="export.suffix",
        )  # fmt: skip
    if not path.parent.is_dir():
        raise UsageError(
            f"没有文件夹 {path.parent}。", f"There is no folder {path.parent}.",
            hint=("先建好文件夹，或换一个位置。", "Make it first, or choose another place."), code="export.folder",
        )  # fmt: skip
    if not force and (path.exists() or path.is_symlink()):
        raise Refusal(
            f"{path} 已存在，没有覆盖。", f"{path} is there already; it was not replaced.",
            hint=("换一个文件名，或加 --force。", "Choose another name, or add --force."), code="export.exists",
        )  # fmt: skip
    return path
