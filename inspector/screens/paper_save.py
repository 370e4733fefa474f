"""Saving a paper's files: asked once, by Enter where the last folder and format will do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inspector.domain.paper import Paper
from inspector.domain.paper_kind import PaperKind
from inspector.errors import InspectorError
from inspector.export.files import write_paper
from inspector.language import tr
from inspector.screens.form import FormScreen
from inspector.screens.paper_forms import FORMATS, has_pdf, save_form
from inspector.screens.workplace import Workplace
from inspector.services import notices, paper_desk
from inspector.store.files import ensure_dir


async def saving(
    place: Workplace, kind: PaperKind, paper: Paper | None, data: Mapping[str, Any], *,
    just_issued: bool = False, original: bool = False,
) -> FormScreen:  # fmt: skip
    """The form that writes a paper's files; dismisses with their paths.

    Args:
        paper: as it was issued; None for a kind that takes no number, whose `data` are printed as they are.
        original: print it without 副本 though a file of it was made before.
    """
    store = place.store

    def present() -> tuple[Path, list[str], bool]:
        kept = [one for one in store.json_setting(paper_desk.FORMATS) or [] if one in FORMATS]
        first = paper is None or original or paper.id in paper_desk.unprinted(store)
        return paper_desk.folder(store), kept or list(FORMATS if has_pdf() else FORMATS[:1]), not first

    folder, formats, copy = await place.read(present)

    def write(wanted: Path, chosen: list[str]) -> list[Path]:
        ensure_dir(wanted)
        shown = notices.printed(store, paper) if paper is not None else data
        number, mark = (paper.shown if paper is not None else store.today()), "副本" if copy else ""
        name = paper_desk.file_name(kind, shown, number=number, mark=mark)
        paths = [paper_desk.free_path(wanted, name, suffix) for suffix in chosen]
        try:
            for path in paths:
                write_paper(store, kind, shown, path, copy=copy)
        except InspectorError:
            # All of them or none: otherwise the next try would lie beside half of this one.
            for path in paths:
                path.unlink(missing_ok=True)
            raise
        store.set_settings(**{paper_desk.FOLDER: str(wanted), paper_desk.FORMATS: chosen})
        if paper is not None:
            paper_desk.note_unprinted(store, paper.id, printed=True)
        return paths

    async def submit(wanted: Path, chosen: list[str]) -> list[Path]:
        return await place.slow(write, wanted, chosen)

    if just_issued:
        title = (
            tr("存成文件", "Save its files")
            if paper is None
            else tr(f"已签发 {paper.shown}：存成文件", f"Issued {paper.shown}: save its files")
        )
    else:
        title = (
            tr("打印副本：存成文件", "A copy: save its files")
            if copy
            else tr("打印正本：存成文件", "The original: save its files")
        )
    about = tr(
        "回车就存到这里；Tab 改文件夹和格式。不会覆盖已有的文件。",
        "Enter saves here, Tab changes folder and format. No file is replaced.",
    )
    return save_form(place, title, folder, formats, submit, about=about)


def saved_words(files: tuple[Path, ...] | list[Path]) -> str:
    """Where files went."""
    return tr("已存：", "Saved: ") + "  ".join(str(path) for path in files)
