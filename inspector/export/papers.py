"""The one door for papers: a checked kind and its data in, a whole Word or PDF file out."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from inspector.domain.paper_kind import PaperKind
from inspector.errors import BadInput, Refusal, UsageError
from inspector.export import templates, typeset, word
from inspector.forms.papers import papers_root
from inspector.services.paper_data import missing
from inspector.store.files import write_atomically

SUFFIXES = (".docx", ".pdf")


def nothing(_: str) -> None:
    """No picture of a photo: the paper says where the original is."""


def write(
    kind: PaperKind,
    data: Mapping[str, Any],
    path: Path,
    *,
    copy: bool = False,
    draft: bool = False,
    template: Path | None = None,
    picture: Callable[[str], bytes | None] = nothing,
    force: bool = False,
) -> None:
    """Write a paper as .docx or .pdf, whole or not at all.

    Args:
        data: of `paper_data.gather`, or as an issued paper keeps it.
        copy: print 副本 on it.
        draft: print 草稿 on it; only a draft may lack mandatory fields.
        template: a department's own Word template; it is checked first.
        picture: gives a photo as a small JPEG by its SHA-256 (`paper_data.pictures`).
        force: replace a file that is there.

    Raises:
        UsageError: another suffix, or a Word template for a PDF.
        Refusal: a file is there, or mandatory fields are empty.
        BadInput: the data are of another kind, or the template is not good.
        WorkspaceError: the extra `pdf` is missing, or the disk does not take the file.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES or (template is not None and suffix != ".docx"):
        raise UsageError(
            "文书只能写成 .docx 或 .pdf；自己的模板只用于 .docx。没有制作。",
            "A paper is a .docx or a .pdf, and a template is for a .docx; nothing was made.",
            hint=("例：通知书.docx", "For example: notice.docx"), code="paper.suffix",
        )  # fmt: skip
    if path.exists() and not force:
        raise Refusal(
            f"{path} 已存在，没有覆盖。", f"{path} is there already; it was not replaced.",
            hint=("换一个文件名，或加 --force。", "Choose another name, or add --force."), code="paper.exists",
        )  # fmt: skip
    write_atomically(
        path, render(kind, data, suffix, copy=copy, draft=draft, template=template, picture=picture)
    )


def render(
    kind: PaperKind,
    data: Mapping[str, Any],
    suffix: str,
    *,
    copy: bool = False,
    draft: bool = False,
    template: Path | None = None,
    picture: Callable[[str], bytes | None] = nothing,
) -> bytes:
    """The bytes of a paper; arguments and errors as of `write`."""
    if data.get("kind") != kind.code:
        raise BadInput(
            "文书内容和文书种类不一致，没有制作。", "These are the contents of another kind of paper; nothing was made.",
            code="paper.kind_mismatch",
        )  # fmt: skip
    lacking = missing(kind, data, issued=True)
    if lacking and not draft:
        names = "、".join(one.zh for one in lacking)
        raise Refusal(
            f"必填内容不全，没有制作：{names}。", f"Lacking: {', '.join(one.en for one in lacking)}; nothing was made.",
            hint=(
                "；".join(f"{one.zh}：{one.where.zh} {one.how.zh}" for one in lacking[:5]),
                "; ".join(f"{one.en}: {one.where.en} {one.how.en}" for one in lacking[:5]),
            ),
            code="paper.missing",
        )  # fmt: skip
    data = {**data, "paper": {**data["paper"], "duplicate": copy, "draft": draft}}
    if suffix == ".pdf":
        return typeset.pdf(kind, data, picture)
    return word.word(kind, data, picture, _template(kind, template))


def shipped_template(kind: PaperKind) -> Path:
    """The Word template that comes with the program."""
    return papers_root() / "templates" / f"{kind.code}.docx"


def template_sha256(kind: PaperKind, own: Path | None = None) -> str:
    """The SHA-256 of the Word template that a paper is made with, hex: an issued paper keeps it.

    Raises:
        NotFound: the file cannot be read.
        BadInput: it is not good.
    """
    return hashlib.sha256(_template(kind, own)).hexdigest()


def _template(kind: PaperKind, own: Path | None) -> bytes:
    if own is None:
        return shipped_template(kind).read_bytes()
    return templates.checked(own, kind)
