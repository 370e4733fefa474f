"""Papers as PDF/A by typst, with the fonts of the extra `pdf` embedded, whatever the machine has.

A PDF is set by a process of its own: typst keeps what it made for the next document, which over a case file is a gigabyte.
"""

import importlib.util
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from inspector.domain.paper_kind import PaperKind
from inspector.errors import BadInput, WorkspaceError
from inspector.export.codes import qr_png
from inspector.export.layout import printable, resolve
from inspector.export.typeset_child import NotSetError, compile_apart
from inspector.forms.papers import papers_root

PIXELS_PER_INCH = 60.0
MADE = 1_767_225_600
"""The date in every file, seconds from 1970 (2026-01-01): the paper itself says its day."""


def pdf(kind: PaperKind, data: Mapping[str, Any], picture: Callable[[str], bytes | None]) -> bytes:
    """A paper as PDF/A-2b; the same data give the same bytes.

    Raises:
        WorkspaceError: the extra `pdf` is not installed.
        BadInput: the fonts lack a character, such as a rare one of a name: a paper never goes out without it; or the paper is
            too large to be set.
    """
    fonts = _fonts()
    sources = _sources(kind, data, picture)
    try:
        return compile_apart(sources, fonts, {"format": "pdf", "pdf_standards": ["a-2b"], "timestamp": MADE})
    except NotSetError as fault:
        lacking = re.search(r'the text `?"(.+?)"`? could not be displayed', fault.reason)
        if lacking is None and fault.reason:
            raise
        if lacking is None:
            raise BadInput(
                "PDF 太大或用时太长，没有制作。", "The PDF is too large or takes too long; nothing was made.",
                hint=("请制作 .docx，用 Word 打印。", "Make a .docx and print it by Word."), code="paper.too_large",
            ) from None  # fmt: skip
        raise BadInput(
            f"PDF 的字体里没有“{lacking[1]}”这个字，没有制作。",
            f"The fonts of the PDF have no {lacking[1]!r}; nothing was made.",
            hint=("请制作 .docx，用 Word 打印。", "Make a .docx and print it by Word."), code="paper.glyph",
        ) from None  # fmt: skip


def pages(kind: PaperKind, data: Mapping[str, Any], picture: Callable[[str], bytes | None]) -> list[bytes]:
    """The same pages as PNG pictures, for looking at.

    Raises:
        WorkspaceError: the extra `pdf` is not installed.
    """
    fonts = _fonts()
    import typst

    sources = {name: text.encode("utf-8") for name, text in _sources(kind, data, picture).items()}
    how: dict[str, Any] = {"format": "png", "ppi": PIXELS_PER_INCH}
    found = typst.compile(sources, font_paths=fonts, ignore_system_fonts=True, **how)
    return [bytes(page) for page in (found if isinstance(found, list) else [found])]


def _fonts() -> list[str]:
    """The folder of the fonts, where the part for PDF is installed."""
    found = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    if found is None or found.origin is None or importlib.util.find_spec("typst") is None:
        raise WorkspaceError(
            "这台电脑没有安装制作PDF的部件，没有制作。", "The part that makes PDF files is not installed; nothing was made.",
            hint=("安装 inspector[pdf]，或改用 .docx。", "Install inspector[pdf], or make a .docx."), code="paper.pdf",
        )  # fmt: skip
    return [str(Path(found.origin).parent)]


def _sources(
    kind: PaperKind, data: Mapping[str, Any], picture: Callable[[str], bytes | None]
) -> dict[str, str]:
    blocks = [
        {**block, "png": list(qr_png(block["link"]))} if block["type"] == "code" else block
        for block in resolve(kind, data)
    ]
    wanted = (
        {row["picture"] for row in data["photos"]} if any(b["type"] == "photos" for b in blocks) else set()
    )
    found = {sha256: picture(sha256) for sha256 in sorted(wanted)}
    content = {
        "title": printable(f"{data['paper']['title']} {data['paper']['number']}".strip()),
        "author": printable(data["authority"]["name"]),
        "blocks": blocks,
        # As numbers: nothing of a photo is left behind in a temporary file.
        "pictures": {sha256: list(jpeg) for sha256, jpeg in found.items() if jpeg},
    }
    return {
        "main.typ": (papers_root() / "paper.typ").read_text("utf-8"),
        "data.json": json.dumps(content, ensure_ascii=False),
    }
